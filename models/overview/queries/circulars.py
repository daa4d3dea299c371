"""通报: the circulars that a person may see, and whether any may be written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.kernel.errors import NotFound
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_documents
from models.kernel.vocabulary import DocumentStatus
from models.papers.kinds.circular.content import Figures
from models.papers.queries.documents import file_name
from models.papers.tables import CircularRecipient, CircularRow, Delivery, Document


@dataclass(frozen=True, slots=True)
class CircularShown:
    """A circular: of which period (None: of an occasion), where it stands, and in which case it lies."""

    id: int
    case_number: str
    ref: str
    title: str
    number: str | None
    status: DocumentStatus
    issued_on: date | None
    delivered_at: datetime | None
    period_from: date | None
    period_until: date | None
    path: str


def circulars(session: Session, actor: Actor, *, limit: int = 50) -> list[CircularShown]:
    """Return the circulars that a person may see, and what puts one right, the newest first. One statement."""
    rows = session.execute(
        select(
            Document.id,
            Case.case_number,
            Document.ref,
            Document.title,
            Document.number,
            Document.status,
            Document.issued_on,
            Delivery.delivered_at,
            CircularRow.period_from,
            CircularRow.period_until,
        )
        .outerjoin(CircularRow, CircularRow.document_id == Document.id)
        .join(Case, Case.id == Document.case_id)
        .outerjoin(Delivery, (Delivery.document_id == Document.id) & (Delivery.recipient_id == Document.recipient_id))
        .where(
            Document.id.in_(select(CircularRecipient.document_id)),
            Document.status != DocumentStatus.VOID,
            visible_documents(actor),
        )
        .order_by(Document.id.desc())
        .limit(limit)
    )
    return [CircularShown(**row._mapping, path=file_name(row.number, row.title)) for row in rows]


def circular_figures_of(session: Session, actor: Actor, case_number: str, ref: str) -> tuple[str, Figures]:
    """Return title and figures of a circular, as they were counted when it was drafted. One statement.

    Raises NotFound for one that the actor may not see.
    """
    row = session.execute(
        select(Document.title, CircularRow.figures)
        .join(CircularRow, CircularRow.document_id == Document.id)
        .join(Case, Case.id == Document.case_id)
        .where(Case.case_number == case_number, Document.ref == ref, visible_documents(actor))
    ).one_or_none()
    if row is None:
        raise NotFound(f"案件{case_number}没有通报{ref}。", code="paper_not_found")
    return row.title, Figures.model_validate(row.figures)
