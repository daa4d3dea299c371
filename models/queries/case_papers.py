"""Which papers belong to a case: those written in it, and the notices over several cases that list measures of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from models.tables import BundledCase, Document


def of_case(case_id: Any) -> ColumnElement[bool]:
    """Papers of a case, given by its number or by a column of the statement around."""
    bundled = exists(
        select(1)
        .where(BundledCase.document_id == Document.id, BundledCase.case_id == case_id)
        .correlate_except(BundledCase)
    )
    return or_(Document.case_id == case_id, bundled)
