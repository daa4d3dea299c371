"""问询函: the questions as a person asked them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.kernel.vocabulary import DocumentKind
from models.papers.filling.draft import Draft
from models.papers.filling.register import fills
from models.papers.tables import Inquiry

from .content import FactInquiry


@fills(DocumentKind.FACT_INQUIRY)
def content(session: Session, draft: Draft) -> FactInquiry:
    """Return what the letter asks."""
    asked = session.get_one(Inquiry, draft.row.id)
    return FactInquiry(
        head=draft.head(),
        case_number=draft.row.case_number,
        accident=draft.accident(),
        questions=tuple(asked.questions),
        due=asked.due_on,
    )
