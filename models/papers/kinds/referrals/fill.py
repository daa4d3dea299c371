"""请示 and 商请督促函: the measures in hands that the paper carries, of one unit."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.vocabulary import DocumentKind
from models.office.tables import Organisation
from models.papers.filling.draft import Draft
from models.papers.filling.register import fills
from models.papers.tables import DocumentAssignment
from models.rectification.tables import Assignment, Measure

from .content import ReferralLetter, ReferredMeasure, RequestForInstructions


@fills(DocumentKind.REQUEST_FOR_INSTRUCTIONS)
def request(session: Session, draft: Draft) -> RequestForInstructions:
    """Return what is asked of our superior."""
    unit, measures = _carried(session, draft)
    return RequestForInstructions(
        head=draft.head(),
        case_number=draft.row.case_number,
        accident=draft.accident(),
        unit=unit,
        why=_reason(draft.row.note),
        measures=measures,
    )


@fills(DocumentKind.REFERRAL_LETTER)
def letter(session: Session, draft: Draft) -> ReferralLetter:
    """Return what the authority, or the police of the place, is asked."""
    unit, measures = _carried(session, draft)
    return ReferralLetter(
        head=draft.head(),
        case_number=draft.row.case_number,
        accident=draft.accident(),
        unit=unit,
        measures=measures,
    )


def _reason(note: str | None) -> str | None:
    """Return the first half of the sentence that refused the direct way; its second half names this very paper."""
    return None if note is None else f"{note.partition('；')[0].rstrip('。')}。"


def _carried(session: Session, draft: Draft) -> tuple[str, tuple[ReferredMeasure, ...]]:
    rows = session.execute(
        select(Organisation.name, Measure.text, Measure.proof)
        .join(Assignment, Assignment.organisation_id == Organisation.id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(DocumentAssignment, DocumentAssignment.assignment_id == Assignment.id)
        .where(DocumentAssignment.document_id == draft.row.id)
        .order_by(Measure.position, Measure.id)
    ).all()
    unit = rows[0].name if rows else ""
    return unit, tuple(ReferredMeasure(text=row.text, proof=row.proof) for row in rows)
