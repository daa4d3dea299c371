"""Appends events to the hash chain of a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.case.tables import Case
from models.kernel import event_chain as chain

from .act import Act
from .event_kinds import HAPPENINGS
from .event_record import as_record
from .tables import Event


def record(
    act: Act,
    case: Case,
    kind: str,
    /,
    *,
    why: str | None = None,
    happened_at: datetime | None = None,
    **data: Any,
) -> Event:
    """Append an event to the case's chain. The case row must be locked: its last hash is the link."""
    if kind not in HAPPENINGS:
        raise ValueError(f"unknown event {kind}")
    event = Event(
        case_id=case.id,
        seq=case.last_seq + 1,
        kind=kind,
        happened_at=happened_at or act.at,
        recorded_at=act.at,
        actor=act.actor.account,
        actor_name=act.actor.name,
        why=why,
        data={**data, "door": act.door.value},
        prev_hash=case.last_hash,
    )
    event.hash = chain.link(event.prev_hash, as_record(case.case_number, event))
    case.last_seq, case.last_hash = event.seq, event.hash
    act.session.add(event)
    return event
