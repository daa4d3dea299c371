"""The draft of the next answer to a notice, and in which unit's name it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import ReplyKind
from models.rectification.tables import ReplyDraft


@dataclass(frozen=True, slots=True)
class DraftShown:
    """What a unit has written about a notice and not sent yet, by whom and when it was last saved."""

    kind: ReplyKind | None
    measures: list[str]
    text: str
    requested_due_on: date | None
    milestone: str | None
    written_by: str | None
    saved_at: datetime


def writing_unit(actor: Actor, recipient: int, recipient_path: str) -> int:
    """Return the unit whose draft an actor writes: the recipient's, or the own one's where work was delegated to it."""
    if recipient_path.startswith(actor.path) or actor.organisation_id is None:
        return recipient
    return actor.organisation_id


def draft_of(session: Session, document_id: int, organisation_id: int) -> DraftShown | None:
    """Return what a unit has written about a notice so far; whoever calls has found the notice for the actor."""
    row = session.execute(
        select(
            ReplyDraft.kind,
            ReplyDraft.measures,
            ReplyDraft.text,
            ReplyDraft.requested_due_on,
            ReplyDraft.milestone,
            ReplyDraft.written_by,
            ReplyDraft.saved_at,
        ).where(ReplyDraft.document_id == document_id, ReplyDraft.organisation_id == organisation_id)
    ).one_or_none()
    return None if row is None else DraftShown(**row._mapping)
