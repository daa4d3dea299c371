"""How an installation is doing: its workers, the work that waits, the calendar its open limits run into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables import CalendarYear, Deadline, Heartbeat, Outbox

# Work that failed so often, or waits so long, wants a person to look at it.
TRIES = 3
PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Condition:
    """`stuck` is the number of waiting pieces of work that nobody gets done, `last_error` the newest reason."""

    last_beat_at: datetime | None
    last_sweep_at: datetime | None
    waiting: int
    stuck: int
    last_error: str | None
    last_due_on: date | None
    unpublished_years: tuple[int, ...]


def condition(session: Session, now: datetime) -> Condition:
    """Return how the installation is doing at `now`."""
    beat = session.execute(select(func.max(Heartbeat.beat_at), func.max(Heartbeat.last_sweep_at))).one()
    waiting = Outbox.done_at.is_(None)
    stuck = waiting & ((Outbox.tries >= TRIES) | (Outbox.created_at < now - PATIENCE))
    last_error = session.scalar(
        select(Outbox.last_error)
        .where(stuck, Outbox.last_error.is_not(None))
        .order_by(Outbox.due_at.desc(), Outbox.id.desc())
        .limit(1)
    )
    running = Deadline.state.in_(("open", "suspended"))
    last_due_on = session.scalar(select(func.max(Deadline.due_on)).where(running))
    published = set(session.scalars(select(CalendarYear.year)))
    years = range(now.year, last_due_on.year + 1) if last_due_on else range(0)
    return Condition(
        last_beat_at=beat[0],
        last_sweep_at=beat[1],
        waiting=session.scalar(select(func.count()).select_from(Outbox).where(waiting)) or 0,
        stuck=session.scalar(select(func.count()).select_from(Outbox).where(stuck)) or 0,
        last_error=last_error,
        last_due_on=last_due_on,
        unpublished_years=tuple(year for year in years if year not in published),
    )


def last_sweep(session: Session) -> datetime | None:
    """Return when the clocks were last looked at, by whichever worker; None where never."""
    return session.scalar(select(func.max(Heartbeat.last_sweep_at)))
