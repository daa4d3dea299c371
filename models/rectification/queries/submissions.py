"""The receipt of a form that was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.office.tables import Submission


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person is told about a form that was taken: its number, the words, when."""

    number: int
    told: str
    at: datetime


def receipt_of(session: Session, form_key: str, document_id: int) -> Receipt | None:
    """Return the receipt of a form about a notice, which whoever calls has opened; None where nothing was taken."""
    row = session.execute(
        select(Submission.id, Submission.told, Submission.submitted_at).where(
            Submission.form_key == form_key, Submission.document_id == document_id
        )
    ).one_or_none()
    return None if row is None else Receipt(row.id, row.told, row.submitted_at)
