"""The chain of 查阅记录: who read what of which reading is on record, each row linked to the one before, as events are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.kernel.errors import Fault
from models.kernel.record import event_chain as chain
from models.kernel.record.checkpoints import READINGS
from models.kernel.record.event_record import as_utc
from models.kernel.record.merkle import ChainEnd
from models.kernel.tables import CheckpointEnd, RecordedReading
from models.kernel.vocabulary import Door, ReadingKind

STREAM = READINGS
AT_ONCE = 1000
_LOCK = 0x5C_8EAD
"""What who adds to the chain holds on PostgreSQL until the commit; SQLite lets only one write anyway."""


def last_reading(session: Session) -> ChainEnd:
    """Return where the chain ends."""
    row = session.execute(
        select(RecordedReading.seq, RecordedReading.hash).order_by(RecordedReading.seq.desc()).limit(1)
    ).one_or_none()
    return ChainEnd(STREAM, *(row or (0, chain.GENESIS)))


def add_reading(
    session: Session,
    at: datetime,
    *,
    account: str,
    name: str,
    door: Door,
    kind: ReadingKind,
    what: str,
    case_number: str | None,
) -> None:
    """Append that somebody reads something; everybody's next such row waits for this one to be committed."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    end = last_reading(session)
    row = RecordedReading(
        seq=end.events + 1,
        read_at=at,
        account=account,
        name=name,
        door=door.value,
        kind=kind,
        what=what,
        case_number=case_number,
        prev_hash=end.head,
    )
    row.hash = chain.link(end.head, _as_event(row))
    session.add(row)
    session.flush()


def readings_faults(session: Session) -> Iterator[Fault]:
    """Yield what is wrong with the chain: its links, and what checkpoints know of it. Memory holds a slice of the rows."""
    known = select(CheckpointEnd.events, CheckpointEnd.head).where(CheckpointEnd.stream == STREAM)
    kept = {row.events: row.head for row in session.execute(known)}
    last, head = 0, chain.GENESIS
    rows = select(RecordedReading).order_by(RecordedReading.seq).execution_options(yield_per=AT_ONCE)
    for row in session.scalars(rows):
        if row.seq != last + 1 or row.prev_hash != head or row.hash != chain.link(head, _as_event(row)):
            yield Fault("$", f"查阅记录第 {row.seq} 条与前一条不衔接，或者被改动、去除", "readings_chain")
        if kept.pop(row.seq, row.hash) != row.hash:
            yield Fault("$", f"查阅记录第 {row.seq} 条与检查点所记不符", "readings_checkpoint")
        last, head = row.seq, row.hash
    if kept:
        yield Fault("$", f"检查点记有 {max(kept)} 条查阅记录，其后的被去除", "readings_lost")


def _as_event(row: RecordedReading) -> dict[str, Any]:
    """Return a row as the values that its hash covers."""
    return {
        "case_number": STREAM,
        "seq": row.seq,
        "kind": row.kind.value,
        "happened_at": as_utc(row.read_at),
        "recorded_at": as_utc(row.read_at),
        "actor": row.account,
        "actor_name": row.name,
        "why": None,
        "data": {"door": row.door, "what": row.what, "case": row.case_number},
    }
