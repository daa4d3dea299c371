"""督办解除: suspends an order once all it demanded is answered, and ends it once the answers are accepted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.tables import Deadline
from models.kernel.act import Act
from models.kernel.events import record
from models.kernel.vocabulary import AssignmentState, Outcome
from models.papers.tables import Document, DocumentAssignment
from models.rectification.queries.replies import pending
from models.rectification.tables import Assignment, Reply


def lift_orders(act: Act, case: Case, assignment: Assignment, at: datetime) -> None:
    """End the clock of an order once nothing it demanded is late any more: lifted, or ended where something stays undone.

    While an answer to it waits to be judged, or was sent back, the order is neither: its clock stands still.
    """
    orders = act.session.scalars(
        select(Document)
        .join(DocumentAssignment, DocumentAssignment.document_id == Document.id)
        .join(Deadline, Deadline.document_id == Document.id)
        .where(
            DocumentAssignment.assignment_id == assignment.id,
            Deadline.rule_code == "order.complete",
            Deadline.state.in_(("open", "answered")),
        )
    ).all()
    for order in orders:
        act.session.flush()
        demanded = select(DocumentAssignment.assignment_id).where(DocumentAssignment.document_id == order.id)
        owed = act.session.scalar(
            select(func.count())
            .select_from(Deadline)
            .join(Assignment, Assignment.id == Deadline.assignment_id)
            .where(
                Deadline.assignment_id.in_(demanded),
                Deadline.rule_code.in_(deadlines.THEIR_WORK),
                Deadline.state == "open",
                Deadline.due_on < act.today,
                Assignment.state != AssignmentState.CLOSED,
            )
        )
        if owed:
            continue
        answers = act.session.execute(
            select(Reply.id, pending())
            .select_from(Deadline)
            .join(Assignment, Assignment.id == Deadline.assignment_id)
            .join(Reply, Reply.id == Deadline.answered_by_id)
            .where(
                Deadline.assignment_id.in_(demanded),
                Deadline.rule_code.in_(deadlines.THEIR_WORK),
                Deadline.state == "answered",
                Deadline.due_on < act.today,
                Assignment.state != AssignmentState.CLOSED,
            )
            .order_by(Deadline.id)
        ).all()
        waiting = [reply for reply, waits in answers if waits]
        if waiting and deadlines.answer(act, case, at, waiting[-1], "order.complete", document_id=order.id):
            deadlines.wake(act, case, order.recipient_id)
        if answers:
            continue
        undone = act.session.scalar(
            select(func.count())
            .select_from(Assignment)
            .where(Assignment.id.in_(demanded), Assignment.outcome == Outcome.NOT_DONE)
        )
        if undone:  # given up is not obeyed: the order ends, but it is never said to have been met
            deadlines.withdraw(act, case, at, "order.complete", document_id=order.id)
            record(act, case, "order_ended", happened_at=at, paper=order.ref, number=order.number)
        else:
            for clock in deadlines.answered_ones(act, case, "order.complete", document_id=order.id):
                clock.state = "met"  # as of the moment of the answer
            deadlines.meet(act, case, at, "order.complete", document_id=order.id)
            record(act, case, "order_lifted", happened_at=at, paper=order.ref, number=order.number)
        deadlines.wake(act, case, order.recipient_id)
