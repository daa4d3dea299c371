"""Which papers belong to a case: those written in it, and the notices over several cases that list measures of it."""

from __future__ import annotations

from sqlalchemy import BindParameter, ColumnElement, exists, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased

from models.papers.tables import BundledCase, Document

_OWN, _LISTED = aliased(Document), aliased(BundledCase)


def of_case(case_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Papers of a case."""
    # As a list of rows: either condition by itself has an index, the two as OR have none.
    of_either = union_all(
        select(_OWN.id).where(_OWN.case_id == case_id), select(_LISTED.document_id).where(_LISTED.case_id == case_id)
    )
    return Document.id.in_(of_either)


def has_paper(case_id: InstrumentedAttribute[int], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Cases, by their column in the statement around, with a paper that satisfies the conditions on `Document`."""
    # Asked apart for the same reason: PostgreSQL would read every paper for each case.
    own = select(1).where(Document.case_id == case_id, *conditions)
    bundled = (
        select(1)
        .select_from(BundledCase)
        .join(Document, Document.id == BundledCase.document_id)
        .where(BundledCase.case_id == case_id, *conditions)
    )
    return or_(*(exists(way.correlate_except(Document, BundledCase)) for way in (own, bundled)))
