"""A paper's content as a file that an office accepts: the same content gives the same bytes."""

from __future__ import annotations

from documents.kinds import (
    accountability_proposal,
    analysis_report,
    rectification_notice,
    supervision_order,
    traceback_archive,
)
from documents.layout.package import Sheet, assemble
from models.papers import (
    AccountabilityProposal,
    AnalysisReport,
    Paper,
    RectificationNotice,
    SupervisionOrder,
    TracebackArchive,
)


def sheet(paper: Paper, *, for_pdf: bool = False) -> Sheet:
    """Return the paper laid out, not yet packed."""
    match paper:
        case AnalysisReport():
            return analysis_report.build(paper)
        case RectificationNotice():
            return rectification_notice.build(paper)
        case AccountabilityProposal():
            return accountability_proposal.build(paper)
        case SupervisionOrder():
            return supervision_order.build(paper)
        case TracebackArchive():
            return traceback_archive.build(paper, for_pdf=for_pdf)


def render(paper: Paper, *, for_pdf: bool = False) -> bytes:
    """Return the paper as docx (GB/T 9704-2012). `for_pdf` gives the twin to hand to LibreOffice, not to people."""
    return assemble(sheet(paper, for_pdf=for_pdf), for_pdf=for_pdf)


__all__ = ["render", "sheet"]
