"""退回整改: starts the deadline of work that was sent back."""

from __future__ import annotations

from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.tables import Deadline
from models.kernel.act import Act
from models.kernel.vocabulary import Turn
from models.rectification.tables import Assignment

from .assignments import does_itself, measure_ref


def start_rework(act: Act, case: Case, assignment: Assignment, occasion: str, of_plan: bool) -> Deadline:
    """Start the clock of the rework and return it."""
    measure = measure_ref(act, assignment)
    subject = deadlines.Subject(
        f"{measure}/{assignment.organisation_id}/{occasion}",
        assignment.organisation_id,
        document_id=assignment.notice_id,
        assignment_id=assignment.id,
    )
    event = "整改方案退回" if of_plan else "整改反馈退回"
    turn = Turn.OURS if does_itself(case, assignment) else None
    return deadlines.start(act, case, "returned.rework", subject, act.at, event=event, turn=turn)
