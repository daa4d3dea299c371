"""整改后又发生, read side: what a new accident has in common with measures taken before, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    SQLColumnExpression,
    String,
    and_,
    cast,
    exists,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from models.accident.rules.places import Place, box, stake_metres
from models.accident.tables import Accident, Person, Vehicle
from models.case.tables import Case, Finding
from models.kernel.errors import Invalid
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_recurrences
from models.kernel.settings import Settings
from models.kernel.vocabulary import AssignmentState, OrganisationKind, RecurrenceDecision, RecurrenceReason, Stage
from models.office.tables import Organisation, User
from models.prevention.rules.recurrence import nearby, same_section
from models.prevention.tables import Recurrence
from models.rectification.queries.effects import worth_evaluating
from models.rectification.tables import Assignment, Measure

_NEW, _OLD, _DECIDER, _AGAIN = aliased(Case), aliased(Case), aliased(User), aliased(Measure)
_ACCIDENT = aliased(Accident)

PLACE = ("division_code", "road_name", "road_number", "stake", "latitude", "longitude")
# Rows per statement: below what either database takes as parameters.
AT_ONCE = 5000


class Found(NamedTuple):
    """An old measure beside a new accident, for one reason."""

    old_case_id: int
    measure_id: int
    measure: str
    reason: RecurrenceReason
    distance_m: int | None
    organisation_id: int | None


@dataclass(frozen=True, slots=True)
class Like:
    """An earlier case that has something in common with an accident."""

    case_id: int
    reason: RecurrenceReason
    distance_m: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class RecurrenceShown:
    """A new accident beside an old measure: what they have in common, and what was decided. `key` marks the row."""

    key: str
    ref: str
    case_number: str
    title: str
    occurred_at: datetime
    place: str
    old_case_number: str
    old_title: str
    measure: str
    measure_text: str
    reason: RecurrenceReason
    distance_m: int | None
    enterprise: str | None
    found_at: datetime
    lapsed_at: datetime | None
    decision: RecurrenceDecision | None
    decision_reason: str | None
    decided_by: str | None
    decided_at: datetime | None
    finding: str | None
    new_measure: str | None


@dataclass(frozen=True, slots=True)
class RecurrenceOfCase(RecurrenceShown):
    """A recurrence as one of its two cases has it: `after` is true where that is the old one."""

    after: bool


def happened_before(session: Session, accident_id: int, settings: Settings) -> list[Found]:
    """Return every earlier measure that an accident comes after and has a place or an enterprise in common with.

    A measure counts once it is closed, or from the approval of the report while its case is rectified; one that was
    superseded or fell away does not. Five statements by index, however many cases there are.
    """
    likes = likes_before(session, accident_id, settings)
    if not likes:
        return []
    at = session.scalars(select(Accident.occurred_at).where(Accident.id == accident_id)).one()
    by_case: dict[int, list[Like]] = {}
    for like in likes:
        by_case.setdefault(like.case_id, []).append(like)
    ids = sorted(by_case)
    measures = [
        row
        for first in range(0, len(ids), AT_ONCE)
        for row in session.execute(_measures(ids[first : first + AT_ONCE], at))
    ]
    return [
        Found(row.case_id, row.id, row.ref, like.reason, like.distance_m, like.organisation_id)
        for row in measures
        for like in by_case[row.case_id]
    ]


def likes_before(session: Session, accident_id: int, settings: Settings, *wanted: ColumnElement[bool]) -> list[Like]:
    """Return what earlier cases that satisfy all of `wanted` have in common with an accident: its place, an enterprise.

    Three statements by index.
    """
    new = session.execute(
        select(Accident.occurred_at, *(getattr(Accident, name) for name in PLACE)).where(Accident.id == accident_id)
    ).one()
    candidates = _candidates(accident_id, new, _enterprises(session, accident_id), settings)
    if candidates is None:
        return []
    here = _place(new)
    return [like for row in session.execute(candidates.where(*wanted)) for like in _alike(here, row, settings)]


def _place(row: Row[*tuple[object, ...]]) -> Place:
    return Place(*(getattr(row, name) for name in PLACE))


def _candidates(
    accident_id: int, new: Row[*tuple[object, ...]], enterprises: list[int], settings: Settings
) -> Select[*tuple[object, ...]] | None:
    """Return the earlier cases that an index finds: in a box around the place, on the road, of the enterprises.

    None for an accident of which neither place nor enterprise is known.
    """
    ways: list[_Earlier] = []
    here = _place(new).position
    if here is not None:
        around = box(here, settings.recurrence_radius)
        ways.append(
            _earlier(Accident.id).where(
                Accident.latitude.between(around.south, around.north),
                Accident.longitude.between(around.west, around.east),
            )
        )
    if new.road_number is not None:
        of_road = _earlier(Accident.id).where(Accident.road_number == new.road_number)
        metres = stake_metres(new.stake)
        if metres is None:
            ways.append(of_road)
        else:
            reach = settings.recurrence_section
            ways.append(of_road.where(Accident.stake_m.between(metres - reach, metres + reach)))
            ways.append(of_road.where(Accident.stake_m.is_(None)))
    if new.road_name is not None:
        same_name = and_(Accident.road_name == new.road_name, Accident.division_code == new.division_code)
        ways.append(_earlier(Accident.id).where(same_name))
    if enterprises:
        ways += _of_the_same_enterprise(enterprises)
    if not ways:
        return None
    found = union_all(*ways).subquery("found")
    one = (
        select(found.c.accident_id, func.max(found.c.enterprise).label("enterprise"))
        .where(found.c.accident_id != accident_id)
        .group_by(found.c.accident_id)
        .subquery("one")
    )
    return (
        select(Case.id.label("case_id"), one.c.enterprise, *(getattr(Accident, name) for name in PLACE))
        .select_from(one)
        .join(Accident, Accident.id == one.c.accident_id)
        .join(Case, Case.accident_id == Accident.id)
        .where(
            Accident.occurred_at < new.occurred_at,
            or_(Case.closed_at.is_(None), Case.closed_at >= years_before(new.occurred_at, settings.recurrence_years)),
        )
        .order_by(Case.id)
    )


def years_before(at: datetime, years: int) -> datetime:
    """Return the moment so many years earlier; the day before for a leap day that has none."""
    leap_day = at.month == 2 and at.day == 29
    return at.replace(year=at.year - years, day=28 if leap_day else at.day)


_Earlier = Select[int, int | None]
_Number = SQLColumnExpression[int] | SQLColumnExpression[int | None]


def _earlier(accident: _Number, enterprise: _Number | None = None) -> _Earlier:
    shared = cast(null(), Integer) if enterprise is None else enterprise
    return select(accident.label("accident_id"), shared.label("enterprise"))


def _enterprises(session: Session, accident_id: int) -> list[int]:
    """Return the enterprises that the vehicles and people of an accident are of."""
    of_accident = union_all(
        select(Vehicle.owner_id).where(Vehicle.accident_id == accident_id),
        select(Person.organisation_id).where(Person.accident_id == accident_id),
    )
    return list(
        session.scalars(
            select(Organisation.id).where(
                Organisation.kind == OrganisationKind.ENTERPRISE, Organisation.id.in_(of_accident)
            )
        )
    )


def _of_the_same_enterprise(enterprises: list[int]) -> list[_Earlier]:
    """Accidents with a vehicle, a person or a measure of one of the enterprises."""
    held = (
        select(Assignment.case_id, Assignment.organisation_id)
        .where(Assignment.organisation_id.in_(enterprises))
        .distinct()
        .subquery("held")
    )
    return [
        _earlier(Vehicle.accident_id, Vehicle.owner_id).where(Vehicle.owner_id.in_(enterprises)),
        _earlier(Person.accident_id, Person.organisation_id).where(Person.organisation_id.in_(enterprises)),
        _earlier(Case.accident_id, held.c.organisation_id).join(held, held.c.case_id == Case.id),
    ]


def _alike(here: Place, row: Row[*tuple[object, ...]], settings: Settings) -> list[Like]:
    there = _place(row)
    likes = []
    metres = nearby(here, there, settings.recurrence_radius)
    if metres is not None:
        likes.append(Like(row.case_id, RecurrenceReason.NEARBY, distance_m=metres))
    section = same_section(here, there, settings.recurrence_section)
    if section is not None:
        likes.append(Like(row.case_id, RecurrenceReason.SAME_SECTION, distance_m=section.metres))
    if row.enterprise is not None:
        likes.append(Like(row.case_id, RecurrenceReason.SAME_ENTERPRISE, organisation_id=row.enterprise))
    return likes


def _measures(case_ids: list[int], at: datetime) -> Select[int, str, int]:
    closed = exists(
        select(1)
        .where(
            Assignment.measure_id == Measure.id,
            Assignment.state == AssignmentState.CLOSED,
            Assignment.closed_at <= at,
        )
        .correlate(Measure)
    )
    rectified = and_(Case.report_approved_at <= at, Case.stage.in_((Stage.RECTIFYING, Stage.ARCHIVED)))
    return (
        select(Measure.id, Measure.ref, Measure.case_id)
        .join(Case, Case.id == Measure.case_id)
        .where(Measure.case_id.in_(case_ids), worth_evaluating(), or_(closed, rectified))
        .order_by(Measure.case_id, Measure.position, Measure.id)
    )


def recurrences_of(session: Session, actor: Actor, case_id: int) -> list[RecurrenceOfCase]:
    """Return what recurred in a case, or after it, as far as the actor may know."""
    of_case = or_(Recurrence.case_id == case_id, Recurrence.old_case_id == case_id)
    after = (Recurrence.old_case_id == case_id).label("after")
    rows = session.execute(_query(actor).add_columns(after).where(of_case).order_by(Recurrence.id))
    return [RecurrenceOfCase(**row._mapping) for row in rows]


def recurrence_list(
    session: Session,
    actor: Actor,
    *,
    undecided: bool = True,
    case_number: str | None = None,
    after: str | None = None,
    limit: int = 100,
) -> list[RecurrenceShown]:
    """Return up to `limit` recurrences, the newest first. `after` is the `key` of the last row already shown.

    Raises Invalid for a key that is none.
    """
    query = _query(actor).order_by(Recurrence.id.desc()).limit(limit)
    if undecided:
        query = query.where(Recurrence.decision.is_(None), Recurrence.lapsed_at.is_(None))
    if case_number is not None:
        named = select(Case.id).where(Case.case_number == case_number)
        query = query.where(or_(Recurrence.case_id.in_(named), Recurrence.old_case_id.in_(named)))
    if after is not None:
        if not (after.isascii() and after.isdigit()):
            raise Invalid("翻页标记有误，请从第一页重新打开。", code="bad_key")
        query = query.where(Recurrence.id < int(after))
    return [RecurrenceShown(**row._mapping) for row in session.execute(query)]


def _query(actor: Actor) -> Select[*tuple[object, ...]]:
    return (
        select(
            cast(Recurrence.id, String).label("key"),
            Recurrence.ref,
            _NEW.case_number,
            _NEW.title,
            _ACCIDENT.occurred_at,
            _ACCIDENT.place,
            _OLD.case_number.label("old_case_number"),
            _OLD.title.label("old_title"),
            Measure.ref.label("measure"),
            Measure.text.label("measure_text"),
            Recurrence.reason,
            Recurrence.distance_m,
            Organisation.name.label("enterprise"),
            Recurrence.found_at,
            Recurrence.lapsed_at,
            Recurrence.decision,
            Recurrence.decision_reason,
            _DECIDER.name.label("decided_by"),
            Recurrence.decided_at,
            Finding.ref.label("finding"),
            _AGAIN.ref.label("new_measure"),
        )
        .select_from(Recurrence)
        .join(_NEW, _NEW.id == Recurrence.case_id)
        .join(_OLD, _OLD.id == Recurrence.old_case_id)
        .join(_ACCIDENT, _ACCIDENT.id == Recurrence.accident_id)
        .join(Measure, Measure.id == Recurrence.measure_id)
        .outerjoin(Organisation, Organisation.id == Recurrence.organisation_id)
        .outerjoin(_DECIDER, _DECIDER.id == Recurrence.decided_by)
        .outerjoin(Finding, Finding.id == Recurrence.finding_id)
        .outerjoin(_AGAIN, _AGAIN.id == Recurrence.new_measure_id)
        .where(visible_recurrences(actor))
    )
