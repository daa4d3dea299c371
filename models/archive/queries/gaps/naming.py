"""What a paper is called among what a case lacks, and where it is mended."""

from __future__ import annotations

from sqlalchemy import ColumnElement, case, select

from models.case.tables import Case
from models.papers.tables import Document


def short_name(of: Case) -> ColumnElement[str]:
    """Return the short name of a paper; of one that lies in another case with the number of that one before it, as both
    cases may have a D2."""
    home = select(Case.case_number).where(Case.id == Document.case_id).correlate(Document).scalar_subquery()
    return case((Document.case_id == of.id, Document.ref), else_=home + "/" + Document.ref).label("ref")


def address(name: str) -> str | None:
    """Return what the papers of the case are asked for; None for a paper that lies in another one."""
    return None if "/" in name else f"paper={name}"
