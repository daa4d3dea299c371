"""What waits, on whom, until when: every open step of every running case as one UNION ALL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from models.rules.policy import Actor
from models.rules.vocabulary import (
    FIVE_DOCUMENTS,
    AssignmentState,
    DocumentKind,
    DocumentStatus,
    ReplyKind,
    Role,
    SendState,
    Stage,
    Turn,
    Word,
)
from models.tables import (
    Approval,
    Assessment,
    Assignment,
    Case,
    Deadline,
    Delivery,
    Dispute,
    Document,
    Finding,
    Measure,
    Message,
    NotApplicable,
    ProofFormPaper,
    Recurrence,
    Reply,
    Send,
    Talk,
    TalkPaper,
    TransferredClue,
    Verification,
)

from . import whose
from .case_papers import of_case
from .effects import RULE
from .own_police import left_to_the_upper_unit
from .visible import visible_assignments, visible_documents
from .whose import Condition


class Wait(Word):
    """What is waited for, in the order of a case's life."""

    PREPARE = "prepare", "待拟制通知书"
    SUBMIT = "submit", "待提交审批"
    CONFIRM_NO_REPLY = "confirm_no_reply", "待确认未收到书面回复"
    REVIEW = "review", "待审核"
    COUNTERSIGN = "countersign", "待会签"
    SIGN = "sign", "待签发"
    SEAL = "seal", "待用印送达"
    DELIVER = "deliver", "待送达"
    SIGN_MINUTES = "sign_minutes", "待双方签字"
    ATTACH_PROOF = "attach_proof", "待收回送达回证"
    ACKNOWLEDGE = "acknowledge", "待签收"
    RECORD_RECEIPT = "record_receipt", "待收回移送回执"
    PLAN = "plan", "待报送整改方案"
    COMPLETE = "complete", "待完成整改"
    REWORK = "rework", "待重新整改"
    ASSESS = "assess", "待研判"
    DECIDE_EXTENSION = "decide_extension", "待决定延期申请"
    ADJUDICATE = "adjudicate", "待裁定职责争议"
    VERIFY = "verify", "待现场复查"
    CLOSE = "close", "待办结"
    DECIDE_TALK = "decide_talk", "待决定约谈"
    ARRANGE_TALK = "arrange_talk", "待安排约谈"
    HOLD_TALK = "hold_talk", "待约谈"
    PROPOSE_ABOVE = "propose_above", "待上级单位拟制问责建议"
    RECONFIRM = "reconfirm", "待重新确认或撤回问题"
    ARCHIVE = "archive", "待归档"
    SETTLE_MESSAGE = "settle_message", "待处理未送达的消息"
    EVALUATE = "evaluate", "待整改评估"
    RECURRENCE = "recurrence", "待处理：整改后又发生"
    RELAPSE = "relapse", "本案整改后又发生，待处理"


ENDED = (Stage.ARCHIVED, Stage.DISCONTINUED)
IN_APPROVAL = (DocumentStatus.IN_REVIEW, DocumentStatus.COUNTERSIGNING, DocumentStatus.SIGNING)
SETTLED = (DocumentStatus.DELIVERED, DocumentStatus.VOID)
TROUBLED = (SendState.STUCK, SendState.UNCERTAIN)
ANSWERS = (ReplyKind.PLAN, ReplyKind.COMPLETION, ReplyKind.REFUSAL)


@dataclass(frozen=True, slots=True)
class Branch:
    """One kind of step: its rows, who may know of it, and on whom it waits."""

    rows: Callable[[], Select[Any]]
    seen: Callable[[Actor], Condition]
    mine: Callable[[Actor], Condition]


def seen(actor: Actor, *conditions: Condition) -> list[Select[Any]]:
    """Return the rows of every kind that the actor may know of and that satisfy the conditions on `Case`."""
    return [branch.rows().where(branch.seen(actor), *conditions) for branch in BRANCHES]


def mine(actor: Actor) -> list[Select[Any]]:
    """Return the rows of every kind that wait on the actor."""
    return [branch.rows().where(branch.mine(actor)) for branch in BRANCHES]


def of_ladder(actor: Actor, *, only_mine: bool = False) -> list[Select[Any]]:
    """Return what the ladder drafted and somebody asked for that waits for a decision: orders and reports about the
    late, talks, extensions; of all the actor may know of, or `only_mine` to decide."""
    drafted = Document.kind.in_((DocumentKind.SUPERVISION_ORDER, DocumentKind.LATE_REPORT))
    narrowed = {
        _drafts: drafted,
        _steps: drafted,
        _answers: Reply.kind == ReplyKind.EXTENSION,
        _talks: Talk.state == "proposed",
    }
    return [
        branch.rows().where((branch.mine if only_mine else branch.seen)(actor), narrowed[branch.rows])
        for branch in BRANCHES
        if branch.rows in narrowed
    ]


def _row(
    wait: ColumnElement[str],
    subject: Any,
    *,
    clock: ScalarSelect[int] | None = None,
    document: Any = None,
    assignment: Any = None,
    reply: Any = None,
    talk: Any = None,
    unit: Any = Case.unit_id,
    user: Any = None,
) -> Select[Any]:
    def number(value: Any) -> Any:
        return cast(null(), Integer) if value is None else value

    return select(
        cast(wait, String).label("wait"),
        subject.label("subject"),
        Case.id.label("case_id"),
        number(document).label("document_id"),
        number(assignment).label("assignment_id"),
        number(reply).label("reply_id"),
        number(talk).label("talk_id"),
        number(unit).label("unit_id"),
        number(user).label("user_id"),
        number(clock).label("deadline_id"),
    ).select_from(Case)


def _clock(*about: Condition) -> ScalarSelect[int]:
    """The running clock that ends first."""
    return (
        select(Deadline.id)
        .where(Deadline.state == "open", *about)
        .order_by(Deadline.due_on, Deadline.id)
        .limit(1)
        .correlate(Document, Assignment, Reply, Case)
        .scalar_subquery()
    )


def _ours(document_id: Any) -> ScalarSelect[int]:
    return _clock(Deadline.document_id == document_id, Deadline.turn == Turn.OURS)


def _unnoticed() -> Select[Any]:
    """Cases under rectification in which a unit has no notice yet: it came in later, or its notice was taken back."""
    waiting = exists(
        select(1)
        .select_from(Assignment)
        .join(Measure, Measure.id == Assignment.measure_id)
        .where(
            Assignment.case_id == Case.id,
            Assignment.state == AssignmentState.UNISSUED,
            Assignment.notice_id.is_(None),
            Measure.withdrawn_at.is_(None),
        )
        .correlate(Case)
    )
    return _row(literal(Wait.PREPARE.value), Case.id).where(Case.stage == Stage.RECTIFYING, waiting)


def _drafts() -> Select[Any]:
    unconfirmed = and_(Document.kind == DocumentKind.SUPERVISION_ORDER, Document.confirmed_no_reply_by.is_(None))
    wait = case((unconfirmed, Wait.CONFIRM_NO_REPLY.value), else_=Wait.SUBMIT.value)
    unarranged = exists(
        select(1)
        .select_from(TalkPaper)
        .join(Talk, Talk.id == TalkPaper.talk_id)
        .where(TalkPaper.document_id == Document.id, Talk.planned_for.is_(None), Talk.state == "approved")
        .correlate(Document)
    )
    return (
        _row(wait, Document.id, document=Document.id, clock=_ours(Document.id))
        .join(Document, Document.case_id == Case.id)
        .where(
            Document.status.in_((DocumentStatus.DRAFT, DocumentStatus.RETURNED)),
            Document.kind != DocumentKind.TRACEBACK_ARCHIVE,
            not_(unarranged),
            Case.stage.not_in(ENDED),
        )
    )


def _steps() -> Select[Any]:
    other = aliased(Approval)
    first = (
        select(func.min(other.position))
        .where(other.document_id == Document.id, other.round == Document.round, other.decision.is_(None))
        .correlate(Document)
        .scalar_subquery()
    )
    wait = case(
        (Approval.role == Role.REVIEWER, Wait.REVIEW.value),
        (Approval.role == Role.COUNTERSIGNER, Wait.COUNTERSIGN.value),
        else_=Wait.SIGN.value,
    )
    return (
        _row(
            wait,
            Document.id,
            document=Document.id,
            unit=Approval.organisation_id,
            user=Approval.user_id,
            clock=_ours(Document.id),
        )
        .join(Document, Document.case_id == Case.id)
        .join(Approval, Approval.document_id == Document.id)
        .where(
            Document.status.in_(IN_APPROVAL),
            Approval.round == Document.round,
            Approval.decision.is_(None),
            Approval.position == first,
        )
    )


def _unserved() -> Select[Any]:
    unsigned = and_(Document.status == DocumentStatus.ISSUED, Document.kind == DocumentKind.TALK_MINUTES)
    wait = case(
        (unsigned, Wait.SIGN_MINUTES.value),
        (Document.status == DocumentStatus.ISSUED, Wait.SEAL.value),
        else_=Wait.DELIVER.value,
    )
    return (
        _row(wait, Document.id, document=Document.id, clock=_ours(Document.id))
        .join(Document, Document.case_id == Case.id)
        .where(
            Document.status.in_((DocumentStatus.ISSUED, DocumentStatus.SEALED)),
            Document.recipient_id.is_not(None),
            Case.stage.not_in(ENDED),
        )
    )


def _unacknowledged() -> Select[Any]:
    clock = _clock(Deadline.document_id == Document.id, Deadline.turn == Turn.THEIRS, Deadline.assignment_id.is_(None))
    return (
        _row(
            literal(Wait.ACKNOWLEDGE.value),
            Document.id,
            document=Document.id,
            unit=Delivery.recipient_id,
            clock=clock,
        )
        .join(Document, Document.case_id == Case.id)
        .join(Delivery, Delivery.document_id == Document.id)
        .where(
            Delivery.acknowledged_at.is_(None),
            Document.kind.in_(
                (DocumentKind.RECTIFICATION_NOTICE, DocumentKind.ADVANCE_NOTICE, DocumentKind.SUPERVISION_ORDER)
            ),
            Case.stage.not_in(ENDED),
        )
    )


def _unproven() -> Select[Any]:
    """Served papers whose 送达回证 went along and has not come back; who prints no forms waits for none."""
    return (
        _row(literal(Wait.ATTACH_PROOF.value), Document.id, document=Document.id)
        .join(Document, Document.case_id == Case.id)
        .join(ProofFormPaper, ProofFormPaper.document_id == Document.id)
        .where(
            ProofFormPaper.returned_at.is_(None),
            Document.status == DocumentStatus.DELIVERED,
            Case.stage.not_in(ENDED),
        )
    )


def _unreceipted() -> Select[Any]:
    """Clues handed over whose list has not come back signed."""
    return (
        _row(literal(Wait.RECORD_RECEIPT.value), Document.id, document=Document.id)
        .join(Document, Document.case_id == Case.id)
        .join(TransferredClue, TransferredClue.document_id == Document.id)
        .join(Delivery, Delivery.document_id == Document.id)
        .where(
            TransferredClue.position == 1,
            Delivery.acknowledged_at.is_(None),
            Case.stage.not_in(ENDED),
        )
    )


def _unassessed() -> Condition:
    return exists(
        select(1)
        .select_from(Reply)
        .where(
            Reply.assignment_id == Assignment.id,
            Reply.kind.in_(ANSWERS),
            not_(exists(select(1).where(Assessment.reply_id == Reply.id).correlate(Reply))),
        )
        .correlate(Assignment)
    )


def _owed() -> Select[Any]:
    wait = case(
        (Assignment.state == AssignmentState.AWAITING_PLAN, Wait.PLAN.value),
        (Assignment.state == AssignmentState.RETURNED, Wait.REWORK.value),
        else_=Wait.COMPLETE.value,
    )
    return (
        _row(
            wait,
            Assignment.id,
            document=Assignment.notice_id,
            assignment=Assignment.id,
            unit=Assignment.organisation_id,
            clock=_clock(Deadline.assignment_id == Assignment.id, Deadline.turn == Turn.THEIRS),
        )
        .join(Assignment, Assignment.case_id == Case.id)
        .where(
            Assignment.state.in_(
                (AssignmentState.AWAITING_PLAN, AssignmentState.AWAITING_COMPLETION, AssignmentState.RETURNED)
            ),
            Assignment.served_by_id.is_(None),
            not_(_unassessed()),
            Case.stage.not_in(ENDED),
        )
    )


def _answers() -> Select[Any]:
    wait = case((Reply.kind == ReplyKind.EXTENSION, Wait.DECIDE_EXTENSION.value), else_=Wait.ASSESS.value)
    return (
        _row(
            wait,
            Reply.id,
            document=Assignment.notice_id,
            assignment=Assignment.id,
            reply=Reply.id,
            clock=_clock(Deadline.reply_id == Reply.id),
        )
        .join(Assignment, Assignment.case_id == Case.id)
        .join(Reply, Reply.assignment_id == Assignment.id)
        .where(
            or_(Reply.kind.not_in((ReplyKind.PROGRESS, ReplyKind.DISPUTE)), Reply.milestone_id.is_not(None)),
            Assignment.state != AssignmentState.CLOSED,
            Assignment.served_by_id.is_(None),
            not_(exists(select(1).where(Assessment.reply_id == Reply.id).correlate(Reply))),
            Case.stage.not_in(ENDED),
        )
    )


def _disputes() -> Select[Any]:
    return (
        _row(
            literal(Wait.ADJUDICATE.value),
            Reply.id,
            document=Assignment.notice_id,
            assignment=Assignment.id,
            reply=Reply.id,
            unit=Dispute.adjudicator_id,
            clock=_clock(Deadline.reply_id == Reply.id),
        )
        .join(Dispute, Dispute.case_id == Case.id)
        .join(Assignment, Assignment.id == Dispute.assignment_id)
        .join(Reply, Reply.id == Dispute.reply_id)
        .where(
            Dispute.decided_at.is_(None),
            Assignment.state == AssignmentState.DISPUTED,
            Case.stage.not_in(ENDED),
        )
    )


def _unverified() -> Select[Any]:
    passed = (
        select(Verification.passed)
        .where(Verification.assignment_id == Assignment.id)
        .order_by(Verification.id.desc())
        .limit(1)
        .correlate(Assignment)
        .scalar_subquery()
    )
    wait = case((passed.is_(True), Wait.CLOSE.value), else_=Wait.VERIFY.value)
    return (
        _row(wait, Assignment.id, document=Assignment.notice_id, assignment=Assignment.id)
        .join(Assignment, Assignment.case_id == Case.id)
        .where(
            Assignment.state == AssignmentState.AWAITING_VERIFICATION,
            Assignment.served_by_id.is_(None),
            Case.stage.not_in(ENDED),
        )
    )


def _reopened() -> Select[Any]:
    """Cases with findings whose 认定书 was revoked or changed: one step a case, however many findings."""
    open_again = exists(
        select(1)
        .where(Finding.case_id == Case.id, Finding.reopened_at.is_not(None), Finding.withdrawn_at.is_(None))
        .correlate(Case)
    )
    return _row(literal(Wait.RECONFIRM.value), Case.id).where(open_again, Case.stage.not_in(ENDED))


def _left_above() -> Select[Any]:
    """Cases in which our own police are examined and the upper unit has drafted nothing yet."""
    return _row(literal(Wait.PROPOSE_ABOVE.value), Case.id).where(
        left_to_the_upper_unit(), Case.stage == Stage.RECTIFYING
    )


def _talks() -> Select[Any]:
    """Talks to decide, to arrange, and, once the summons was served, to hold; between them the notice waits."""
    on_its_way = exists(
        select(1)
        .select_from(TalkPaper)
        .join(Document, Document.id == TalkPaper.document_id)
        .where(TalkPaper.talk_id == Talk.id, Document.status.not_in(SETTLED))
        .correlate(Talk)
    )
    wait = case(
        (Talk.state == "proposed", Wait.DECIDE_TALK.value),
        (Talk.planned_for.is_(None), Wait.ARRANGE_TALK.value),
        else_=Wait.HOLD_TALK.value,
    )
    return (
        _row(wait, Talk.id, talk=Talk.id, unit=Talk.organisation_id)
        .join(Talk, Talk.case_id == Case.id)
        .where(
            Talk.state.in_(("proposed", "approved")),
            or_(Talk.state == "proposed", Talk.planned_for.is_(None), not_(on_its_way)),
            Case.stage.not_in(ENDED),
        )
    )


def _finished() -> Select[Any]:
    """Cases that can be archived: every measure closed, papers 2 to 4 delivered or not applicable, none under way."""

    def settled(kind: DocumentKind) -> Condition:
        delivered = exists(
            select(1)
            .where(of_case(Case.id), Document.kind == kind, Document.status == DocumentStatus.DELIVERED)
            .correlate(Case)
        )
        waived = exists(select(1).where(NotApplicable.case_id == Case.id, NotApplicable.kind == kind).correlate(Case))
        if kind is DocumentKind.RECTIFICATION_NOTICE:
            return or_(delivered, waived, told_in_advance)
        return or_(delivered, waived)

    advance = DocumentKind.ADVANCE_NOTICE
    told = exists(
        select(1)
        .where(Document.case_id == Case.id, Document.kind == advance, Document.status == DocumentStatus.DELIVERED)
        .correlate(Case)
    )
    untold = exists(
        select(1)
        .select_from(Assignment)
        .outerjoin(Document, Document.id == Assignment.notice_id)
        .where(
            Assignment.case_id == Case.id,
            Assignment.released_at.is_(None),
            Document.kind.is_distinct_from(advance),
        )
        .correlate(Case)
    )
    told_in_advance = and_(told, not_(untold))
    open_hand = exists(
        select(1).where(Assignment.case_id == Case.id, Assignment.state != AssignmentState.CLOSED).correlate(Case)
    )
    unheld = exists(
        select(1)
        .select_from(Measure)
        .where(
            Measure.case_id == Case.id,
            Measure.withdrawn_at.is_(None),
            not_(exists(select(1).where(Assignment.measure_id == Measure.id).correlate(Measure))),
        )
        .correlate(Case)
    )
    pending = exists(
        select(1)
        .where(
            of_case(Case.id),
            Document.kind != DocumentKind.ANALYSIS_REPORT,
            Document.status.not_in(SETTLED),
        )
        .correlate(Case)
    )
    unsure = exists(
        select(1)
        .where(Finding.case_id == Case.id, Finding.reopened_at.is_not(None), Finding.withdrawn_at.is_(None))
        .correlate(Case)
    )
    return _row(literal(Wait.ARCHIVE.value), Case.id).where(
        Case.stage == Stage.RECTIFYING,
        not_(open_hand),
        not_(unheld),
        not_(pending),
        not_(unsure),
        *(
            settled(kind)
            for kind in FIVE_DOCUMENTS
            if kind not in (DocumentKind.ANALYSIS_REPORT, DocumentKind.TRACEBACK_ARCHIVE)
        ),
    )


def _unsent() -> Select[Any]:
    """Messages that could not be sent or are uncertain, alone."""
    return (
        _row(literal(Wait.SETTLE_MESSAGE.value), Send.id)
        .join(Message, Message.case_id == Case.id)
        .join(Send, Send.message_id == Message.id)
        .where(Send.state.in_(TROUBLED))
    )


def _unsent_digests() -> Select[Any]:
    """The same with the digest that carries them, once a case."""
    carried = aliased(Send)
    return (
        _row(literal(Wait.SETTLE_MESSAGE.value), Send.id)
        .join(Message, Message.case_id == Case.id)
        .join(carried, carried.message_id == Message.id)
        .join(Send, Send.id == carried.digest_id)
        .where(Send.state.in_(TROUBLED))
        .distinct()
    )


def _to_evaluate() -> Select[Any]:
    """Evaluations whose clock runs; whether the earliest day has come is asked of the clock (`effects.opened_by`)."""
    return _row(
        literal(Wait.EVALUATE.value), Case.id, clock=_clock(Deadline.case_id == Case.id, Deadline.rule_code == RULE)
    ).where(
        exists(
            select(1)
            .where(Deadline.case_id == Case.id, Deadline.rule_code == RULE, Deadline.state == "open")
            .correlate(Case)
        ),
        Case.stage.in_((Stage.RECTIFYING, Stage.ARCHIVED)),
    )


def _undecided(*about: Condition) -> Condition:
    return exists(
        select(1).where(Recurrence.decision.is_(None), Recurrence.lapsed_at.is_(None), *about).correlate(Case)
    )


def _recurred() -> Select[Any]:
    """Cases whose accident happened after measures of other cases, until somebody decides."""
    return _row(literal(Wait.RECURRENCE.value), Case.id).where(_undecided(Recurrence.case_id == Case.id))


def _relapsed() -> Select[Any]:
    """Cases after whose measures an accident happened again, carried by somebody else than the new one."""
    new = aliased(Case)
    elsewhere = exists(
        select(1).where(new.id == Recurrence.case_id, new.officer_id != Case.officer_id).correlate(Recurrence, Case)
    )
    return _row(literal(Wait.RELAPSE.value), Case.id).where(_undecided(Recurrence.old_case_id == Case.id, elsewhere))


BRANCHES = (
    Branch(_unnoticed, whose.police, whose.officer),
    Branch(_drafts, visible_documents, lambda actor: and_(whose.drafter(actor), visible_documents(actor))),
    Branch(_steps, visible_documents, whose.step_taker),
    Branch(
        _unserved,
        visible_documents,
        lambda actor: and_(or_(whose.clerk(actor), whose.drafter(actor)), visible_documents(actor)),
    ),
    Branch(_unacknowledged, visible_documents, whose.served),
    Branch(_unproven, visible_documents, lambda actor: and_(whose.clerk(actor), visible_documents(actor))),
    Branch(_unreceipted, visible_documents, lambda actor: and_(whose.officer(actor), visible_documents(actor))),
    Branch(_owed, visible_assignments, whose.holder),
    Branch(_answers, visible_assignments, whose.judge),
    Branch(_disputes, visible_assignments, whose.adjudicator),
    Branch(_unverified, visible_assignments, whose.inspector),
    Branch(_reopened, whose.police, whose.officer),
    Branch(_left_above, whose.upper_drafter, whose.upper_drafter),
    Branch(_talks, whose.police, whose.talker),
    Branch(_finished, whose.police, whose.archivist),
    Branch(_unsent, whose.police, whose.officer),
    Branch(_unsent_digests, whose.police, whose.officer),
    Branch(_to_evaluate, whose.police, whose.officer),
    Branch(_recurred, whose.police, whose.officer),
    Branch(_relapsed, whose.police, whose.officer),
)
