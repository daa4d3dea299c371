"""退回: who sent a paper back, at which step, when and why, until it is submitted again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import NotNullable, select
from sqlalchemy.orm import Session, aliased

from models.kernel.vocabulary import DocumentStatus, Role
from models.office.tables import User
from models.papers.tables import Approval, Document

_PRINCIPAL = aliased(User)


@dataclass(frozen=True, slots=True)
class ReturnShown:
    """Who sent a paper back; `principal` is the signer in whose stead a deputy did."""

    by: str
    principal: str | None
    step: Role
    at: datetime
    reason: str

    def as_json(self) -> dict[str, object]:
        """Return it as published: the principal is called `for`."""
        return {"by": self.by, "for": self.principal, "step": self.step, "at": self.at, "reason": self.reason}


def returns_of(session: Session, document_ids: Collection[int]) -> dict[int, ReturnShown]:
    """Return why each of some papers was returned; nothing for one that is under way again. One statement, none for none.

    Whoever calls has found the papers for the actor.
    """
    if not document_ids:
        return {}
    rows = session.execute(
        select(
            Approval.document_id,
            User.name,
            _PRINCIPAL.name,
            Approval.role,
            NotNullable(Approval.decided_at),
            NotNullable(Approval.reason),
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
    return {row[0]: ReturnShown(*row[1:]) for row in rows}
