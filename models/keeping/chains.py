"""Are the chains of a database whole? Every case, every accident and the office, from their first event to their end."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from sqlalchemy.orm import Session

from models.kernel.record.checking import check_accidents, check_cases, check_checkpoints
from models.kernel.record.readings import readings_faults
from models.office.queries.office_chain import office_chain

_AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class Chains:
    """How many chains and events were checked, and what each broken one is called, with its first fault."""

    chains: int
    events: int
    faults: tuple[str, ...]


def check_chains(session: Session) -> Chains:
    """Check every chain of a database of this version: each link, its end, and every checkpoint that it was in."""
    count, events = 0, 0
    faults: list[str] = []
    for look in (check_cases, check_accidents):
        after = 0
        while (found := look(session, after=after, limit=_AT_A_TIME)).streams:
            count, events, after = count + len(found.streams), events + found.events, found.last
            faults += [f"{stream}：{wrong[0]}" for stream, wrong in found.faults.items()]
    office = office_chain(session)
    faults += [f"管理记录：{fault}" for fault in office.faults[:1]]
    faults += [f"查阅记录：{fault}" for fault in islice(readings_faults(session), 1)]
    faults += [str(fault) for fault in check_checkpoints(session)]
    return Chains(count + 1, events + office.checked, tuple(faults))
