"""How an installation is doing: its workers, the work that waits, the calendar its open limits run into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.clock.tables import CalendarYear, Deadline
from models.kernel.tables import Heartbeat, Outbox
from models.kernel.vocabulary import Medium, SendState
from models.office.tables import Channel, Send
from models.overview.queries.waiting.rows import TROUBLED
from models.papers.queries.fixing import FIX_PDF

# Work that failed so often, or waits so long, wants a person to look at it.
TRIES = 3
PATIENCE = timedelta(minutes=10)
# For so long a worker that died is missed; a machine that is gone for good says no goodbye.
MISSED = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Working:
    """A worker that has not said goodbye: it runs, or it died after its last sign of life."""

    worker: str
    host: str | None
    pid: int | None
    version: str | None
    beat_at: datetime


@dataclass(frozen=True, slots=True)
class Condition:
    """`stuck` is the number of waiting pieces of work that nobody gets done, `last_error` the newest reason.

    `looked_at` is how many clocks the last sweep looked at; `mail_addresses` how many are in use.
    """

    last_beat_at: datetime | None
    last_sweep_at: datetime | None
    looked_at: int | None
    waiting: int
    stuck: int
    last_error: str | None
    last_due_on: date | None
    unpublished_years: tuple[int, ...]
    unsent: int
    stuck_sends: int
    uncertain_sends: int
    send_error: str | None
    mail_addresses: int
    workers: tuple[Working, ...] = ()
    stuck_topics: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Stuck:
    """How much nobody gets done: work of the outbox, and messages that could not be sent or are uncertain."""

    work: int
    sends: int


def stuck_now(session: Session, now: datetime) -> Stuck:
    """Return how much is stuck at `now`."""
    work = select(func.count()).select_from(Outbox).where(_stuck(now))
    sends = select(func.count()).select_from(Send).where(Send.state.in_(TROUBLED))
    return Stuck(session.scalar(work) or 0, session.scalar(sends) or 0)


def _stuck(now: datetime) -> ColumnElement[bool]:
    # A PDF waits for as long as LibreOffice is missing: that is owed, and said, but nothing is stuck.
    too_old = (Outbox.created_at < now - PATIENCE) & (Outbox.topic != FIX_PDF)
    return Outbox.done_at.is_(None) & ((Outbox.tries >= TRIES) | too_old)


def condition(session: Session, now: datetime) -> Condition:
    """Return how the installation is doing at `now`."""
    last_beat_at = session.scalar(select(func.max(Heartbeat.beat_at)))
    swept = session.execute(
        select(Heartbeat.last_sweep_at, Heartbeat.looked_at)
        .where(Heartbeat.last_sweep_at.is_not(None))
        .order_by(Heartbeat.last_sweep_at.desc())
        .limit(1)
    ).one_or_none()
    waiting, stuck = Outbox.done_at.is_(None), _stuck(now)
    unfinished = (SendState.WAITING, SendState.SENDING, SendState.STUCK, SendState.UNCERTAIN)
    sends = {
        row.state: row.number
        for row in session.execute(
            select(Send.state, func.count().label("number")).where(Send.state.in_(unfinished)).group_by(Send.state)
        )
    }
    send_error = session.scalar(
        select(Send.last_error)
        .where(Send.state.in_(TROUBLED), Send.last_error.is_not(None))
        .order_by(Send.due_at.desc(), Send.id.desc())
        .limit(1)
    )
    workers = (
        select(Heartbeat.worker, Heartbeat.host, Heartbeat.pid, Heartbeat.version, Heartbeat.beat_at)
        .where(Heartbeat.ended_at.is_(None), Heartbeat.beat_at > now - MISSED)
        .order_by(Heartbeat.beat_at.desc(), Heartbeat.worker)
    )
    topics = (
        select(Outbox.topic, func.count().label("number")).where(stuck).group_by(Outbox.topic).order_by(Outbox.topic)
    )
    addresses = select(func.count()).where(Channel.medium == Medium.MAIL, Channel.disabled_at.is_(None))
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
        last_beat_at=last_beat_at,
        last_sweep_at=None if swept is None else swept.last_sweep_at,
        looked_at=None if swept is None else swept.looked_at,
        waiting=session.scalar(select(func.count()).select_from(Outbox).where(waiting)) or 0,
        stuck=session.scalar(select(func.count()).select_from(Outbox).where(stuck)) or 0,
        last_error=last_error,
        last_due_on=last_due_on,
        unpublished_years=tuple(year for year in years if year not in published),
        unsent=sends.get(SendState.WAITING, 0) + sends.get(SendState.SENDING, 0),
        stuck_sends=sends.get(SendState.STUCK, 0),
        uncertain_sends=sends.get(SendState.UNCERTAIN, 0),
        send_error=send_error,
        mail_addresses=session.scalar(addresses) or 0,
        workers=tuple(Working(*row) for row in session.execute(workers)),
        stuck_topics=tuple((row.topic, row.number) for row in session.execute(topics)),
    )


def last_sweep(session: Session) -> datetime | None:
    """Return when the clocks were last looked at, by whichever worker; None where never."""
    return session.scalar(select(func.max(Heartbeat.last_sweep_at)))
