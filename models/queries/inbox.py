"""Messages to a person or to a unit, the newest first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models.rules.policy import Actor
from models.tables import Case, Message


def messages(session: Session, actor: Actor, *, after: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Return up to `limit` messages to the actor or the actor's unit, older than the row `after`."""
    query = (
        select(Message.id, Case.case_number, Message.subject, Message.body, Message.sent_at, Message.read_at)
        .join(Case, Case.id == Message.case_id)
        .where(_to(actor))
        .order_by(Message.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(Message.id < after)
    return [dict(row._mapping) for row in session.execute(query)]


def _to(actor: Actor) -> ColumnElement[bool]:
    return or_(Message.user_id == actor.id, Message.organisation_id == actor.organisation_id)
