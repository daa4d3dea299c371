"""Events as plain values: the form that hashes are computed over and that archives carry."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.kernel.record.event_chain import canonical
from models.kernel.tables import AdminEvent, Event


def as_record(stream_name: str, event: Event | AdminEvent | Row[Any]) -> dict[str, Any]:
    """Return an event as the plain values that its hash covers; `case_number` is the name of its stream."""
    return {
        "case_number": stream_name,
        "seq": event.seq,
        "kind": event.kind,
        "happened_at": as_utc(event.happened_at),
        "recorded_at": as_utc(event.recorded_at or event.happened_at),
        "actor": event.actor,
        "actor_name": event.actor_name,
        "why": event.why,
        "data": event.data,
    }


def earlier_admin_events(session: Session) -> dict[str, Any] | None:
    """Return how many acts were recorded before the office had a chain, with one hash over all of them; None for none."""
    count, hashed = 0, hashlib.sha256()
    columns = (
        AdminEvent.id,
        AdminEvent.kind,
        AdminEvent.happened_at,
        AdminEvent.actor,
        AdminEvent.why,
        AdminEvent.data,
    )
    unchained = select(*columns).where(AdminEvent.seq.is_(None)).order_by(AdminEvent.id)
    for row in session.execute(unchained.execution_options(yield_per=1000)):
        count += 1
        hashed.update(canonical({**row._mapping, "happened_at": as_utc(row.happened_at)}) + b"\n")
    return {"count": count, "sha256": hashed.hexdigest()} if count else None


def latest_event(session: Session) -> int:
    """Return the row number of the newest event, 0 before the first: while it stays, no case and no accident has moved."""
    return session.scalar(select(func.max(Event.id))) or 0


def event_record(session: Session, case_number: str, *, until: int) -> list[dict[str, Any]]:
    """Return the events of a case from the first to number `until`, each with its hash, as a package carries them."""
    events = session.scalars(
        select(Event)
        .join(Case, Case.id == Event.case_id)
        .where(Case.case_number == case_number, Event.seq <= until)
        .order_by(Event.seq)
    )
    return [as_record(case_number, event) | {"hash": event.hash} for event in events]


def as_utc(moment: datetime) -> str:
    """Spell a moment the one way it will have after any trip through a database: the hash covers the spelling."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
