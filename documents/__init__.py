"""A paper's content as a file that an office accepts: the same content gives the same bytes."""

from __future__ import annotations

from documents.kinds import (
    accountability_proposal,
    advance_notice,
    amendments,
    analysis_report,
    clue_transfer,
    excerpt,
    late_report,
    proof_of_service,
    rectification_notice,
    supervision_order,
    talks,
    traceback_archive,
)
from documents.kinds.within import within
from documents.layout.package import Sheet, assemble
from models.papers.content import (
    AccountabilityProposal,
    AdvanceNotice,
    AnalysisReport,
    ClueTransfer,
    Correction,
    Excerpt,
    LateReport,
    Paper,
    ProofOfService,
    RectificationNotice,
    SupervisionOrder,
    TalkMinutes,
    TalkNotice,
    TracebackArchive,
    Withdrawal,
)


def sheet(paper: Paper, *, for_pdf: bool = False) -> Sheet:
    """Return the paper laid out, not yet packed."""
    paper = within(paper)
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
        case AdvanceNotice():
            return advance_notice.build(paper)
        case Correction():
            return amendments.correction(paper)
        case Withdrawal():
            return amendments.withdrawal(paper)
        case ClueTransfer():
            return clue_transfer.build(paper)
        case TalkNotice():
            return talks.notice(paper)
        case TalkMinutes():
            return talks.minutes(paper)
        case Excerpt():
            return excerpt.build(paper)
        case ProofOfService():
            return proof_of_service.build(paper)
        case LateReport():
            return late_report.build(paper)


def render(paper: Paper, *, for_pdf: bool = False) -> bytes:
    """Return the paper as docx (GB/T 9704-2012). `for_pdf` gives the twin to hand to LibreOffice, not to people."""
    return assemble(sheet(paper, for_pdf=for_pdf), for_pdf=for_pdf)


__all__ = ["render", "sheet"]
