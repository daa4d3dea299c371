"""Checks the record in slices: each chain by itself, against where it ends, and against every checkpoint it was in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from models.accident.tables import Accident
from models.case.tables import Case
from models.kernel.errors import Fault
from models.kernel.record import event_chain as chain
from models.kernel.record import merkle
from models.kernel.record.checkpoints import READINGS, check_line, ends_at, line_hash
from models.kernel.record.event_record import as_record
from models.kernel.record.merkle import ChainEnd
from models.kernel.tables import Checkpoint, CheckpointEnd, Event

AT_ONCE = 200
"""Streams asked for in one statement."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at some streams found: the names of all of them, and the faults of those that do not hold."""

    streams: tuple[str, ...] = ()
    last: int = 0
    events: int = 0
    faults: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)


def check_cases(session: Session, *, after: int, limit: int) -> Looked:
    """Check the chains of up to `limit` cases whose row numbers follow `after`, in that order."""
    rows = session.execute(
        select(Case.id, Case.case_number, Case.last_seq, Case.last_hash)
        .where(Case.id > after)
        .order_by(Case.id)
        .limit(limit)  # else PostgreSQL's driver takes in every case for each slice
    )
    return _check(session, rows.all(), Event.case_id)


def check_accidents(session: Session, *, after: int, limit: int) -> Looked:
    """The same for accidents that have events of their own."""
    of_its_own = select(Accident).where(Accident.id > after, Accident.last_seq > 0).order_by(Accident.id).limit(limit)
    found = session.scalars(of_its_own)
    return _check(session, [(one.id, one.stream_name, one.last_seq, one.last_hash) for one in found], Event.accident_id)


def check_case(session: Session, case_number: str) -> tuple[Fault, ...]:
    """Return what is wrong with the chain of one case; it must exist."""
    row = session.execute(
        select(Case.id, Case.case_number, Case.last_seq, Case.last_hash).where(Case.case_number == case_number)
    ).one()
    return _check(session, [row], Event.case_id).faults.get(case_number, ())


def check_checkpoints(session: Session, public: str | None = None) -> Iterator[Fault]:
    """Yield what is wrong with the checkpoints: their lines one after the other, and the tree of the newest.

    With `public` each must be signed by that key, from the first that bears a signature on.
    """
    previous, last, signed = chain.GENESIS, None, False
    for last in session.scalars(select(Checkpoint).order_by(Checkpoint.number)):
        signed = signed or '"signature"' in last.line
        yield from check_line(last.line, previous=previous, public=public if signed else None)
        previous = line_hash(last.line)
        if previous != last.line_sha256 or f'"root":"{last.root}"' not in last.line:
            yield Fault(f"检查点{last.number}", "数据库中的记载与其内容不符", "checkpoint_row")
    if last is not None and merkle.root(ends_at(session, last.number)) != last.root:
        yield Fault(f"检查点{last.number}", "各记录当时的末端与检查点不符", "checkpoint_root")


def missing_streams(session: Session) -> Iterator[Fault]:
    """Yield the cases that a checkpoint knows and the database no longer has: numbers stay even where a case ended."""
    gone = (
        select(CheckpointEnd.stream)
        .outerjoin(Case, Case.case_number == CheckpointEnd.stream)
        .where(
            Case.id.is_(None),
            ~CheckpointEnd.stream.like("accident/%"),
            CheckpointEnd.stream.not_in(["office", READINGS]),
        )
        .distinct()
    )
    for stream in session.scalars(gone):
        yield Fault(stream, "检查点载有此案件，数据库中已不存在", "stream_gone")


def _check(session: Session, rows: Sequence[Any], owner: Any) -> Looked:
    if not rows:
        return Looked()
    faults: dict[str, tuple[Fault, ...]] = {}
    count = 0
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        events = _events(session, owner, owner.in_([row[0] for row in part]))
        kept = _ends_kept(session, [row[1] for row in part])
        count += sum(map(len, events.values()))
        for row_id, name, last_seq, last_hash in part:
            own = [
                as_record(name, event) | {"prev_hash": event.prev_hash, "hash": event.hash}
                for event in events.get(row_id, ())
            ]
            if found := tuple(_faults(own, ChainEnd(name, last_seq, last_hash), kept.get(name, ()))):
                faults[name] = found
    return Looked(tuple(row[1] for row in rows), rows[-1][0], count, faults)


def _faults(events: Sequence[Mapping[str, Any]], end: ChainEnd, kept: Iterable[ChainEnd]) -> Iterator[Fault]:
    checked = chain.verify(events)
    yield from checked.faults
    last = events[-1]["seq"] if events else 0
    if (last, checked.head) != (end.events, end.head):
        yield Fault("$", f"最后一条应是序号 {end.events}，其后的记录被去除或替换", "chain_end")
    hashes = {event["seq"]: event["hash"] for event in events}
    for one in kept:
        # An empty chain ends before its first event.
        if hashes.get(one.events, chain.GENESIS if one.events == 0 else None) != one.head:
            yield Fault("$", f"序号 {one.events} 的事件与检查点所记不符，历史被改写", "chain_checkpoint")
            return


def _events(session: Session, owner: Any, among: ColumnElement[bool]) -> dict[int, list[Row[Any]]]:
    """Return events by whose they are, as plain rows: to make objects of them takes longer than to check them."""
    found = session.execute(select(owner, *_HASHED).where(among).order_by(owner, Event.seq))
    return {key: list(group) for key, group in groupby(found, key=itemgetter(0))}


_HASHED = (
    *(
        Event.seq,
        Event.kind,
        Event.happened_at,
        Event.recorded_at,
        Event.actor,
        Event.actor_name,
        Event.why,
        Event.data,
    ),
    *(Event.prev_hash, Event.hash),
)


def _ends_kept(session: Session, names: Sequence[str]) -> dict[str, list[ChainEnd]]:
    found: dict[str, list[ChainEnd]] = {}
    for row in session.execute(
        select(CheckpointEnd.stream, CheckpointEnd.events, CheckpointEnd.head)
        .where(CheckpointEnd.stream.in_(names))
        .order_by(CheckpointEnd.stream, CheckpointEnd.number)
    ):
        found.setdefault(row.stream, []).append(ChainEnd(*row))
    return found
