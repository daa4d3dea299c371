"""Measures in hands: what the units owe, and what we owe their answers."""

from __future__ import annotations

from sqlalchemy import (
    case,
    exists,
    literal,
    not_,
    or_,
    select,
)

from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.lifecycle import OPEN_STATES, RUNNING
from models.kernel.rights.whose_step import Condition
from models.kernel.vocabulary import AssignmentState, ReplyKind, Stage, Turn
from models.rectification.queries.replies import pending
from models.rectification.tables import Assignment, Dispute, Measure, Reply, Verification

from .rows import ANSWERS, Rows, Wait, first_clock, row

# Every state but the last, named so that an index by case and state leads past what is closed.


def unnoticed() -> Rows:
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
    return row(literal(Wait.PREPARE.value), Case.id).where(Case.stage == Stage.RECTIFYING, waiting)


def unassessed() -> Condition:
    return exists(
        select(1)
        .select_from(Reply)
        .where(
            Reply.assignment_id == Assignment.id,
            Reply.kind.in_(ANSWERS),
            pending(),
        )
        .correlate(Assignment)
    )


def owed() -> Rows:
    wait = case(
        (Assignment.state == AssignmentState.AWAITING_PLAN, Wait.PLAN.value),
        (Assignment.state == AssignmentState.RETURNED, Wait.REWORK.value),
        else_=Wait.COMPLETE.value,
    )
    return (
        row(
            wait,
            Assignment.id,
            document=Assignment.notice_id,
            assignment=Assignment.id,
            unit=Assignment.organisation_id,
            clock=first_clock(Deadline.assignment_id == Assignment.id, Deadline.turn == Turn.THEIRS),
        )
        .join(Assignment, Assignment.case_id == Case.id)
        .where(
            Assignment.state.in_(
                (AssignmentState.AWAITING_PLAN, AssignmentState.AWAITING_COMPLETION, AssignmentState.RETURNED)
            ),
            Assignment.served_by_id.is_(None),
            not_(unassessed()),
            Case.stage.in_(RUNNING),
        )
    )


def answers() -> Rows:
    wait = case((Reply.kind == ReplyKind.EXTENSION, Wait.DECIDE_EXTENSION.value), else_=Wait.ASSESS.value)
    return (
        row(
            wait,
            Reply.id,
            document=Assignment.notice_id,
            assignment=Assignment.id,
            reply=Reply.id,
            clock=first_clock(Deadline.reply_id == Reply.id),
        )
        .join(Assignment, Assignment.case_id == Case.id)
        .join(Reply, Reply.assignment_id == Assignment.id)
        .where(
            or_(Reply.kind.not_in((ReplyKind.PROGRESS, ReplyKind.DISPUTE)), Reply.milestone_id.is_not(None)),
            Assignment.state.in_(OPEN_STATES),
            Assignment.served_by_id.is_(None),
            pending(),
            Case.stage.in_(RUNNING),
        )
    )


def disputes() -> Rows:
    return (
        row(
            literal(Wait.ADJUDICATE.value),
            Reply.id,
            document=Assignment.notice_id,
            assignment=Assignment.id,
            reply=Reply.id,
            unit=Dispute.adjudicator_id,
            clock=first_clock(Deadline.reply_id == Reply.id),
        )
        .join(Dispute, Dispute.case_id == Case.id)
        .join(Assignment, Assignment.id == Dispute.assignment_id)
        .join(Reply, Reply.id == Dispute.reply_id)
        .where(
            Dispute.decided_at.is_(None),
            Assignment.state == AssignmentState.DISPUTED,
            Case.stage.in_(RUNNING),
        )
    )


def unverified() -> Rows:
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
        row(wait, Assignment.id, document=Assignment.notice_id, assignment=Assignment.id)
        .join(Assignment, Assignment.case_id == Case.id)
        .where(
            Assignment.state == AssignmentState.AWAITING_VERIFICATION,
            Assignment.served_by_id.is_(None),
            Case.stage.in_(RUNNING),
        )
    )
