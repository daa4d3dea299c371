"""How units keep their days (按期率): of what was due, what was done by its day; how long it took, and how answers were judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from sqlalchemy import Row, func, not_, or_, select
from sqlalchemy.orm import Session

from models.clock.queries.visible_clocks import restricted_clocks, visible_deadlines
from models.clock.tables import Deadline
from models.kernel.calendar.local_time import local_date
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_assignments
from models.kernel.vocabulary import Outcome, ReplyKind, Turn
from models.overview.queries.done import ACCEPTED, reported_done
from models.papers.tables import Delivery
from models.rectification.tables import Assessment, Assignment, Reply

from .as_of import AsOf, due, due_by, due_since
from .ranking import (
    WORKED,
    Punctuality,
    Ranked,
    clock,
    completion,
    due_measures,
    ranked,
    told_of,
    warnings,
)

WELL = (Outcome.DONE, Outcome.DONE_BY_ALTERNATIVE)


@dataclass(frozen=True, slots=True)
class OwnPunctuality:
    """Our own clocks that were due in the year, or before it and still open at New Year; how many were met by their day."""

    due: int
    on_time: int


def punctuality(session: Session, actor: Actor, at: AsOf) -> Mapping[int, Punctuality]:
    """Return how each unit kept its days, by unit. Two statements."""
    rows = session.execute(
        select(
            Assignment.organisation_id,
            due(at).label("due"),
            reported_done().label("reported"),
            Assignment.closed_at,
            Assignment.outcome,
            Delivery.delivered_at,
        )
        .join(Delivery, Delivery.document_id == Assignment.notice_id)
        .join(WORKED, WORKED.id == func.coalesce(Assignment.served_by_id, Assignment.id))
        .outerjoin(Deadline, clock())
        .where(
            *told_of(at),
            due_measures(at),
            due_since(at, at.year[0].date()),
            # What was closed as not done was due all the same; any other clock that was withdrawn has nothing to say.
            or_(Deadline.state != "withdrawn", Assignment.outcome == Outcome.NOT_DONE),
            visible_assignments(actor),
        )
    )
    due_then: defaultdict[int, int] = defaultdict(int)
    on_time: defaultdict[int, int] = defaultdict(int)
    days: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        due_then[row.organisation_id] += 1
        done = _done(row, at)
        if done is None:
            continue
        on_time[row.organisation_id] += done <= date.fromisoformat(row.due)
        days[row.organisation_id].append(max(0, (done - local_date(row.delivered_at)).days))
    judged = _judged(session, actor, at)
    return {
        unit: Punctuality(
            due_then[unit],
            on_time[unit],
            median(days[unit]) if days[unit] else None,
            *judged.get(unit, (0, 0)),
        )
        for unit in {*due_then, *judged}
    }


def _done(row: Row[int, str, datetime | None, datetime | None, Outcome | None, datetime], at: AsOf) -> date | None:
    """Return the day on which a measure was done: reported, where that was not sent back, else closed as done."""
    moment = row.reported or (row.closed_at if row.outcome in WELL else None)
    return local_date(moment) if moment is not None and moment < at.end else None


def _judged(session: Session, actor: Actor, at: AsOf) -> dict[int, tuple[int, int]]:
    rows = session.execute(
        select(Assignment.organisation_id, Assessment.verdict, func.count())
        .join(Reply, Reply.id == Assessment.reply_id)
        .join(Assignment, Assignment.id == Reply.assignment_id)
        .where(
            Assessment.assessed_at >= at.year[0],
            Assessment.assessed_at < at.end,
            Reply.kind == ReplyKind.COMPLETION,
            Reply.original_id.is_(None),
            visible_assignments(actor),
        )
        .group_by(Assignment.organisation_id, Assessment.verdict)
    )
    found: dict[int, tuple[int, int]] = {}
    for unit, verdict, number in rows:
        assessed, accepted = found.get(unit, (0, 0))
        found[unit] = assessed + number, accepted + (number if verdict in ACCEPTED else 0)
    return found


def own_punctuality(session: Session, actor: Actor, at: AsOf) -> OwnPunctuality:
    """Return how our own clocks were kept, but for those of restricted papers. One statement."""
    rows = session.execute(
        select(Deadline.due_on, Deadline.closed_at, func.count())
        .where(
            Deadline.turn == Turn.OURS,
            Deadline.state.not_in(("withdrawn", "suspended")),
            or_(due_since(at, at.year[0].date()), Deadline.closed_at.is_(None), Deadline.closed_at >= at.year[0]),
            due_by(at, at.over),
            not_(restricted_clocks()),
            visible_deadlines(actor),
        )
        .group_by(Deadline.due_on, Deadline.closed_at)
    ).all()
    met = sum(number for last, closed, number in rows if closed is not None and local_date(closed) <= last)
    return OwnPunctuality(sum(number for *_, number in rows), met)


def ranking(session: Session, actor: Actor, at: AsOf) -> list[Ranked]:
    """Return the units with ranks, the first first. Six statements."""
    return ranked(completion(session, actor, at), warnings(session, actor, at), punctuality(session, actor, at))
