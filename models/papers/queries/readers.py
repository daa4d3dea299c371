"""The named list of a restricted paper, for those who stand on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.accountability.tables import Reader
from models.case.tables import Case
from models.kernel.errors import NotFound
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_documents
from models.office.tables import Organisation, User
from models.papers.tables import Document


@dataclass(frozen=True, slots=True)
class ReaderShown:
    """Somebody on the list of a restricted paper, or once on it."""

    account: str
    name: str
    organisation: str
    added_by: str | None
    added_at: datetime
    removed_by: str | None
    removed_at: datetime | None


def reader_list(session: Session, actor: Actor, case_number: str, paper: str) -> list[ReaderShown]:
    """Return who may read a restricted paper, who was taken off its list, by whom and when. Two statements.

    Raises NotFound for a paper that is not there or not to be known of; one that is not restricted has no list.
    """
    document_id = session.scalars(
        select(Document.id)
        .join(Case, Case.id == Document.case_id)
        .where(Case.case_number == case_number, Document.ref == paper, visible_documents(actor))
    ).one_or_none()
    if document_id is None:
        raise NotFound(f"本案没有编号为“{paper}”的文书，或您无权查看。", code="paper_not_found")
    adder, remover = aliased(User), aliased(User)
    rows = session.execute(
        select(
            User.account,
            User.name,
            Organisation.name.label("organisation"),
            adder.name.label("added_by"),
            Reader.added_at,
            remover.name.label("removed_by"),
            Reader.removed_at,
        )
        .join(User, User.id == Reader.user_id)
        .join(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(adder, adder.id == Reader.added_by)
        .outerjoin(remover, remover.id == Reader.removed_by)
        .where(Reader.document_id == document_id)
        .order_by(Reader.added_at, User.id)
    )
    return [ReaderShown(*row) for row in rows]
