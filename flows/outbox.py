"""Outbox worker: claims queued work under a lease, runs its flow, marks it done; failed work is retried.

Not a queue beside the database: work is queued in the very transaction that asks for it (docs/decisions/0003, 0007).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Integer, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from flows.archive_disposal import destroy
from flows.archive_supplement import archive_supplement
from flows.case import ARCHIVE, CARRY, DELIVERED, RENDER, carry_case
from flows.delivery import delivery
from flows.engine import one_connection, tracked
from flows.fixing import can_fix, fix
from flows.installation import working_in
from flows.papers import run_flow_of
from flows.rendering import Issued, render_papers_of
from models.archive.commands.disposing import TOPIC as DESTROY
from models.archive.commands.reopening import TOPIC as SUPPLEMENT
from models.case.tables import Case
from models.kernel.base import Json
from models.kernel.errors import Refused
from models.kernel.installation import Installation
from models.kernel.storage.database import Database
from models.kernel.tables import Outbox
from models.kernel.vocabulary import DocumentKind
from models.papers.queries.fixing import FIX_PDF
from models.papers.tables import Document

log = logging.getLogger("shencha.outbox")

# A worker that died holds its row for this long. Work that takes longer may be begun by a second worker too: every
# step finds what is done already, so that costs effort and nothing else.
LEASE = timedelta(seconds=60)
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (1, 10, 60, 300))
LONGEST_ERROR = 500
MOST = 50  # rows of one claim, so that its lease is long enough


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row of the outbox in this worker's hands; `paper` and `kind` are those of the paper it is about."""

    id: int
    key: str
    topic: str
    payload: Json
    case_number: str | None
    tries: int
    paper: str | None
    kind: DocumentKind | None


@dataclass(frozen=True, slots=True)
class Settled:
    """How a row's work ended: in Prefect's run, where there was one, or with what went wrong."""

    row: Claimed
    run: str | None = None
    failure: Exception | None = None


class Queue(StrEnum):
    """Which work is taken: what people wait for, what takes long, or both."""

    QUICK = "quick"
    SLOW = "slow"
    BOTH = "both"


class Worked(NamedTuple):
    """How many rows were brought to their end, and how many failed and wait for their next try."""

    done: int = 0
    failed: int = 0

    @property
    def any(self) -> bool:
        """Whether there was anything to do."""
        return bool(self.done or self.failed)


def claim(
    database: Database,
    worker: str,
    now: datetime,
    limit: int,
    *,
    lease: timedelta = LEASE,
    left: Collection[str] = (),
) -> list[Claimed]:
    """Take the rows of one case that are due and in nobody's hands, up to `limit`; a claim ends with its lease.

    The case is the one that has waited longest. What it asks for together is done together. Topics in `left` are not
    touched.
    """
    with database.writing() as session:
        return _claim(session, worker, now, limit, lease, left)


def work_off(
    installation: Installation,
    worker: str,
    now: datetime,
    *,
    limit: int = 20,
    lease: timedelta = LEASE,
    queue: Queue = Queue.BOTH,
    going: Callable[[], bool] = lambda: True,
) -> Worked:
    """Do up to `limit` rows of a queue that are due at `now`, one case after the other, as long as `going()`.

    What a row asks for is done at `now`. A failure is written into its row, which is tried again after 1, 10 and
    60 s, then every 5 minutes. Call it again while it returns `any`.
    """
    done = failed = 0
    settled: list[Settled] = []
    left = _left_by(queue, installation)
    with ExitStack() as stack:
        while done + failed < limit and going():
            with installation.database.writing() as session:  # the last case's end and the next one's beginning in one
                _mark(session, worker, settled, now)
                rows = _claim(session, worker, now, limit - done - failed, lease, left)
            if rows and not settled:
                stack.enter_context(one_connection())
            settled = _settle(installation, rows, now)
            if not settled:
                break
            lost = sum(row.failure is not None for row in settled)
            done, failed = done + len(settled) - lost, failed + lost
    if settled:
        with installation.database.writing() as session:
            _mark(session, worker, settled, now)
    return Worked(done, failed)


def _left_by(queue: Queue, installation: Installation) -> Collection[str]:
    """Return the topics that a queue leaves alone; a PDF is left by everybody while none can be made."""
    left = {Queue.QUICK: SLOW, Queue.SLOW: frozenset(TOPICS) - SLOW, Queue.BOTH: frozenset[str]()}[queue]
    return left if can_fix(installation) else left | {FIX_PDF}


def _claim(
    session: Session, worker: str, now: datetime, limit: int, lease: timedelta, left: Collection[str]
) -> list[Claimed]:
    rows = session.execute(
        _CLAIM,
        {"worker": worker, "now": now, "until": now + lease, "most": min(limit, MOST), "left": sorted(left)},
        execution_options={"synchronize_session": False},
    ).all()
    return [Claimed(*row[1:]) for row in sorted(rows)]


def _settle(installation: Installation, rows: Sequence[Claimed], now: datetime) -> list[Settled]:
    """Do the work of rows of one case: together, and where that fails each by itself, so that one harms no other."""
    together = next((do for topics, do in TOGETHER if all(row.topic in topics for row in rows)), None)
    if len(rows) > 1 and together is not None:
        try:
            with working_in(installation):
                run = together(installation, rows, now)
            return [Settled(row, run) for row in rows]
        except Exception as failure:  # noqa: BLE001  whatever it is, it is met and told row by row below
            log.info("%s: not all together: %r", rows[0].case_number, failure)
    return [_settle_one(installation, row, now) for row in rows]


def _settle_one(installation: Installation, row: Claimed, now: datetime) -> Settled:
    try:
        with working_in(installation):
            return Settled(row, TOPICS[row.topic](installation, row, now))
    except Exception as failure:  # whatever goes wrong is written down and tried again, and other rows go on
        log.warning("%s failed, try %d", row.key, row.tries, exc_info=failure)
        return Settled(row, failure=failure)


def _mark(session: Session, worker: str, settled: Sequence[Settled], now: datetime) -> None:
    """Write the outcomes of rows, unless a lease ran out and somebody else holds it: then the outcome is theirs to tell."""
    by_run: dict[str | None, list[int]] = {}
    for one in settled:
        if one.failure is None:
            by_run.setdefault(one.run, []).append(one.row.id)
        else:
            pause = BACKOFF[min(one.row.tries, len(BACKOFF)) - 1]
            _write(session, worker, [one.row.id], due_at=now + pause, last_error=_told(one.failure))
    for run, ids in by_run.items():
        _write(session, worker, ids, done_at=now, last_error=None, **({"flow_run_id": run} if run else {}))


def _write(session: Session, worker: str, ids: Sequence[int], **values: object) -> None:
    session.execute(
        update(Outbox)
        .where(Outbox.id.in_(ids), Outbox.claimed_by == worker, Outbox.done_at.is_(None))
        .values(claimed_by=None, claimed_until=None, **values)
        .execution_options(synchronize_session=False)
    )


def _told(failure: Exception) -> str:
    text = failure.message if isinstance(failure, Refused) else f"{type(failure).__name__}: {failure}"
    return text[:LONGEST_ERROR]


def _fixed_together(installation: Installation, rows: Sequence[Claimed], now: datetime) -> None:
    """Make the PDFs of a case by one start of LibreOffice."""
    fix(installation, [row.payload["document"] for row in rows], now)


def _together(installation: Installation, rows: Sequence[Claimed], now: datetime) -> str | None:
    """Do all that a case asks for in one run of `carry-case`: Prefect is paid for once."""
    case_number = rows[0].case_number
    asked: dict[str, list[int]] = {}
    for row in rows:
        asked.setdefault(row.topic, []).extend([row.payload["document"]] if row.paper else [])
    papers = dict.fromkeys(f"paper:{row.paper}" for row in rows if row.paper)
    run = tracked(
        _CARRY,
        case_number,
        now.isoformat(),
        asked=asked,
        tags=[*_tags(rows[0]), *papers],
        run_name=f"{case_number} carry-case",
    )
    return _run_id(run.flow_run_id)


def _carry(installation: Installation, row: Claimed, now: datetime) -> str | None:
    """Carry a case as far as it goes by itself; sealing has a row of its own, which may wait for LibreOffice."""
    run = tracked(
        _CARRY,
        row.case_number,
        now.isoformat(),
        asked={CARRY: ()},
        tags=_tags(row),
        run_name=f"{row.case_number} carry-case",
    )
    return _run_id(run.flow_run_id)


def _render(installation: Installation, row: Claimed, now: datetime) -> str | None:
    """Render the paper; where it has its file, or was voided before it got one, nothing is left to do."""
    return _run_id(run_flow_of(_paper(row), now).flow_run_id)


def _delivered(installation: Installation, row: Claimed, now: datetime) -> str | None:
    """Tell the recipient of a served paper."""
    run = tracked(
        _DELIVERY,
        row.payload["document"],
        now.isoformat(),
        tags=[*_tags(row), f"paper:{row.paper}"],
        run_name=f"{row.case_number} delivery {row.paper}",
    )
    return _run_id(run.flow_run_id)


def _archive(installation: Installation, row: Claimed, now: datetime) -> str | None:
    """Pack an archived case; papers whose own turn has not come yet are rendered before, for the catalogue lists them."""
    assert row.case_number is not None
    render_papers_of(installation, row.case_number, now)
    return _run_id(run_flow_of(_paper(row), now).flow_run_id)


def _fix(installation: Installation, row: Claimed, now: datetime) -> None:
    """Make the PDF of a paper; where it has it, or says something else by now, nothing is left to do."""
    fix(installation, [row.payload["document"]], now)


def _supplement(installation: Installation, row: Claimed, now: datetime) -> str | None:
    """Seal what was supplemented after the volume's own seal."""
    run = tracked(
        _SUPPLEMENT,
        row.payload["supplement"],
        now.isoformat(),
        tags=_tags(row),
        run_name=f"{row.case_number} archive-supplement",
    )
    return _run_id(run.flow_run_id)


def _destroy(installation: Installation, row: Claimed, now: datetime) -> None:
    """Destroy what two people said may be destroyed."""
    assert row.case_number is not None
    destroy(installation, row.case_number, row.payload["disposal"], now)


def _paper(row: Claimed) -> Issued:
    assert row.case_number is not None
    assert row.paper is not None
    assert row.kind is not None
    return Issued(row.payload["document"], row.case_number, row.paper, row.kind)


def _tags(row: Claimed) -> list[str]:
    return [f"case:{row.case_number}"]


def _run_id(run: UUID | None) -> str | None:
    return None if run is None else str(run)


# The row is tried again by us: a run must not hold up all others for the minute of its own retries.
_CARRY, _DELIVERY = carry_case.with_options(retries=0), delivery.with_options(retries=0)
_SUPPLEMENT = archive_supplement.with_options(retries=0)

# What a topic asks for; returns Prefect's run, where there was one.
TOPICS: dict[str, Callable[[Installation, Claimed, datetime], str | None]] = {
    CARRY: _carry,
    RENDER: _render,
    DELIVERED: _delivered,
    ARCHIVE: _archive,
    SUPPLEMENT: _supplement,
    DESTROY: _destroy,
    FIX_PDF: _fix,
}
# What waits for LibreOffice, or copies many files: no paper, and nobody who waits for one, is to stand behind it.
SLOW = frozenset({ARCHIVE, SUPPLEMENT, DESTROY, FIX_PDF})
# What one run of `carry-case`, or one start of LibreOffice, can do at once.
TOGETHER: tuple[tuple[frozenset[str], Callable[[Installation, Sequence[Claimed], datetime], str | None]], ...] = (
    (frozenset({CARRY, RENDER, DELIVERED, ARCHIVE}), _together),
    (frozenset({FIX_PDF}), _fixed_together),
)

_DUE = and_(
    Outbox.done_at.is_(None),
    Outbox.due_at <= bindparam("now", type_=Outbox.due_at.type),
    Outbox.claimed_until.is_(None) | (Outbox.claimed_until <= bindparam("now", type_=Outbox.due_at.type)),
    Outbox.topic.not_in(bindparam("left", expanding=True)),
)
# Both looks pass over what another worker is just claiming; on SQLite the transaction itself is the lock.
_OLDEST = (
    select(Outbox.id, Outbox.case_id)
    .where(_DUE)
    .order_by(Outbox.due_at, Outbox.id)
    .limit(1)
    .with_for_update(skip_locked=True)
    .cte("oldest")
)
_OF_ITS_CASE = (
    select(Outbox.id)
    .where(
        _DUE,
        or_(
            Outbox.id == select(_OLDEST.c.id).scalar_subquery(),
            Outbox.case_id == select(_OLDEST.c.case_id).scalar_subquery(),
        ),
    )
    .order_by(Outbox.due_at, Outbox.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
    .cte("of_its_case")
)
_DOCUMENT = Outbox.payload["document"].as_integer()
_CLAIM = (
    update(Outbox)
    .where(Outbox.id.in_(select(_OF_ITS_CASE.c.id)))
    .values(claimed_by=bindparam("worker"), claimed_until=bindparam("until"), tries=Outbox.tries + 1)
    .returning(
        Outbox.due_at,
        Outbox.id,
        Outbox.key,
        Outbox.topic,
        Outbox.payload,
        select(Case.case_number).where(Case.id == Outbox.case_id).correlate(Outbox).scalar_subquery(),
        Outbox.tries,
        select(Document.ref).where(Document.id == _DOCUMENT).correlate(Outbox).scalar_subquery(),
        select(Document.kind).where(Document.id == _DOCUMENT).correlate(Outbox).scalar_subquery(),
    )
)
