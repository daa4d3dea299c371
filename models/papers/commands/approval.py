"""核稿、会签: takes a paper through the approval chain of its issuer."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Select, bindparam, exists, not_, or_, select

from models.accountability.tables import Reader
from models.case.tables import Case, Finding
from models.clock.commands import deadlines
from models.joining.tables import Recusal
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import NotAllowed, NotFound, WrongStage
from models.kernel.events import record
from models.kernel.refs import PaperRef
from models.kernel.rights import policy
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_documents
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Role
from models.office.commands.restricted import asks_about_us, recused_among, upper_chain, upper_unit_acts
from models.office.rules.paper_kinds import ANY_STAGE
from models.office.tables import ChainStep, User, UserRole
from models.papers.tables import Approval, Document, Waiver
from models.rectification.tables import Talk, TalkPaper

from .approval_steps import STATUS_OF_STEP, Taken, take_step
from .competence import refuse_unlawful
from .reopened_findings import reopened
from .said_before import refuse_unseen, said_now
from .shared_papers import refuse_elsewhere
from .writing_rules import signer_of


def find_paper(act: Act, case: Case, paper: str) -> Document:
    """Return a paper of the case by its short name. Raises NotFound for who may not see it, too; WrongStage for a notice
    over several cases that is handled in another of them."""
    found = act.session.scalars(_finding(act.actor), {"case": case.id, "paper": paper}).one_or_none()
    if found is None:
        refuse_elsewhere(act, case, paper)
        raise NotFound(f"本案没有编号为“{paper}”的文书，或您无权查看。", code="paper_not_found")
    return found


@lru_cache(maxsize=256)
def _finding(actor: Actor) -> Select[Document]:
    """Return the statement once made for an actor: making it takes longer than running it."""
    return select(Document).where(
        Document.case_id == bindparam("case"), Document.ref == bindparam("paper"), visible_documents(actor)
    )


@action("submit", title="提交审批", rights=("paper.submit",))
def submit(act: Act, case_number: str, *, paper: PaperRef) -> None:
    """Send a draft into its chain. The author is whoever submits; a returned paper starts a new round.

    Raises WrongStage (already under way, report without findings, order without confirmed silence, summons without
    time and place, what may not go to its recipient), NotFound where the issuer has no chain, NotAllowed for who let
    something of it pass.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.submit", unit_path=unit_path(act, case))
    document = find_paper(act, case, paper)
    _refuse_own_waiver(act, document)
    upper_unit_acts(act, case, document, act.actor)
    steps = _chain(act, document)
    signer = signer_of(act, document)
    if document.restricted and asks_about_us(act, case, document):
        upper_chain(act, case, [step.organisation_id for step in steps] + ([signer[1]] if signer else []))
    first = STATUS_OF_STEP[steps[0].role]
    _ready(act, case, document)
    target = lifecycle.advance(lifecycle.PAPER, document.status, f"submit_to_{first.value}")
    if document.status is DocumentStatus.RETURNED:
        document.round += 1
    document.status, document.author_id = target, act.person
    stays_out = recused_among(act, case, [*(step.user_id for step in steps), signer[0] if signer else None])
    act.session.add_all(
        Approval(
            document_id=document.id,
            round=document.round,
            position=position,
            role=step.role,
            organisation_id=signer[1] if signer and step is steps[-1] else step.organisation_id,
            user_id=_unless(stays_out, signer[0] if signer and step is steps[-1] else step.user_id),
        )
        for position, step in enumerate(steps, 1)
    )
    act.session.flush()
    _somebody_takes_each(act, case, document)
    if document.restricted:
        _list_readers(act, document, steps, signer)
    if document.kind is DocumentKind.ANALYSIS_REPORT and document.number is None:
        deadlines.meet(act, case, act.at, "investigation.report")
        deadlines.start(
            act,
            case,
            "report.approve",
            deadlines.Subject(f"{document.ref}/{document.round}", case.unit_id, document_id=document.id),
            act.at,
        )
    record(act, case, "paper_submitted", paper=paper, kind=document.kind.value, round=document.round)


def _refuse_own_waiver(act: Act, document: Document) -> None:
    """Refuse to become the author of a paper of which one let something pass oneself. Raises NotAllowed."""
    own = select(Waiver.id).where(Waiver.document_id == document.id, Waiver.waived_by == act.person).limit(1)
    if act.session.scalar(own) is not None:
        raise NotAllowed(
            f"您已准予文书{document.ref}缺项不补，不能再作为拟稿人提交，请由他人提交。", code="author_waives"
        )


def _unless(stays_out: set[int], person: int | None) -> int | None:
    """A step that names somebody who stays out of the case waits on a colleague with the same role."""
    return None if person in stays_out else person


def _somebody_takes_each(act: Act, case: Case, document: Document) -> None:
    """Refuse a chain in which a step waits on nobody, because who could take it stays out. Raises WrongStage."""
    if act.session.scalar(select(Recusal.id).where(Recusal.case_id == case.id, Recusal.ended_at.is_(None)).limit(1)):
        out = exists(
            select(1)
            .where(Recusal.case_id == case.id, Recusal.user_id == User.id, Recusal.ended_at.is_(None))
            .correlate(User)
        )
        taker = exists(
            select(1)
            .select_from(User)
            .join(UserRole, UserRole.user_id == User.id)
            .where(
                User.organisation_id == Approval.organisation_id,
                UserRole.role == Approval.role,
                User.disabled_at.is_(None),
                User.id != act.person,
                or_(Approval.user_id.is_(None), Approval.user_id == User.id),
                not_(out),
            )
            .correlate(Approval)
        )
        empty = act.session.scalars(
            select(Approval.role).where(
                Approval.document_id == document.id, Approval.round == document.round, not_(taker)
            )
        ).first()
        if empty is not None:
            raise WrongStage(f"{empty.label}步骤的人员均已回避，请管理员另行设置审批流程。", code="nobody_at_step")


def _ready(act: Act, case: Case, document: Document) -> None:
    """What must be settled before a paper of its kind may enter its chain; moves the case where the report does."""
    if document.kind is DocumentKind.ANALYSIS_REPORT and document.number is None:
        findings = act.session.scalar(
            select(Finding.id).where(Finding.case_id == case.id, Finding.withdrawn_at.is_(None)).limit(1)
        )
        case.stage = lifecycle.advance(
            lifecycle.CASE, case.stage, "submit_report", {"has_findings": findings is not None}
        )
        unsure = reopened(act, case)
        if unsure:
            raise WrongStage(
                f"问题{'、'.join(unsure)}所依据的事故认定已变更或撤销，请先重新确认或撤回。", code="findings_reopened"
            )
        return
    lifecycle.advance(lifecycle.CASE, case.stage, "tell" if document.kind in ANY_STAGE else "rectify")
    refuse_unlawful(act, case, document)
    if document.kind is DocumentKind.SUPERVISION_ORDER and document.confirmed_no_reply_by is None:
        raise WrongStage("督办单提交前，须先确认未收到书面回复。", code="silence_not_confirmed")
    if document.kind is DocumentKind.TALK_NOTICE and not _arranged(act, document):
        raise WrongStage("约谈通知提交前，须先安排约谈的时间、地点和主持人。", code="talk_not_arranged")


def _arranged(act: Act, document: Document) -> bool:
    arranged = select(Talk.id).join(TalkPaper, TalkPaper.talk_id == Talk.id)
    return (
        act.session.scalar(arranged.where(TalkPaper.document_id == document.id, Talk.planned_for.is_not(None)))
        is not None
    )


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


def _list_readers(act: Act, document: Document, steps: list[ChainStep], signer: tuple[int, int] | None) -> None:
    """Put the author and those who may take a step on the named list of a restricted paper."""
    readers = {act.person} | ({signer[0]} if signer else set())
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


@action("approve", title="核稿或会签通过", rights=("paper.decide",), decides=True)
def approve(
    act: Act, case_number: str, *, paper: PaperRef, remark: str | None = None, seen_round: int | None = None
) -> None:
    """Pass a paper on to the next step: review or countersign. The last step is `sign`.

    Raises NotAllowed (not this person's step, or the author), Conflict (already decided), WrongStage.
    """
    case = lock_case(act, case_number)
    document = find_paper(act, case, paper)
    taken = take_step(act, case, document, "paper.decide", seen_round)
    if taken.step.role is Role.SIGNER:
        raise WrongStage("最后一步是签发，请使用签发（sign）。")
    pass_on(act, case, document, taken, remark)


def pass_on(act: Act, case: Case, document: Document, taken: Taken, remark: str | None) -> None:
    """Approve a review or countersigning step and move the paper to the next, which must find it as it is now.

    Raises Conflict where it changed since the step before.
    """
    step = taken.step
    refuse_unseen(act, document, step)
    step.said_sha256 = said_now(act, document)
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
    taken.decide(act, "approved", remark)
    record(
        act,
        case,
        "paper_approved",
        why=taken.why(act, remark),
        happened_at=taken.at,
        paper=document.ref,
        step=step.role.value,
        round=document.round,
        **taken.told(),
    )


@action("return", title="退回修改", rights=("paper.decide",), decides=True)
def return_paper(act: Act, case_number: str, *, paper: PaperRef, reason: str, seen_round: int | None = None) -> None:
    """Send a paper back to its author with a reason; a returned report takes the case back to the investigation."""
    case = lock_case(act, case_number)
    document = find_paper(act, case, paper)
    send_back(act, case, document, take_step(act, case, document, "paper.decide", seen_round), reason)


def send_back(act: Act, case: Case, document: Document, taken: Taken, reason: str | None) -> None:
    """Return a paper from the step taken. Raises Invalid without reason."""
    document.status = lifecycle.advance(lifecycle.PAPER, document.status, "return")
    why = require_reason(reason)
    taken.decide(act, "returned", why)
    if document.kind is DocumentKind.ANALYSIS_REPORT and document.number is None:
        case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "return_report")
        deadlines.withdraw(act, case, act.at, "report.approve")
        deadlines.reopen(act, case, "investigation.report", document_id=document.id)
    record(
        act,
        case,
        "paper_returned",
        why=taken.why(act, why),
        happened_at=taken.at,
        paper=document.ref,
        step=taken.step.role.value,
        round=document.round,
        **taken.told(),
    )
