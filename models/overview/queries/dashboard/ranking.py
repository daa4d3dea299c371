"""How each unit does what it was asked: completion, warnings and rank, of what was due from it in a year.

What is not yet due says nothing about a unit, for or against: it stands beside, and counts from the day after its last one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, false, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.clock.queries.lights import unlit_units
from models.clock.queries.visible_clocks import visible_deadlines
from models.clock.rules.lights import standing
from models.clock.tables import Deadline, RungFired
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_assignments
from models.kernel.vocabulary import AssignmentState, Outcome, Part, Turn
from models.office.tables import Organisation
from models.papers.rules.shares import FEWEST, wilson
from models.papers.tables import Delivery
from models.rectification.queries.replies import awaited
from models.rectification.tables import Assignment, Measure

from .as_of import AsOf, due_by, due_since
from .as_of import due as due_on

COMPLETION = "measure.complete"
WARNED = "warn"  # the rung that counts as a warning
# Whose clock says when a measure is due: the other case's, where its work counts in both.
WORKED = aliased(Assignment)


@dataclass(frozen=True, slots=True)
class Completion:
    """A unit's measures: `due` were served by the day and their last day was over by then, in the year or before it and
    still open at New Year; `closed` of them by the day; of the open ones `not_due` have their last day to come.

    `lit` are the units that may have a rank.
    """

    organisation_id: int
    organisation: str
    due: int
    closed: int
    not_due: int
    lit: bool


@dataclass(frozen=True, slots=True)
class Punctuality:
    """A unit's measures that were `due` in the year, and not before: `on_time` were done by their last day; `median_days` from
    service to done.

    `accepted` of the `assessed` reports of the year were accepted at once; the others were returned.
    """

    due: int = 0
    on_time: int = 0
    median_days: float | None = None
    assessed: int = 0
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit of `Completion` with how it kept its days, the year's warnings that were not taken back, and its rank.

    `completion` is a share from 0 to 1, None where nothing was due. `rank` is one more than there are units that kept their
    days more often beyond doubt: whose interval (Wilson, 95 %) lies above all of this one's. Those with a `few` due measures
    have none, nor have superiors, organs of law and other cities.
    """

    organisation_id: int
    organisation: str
    due: int
    closed: int
    not_due: int
    completion: float | None
    punctuality: Punctuality
    warnings: int
    rank: int | None
    few: bool


@dataclass(frozen=True, slots=True)
class CountedMeasure:
    """A measure in a unit's hands that its completion counts; `due_on` is None where the clock is `stopped`."""

    key: int
    case_number: str
    title: str
    measure: str
    measure_text: str
    part: Part
    state: AssignmentState
    awaited: str | None
    outcome: Outcome | None
    closed_at: datetime | None
    due_on: date | None
    stopped: bool | None
    standing: str


@dataclass(frozen=True, slots=True)
class CountedWarning:
    """A warning that a unit's rank counts, and the clock that it was about."""

    key: int
    fired_at: datetime
    deadline: int
    rule_code: str
    due_on: date
    state: str
    case_number: str
    title: str


def completion(session: Session, actor: Actor, at: AsOf) -> list[Completion]:
    """Return the units in no order. Who sees the same cases gets the same. Three statements."""
    # As a sum, which no index is sorted by: SQLite would read every measure there ever was, unit by unit, and not those of
    # the year.
    unit = (Assignment.organisation_id + 0).label("organisation_id")
    counted = (
        select(
            unit,
            func.count(case((due_measures(at), 1))).label("due"),
            func.count(case((and_(due_measures(at), _closed(at)), 1))).label("closed"),
            func.count(case((_not_due(at), 1))).label("not_due"),
        )
        .join(Delivery, Delivery.document_id == Assignment.notice_id)
        .join(WORKED, WORKED.id == func.coalesce(Assignment.served_by_id, Assignment.id))
        .outerjoin(Deadline, clock())
        .where(*told_of(at), visible_assignments(actor))
        .group_by(unit)
        # Names are looked up for the units that come out: joined before, SQLite begins with them, unit by unit.
        .cte("counted")
        .prefix_with("MATERIALIZED")
    )
    unlit = unlit_units(session)
    rows = session.execute(
        select(counted, Organisation.name).join(Organisation, Organisation.id == counted.c.organisation_id)
    )
    return [
        Completion(
            organisation_id=row.organisation_id,
            organisation=row.name,
            due=row.due,
            closed=row.closed,
            not_due=row.not_due,
            lit=row.organisation_id not in unlit,
        )
        for row in rows
    ]


def ranked(
    units: Iterable[Completion],
    warned: Mapping[int, int],
    kept: Mapping[int, Punctuality],
    fewest: int = FEWEST,
) -> list[Ranked]:
    """Return the units of `completion` with their warnings and ranks, the first first, those without a rank last.

    Where intervals overlap nobody is told to be better: such units share a rank, and stand by how much was due from them.
    """
    told = [(unit.lit, _unranked(unit, warned, kept, fewest)) for unit in units]
    lit, others = [unit for lit, unit in told if lit], [unit for lit, unit in told if not lit]
    shares = [_interval(unit) for unit in lit if not unit.few]
    placed = [
        unit if unit.few else replace(unit, rank=1 + sum(low > _interval(unit)[1] for low, _ in shares)) for unit in lit
    ]
    return [*_in_order(placed), *_in_order(others)]


def _interval(unit: Ranked) -> tuple[float, float]:
    return wilson(unit.punctuality.on_time, unit.punctuality.due)


def _unranked(unit: Completion, warned: Mapping[int, int], kept: Mapping[int, Punctuality], fewest: int) -> Ranked:
    punctuality = kept.get(unit.organisation_id, Punctuality())
    return Ranked(
        organisation_id=unit.organisation_id,
        organisation=unit.organisation,
        due=unit.due,
        closed=unit.closed,
        not_due=unit.not_due,
        completion=unit.closed / unit.due if unit.due else None,
        punctuality=punctuality,
        warnings=warned.get(unit.organisation_id, 0),
        rank=None,
        few=unit.lit and punctuality.due < fewest,
    )


def _in_order(units: Iterable[Ranked]) -> list[Ranked]:
    return sorted(units, key=lambda unit: (unit.few, unit.rank or 0, -unit.due, unit.organisation))


def clock() -> ColumnElement[bool]:
    """The clock by which a measure as a whole is due: of the notice that told of it, not of one that was withdrawn."""
    return and_(
        Deadline.assignment_id == WORKED.id,
        # As a sum, which no index answers for: a notice has the clocks of all its measures, a measure its own few.
        Deadline.document_id + 0 == WORKED.notice_id,
        Deadline.rule_code == COMPLETION,
        Deadline.milestone_id.is_(None),
    )


def told_of(at: AsOf) -> tuple[ColumnElement[bool], ...]:
    """Measures that are due or not yet due: told of by the day, and not done with in another year.

    Who was taken out of a measure neither completed it nor failed to. What was closed before New Year and due after it is
    this year's; one that was closed more than a year before is let go, so that the index of closing days can answer.
    """
    first = at.year[0]
    return (
        Delivery.delivered_at < at.end,
        Assignment.released_at.is_(None),
        or_(Assignment.closed_at.is_(None), Assignment.closed_at >= datetime(first.year - 1, 1, 1, tzinfo=SHANGHAI)),
        or_(due_measures(at), _not_due(at)),
    )


def due_measures(at: AsOf) -> ColumnElement[bool]:
    """Measures whose last day was over: this year, or before and still open at New Year. A clock that is stopped has time
    left."""
    carried_over = or_(Assignment.closed_at.is_(None), Assignment.closed_at >= at.year[0])
    in_the_year = due_since(at, at.year[0].date())
    return func.coalesce(
        and_(due_by(at, at.over), Deadline.state != "suspended", or_(carried_over, in_the_year)), false()
    )


def _not_due(at: AsOf) -> ColumnElement[bool]:
    return and_(not_(_closed(at)), not_(due_measures(at)))


def _closed(at: AsOf) -> ColumnElement[bool]:
    return and_(Assignment.closed_at.is_not(None), Assignment.closed_at < at.end)


def _warned(actor: Actor, at: AsOf) -> tuple[ColumnElement[bool], ...]:
    return (
        RungFired.rung == WARNED,
        RungFired.fired_at >= at.year[0],
        RungFired.fired_at < at.year[1],
        or_(RungFired.withdrawn_at.is_(None), RungFired.withdrawn_at >= at.end),
        Deadline.turn == Turn.THEIRS,
        visible_deadlines(actor),
    )


def warnings(session: Session, actor: Actor, at: AsOf, *conditions: ColumnElement[bool]) -> dict[int, int]:
    """Return the warnings of the year that count, by unit, as far as the actor may know of their clocks and these
    satisfy the conditions on `Deadline`. One statement."""
    rows = session.execute(
        select(Deadline.organisation_id, func.count().label("warnings"))
        .select_from(RungFired)
        .join(Deadline, Deadline.id == RungFired.deadline_id)
        .where(*_warned(actor, at), *conditions)
        .group_by(Deadline.organisation_id)
    )
    return {row.organisation_id: row.warnings for row in rows}


def counted_measures(
    session: Session,
    actor: Actor,
    at: AsOf,
    organisation_id: int,
    *,
    due: bool = True,
    closed: bool | None = None,
    after: int | None = None,
    limit: int = 50,
) -> list[CountedMeasure]:
    """Return the measures that a unit's completion counts, all, only the `closed` or only the open ones; or those that were
    not yet `due`.

    `after` is the `key` of the last row shown. One statement.
    """
    query = (
        select(
            Assignment.id.label("key"),
            Case.case_number,
            Case.title,
            Measure.ref.label("measure"),
            Measure.text.label("measure_text"),
            Assignment.part,
            Assignment.state,
            awaited().label("awaited"),
            Assignment.outcome,
            Assignment.closed_at,
            due_on(at).label("due_on"),
            (Deadline.state == "suspended").label("stopped"),
        )
        .join(Delivery, Delivery.document_id == Assignment.notice_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Case, Case.id == Assignment.case_id)
        .join(WORKED, WORKED.id == func.coalesce(Assignment.served_by_id, Assignment.id))
        .outerjoin(Deadline, clock())
        .where(
            *told_of(at),
            due_measures(at) if due else _not_due(at),
            Assignment.organisation_id == organisation_id,
            visible_assignments(actor),
        )
        .order_by(Assignment.id.desc())
        .limit(limit)
    )
    if closed is not None:
        query = query.where(_closed(at) if closed else not_(_closed(at)))
    if after is not None:
        query = query.where(Assignment.id < after)
    rows = session.execute(query).all()
    return [
        CountedMeasure(
            key=row.key,
            case_number=row.case_number,
            title=row.title,
            measure=row.measure,
            measure_text=row.measure_text,
            part=row.part,
            state=row.state,
            awaited=row.awaited,
            outcome=row.outcome,
            closed_at=row.closed_at,
            due_on=None if row.due_on is None or row.stopped else date.fromisoformat(row.due_on),
            stopped=row.stopped,
            standing=standing(row.state, row.awaited),
        )
        for row in rows
    ]


def counted_warnings(
    session: Session, actor: Actor, at: AsOf, organisation_id: int, *, after: int | None = None, limit: int = 50
) -> list[CountedWarning]:
    """Return the warnings that a unit's rank counts, the newest first. One statement."""
    query = (
        select(
            RungFired.id.label("key"),
            RungFired.fired_at,
            Deadline.id.label("deadline"),
            Deadline.rule_code,
            Deadline.due_on,
            Deadline.state,
            Case.case_number,
            Case.title,
        )
        .join(Deadline, Deadline.id == RungFired.deadline_id)
        .join(Case, Case.id == Deadline.case_id)
        .where(*_warned(actor, at), Deadline.organisation_id == organisation_id)
        .order_by(RungFired.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(RungFired.id < after)
    return [CountedWarning(*row) for row in session.execute(query)]
