"""核稿、会签、签发、编号: a paper goes through the chain of its issuer; who decides is data, and never the author."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import select

from models import papers
from models.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.queries.papers import content
from models.queries.templates import in_use
from models.queries.visible import visible_documents
from models.rules import lifecycle, numbering, policy
from models.rules.vocabulary import DocumentKind, DocumentStatus, Role
from models.tables import (
    AccountabilityItem,
    Approval,
    Assignment,
    Case,
    ChainStep,
    Document,
    DocumentAssignment,
    Finding,
    Reader,
    User,
    UserRole,
)

from . import deadlines
from .act import Act, enqueue, lock_case, record, unit_path
from .cases import require_reason
from .numbers import draw, void_number

STATUS_OF_STEP = {
    Role.REVIEWER: DocumentStatus.IN_REVIEW,
    Role.COUNTERSIGNER: DocumentStatus.COUNTERSIGNING,
    Role.SIGNER: DocumentStatus.SIGNING,
}


def find_paper(act: Act, case: Case, paper: str) -> Document:
    """Return a paper of the case by its short name. Raises NotFound for who may not see it, too."""
    found = act.session.scalars(
        select(Document).where(Document.case_id == case.id, Document.ref == paper, visible_documents(act.actor))
    ).one_or_none()
    if found is None:
        raise NotFound(f"本案没有编号为“{paper}”的文书，或您无权查看。", code="paper_not_found")
    return found


def submit(act: Act, case_number: str, *, paper: str) -> None:
    """Send a draft into its chain. The author is whoever submits; a returned paper starts a new round.

    Raises WrongStage (already under way, report without findings, order without confirmed silence), NotFound where
    the issuer has no chain.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.submit", unit_path=unit_path(act, case))
    document = find_paper(act, case, paper)
    steps = _chain(act, document)
    first = STATUS_OF_STEP[steps[0].role]
    _ready(act, case, document)
    target = lifecycle.advance(lifecycle.PAPER, document.status, f"submit_to_{first.value}")
    if document.status is DocumentStatus.RETURNED:
        document.round += 1
    document.status, document.author_id = target, act.person
    act.session.add_all(
        Approval(
            document_id=document.id,
            round=document.round,
            position=position,
            role=step.role,
            organisation_id=step.organisation_id,
            user_id=step.user_id,
        )
        for position, step in enumerate(steps, 1)
    )
    if document.restricted:
        _list_readers(act, document, steps)
    if document.kind is DocumentKind.ANALYSIS_REPORT:
        deadlines.meet(act, case, act.at, "investigation.report")
        deadlines.start(
            act,
            case,
            "report.approve",
            deadlines.Subject(f"{document.ref}/{document.round}", case.unit_id, document_id=document.id),
            act.at,
        )
    record(act, case, "paper_submitted", paper=paper, kind=document.kind.value, round=document.round)


def _ready(act: Act, case: Case, document: Document) -> None:
    """What must be settled before a paper of its kind may enter its chain; moves the case where the report does."""
    if document.kind is DocumentKind.ANALYSIS_REPORT:
        findings = act.session.scalar(
            select(Finding.id).where(Finding.case_id == case.id, Finding.withdrawn_at.is_(None)).limit(1)
        )
        case.stage = lifecycle.advance(
            lifecycle.CASE, case.stage, "submit_report", {"has_findings": findings is not None}
        )
        return
    lifecycle.advance(lifecycle.CASE, case.stage, "rectify")
    if document.kind is DocumentKind.SUPERVISION_ORDER and document.confirmed_no_reply_by is None:
        raise WrongStage("督办单提交前，须先确认未收到书面回复。", code="silence_not_confirmed")


def _chain(act: Act, document: Document) -> list[ChainStep]:
    steps = list(
        act.session.scalars(
            select(ChainStep)
            .where(ChainStep.issuer_id == document.issuer_id, ChainStep.kind.in_((document.kind.value, "*")))
            .order_by(ChainStep.position)
        )
    )
    own = [step for step in steps if step.kind != "*"]
    steps = own or steps
    if not steps or steps[-1].role is not Role.SIGNER:
        raise NotFound("发文机关没有设置完整的审批流程（最后一步须为签发），请联系管理员。", code="chain_not_found")
    return steps


def _list_readers(act: Act, document: Document, steps: list[ChainStep]) -> None:
    """Put the author and those who may take a step on the named list of a restricted paper."""
    readers = {act.person}
    for step in steps:
        if step.user_id is not None:
            readers.add(step.user_id)
        else:
            readers |= set(
                act.session.scalars(
                    select(User.id)
                    .join(UserRole, UserRole.user_id == User.id)
                    .where(User.organisation_id == step.organisation_id, UserRole.role == step.role)
                )
            )
    listed = set(act.session.scalars(select(Reader.user_id).where(Reader.document_id == document.id)))
    act.session.add_all(
        Reader(document_id=document.id, user_id=user, added_by=act.person, added_at=act.at)
        for user in sorted(readers - listed)
    )


def _open_step(act: Act, document: Document) -> Approval:
    step = act.session.scalars(
        select(Approval)
        .where(
            Approval.document_id == document.id,
            Approval.round == document.round,
            Approval.decided_at.is_(None),
        )
        .order_by(Approval.position)
        .limit(1)
    ).one_or_none()
    if step is None or document.status not in STATUS_OF_STEP.values():
        raise WrongStage(f"文书{document.ref}当前为“{document.status.label}”，没有待审批的步骤。")
    return step


def _take_step(act: Act, case: Case, document: Document, action: str, seen_round: int | None) -> Approval:
    """Return the open step if it is the actor's.

    Raises Conflict where somebody with the same right decided it just now, NotAllowed for the author or a stranger.
    """
    policy.require(act.actor, action, unit_path=unit_path(act, case), at_step=True)
    if seen_round is not None and seen_round != document.round:
        raise Conflict("该文书已被退回并重新提交，请查看最新内容后再审批。", code="conflict_round")
    step = _open_step(act, document)
    mine = (
        step.organisation_id == act.actor.organisation_id
        and act.actor.has(step.role)
        and step.user_id in (None, act.actor.id)
    )
    if not mine:
        _refuse_as_late(act, document)
        policy.require(act.actor, action, at_step=False)
    if document.author_id == act.actor.id:
        raise NotAllowed("拟稿人不能审批自己提交的文书。", code="author_decides")
    return step


def _refuse_as_late(act: Act, document: Document) -> None:
    """Tell somebody whose step has been taken by a colleague who it was."""
    taken = act.session.execute(
        select(User.name)
        .join(Approval, Approval.decided_by == User.id)
        .where(
            Approval.document_id == document.id,
            Approval.round == document.round,
            Approval.organisation_id == act.actor.organisation_id,
            Approval.role.in_([role for role in STATUS_OF_STEP if role in act.actor.roles]),
        )
        .limit(1)
    ).one_or_none()
    if taken is not None:
        raise Conflict(f"该文书的这一步已由{taken.name}办理。", code="step_taken")


def approve(
    act: Act, case_number: str, *, paper: str, remark: str | None = None, seen_round: int | None = None
) -> None:
    """Pass a paper on to the next step: review or countersign. The last step is `sign`.

    Raises NotAllowed (not this person's step, or the author), Conflict (already decided), WrongStage.
    """
    case = lock_case(act, case_number)
    document = find_paper(act, case, paper)
    step = _take_step(act, case, document, "paper.decide", seen_round)
    if step.role is Role.SIGNER:
        raise WrongStage("最后一步是签发，请使用签发（sign）。")
    following = act.session.scalars(
        select(Approval).where(
            Approval.document_id == document.id,
            Approval.round == document.round,
            Approval.position == step.position + 1,
        )
    ).one()
    document.status = lifecycle.advance(
        lifecycle.PAPER, document.status, f"pass_to_{STATUS_OF_STEP[following.role].value}"
    )
    step.decision, step.decided_by, step.decided_at, step.reason = "approved", act.person, act.at, remark
    record(act, case, "paper_approved", why=remark, paper=paper, step=step.role.value, round=document.round)


def return_paper(act: Act, case_number: str, *, paper: str, reason: str, seen_round: int | None = None) -> None:
    """Send a paper back to its author with a reason; a returned report takes the case back to the investigation."""
    case = lock_case(act, case_number)
    document = find_paper(act, case, paper)
    step = _take_step(act, case, document, "paper.decide", seen_round)
    document.status = lifecycle.advance(lifecycle.PAPER, document.status, "return")
    step.decision, step.decided_by, step.decided_at = "returned", act.person, act.at
    step.reason = require_reason(reason)
    if document.kind is DocumentKind.ANALYSIS_REPORT:
        case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "return_report")
        deadlines.withdraw(act, case, act.at, "report.approve")
        deadlines.reopen(act, case, "investigation.report", document_id=document.id)
    record(act, case, "paper_returned", why=step.reason, paper=paper, step=step.role.value, round=document.round)


def sign(act: Act, case_number: str, *, paper: str, remark: str | None = None, seen_round: int | None = None) -> str:
    """Sign and issue: draw the number, freeze what the paper says and its date; returns the 发文字号.

    The file is built afterwards by the worker from what is frozen here. Raises NotAllowed, Conflict, WrongStage.
    """
    case = lock_case(act, case_number)
    document = find_paper(act, case, paper)
    step = _take_step(act, case, document, "paper.sign", seen_round)
    if step.role is not Role.SIGNER:
        raise WrongStage(f"文书{paper}尚在“{document.status.label}”，还不能签发。")
    issued = lifecycle.advance(lifecycle.PAPER, document.status, "sign")
    step.decision, step.decided_by, step.decided_at, step.reason = "approved", act.person, act.at, remark
    if document.kind is DocumentKind.ANALYSIS_REPORT:
        _sign_report(act, case, document)
    act.session.flush()
    series, year, count = draw(act, document.issuer_id, document.kind.value, used_for=f"{case.case_number}/{paper}")
    number = numbering.format_document_number(series, year, count)
    frozen = papers.canonical(
        content(
            act.session,
            document.id,
            settings=act.settings,
            rules=act.rules,
            issued_on=act.today,
            number=number,
            signatory=act.actor.name,
        )
    )
    # All at once: the database refuses an issued paper without number and content.
    document.status, document.number = issued, number
    document.content, document.content_sha256 = json.loads(frozen), hashlib.sha256(frozen).hexdigest()
    document.signed_by, document.issued_at, document.issued_on = act.person, act.at, act.today
    template = in_use(act.session, document.issuer_id, document.kind, document.form)
    document.template_id = template.id if template else None
    deadlines.meet(act, case, act.at, "notice.issue", document_id=document.id)
    record(
        act,
        case,
        "paper_issued",
        why=remark,
        paper=paper,
        kind=document.kind.value,
        number=number,
        issued_on=act.today.isoformat(),
        content_sha256=document.content_sha256,
        signed_by=act.actor.name,
        template=template.sha256 if template else None,
    )
    enqueue(act, case, "render", f"{case.case_number}/{paper}", document=document.id)
    return number


def _sign_report(act: Act, case: Case, document: Document) -> None:
    """The signature under the report approves it: rectification begins."""
    case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "sign_report")
    case.report_approved_at = act.at
    deadlines.meet(act, case, act.at, "report.approve")
    enqueue(act, case, "carry", f"{case.case_number}/report_signed")


def void(act: Act, case_number: str, *, paper: str, reason: str) -> None:
    """Void a paper that was not delivered. A number it has stays in the register as 作废 with the reason.

    Its measures and items become free for a new paper. Raises WrongStage after delivery: then only a correction helps.
    """
    case = lock_case(act, case_number)
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
        void_number(act, document.issuer_id, document.kind.value, used_for=f"{case.case_number}/{paper}", reason=why)
    _free(act, document)
    deadlines.withdraw(act, case, act.at, "notice.issue", document_id=document.id)
    record(act, case, "paper_voided", why=why, paper=paper, number=document.number)


def _free(act: Act, document: Document) -> None:
    for assignment in act.session.scalars(select(Assignment).where(Assignment.notice_id == document.id)):
        assignment.notice_id = None
    for link in act.session.scalars(select(DocumentAssignment).where(DocumentAssignment.document_id == document.id)):
        act.session.delete(link)
    for item in act.session.scalars(select(AccountabilityItem).where(AccountabilityItem.document_id == document.id)):
        item.document_id = None
