"""Are the chains of a database whole? Every case, every accident and the office, from their first event to their end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.accident.tables import Accident
from models.case.tables import Case
from models.kernel.record import event_chain as chain
from models.kernel.record.event_record import as_record
from models.kernel.tables import Event
from models.office.queries.office_chain import office_chain

_AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class Chains:
    """How many chains and events were checked, and what each broken one is called, with its first fault."""

    chains: int
    events: int
    faults: tuple[str, ...]


def check_chains(session: Session) -> Chains:
    """Check every chain of a database of this version: each link, and that it ends where its case says."""
    count, events = 0, 0
    faults: list[str] = []
    for streams, of in ((_cases(session), Event.case_id), (_accidents(session), Event.accident_id)):
        for found in _checked(session, streams, of):
            count, events = count + 1, events + found.events
            faults += found.faults
    office = office_chain(session)
    faults += [f"管理记录：{fault}" for fault in office.faults[:1]]
    return Chains(count + 1, events + office.checked, tuple(faults))


@dataclass(frozen=True, slots=True)
class _Stream:
    id: int
    name: str
    called: str
    last_seq: int
    last_hash: str


def _cases(session: Session) -> list[_Stream]:
    rows = session.execute(select(Case.id, Case.case_number, Case.last_seq, Case.last_hash))
    return [_Stream(row.id, row.case_number, f"案件{row.case_number}", row.last_seq, row.last_hash) for row in rows]


def _accidents(session: Session) -> list[_Stream]:
    rows = session.execute(select(Accident.id, Accident.last_seq, Accident.last_hash))
    return [_Stream(row.id, f"accident/{row.id}", f"事故 {row.id}", row.last_seq, row.last_hash) for row in rows]


def _checked(session: Session, streams: list[_Stream], of: Any) -> Iterator[Chains]:
    waiting = {stream.id: stream for stream in streams}
    for owner, rows in groupby(_events(session, of), key=lambda row: row.owner):
        stream = waiting.pop(owner)
        records = [as_record(stream.name, row) | {"prev_hash": row.prev_hash, "hash": row.hash} for row in rows]
        found = chain.verify(records)
        faults = [f"{stream.called}：{fault}" for fault in found.faults[:1]]
        if not faults and (records[-1]["seq"], found.head) != (stream.last_seq, stream.last_hash):
            faults = [_ends(stream)]
        yield Chains(1, found.length, tuple(faults))
    for stream in waiting.values():
        yield Chains(1, 0, () if stream.last_seq == 0 else (_ends(stream),))


def _events(session: Session, of: ColumnElement[int | None]) -> Iterator[Any]:
    columns = (
        *(of.label("owner"), Event.seq, Event.kind, Event.happened_at, Event.recorded_at, Event.actor),
        *(Event.actor_name, Event.why, Event.data, Event.prev_hash, Event.hash),
    )
    asked = select(*columns).where(of.is_not(None)).order_by(of, Event.seq)
    yield from session.execute(asked.execution_options(yield_per=_AT_A_TIME))


def _ends(stream: _Stream) -> str:
    return f"{stream.called}：最后一条应是序号 {stream.last_seq}，其后的记录被去除或替换"
