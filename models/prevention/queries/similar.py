"""类似事故: earlier accidents of our own like this one, what was promised there then, and whether it was done.

Place and enterprise are asked as for recurrences; the vehicle by its plate; the cause by the tags of findings, within one
district and the same years, since everywhere the commonest causes are alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, TableValuedAlias, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from models.accident.tables import Accident, Vehicle
from models.case.queries.facts import sight_of
from models.case.tables import Case, Finding
from models.clock.rules.lights import standing
from models.kernel.case_accident import accident_id_of
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import in_territory, visible_cases
from models.kernel.settings import Settings
from models.kernel.vocabulary import AssignmentState, Outcome, ReplyKind, Similarity
from models.office.tables import Organisation
from models.prevention.queries.recurrences import likes_before, years_before
from models.rectification.queries.replies import awaited
from models.rectification.tables import Assignment, Measure

SHOWN = 20
"""So many accidents are told, those with most in common first, then the newest."""
OF_A_KIND = 100  # a cause may be common: so many of its findings are looked at, the newest accidents first
_MINE, _DONE = aliased(Vehicle), (Outcome.DONE, Outcome.DONE_BY_ALTERNATIVE)


@dataclass(frozen=True, slots=True)
class Promised:
    """A measure of an earlier case in one unit's hands: where it stands in words, and whether it was done."""

    measure: str
    text: str
    organisation: str | None
    standing: str
    done: bool


@dataclass(frozen=True, slots=True)
class Alike:
    """One thing in common: `metres` between the places where known, else the enterprise, plate or tags in common."""

    similarity: Similarity
    metres: int | None = None
    named: str | None = None

    @property
    def words(self) -> str:
        """Return it as a person reads it."""
        apart = "" if self.metres is None else f"，相距{self.metres}米"
        return f"{self.similarity.label}{apart}{f'：{self.named}' if self.named else ''}"


@dataclass(frozen=True, slots=True)
class SimilarAccident:
    """An earlier accident, what it has in common with this one, and each of its measures in each unit's hands."""

    case_number: str
    title: str
    occurred_at: datetime
    place: str
    deaths: int | None
    alike: tuple[Alike, ...]
    measures: tuple[Promised, ...]


def similar_accidents(
    session: Session, actor: Actor, case_number: str, settings: Settings
) -> tuple[SimilarAccident, ...]:
    """Return up to `SHOWN` earlier accidents like that of a case, of those whose cases the actor may look into.

    A statement for each thing in common, however many accidents there are. Raises NotFound, NotAllowed for who is not of
    the police there.
    """
    case = sight_of(session, actor, case_number).case
    accident_id = accident_id_of(case)
    seen = and_(visible_cases(actor), in_territory(actor, Case.__table__.c.unit_id))
    found: defaultdict[int, list[Alike]] = defaultdict(list)
    for case_id, alike in (
        *_of_place_and_enterprise(session, accident_id, settings, seen),
        *_of_vehicle(session, accident_id, seen),
        *_of_cause(session, case, settings, seen),
    ):
        found[case_id].append(alike)
    return _told(session, found)


_Found = Iterable[tuple[int, Alike]]


def _of_place_and_enterprise(
    session: Session, accident_id: int, settings: Settings, seen: ColumnElement[bool]
) -> _Found:
    likes = likes_before(session, accident_id, settings, seen)
    wanted = {like.organisation_id for like in likes if like.organisation_id is not None}
    named = select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
    names = {row.id: row.name for row in session.execute(named)} if wanted else {}
    for like in likes:
        enterprise = None if like.organisation_id is None else names[like.organisation_id]
        yield like.case_id, Alike(Similarity(like.reason.value), like.distance_m, enterprise)


def _of_vehicle(session: Session, accident_id: int, seen: ColumnElement[bool]) -> _Found:
    rows = session.execute(
        _earlier(accident_id, seen)
        .add_columns(Vehicle.plate)
        .join(Vehicle, Vehicle.accident_id == Accident.id)
        .join(_MINE, and_(_MINE.plate == Vehicle.plate, _MINE.accident_id == accident_id))
        .distinct()
    )
    return [(row.case_id, Alike(Similarity.SAME_VEHICLE, named=row.plate)) for row in rows]


def _of_cause(session: Session, case: Case, settings: Settings, seen: ColumnElement[bool]) -> _Found:
    """Cases of the same district and years with a tag in common, each with the tags that are."""
    standing_tags = select(Finding.cause_tags).where(Finding.case_id == case.id, Finding.withdrawn_at.is_(None))
    tags = {tag for row in session.scalars(standing_tags) for tag in row}
    if not tags:
        return []
    here = session.execute(
        select(Accident.division_code, Accident.occurred_at).where(Accident.id == case.accident_id)
    ).one()
    each = each_tag(session)
    rows = session.execute(
        _earlier(accident_id_of(case), seen)
        .add_columns(Finding.cause_tags)
        .join(Finding, and_(Finding.case_id == Case.id, Finding.withdrawn_at.is_(None)))
        .where(
            Accident.division_code == here.division_code,
            Accident.occurred_at >= years_before(here.occurred_at, settings.recurrence_years),
            exists(select(1).select_from(each).where(each.c.value.in_(sorted(tags)))),
        )
        .order_by(Accident.occurred_at.desc(), Case.id)
        .limit(OF_A_KIND)
    )
    shared: defaultdict[int, set[str]] = defaultdict(set)
    for row in rows:
        shared[row.case_id] |= tags.intersection(row.cause_tags)
    return [(id_, Alike(Similarity.SAME_CAUSE, named="、".join(sorted(of)))) for id_, of in shared.items()]


def each_tag(session: Session) -> TableValuedAlias:
    """Return the tags of a finding one by one, as the database at hand takes a list of JSON apart."""
    apart = func.json_each if session.get_bind().dialect.name == "sqlite" else func.jsonb_array_elements_text
    return apart(Finding.cause_tags).table_valued("value", name="tag")


def _earlier(accident_id: int, seen: ColumnElement[bool]) -> Select[int, datetime]:
    """Select the cases of accidents before one."""
    before = select(Accident.occurred_at).where(Accident.id == accident_id).scalar_subquery()
    return (
        select(Case.id.label("case_id"), Accident.occurred_at)
        .select_from(Accident)
        .join(Case, Case.accident_id == Accident.id)
        .where(Accident.id != accident_id, Accident.occurred_at < before, seen)
    )


def _told(session: Session, found: dict[int, list[Alike]]) -> tuple[SimilarAccident, ...]:
    ranks = list(Similarity)
    rows = session.execute(
        select(Case.id, Case.case_number, Case.title, Accident.occurred_at, Accident.place, Accident.deaths)
        .join(Accident, Accident.id == Case.accident_id)
        .where(Case.id.in_(found))
    ).all()
    nearest = sorted(
        rows,
        key=lambda row: (
            min(ranks.index(one.similarity) for one in found[row.id]),
            -row.occurred_at.timestamp(),
            row.id,
        ),
    )[:SHOWN]
    promised = promised_in(session, [row.id for row in nearest])
    return tuple(
        SimilarAccident(
            row.case_number,
            row.title,
            row.occurred_at,
            row.place,
            row.deaths,
            tuple(sorted(found[row.id], key=lambda one: ranks.index(one.similarity))),
            tuple(promised.get(row.id, ())),
        )
        for row in nearest
    )


def promised_in(session: Session, case_ids: Sequence[int]) -> dict[int, list[Promised]]:
    """Return each measure of some cases in each unit's hands, by case; the caller sees to who may see which case."""
    rows = session.execute(
        select(
            Measure.case_id,
            Measure.ref,
            Measure.text,
            Organisation.name,
            Assignment.state,
            Assignment.outcome,
            awaited().label("awaited"),
        )
        .select_from(Measure)
        .outerjoin(Assignment, and_(Assignment.measure_id == Measure.id, Assignment.released_at.is_(None)))
        .outerjoin(Organisation, Organisation.id == Assignment.organisation_id)
        .where(Measure.case_id.in_(case_ids), Measure.withdrawn_at.is_(None))
        .order_by(Measure.case_id, Measure.position, Measure.id, Assignment.id)
    )
    told: defaultdict[int, list[Promised]] = defaultdict(list)
    for row in rows:
        words = "未确认" if row.state is None else _words(row.state, row.outcome, row.awaited)
        told[row.case_id].append(Promised(row.ref, row.text, row.name, words, row.outcome in _DONE))
    return told


def _words(state: AssignmentState, outcome: Outcome | None, answer: ReplyKind | None) -> str:
    return outcome.label if outcome is not None else standing(state, answer)
