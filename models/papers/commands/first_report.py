"""The analysis report with which every case begins, as a draft, and the days that an investigation has for it."""

from __future__ import annotations

from models.case.tables import Case
from models.clock.commands import deadlines
from models.kernel.act import Act
from models.kernel.vocabulary import DocumentForm, DocumentKind, DocumentStatus
from models.papers.tables import Document

from .drafting import accident_name


def begin_report(act: Act, case: Case, *, event: str) -> None:
    """Draft the report of a new case and start its limit, counted from `case.clock_from`; `event` says what was then."""
    report = Document(
        case_id=case.id,
        ref="D1",
        kind=DocumentKind.ANALYSIS_REPORT,
        form=DocumentForm.REPORT,
        issuer_id=case.unit_id,
        occasion=1,
        title=f"关于{accident_name(act, case)}的调查分析报告",
        status=DocumentStatus.DRAFT,
        round=1,
        restricted=False,
        drafted_at=act.at,
    )
    act.session.add(report)
    act.session.flush()
    subject = deadlines.Subject(report.ref, case.unit_id, document_id=report.id)
    deadlines.start(act, case, "investigation.report", subject, case.clock_from, event=event)
