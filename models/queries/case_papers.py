"""Which papers belong to a case: those written in it, and the notices over several cases that list measures of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, union_all
from sqlalchemy.orm import aliased

from models.tables import BundledCase, Document


def of_case(case_id: Any) -> ColumnElement[bool]:
    """Papers of a case, given by its number or by a column of the statement around."""
    if isinstance(case_id, int):
        # Of one case as a list of rows: either condition by itself has an index, the two as OR have none.
        own, listed = aliased(Document), aliased(BundledCase)
        of_either = union_all(
            select(own.id).where(own.case_id == case_id), select(listed.document_id).where(listed.case_id == case_id)
        )
        return Document.id.in_(of_either)
    bundled = exists(
        select(1)
        .where(BundledCase.document_id == Document.id, BundledCase.case_id == case_id)
        .correlate_except(BundledCase)
    )
    return or_(Document.case_id == case_id, bundled)
