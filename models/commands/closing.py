"""办结: a measure ends with one unit, done or otherwise with a reason."""

from __future__ import annotations

from sqlalchemy import func, select

from models.rules import lifecycle, policy
from models.rules.vocabulary import AssignmentState, Outcome
from models.tables import Assignment, Case, Verification

from . import deadlines
from .act import Act, lock_case, record, unit_path
from .cases import require_reason
from .hands import find_hand, measure_ref, unit_name
from .lifting import lift_orders


def close_measure(
    act: Act,
    case_number: str,
    *,
    measure: str,
    outcome: Outcome = Outcome.DONE,
    reason: str | None = None,
    organisation: str | None = None,
) -> None:
    """Close a measure of one unit: done after a passed verification, or otherwise with a reason.

    Raises WrongStage without verification, Invalid without reason.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "measure.close", unit_path=unit_path(act, case))
    assignment = find_hand(act, case, measure, organisation)
    if outcome in (Outcome.DONE, Outcome.DONE_BY_ALTERNATIVE):
        close_hand(act, case, assignment, "close_as_done", outcome, reason)
    else:
        close_hand(act, case, assignment, "close_with_reason", outcome, require_reason(reason))


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
