"""Deadlines that start, move or end when a paper is served (送达) and received (签收)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.queries.rulebook import rules_of
from models.clock.rules.deadlines import plan_start
from models.clock.tables import Deadline, RungFired
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.calendar.local_time import local_date
from models.kernel.events import record
from models.kernel.vocabulary import (
    AssignmentState,
    DocumentKind,
)
from models.office.rules.paper_kinds import CARRYING, REFERRING
from models.papers.commands.receipts import carried_by
from models.papers.commands.shared_papers import parts_of
from models.papers.tables import Document
from models.rectification.commands import milestones
from models.rectification.commands.late_news import take_back

IN_TIME = "签收在期限内，登记在后"


def start_clocks(act: Act, case: Case, document: Document, at: datetime) -> None:
    """Start what a served paper demands: of the recipient, and of us who wait for an answer to a proposal."""
    recipient = document.recipient_id
    if recipient is None:
        return
    if document.kind is DocumentKind.COMPEL_DECISION:
        _start_of_decision(act, case, document, at)
        return
    if document.kind in CARRYING:
        for part, ref in parts_of(act, document):
            _start_of_notice(act, part, document, ref, at)
        return
    if document.kind in REFERRING:
        _refer(act, case, document)
        return
    about = deadlines.Subject(document.ref, recipient, document_id=document.id)
    if document.kind is DocumentKind.SUPERVISION_ORDER:
        clock = deadlines.start(act, case, "order.complete", about, at)
        _climb_on(act, case, document, clock)
    elif document.kind is DocumentKind.ACCOUNTABILITY_PROPOSAL:
        ours = deadlines.Subject(document.ref, case.unit_id, document_id=document.id)
        deadlines.start(act, case, "accountability.feedback", ours, at)


def _refer(act: Act, case: Case, document: Document) -> None:
    """Let the measures of a 请示 or 商请督促函 wait on whoever it asks: no clock runs against the unit concerned."""
    held = carried_by(act, document, case)
    for assignment, _ in held:
        assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "refer")
    if held:
        record(act, case, "measures_referred", paper=document.ref, measures=[ref for _, ref in held])


def _start_of_decision(act: Act, case: Case, document: Document, at: datetime) -> None:
    """Start the one limit of each item that a decision orders: its service is its receipt, and it asks for no plan."""
    if document.recipient_id is None:
        return
    for assignment, ref in carried_by(act, document, case):
        assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "serve_decision")
        subject = deadlines.Subject(
            f"{document.ref}/{ref}", document.recipient_id, document_id=document.id, assignment_id=assignment.id
        )
        deadlines.start(act, case, "measure.complete", subject, at, given_on=assignment.due_on)
        milestones.start_clocks(act, case, document, subject.key, assignment, at)


def _start_of_notice(act: Act, case: Case, document: Document, name: str, at: datetime) -> None:
    """Start what a notice demands in one of its cases: receipt, plans, completions, milestones.

    A 先行整改通知 asks for no plan: an urgent hazard is mended by the date of each measure.
    """
    recipient, held = document.recipient_id, carried_by(act, document, case)
    if recipient is None or not held:
        return
    about = deadlines.Subject(name, recipient, document_id=document.id)
    receipt = deadlines.start(act, case, "notice.acknowledge", about, at)
    assumed = plan_start(None, receipt.due_on)
    for assignment, ref in held:
        assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "serve")
        subject = deadlines.Subject(f"{name}/{ref}", recipient, document_id=document.id, assignment_id=assignment.id)
        if document.kind is not DocumentKind.ADVANCE_NOTICE:
            deadlines.start(act, case, "notice.plan", subject, assumed, event="签收期限届满")
        deadlines.start(act, case, "measure.complete", subject, at, given_on=assignment.due_on)
        milestones.start_clocks(act, case, document, subject.key, assignment, at)


def _climb_on(act: Act, case: Case, order: Document, clock: Deadline) -> None:
    """A further order goes on where the one before stood: its clock ends the earlier one and stays red."""
    earlier = act.session.scalars(
        select(Deadline)
        .join(Document, Document.id == Deadline.document_id)
        .where(
            Deadline.case_id == case.id,
            Deadline.rule_code == "order.complete",
            Deadline.state == "open",
            Document.recipient_id == order.recipient_id,
            Document.id != order.id,
        )
        .order_by(Deadline.id)
    ).all()
    if not earlier:
        return
    fired = act.session.scalars(select(RungFired.rung).where(RungFired.deadline_id.in_([old.id for old in earlier])))
    clock.changes = {
        "red_since": min(deadlines.red_since(old) for old in earlier).isoformat(),
        "fired": sorted({rung for rung in fired if rung in CARRIED_OVER}),
    }
    clock.next_look_on = deadlines.next_look(clock, rules_of(act), after=local_date(clock.started_at))
    for old in earlier:
        old.state, old.closed_at, old.next_look_on = "withdrawn", act.at, None


# Rungs that are not climbed a second time when a further order follows the first.
CARRIED_OVER = ("order.again", "talk", "account")


def count_from_receipt(act: Act, document: Document, at: datetime) -> None:
    """Let a receipt meet its clock; from here, if it came in time, the plan is counted."""
    received = "acknowledge_urgent" if document.kind is DocumentKind.ADVANCE_NOTICE else "acknowledge"
    for part, _ in parts_of(act, document):
        met = deadlines.meet(act, part, at, "notice.acknowledge", document_id=document.id)
        take_back(act, part, met, at, IN_TIME)
        for clock in met:
            _count_plans_from_receipt(act, part, document, clock, at)
        for assignment, _ in carried_by(act, document, part) if document.kind in CARRYING else ():
            if assignment.state is AssignmentState.AWAITING_RECEIPT:
                assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, received)


def _count_plans_from_receipt(act: Act, case: Case, document: Document, receipt: Deadline, at: datetime) -> None:
    """A receipt in time moves the start of the plan forward from the last day on which it could have come."""
    if plan_start(at, receipt.due_on) is not at:
        return
    for plan in deadlines.open_ones(act, case, "notice.plan", document_id=document.id):
        deadlines.restart(act, case, plan, at, "签收文书")
