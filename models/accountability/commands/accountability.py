"""倒查问责: records what the competent organ answered to a proposal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.accountability.tables import OrganAnswer
from models.clock.commands import deadlines
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.moments import happened
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, WrongStage
from models.kernel.events import record
from models.kernel.refs import PaperRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentKind, DocumentStatus, ProposalAnswer
from models.papers.commands.approval import find_paper


@action("record-answer", title="登记有权机关的反馈", rights=("organ.answer",))
def record_answer(
    act: Act,
    case_number: str,
    *,
    paper: PaperRef,
    answer: ProposalAnswer,
    reason: str | None = None,
    incoming_number: str | None = None,
    happened_at: datetime | None = None,
) -> None:
    """Record what the organ answered; anything after 已收到 ends our reminder.

    Raises WrongStage before the proposal was delivered, Conflict where a decision is on record, Invalid where a
    refusal comes without reason.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "organ.answer", unit_path=unit_path(act, case))
    document = find_paper(act, case, paper)
    if document.kind is not DocumentKind.ACCOUNTABILITY_PROPOSAL or document.status is not DocumentStatus.DELIVERED:
        raise WrongStage(f"文书{paper}不是已送达的倒查问责建议书。", code="not_delivered")
    at = happened(act, happened_at)
    before = act.session.scalars(select(OrganAnswer.answer).where(OrganAnswer.document_id == document.id)).all()
    decided = [word for word in before if word is not ProposalAnswer.RECEIVED]
    if decided or answer in before:
        raise Conflict(f"该建议书已登记反馈“{(decided or before)[0].label}”。", code="answered")
    if answer in (ProposalAnswer.NOT_ADOPTED, ProposalAnswer.ADOPTED_IN_PART):
        reason = require_reason(reason)
    act.session.add(
        OrganAnswer(
            document_id=document.id,
            answer=answer,
            reason=reason,
            incoming_number=incoming_number,
            happened_at=at,
            recorded_at=act.at,
            recorded_by=act.person,
        )
    )
    if answer is not ProposalAnswer.RECEIVED:
        deadlines.meet(act, case, at, "accountability.feedback", document_id=document.id)
    record(act, case, "organ_answered", why=reason, happened_at=at, paper=paper, answer=answer.value)
