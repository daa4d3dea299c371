"""Shared by all ways in which a measure ends with one unit: its deadlines, orders and receipts."""

from __future__ import annotations

from sqlalchemy import func, select

from models.case.tables import Case
from models.clock.commands import deadlines
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.events import record
from models.kernel.vocabulary import AssignmentState, Outcome
from models.rectification.tables import Assignment, Verification

from .assignments import measure_ref, unit_name
from .effect_clock import keep_clock
from .lifting import lift_orders


def close_hand(act: Act, case: Case, assignment: Assignment, action: str, outcome: Outcome, reason: str | None) -> None:
    last = act.session.scalar(
        select(Verification.passed)
        .where(Verification.assignment_id == assignment.id)
        .order_by(Verification.id.desc())
        .limit(1)
    )
    assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, action, {"verified": last is True})
    assignment.outcome, assignment.outcome_reason, assignment.closed_at = outcome, reason, act.at
    deadlines.withdraw(act, case, act.at, assignment_id=assignment.id)
    lift_orders(act, case, assignment, act.at)
    _withdraw_receipt_clock(act, case, assignment)
    record(
        act,
        case,
        "measure_closed",
        why=reason,
        measure=measure_ref(act, assignment),
        organisation=unit_name(act, assignment.organisation_id),
        outcome=outcome.value,
        whole=_whole(act, assignment),
    )
    keep_clock(act, case)


def _whole(act: Act, assignment: Assignment) -> bool:
    """Return whether every unit is done with the measure now: only then it is closed as a whole."""
    act.session.flush()
    left = select(Assignment.id).where(
        Assignment.measure_id == assignment.measure_id, Assignment.state != AssignmentState.CLOSED
    )
    return act.session.scalar(left.limit(1)) is None


def _withdraw_receipt_clock(act: Act, case: Case, assignment: Assignment) -> None:
    """Nobody needs to sign for a notice whose every measure is closed."""
    if assignment.notice_id is None:
        return
    act.session.flush()
    left = act.session.scalar(
        select(func.count())
        .select_from(Assignment)
        .where(
            Assignment.notice_id == assignment.notice_id,
            Assignment.case_id == case.id,
            Assignment.state != AssignmentState.CLOSED,
        )
    )
    if not left:
        deadlines.withdraw(act, case, act.at, "notice.acknowledge", document_id=assignment.notice_id)
