"""退回: who sent a paper back, at which step, when and why, until it is submitted again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.kernel.vocabulary import DocumentStatus
from models.office.tables import User
from models.papers.tables import Approval, Document

_PRINCIPAL = aliased(User)


def returns_of(session: Session, document_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return why each of some papers was returned; nothing for one that is under way again. One statement, none for none.

    Whoever calls has found the papers for the actor. `for` is the signer in whose stead a deputy returned it.
    """
    if not document_ids:
        return {}
    rows = session.execute(
        select(
            Approval.document_id,
            Approval.role.label("step"),
            Approval.decided_at,
            Approval.reason,
            User.name.label("by"),
            _PRINCIPAL.name.label("principal"),
        )
        .join(Document, Document.id == Approval.document_id)
        .join(User, User.id == Approval.decided_by)
        .outerjoin(_PRINCIPAL, _PRINCIPAL.id == Approval.decided_for)
        .where(
            Document.id.in_(document_ids),
            Document.status == DocumentStatus.RETURNED,
            Approval.round == Document.round,
            Approval.decision == "returned",
        )
    )
    return {
        row.document_id: {
            "by": row.by,
            "for": row.principal,
            "step": row.step,
            "at": row.decided_at,
            "reason": row.reason,
        }
        for row in rows
    }
