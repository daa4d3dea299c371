"""一周简报: the accidents of the week that is over, warnings, what is late, and what falls due in the week after it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.clock.queries.lights import REMINDERS
from models.clock.queries.rulebook import Rulebook
from models.clock.queries.visible_clocks import visible_deadlines
from models.clock.rules.due import DAY
from models.clock.tables import Deadline
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Invalid
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_register
from models.kernel.vocabulary import CaseKind, Part, WarningState
from models.office.tables import Organisation
from models.papers.kinds.circular.content import AccidentFigures
from models.papers.rules.periods import Period
from models.prevention.queries.warnings import require_sight
from models.prevention.tables import RiskWarning, WarningList
from models.rectification.tables import Assignment, Measure

WEEK = 7
COMPLETION = "measure.complete"


@dataclass(frozen=True, slots=True)
class FallsDue:
    """A clock that ends in the week after: whose it is, in which case, and about what."""

    due_on: date
    case_number: str
    name: str
    organisation: str
    measure: str | None


@dataclass(frozen=True, slots=True)
class Brief:
    """What a week came to. `accidents` is None where the register does not hold it; late ones are as of today.

    `late_orders` are those of `late_measures` that belong to work orders; `falls_due` are the first of `due`.
    """

    since: date
    until: date
    accidents: AccidentFigures | None
    warnings_open: int
    warnings_proposed: int
    warnings_decided: int
    late_measures: int
    late_orders: int
    due_since: date
    due_until: date
    due: int
    falls_due: tuple[FallsDue, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the brief with its accidents as plain values."""
        told = None if self.accidents is None else self.accidents.model_dump(mode="json")
        return {**{one.name: getattr(self, one.name) for one in fields(self)}, "accidents": told}


def last_week(today: date) -> Period:
    """Return the newest week from Monday to Sunday that is over before today."""
    monday = today - today.weekday() * DAY
    return Period(monday - WEEK * DAY, monday - DAY)


def week_asked(day: date | None, today: date) -> Period:
    """Return the week in which a day lies, the last one where none is given. Raises Invalid for one that is not over."""
    newest = last_week(today)
    if day is None:
        return newest
    if day > newest.until:
        raise Invalid("这一周尚未结束，结束后再作简报。", code="period_running")
    return last_week(day + WEEK * DAY)


def brief(
    session: Session,
    actor: Actor,
    rules: Rulebook,
    week: Period,
    today: date,
    accidents: AccidentFigures | None,
    *,
    limit: int = 20,
) -> Brief:
    """Return the brief of a week as far as the actor sees cases; `accidents` are its `accident_figures`.

    Raises NotAllowed for who is not of the police. Four statements.
    """
    require_sight(actor)
    opened, proposed, decided = _warnings(session, actor, week)
    measures, orders = _late(session, actor, today)
    after = Period(week.until + DAY, week.until + WEEK * DAY)
    many, first = _due(session, actor, rules, after, limit)
    return Brief(
        since=week.since,
        until=week.until,
        accidents=accidents,
        warnings_open=opened,
        warnings_proposed=proposed,
        warnings_decided=decided,
        late_measures=measures,
        late_orders=orders,
        due_since=after.since,
        due_until=after.until,
        due=many,
        falls_due=first,
    )


def _warnings(session: Session, actor: Actor, week: Period) -> tuple[int, int, int]:
    """Return how many warnings wait for an officer, how many for a leader, and how many were decided in the week."""
    first, last = (datetime.combine(day, time.min, SHANGHAI) for day in (week.since, week.until + DAY))
    state = RiskWarning.state
    ended = or_(
        and_(state == WarningState.CONFIRMED, RiskWarning.handled_at >= first, RiskWarning.handled_at < last),
        and_(state == WarningState.DISMISSED, RiskWarning.decided_at >= first, RiskWarning.decided_at < last),
    )
    row = session.execute(
        select(
            func.count(case((state == WarningState.OPEN, 1))),
            func.count(case((state == WarningState.PROPOSED, 1))),
            func.count(case((ended, 1))),
        )
        .join(WarningList, WarningList.id == RiskWarning.list_id)
        .where(visible_register(actor))
    ).one()
    return row[0], row[1], row[2]


def _late(session: Session, actor: Actor, today: date) -> tuple[int, int]:
    """Return how many measures are late in their leads' hands, merged ones once, and how many of them of work orders."""
    row = session.execute(
        select(func.count(), func.count(case((Case.kind == CaseKind.HAZARD, 1))))
        .select_from(Deadline)
        .join(Case, Case.id == Deadline.case_id)
        .join(Assignment, Assignment.id == Deadline.assignment_id)
        .where(
            Assignment.part == Part.LEAD,
            Assignment.served_by_id.is_(None),
            Deadline.rule_code == COMPLETION,
            Deadline.state == "open",
            Deadline.due_on < today,
            visible_deadlines(actor),
        )
    ).one()
    return row[0], row[1]


def _due(session: Session, actor: Actor, rules: Rulebook, span: Period, limit: int) -> tuple[int, tuple[FallsDue, ...]]:
    """Return how many clocks end in a span, and the first of them."""
    ends = (
        Deadline.state == "open",
        Deadline.due_on.between(span.since, span.until),
        Deadline.rule_code.not_in(REMINDERS),
        visible_deadlines(actor),
    )
    many = session.scalar(select(func.count()).select_from(Deadline).where(*ends)) or 0
    rows = session.execute(
        select(
            Deadline.due_on,
            Case.case_number,
            Deadline.rule_code,
            Deadline.rule_version,
            Organisation.name,
            Measure.text,
        )
        .join(Case, Case.id == Deadline.case_id)
        .join(Organisation, Organisation.id == Deadline.organisation_id)
        .outerjoin(Assignment, Assignment.id == Deadline.assignment_id)
        .outerjoin(Measure, Measure.id == Assignment.measure_id)
        .where(*ends)
        .order_by(Deadline.due_on, Deadline.id)
        .limit(limit)
    )
    return many, tuple(
        FallsDue(row.due_on, row.case_number, rules.rule(row.rule_code, row.rule_version).name, row.name, row.text)
        for row in rows
    )
