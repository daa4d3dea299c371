"""What is waited for, and the row in which each open step says so."""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    String,
    bindparam,
    cast,
    null,
    select,
)

from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.rights.whose_step import Condition
from models.kernel.vocabulary import DocumentStatus, ReplyKind, SendState, Turn, Word
from models.papers.tables import Document
from models.rectification.tables import Assignment, Reply


class Wait(Word):
    """What is waited for, in the order of a case's life."""

    PREPARE = "prepare", "待拟制通知书"
    RETURNED = "returned", "退回，待修改后重报"
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
    CLOSE_INCOMING = "close_incoming", "待办理来文"
    FOLLOW_DECISION = "follow_decision", "待跟进批复或者决定"
    EVALUATE = "evaluate", "待整改评估"
    RECURRENCE = "recurrence", "待处理：整改后又发生"
    RELAPSE = "relapse", "本案整改后又发生，待处理"


IN_APPROVAL = (DocumentStatus.IN_REVIEW, DocumentStatus.COUNTERSIGNING, DocumentStatus.SIGNING)
SETTLED = (DocumentStatus.DELIVERED, DocumentStatus.VOID)
TROUBLED = (SendState.STUCK, SendState.UNCERTAIN)
TODAY = bindparam("today", type_=Date())  # a parameter of every statement over these rows
ANSWERS = (ReplyKind.PLAN, ReplyKind.COMPLETION, ReplyKind.REFUSAL)
Number = SQLColumnExpression[int] | SQLColumnExpression[int | None]  # a column with row numbers
# Open steps: wait, subject, case, document, assignment, reply, talk, unit, user, deadline.
Rows = Select[str, int, int, int | None, int | None, int | None, int | None, int | None, int | None, int | None]


def row(
    wait: ColumnElement[str],
    subject: Number,
    *,
    clock: Number | None = None,
    document: Number | None = None,
    assignment: Number | None = None,
    reply: Number | None = None,
    talk: Number | None = None,
    unit: Number = Case.unit_id,
    user: Number | None = None,
) -> Rows:
    """Return rows of one kind of step: what is waited for, the row that it is about, and what leads to names and dates."""

    def number(value: Number | None) -> Number:
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


def first_clock(*about: Condition) -> ScalarSelect[int]:
    """The running clock that ends first."""
    return (
        select(Deadline.id)
        .where(Deadline.state == "open", *about)
        .order_by(Deadline.due_on, Deadline.id)
        .limit(1)
        .correlate(Document, Assignment, Reply, Case)
        .scalar_subquery()
    )


def ours(document_id: Number) -> ScalarSelect[int]:
    return first_clock(Deadline.document_id == document_id, Deadline.turn == Turn.OURS)
