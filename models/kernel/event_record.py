"""Events as plain values: the form that hashes are computed over and that archives carry."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.case.tables import Case

from .tables import Event


def as_record(case_number: str, event: Event) -> dict[str, Any]:
    """Return an event as the plain values that its hash covers."""
    return {
        "case_number": case_number,
        "seq": event.seq,
        "kind": event.kind,
        "happened_at": as_utc(event.happened_at),
        "recorded_at": as_utc(event.recorded_at),
        "actor": event.actor,
        "actor_name": event.actor_name,
        "why": event.why,
        "data": event.data,
    }


def latest_event(session: Session) -> int:
    """Return the row number of the newest event of all cases, 0 before the first: while it stays, no case has moved."""
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
