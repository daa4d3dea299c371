"""What each paper says, filled from the database: the content that issuing freezes and that previews show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock.queries.rulebook import Rulebook
from models.kernel.errors import NotFound, WrongStage
from models.kernel.event_chain import canonical
from models.kernel.settings import Settings
from models.kernel.vocabulary import DocumentKind
from models.papers.content import Paper, parse
from models.papers.kinds.accountability_proposal import fill as accountability_proposal
from models.papers.kinds.advance_notice import fill as advance_notice
from models.papers.kinds.amendments import fill as amendments
from models.papers.kinds.analysis_report import fill as analysis_report
from models.papers.kinds.clue_transfer import fill as clue_transfer
from models.papers.kinds.excerpt import fill as excerpt
from models.papers.kinds.late_report import fill as late_report
from models.papers.kinds.rectification_notice import fill as rectification_notice
from models.papers.kinds.supervision_order import fill as supervision_order
from models.papers.kinds.talks import fill as talks
from models.papers.kinds.traceback_archive import fill as traceback_archive
from models.papers.tables import Document

from .draft import Draft, load

__all__ = ["content", "frozen", "thawed"]

_FILL: dict[DocumentKind, Callable[[Session, Draft], Paper]] = {
    DocumentKind.ANALYSIS_REPORT: analysis_report.content,
    DocumentKind.RECTIFICATION_NOTICE: rectification_notice.content,
    DocumentKind.ACCOUNTABILITY_PROPOSAL: accountability_proposal.content,
    DocumentKind.SUPERVISION_ORDER: supervision_order.content,
    DocumentKind.TRACEBACK_ARCHIVE: traceback_archive.content,
    DocumentKind.ADVANCE_NOTICE: advance_notice.content,
    DocumentKind.CORRECTION: amendments.correction,
    DocumentKind.WITHDRAWAL: amendments.withdrawal,
    DocumentKind.LATE_REPORT: late_report.content,
    DocumentKind.CLUE_TRANSFER: clue_transfer.content,
    DocumentKind.TALK_NOTICE: talks.notice,
    DocumentKind.TALK_MINUTES: talks.minutes,
    DocumentKind.EXCERPT: excerpt.content,
}


def content(
    session: Session,
    document_id: int,
    *,
    settings: Settings,
    rules: Rulebook,
    issued_on: date | None,
    number: str | None,
    signatory: str | None,
) -> Paper:
    """Return what a paper says now. Date, number and 签发人 are given by its issuing; None in a draft's preview.

    The caller has asked whether the reader may see the paper. Raises NotFound.
    """
    draft = load(
        session,
        document_id,
        settings=settings,
        rules=rules,
        issued_on=issued_on,
        number=number,
        signatory=signatory,
    )
    return _FILL[draft.row.kind](session, draft)


def frozen(session: Session, document_id: int) -> Paper:
    """Return what an issued paper says, as it was frozen. Raises NotFound, or WrongStage before it is issued."""
    row = session.execute(select(Document.content, Document.ref).where(Document.id == document_id)).one_or_none()
    if row is None:
        raise NotFound(f"没有内部编号为{document_id}的文书。", code="document_not_found")
    if row.content is None:
        raise WrongStage(f"文书{row.ref}尚未签发，还没有正式内容。", code="not_issued")
    return thawed(row.content)


def thawed(content: Any) -> Paper:
    """Return the paper that a row's frozen content is."""
    return parse(canonical(content))
