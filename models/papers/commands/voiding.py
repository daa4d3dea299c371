"""作废: voids a paper that was not delivered; its number stays used, what it carried becomes free."""

from __future__ import annotations

from sqlalchemy import select

from models.accountability.tables import AccountabilityItem
from models.case.tables import Case
from models.clock.commands import deadlines
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import unit_path
from models.kernel.errors import Invalid, WrongStage
from models.kernel.refs import PaperRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentKind, DocumentStatus
from models.papers.tables import Document, DocumentAssignment
from models.rectification.tables import Assignment

from .approval import find_paper
from .numbers import void_number
from .outdated_papers import settle
from .shared_papers import lock_linked, parts_of, record_of_paper
from .writing_rules import series_of


@action("void", title="作废未送达的文书", rights=("paper.discard", "paper.void"))
def void(act: Act, case_number: str, *, paper: PaperRef, reason: str) -> None:
    """Void a paper that was not delivered. A number it has stays in the register as 作废 with the reason.

    Its measures and items become free for a new paper. Raises WrongStage after delivery: then only a correction helps.
    """
    case = lock_linked(act, case_number)
    document = find_paper(act, case, paper)
    action = "paper.discard" if document.number is None else "paper.void"
    policy.require(act.actor, action, unit_path=unit_path(act, case))
    if document.kind is DocumentKind.ANALYSIS_REPORT:
        raise Invalid("调查分析报告书不能作废，请退回修改；签发后请以更正文书处理。")
    if document.status is DocumentStatus.DELIVERED:
        raise WrongStage("文书已送达，不能作废，请以更正或撤销文书处理。", code="delivered")
    why = require_reason(reason)
    document.status, document.void_reason = lifecycle.advance(lifecycle.PAPER, document.status, "void"), why
    if document.number is not None:
        series = series_of(act, document)
        void_number(act, document.issuer_id, series, used_for=f"{case.case_number}/{paper}", reason=why)
    free(act, document)
    settle(act, document)
    for part, _ in parts_of(act, document):
        deadlines.withdraw(act, part, act.at, "notice.issue", document_id=document.id)
    _wake(act, case, document)
    record_of_paper(act, document, "paper_voided", why=why, number=document.number)


def lapse(act: Act, case: Case, document: Document, why: str) -> None:
    """Void an unsigned paper, wherever its chain stands, because what it rests on fell away."""
    document.status, document.void_reason = lifecycle.advance(lifecycle.PAPER, document.status, "lapse"), why
    free(act, document)
    _wake(act, case, document)
    record_of_paper(act, document, "paper_voided", why=why, number=None)


def _wake(act: Act, case: Case, document: Document) -> None:
    if document.kind is DocumentKind.SUPERVISION_ORDER:
        deadlines.wake(act, case, document.recipient_id)


def free(act: Act, document: Document) -> None:
    """Let a paper's measures and items be carried by another one."""
    for assignment in act.session.scalars(select(Assignment).where(Assignment.notice_id == document.id)):
        assignment.notice_id = None
    for link in act.session.scalars(select(DocumentAssignment).where(DocumentAssignment.document_id == document.id)):
        act.session.delete(link)
    for item in act.session.scalars(select(AccountabilityItem).where(AccountabilityItem.document_id == document.id)):
        item.document_id = None
