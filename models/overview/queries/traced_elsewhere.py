"""回溯 beyond one case: other cases on the same section of road, of the same units, enterprises, causes and people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, not_, or_, select, true, union, union_all
from sqlalchemy.orm import Session

from models.accident.rules.places import Place, stake_metres
from models.accident.tables import Accident, Person, Vehicle
from models.case.queries.facts import Sight, sight_of
from models.case.tables import Case, Finding, FindingOrganisation
from models.kernel.case_accident import accident_of
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import Number, in_territory, only_asked_about, visible_cases
from models.kernel.settings import Settings
from models.kernel.storage.personal_keys import keys_of
from models.kernel.storage.sealed_columns import Marks
from models.kernel.vocabulary import OrganisationKind, Word
from models.office.tables import Organisation
from models.prevention.queries.recurrences import PLACE
from models.prevention.queries.similar import each_tag
from models.prevention.rules.recurrence import same_section
from models.rectification.tables import Assignment, Measure

SHOWN = 20
"""So many other cases are told of each thing that is shared, the newest accidents first."""


class Shared(Word):
    """What two cases can have in common."""

    SECTION = "section", "同一路段"
    UNIT = "unit", "同一单位"
    ENTERPRISE = "enterprise", "同一企业"
    TAG = "tag", "同一区县同类原因"
    PERSON = "person", "同一人员"


@dataclass(frozen=True, slots=True)
class CaseThere:
    """Another case, and the short names of what in it is shared; none where the accident as a whole is."""

    case_number: str
    title: str
    occurred_at: datetime
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SharedThing:
    """A section, unit, enterprise, tag or person met in other cases too; `more` where the newest alone are told."""

    by: Shared
    named: str
    cases: tuple[CaseThere, ...]
    more: bool


def elsewhere(
    session: Session,
    actor: Actor,
    case_number: str,
    settings: Settings,
    *,
    findings: Collection[str],
    measures: Collection[str],
) -> tuple[SharedThing, ...]:
    """Return what of a case is met in other cases that the actor may look into: its section of road, the enterprises and
    people of its accident, the tags and units of some of its findings and measures (short names).

    People are told apart by their identity numbers, so only to who may read these in both cases. Raises NotFound,
    NotAllowed for who is not of the police there.
    """
    sight = sight_of(session, actor, case_number)
    case = sight.case
    seen = and_(visible_cases(actor), in_territory(actor, Case.__table__.c.unit_id), Case.id != case.id)
    here = accident_of(session, case)
    return (
        *_section(session, here, settings, seen),
        *_units(session, actor, case, seen, findings, measures),
        *_tags(session, case, here, seen, findings),
        *_people(session, actor, sight, seen),
    )


def _section(session: Session, here: Accident, settings: Settings, seen: ColumnElement[bool]) -> Sequence[SharedThing]:
    """Cases on the section, before and after, by the same rule as recurrences."""
    ways = []
    metres, reach = stake_metres(here.stake), settings.recurrence_section
    if here.road_number is not None:
        of_road = select(Accident.id).where(Accident.road_number == here.road_number)
        near = or_(Accident.stake_m.is_(None), Accident.stake_m.between((metres or 0) - reach, (metres or 0) + reach))
        ways.append(of_road if metres is None else of_road.where(near))
    if here.road_name is not None:
        same = and_(Accident.road_name == here.road_name, Accident.division_code == here.division_code)
        ways.append(select(Accident.id).where(same))
    if not ways:
        return ()
    rows = session.execute(
        select(Case.case_number, Case.title, Accident.occurred_at, *(getattr(Accident, name) for name in PLACE))
        .join(Case, Case.accident_id == Accident.id)
        .where(Accident.id.in_(union_all(*ways)), seen)
        .order_by(Accident.occurred_at.desc(), Case.id)
    )
    place = _place(here)
    there = [
        CaseThere(row.case_number, row.title, row.occurred_at, ())
        for row in rows
        if same_section(place, _place(row), settings.recurrence_section) is not None
    ]
    named = " ".join(part for part in (here.road_number or here.road_name, here.stake) if part)
    return _shared(Shared.SECTION, named, there)


def _place(of: Accident | Row[*tuple[object, ...]]) -> Place:
    return Place(*(getattr(of, name) for name in PLACE))


def _shared(by: Shared, named: str, there: Sequence[CaseThere]) -> tuple[SharedThing, ...]:
    return (SharedThing(by, named, tuple(there[:SHOWN]), len(there) > SHOWN),) if there else ()


def _units(
    session: Session,
    actor: Actor,
    case: Case,
    seen: ColumnElement[bool],
    findings: Collection[str],
    measures: Collection[str],
) -> list[SharedThing]:
    own = _organisations(
        actor, lambda _: Case.id == case.id, Finding.ref.in_(findings), Measure.ref.in_(measures)
    ).subquery("own")
    mine = session.execute(
        select(Organisation.id, Organisation.name, Organisation.kind)
        .where(Organisation.id.in_(select(own.c.named)), Organisation.id != case.unit_id)
        .order_by(Organisation.id)
    ).all()
    if not mine:
        return []
    ids = [row.id for row in mine]
    told = _newest(session, _organisations(actor, lambda unit: and_(seen, unit.in_(ids))))
    things = [
        thing
        for row in mine
        for thing in _shared(
            Shared.ENTERPRISE if row.kind is OrganisationKind.ENTERPRISE else Shared.UNIT,
            row.name,
            told.get(row.id, ()),
        )
    ]
    return sorted(things, key=lambda thing: thing.by is Shared.ENTERPRISE)


def _organisations(
    actor: Actor,
    wanted: Callable[[Number], ColumnElement[bool]],
    findings: ColumnElement[bool] | None = None,
    measures: ColumnElement[bool] | None = None,
) -> Select[int, int, str]:
    """Select by case the units that are met in it, and in what: findings, measures, vehicles, people that may be told.

    `wanted` says of the column of units at hand which rows count: each way by itself leads to an index.
    """
    found, held = FindingOrganisation.__table__.c.organisation_id, Assignment.__table__.c.organisation_id
    owner, employer = Vehicle.__table__.c.owner_id, Person.__table__.c.organisation_id
    ways = union(
        select(Case.id.label("case_id"), found.label("named"), Finding.ref)
        .select_from(FindingOrganisation)
        .join(Finding, Finding.id == FindingOrganisation.finding_id)
        .join(Case, Case.id == Finding.case_id)
        .where(wanted(found), Finding.withdrawn_at.is_(None), true() if findings is None else findings),
        select(Case.id, held, Measure.ref)
        .select_from(Assignment)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Case, Case.id == Measure.case_id)
        .where(
            wanted(held),
            Measure.withdrawn_at.is_(None),
            Assignment.released_at.is_(None),
            true() if measures is None else measures,
        ),
        select(Case.id, owner, Vehicle.ref)
        .select_from(Vehicle)
        .join(Case, Case.accident_id == Vehicle.accident_id)
        .where(wanted(owner), owner.is_not(None)),
        select(Case.id, employer, Person.ref)
        .select_from(Person)
        .join(Case, Case.accident_id == Person.accident_id)
        .where(wanted(employer), employer.is_not(None), not_(only_asked_about(actor))),
    ).subquery("ways")
    return select(ways.c.case_id, ways.c.named, ways.c.ref)


def _tags(
    session: Session, case: Case, here: Accident, seen: ColumnElement[bool], findings: Collection[str]
) -> list[SharedThing]:
    """Tags of the findings, within one district: everywhere the commonest causes are alike."""
    own = select(Finding.cause_tags).where(
        Finding.case_id == case.id, Finding.withdrawn_at.is_(None), Finding.ref.in_(findings)
    )
    tags = list(dict.fromkeys(tag for row in session.scalars(own) for tag in row))
    if not tags:
        return []
    each = each_tag(session)
    told = _newest(
        session,
        select(Case.id.label("case_id"), each.c.value.label("named"), Finding.ref)
        .select_from(Accident)
        .join(Case, Case.accident_id == Accident.id)
        .join(Finding, and_(Finding.case_id == Case.id, Finding.withdrawn_at.is_(None)))
        .join(each, true())
        .where(Accident.division_code == here.division_code, each.c.value.in_(tags), seen),
    )
    return [thing for tag in tags for thing in _shared(Shared.TAG, tag, told.get(tag, ()))]


def _people(session: Session, actor: Actor, sight: Sight, seen: ColumnElement[bool]) -> list[SharedThing]:
    if not sight.personal:
        return []
    mine = session.execute(
        select(Person.ref, Person.name, Person.id_number)
        .where(Person.accident_id == sight.case.accident_id, Person.id_mark.is_not(None), not_(only_asked_about(actor)))
        .order_by(Person.id)
    ).all()
    every_mark = keys_of(session.get_bind().dialect).every_mark
    marks = {row.ref: [Marks(one) for one in every_mark(row.id_number)] for row in mine}
    if not marks:
        return []
    told = _newest(
        session,
        select(Case.id.label("case_id"), Person.id_mark.label("named"), Person.ref)
        .select_from(Person)
        .join(Case, Case.accident_id == Person.accident_id)
        .join(Organisation, Organisation.id == Case.unit_id)
        .where(
            Person.id_mark.in_([one for several in marks.values() for one in several]),
            Organisation.path.startswith(actor.path, autoescape=True),  # the reach of facts.personal
            not_(only_asked_about(actor)),
            seen,
        ),
    )
    return [
        thing
        for row in mine
        if (there := _by_any(told, marks[row.ref]))
        for thing in _shared(Shared.PERSON, f"{row.ref} {row.name or '姓名不详'}", there)
    ]


def _by_any(told: Mapping[Any, Sequence[CaseThere]], marks: Sequence[Marks]) -> list[CaseThere]:
    """Return the cases under any mark of one number: it has several while a key is being changed."""
    return sorted((one for mark in marks for one in told.get(mark, ())), key=lambda one: one.occurred_at, reverse=True)


def _newest(session: Session, found: Select[int, Any, str]) -> dict[Any, list[CaseThere]]:
    """Return by what is shared (`named`) the newest cases, one more than are shown, with the short names in each."""
    pairs = found.subquery("pairs")
    ranked = (
        select(
            pairs.c.named,
            pairs.c.ref,
            Case.id,
            Case.case_number,
            Case.title,
            Accident.occurred_at,
            func.dense_rank()
            .over(partition_by=pairs.c.named, order_by=(Accident.occurred_at.desc(), Case.id))
            .label("place"),
        )
        .join(Case, Case.id == pairs.c.case_id)
        .join(Accident, Accident.id == Case.accident_id)
        .subquery("ranked")
    )
    rows = session.execute(
        select(ranked).where(ranked.c.place <= SHOWN + 1).order_by(ranked.c.named, ranked.c.place, ranked.c.ref)
    )
    told: defaultdict[Any, dict[int, CaseThere]] = defaultdict(dict)
    for row in rows:
        known = told[row.named].get(row.id)
        refs = (*known.refs, row.ref) if known else (row.ref,)
        told[row.named][row.id] = CaseThere(row.case_number, row.title, row.occurred_at, tuple(dict.fromkeys(refs)))
    return {named: list(cases.values()) for named, cases in told.items()}
