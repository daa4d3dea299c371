"""调查分析报告摘录: taken from what the signed report says, so that nothing can differ from it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.errors import WrongStage
from models.kernel.lifecycle import SIGNED
from models.kernel.record.event_chain import canonical
from models.kernel.vocabulary import DocumentKind
from models.papers.content import AnalysisReport, Excerpt, excerpt_of, parse
from models.papers.filling.draft import Draft
from models.papers.filling.register import fills
from models.papers.tables import Document


@fills(DocumentKind.EXCERPT)
def content(session: Session, draft: Draft) -> Excerpt:
    """Return the recipient's part of the report that is out. Raises WrongStage where none is."""
    assert draft.row.recipient_name is not None  # an excerpt goes to a unit
    return excerpt_of(signed_report(session, draft.row.case_id), draft.row.recipient_name, draft.head())


def signed_report(session: Session, case_id: int) -> AnalysisReport:
    """Return what the case's newest signed report says. Raises WrongStage where none is signed."""
    said = session.scalars(
        select(Document.content)
        .where(
            Document.case_id == case_id,
            Document.kind == DocumentKind.ANALYSIS_REPORT,
            Document.status.in_(SIGNED),
        )
        .order_by(Document.occasion.desc())
        .limit(1)
    ).one_or_none()
    if said is None:
        raise WrongStage("调查分析报告尚未签发，不能摘录。", code="report_not_signed")
    report = parse(canonical(said))
    assert isinstance(report, AnalysisReport)
    return report
