"""The outbox: work that follows a commit is claimed, done once and marked done; nothing is ever dropped."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select, update

from flows.case import carry_case
from flows.delivery import delivery
from flows.engine import tracked
from flows.office import Office, present
from flows.papers import run_flow_of
from flows.rendering import unpacked_volume, unrendered, unrendered_of
from models.database import Database
from models.errors import Refused
from models.tables import Case, Document, Outbox

log = logging.getLogger("shencha.outbox")

# A worker that died holds its row for this long. Work that takes longer may be begun by a second worker too: every
# step finds what is done already, so that costs effort and nothing else.
LEASE = timedelta(seconds=60)
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (1, 10, 60, 300))
LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row of the outbox in this worker's hands."""

    id: int
    key: str
    topic: str
    payload: dict[str, Any]
    case_number: str | None
    tries: int


class Worked(NamedTuple):
    """How many rows were brought to their end, and how many failed and wait for their next try."""

    done: int = 0
    failed: int = 0

    @property
    def any(self) -> bool:
        """Whether there was anything to do."""
        return bool(self.done or self.failed)


def claim(database: Database, worker: str, now: datetime, limit: int, *, lease: timedelta = LEASE) -> list[Claimed]:
    """Take up to `limit` rows that are due and in nobody's hands, oldest first; a claim ends with its lease."""
    with database.writing() as session:
        due = session.scalars(
            select(Outbox.id)
            .where(
                Outbox.done_at.is_(None),
                Outbox.due_at <= now,
                Outbox.claimed_until.is_(None) | (Outbox.claimed_until <= now),
            )
            .order_by(Outbox.due_at, Outbox.id)
            .limit(limit)
            .with_for_update(skip_locked=True)  # on SQLite the transaction itself is the lock
        ).all()
        if not due:
            return []
        session.execute(
            update(Outbox)
            .where(Outbox.id.in_(due))
            .values(claimed_by=worker, claimed_until=now + lease, tries=Outbox.tries + 1)
            .execution_options(synchronize_session=False)
        )
        rows = session.execute(
            select(Outbox.id, Outbox.key, Outbox.topic, Outbox.payload, Case.case_number, Outbox.tries)
            .outerjoin(Case, Case.id == Outbox.case_id)
            .where(Outbox.id.in_(due))
            .order_by(Outbox.due_at, Outbox.id)
        )
        return [Claimed(*row) for row in rows]


def work_off(
    office: Office,
    worker: str,
    now: datetime,
    *,
    limit: int = 20,
    lease: timedelta = LEASE,
    going: Callable[[], bool] = lambda: True,
) -> Worked:
    """Do up to `limit` rows that are due at `now`, one claim at a time, as long as `going()`.

    What a row asks for is done at `now`. A failure is written into its row, which is tried again after 1, 10 and
    60 s, then every 5 minutes. Call it again while it returns `any`.
    """
    done = failed = 0
    while done + failed < limit and going():
        rows = claim(office.database, worker, now, 1, lease=lease)
        if not rows:
            break
        if _settle(office, worker, rows[0], now):
            done += 1
        else:
            failed += 1
    return Worked(done, failed)


def _settle(office: Office, worker: str, row: Claimed, now: datetime) -> bool:
    """Do one row's work and mark it; returns False where it failed."""
    try:
        with present(office):
            run = TOPICS[row.topic](office, row, now)
    except Exception as failure:  # whatever goes wrong is written down and tried again, and other rows go on
        log.warning("%s failed, try %d", row.key, row.tries, exc_info=failure)
        pause = BACKOFF[min(row.tries, len(BACKOFF)) - 1]
        _mark(office, worker, row, due_at=now + pause, last_error=_told(failure))
        return False
    _mark(office, worker, row, done_at=now, last_error=None, **({"flow_run_id": run} if run else {}))
    return True


def _mark(office: Office, worker: str, row: Claimed, **values: Any) -> None:
    """Write a row's outcome, unless its lease ran out and somebody else holds it: then the outcome is theirs to tell."""
    with office.database.writing() as session:
        session.execute(
            update(Outbox)
            .where(Outbox.id == row.id, Outbox.claimed_by == worker, Outbox.done_at.is_(None))
            .values(claimed_by=None, claimed_until=None, **values)
            .execution_options(synchronize_session=False)
        )


def _told(failure: Exception) -> str:
    text = failure.message if isinstance(failure, Refused) else f"{type(failure).__name__}: {failure}"
    return text[:LONGEST_ERROR]


def _carry(office: Office, row: Claimed, now: datetime) -> str | None:
    """Carry a case as far as it goes by itself."""
    assert row.case_number is not None
    run = tracked(_CARRY, row.case_number, now.isoformat(), tags=_tags(row), run_name=f"{row.case_number} carry-case")
    return _run_id(run)


def _render(office: Office, row: Claimed, now: datetime) -> str | None:
    """Render the paper; where it has its file, or was voided before it got one, nothing is left to do."""
    paper = unrendered(office, row.payload["document"])
    return None if paper is None else _run_id(run_flow_of(paper, now))


def _delivered(office: Office, row: Claimed, now: datetime) -> str | None:
    """Tell the recipient of a served paper."""
    document = row.payload["document"]
    with office.database.reading() as session:
        ref = session.scalars(select(Document.ref).where(Document.id == document)).one()
    run = tracked(
        _DELIVERY,
        document,
        now.isoformat(),
        tags=[*_tags(row), f"paper:{ref}"],
        run_name=f"{row.case_number} delivery {ref}",
    )
    return _run_id(run)


def _archive(office: Office, row: Claimed, now: datetime) -> str | None:
    """Pack an archived case; papers whose own turn has not come yet are rendered before, for the catalogue lists them."""
    assert row.case_number is not None
    for paper in unrendered_of(office, row.case_number):
        run_flow_of(paper, now)
    volume = unpacked_volume(office, row.case_number)
    return None if volume is None else _run_id(run_flow_of(volume, now))


def _tags(row: Claimed) -> list[str]:
    return [f"case:{row.case_number}"]


def _run_id(run: Any) -> str | None:
    return None if run.flow_run_id is None else str(run.flow_run_id)


# The row is tried again by us: a run must not hold up all others for the minute of its own retries.
_CARRY, _DELIVERY = carry_case.with_options(retries=0), delivery.with_options(retries=0)

# What a topic asks for; returns Prefect's run, where there was one.
TOPICS: dict[str, Callable[[Office, Claimed, datetime], str | None]] = {
    "carry": _carry,
    "render": _render,
    "delivered": _delivered,
    "archive": _archive,
}
