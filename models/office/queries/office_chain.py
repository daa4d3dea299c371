"""Is the record of the office whole? Its hash chain, checked from the first act or only at its end."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.errors import Fault
from models.kernel.record import event_chain as chain
from models.kernel.record.event_record import as_record, earlier_admin_events
from models.kernel.tables import AdminEvent, OfficeStream

BEFORE_THE_FIRST = ("chain_gap", "chain_link")
"""What is said of the first of some events, for what stands before it is not looked at."""


@dataclass(frozen=True, slots=True)
class OfficeChain:
    """How many acts were checked, how many were recorded before there was a chain (None: not asked), every fault found."""

    checked: int
    earlier: int | None
    faults: tuple[Fault, ...]


def office_chain(session: Session, *, last: int | None = None) -> OfficeChain:
    """Check every act of the office: each link, where the chain ends, and what the first link says of earlier acts.

    That takes seconds for 100,000 acts; with `last` only so many at the end are checked. Two or three statements.
    """
    office = session.scalars(select(OfficeStream)).one()
    newest = select(AdminEvent).where(AdminEvent.seq.is_not(None)).order_by(AdminEvent.id.desc()).limit(last)
    records = [
        as_record(office.stream_name, event) | {"prev_hash": event.prev_hash, "hash": event.hash}
        for event in reversed(session.scalars(newest).all())
    ]
    found = chain.verify(records)
    part = last is not None and found.length == last
    faults = [fault for fault in found.faults if not (part and fault.path == "$[0]" and fault.code in BEFORE_THE_FIRST)]
    ends = (records[-1]["seq"] if records else 0, found.head)
    if ends != (office.last_seq, office.last_hash):
        faults.append(Fault("$", f"最后一条应是序号 {office.last_seq}，其后的记录被去除或替换", "chain_end"))
    if last is not None:
        return OfficeChain(found.length, None, tuple(faults))
    earlier = earlier_admin_events(session)
    if records and earlier != records[0]["data"].get("earlier"):
        faults.append(Fault("$", "起链以前的记录与起链时不同，或有记录不在链中", "chain_earlier"))
    return OfficeChain(found.length, earlier["count"] if earlier else 0, tuple(faults))
