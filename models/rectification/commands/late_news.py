"""Replies that came in time but were recorded late: their warning is withdrawn, and an order that rests on it too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from models.case.tables import Case
from models.clock.commands.deadlines import THEIR_WORK
from models.clock.tables import Deadline, RungFired
from models.kernel.act import Act
from models.kernel.calendar.local_time import local_date
from models.kernel.events import record
from models.kernel.vocabulary import DocumentKind, DocumentStatus
from models.papers.commands.outdated_papers import flag
from models.papers.commands.voiding import lapse
from models.papers.tables import Document, DocumentAssignment
from models.rectification.tables import Assignment, Measure

UNSIGNED = (
    DocumentStatus.DRAFT,
    DocumentStatus.RETURNED,
    DocumentStatus.IN_REVIEW,
    DocumentStatus.COUNTERSIGNING,
    DocumentStatus.SIGNING,
)
IN_TIME = "反馈在期限内收到，登记在后"


def withdraw_warnings(act: Act, case: Case, assignment: Assignment, met: Iterable[Deadline], at: datetime) -> None:
    """Take back, visibly, what the ladder did about clocks that were met in time after all; `at` is the reply's moment."""
    taken_back = take_back(act, case, met, at, IN_TIME)
    if taken_back:
        act.session.flush()
        _look_at_orders(act, case, assignment)


def take_back(act: Act, case: Case, met: Iterable[Deadline], at: datetime, why: str) -> bool:
    """Withdraw the warnings about clocks that were met in time; tell whether there were any."""
    taken_back = False
    for clock in met:
        if local_date(at) > clock.due_on:
            continue
        fired = act.session.scalars(
            select(RungFired).where(
                RungFired.deadline_id == clock.id,
                RungFired.deadline_version == clock.version,
                RungFired.rung.in_(("warn", "order")),
                RungFired.withdrawn_at.is_(None),
            )
        ).all()
        for rung in fired:
            rung.withdrawn_at = act.at
            record(act, case, "warning_withdrawn", why=why, deadline=clock.key, rung=rung.rung)
        taken_back = taken_back or bool(fired)
    return taken_back


def _look_at_orders(act: Act, case: Case, assignment: Assignment) -> None:
    """Take the measure out of orders and reports that list it without cause: unsigned ones shrink or lapse, signed ones
    are flagged."""
    orders = act.session.scalars(
        select(Document)
        .join(DocumentAssignment, DocumentAssignment.document_id == Document.id)
        .where(
            DocumentAssignment.assignment_id == assignment.id,
            Document.kind.in_((DocumentKind.SUPERVISION_ORDER, DocumentKind.LATE_REPORT)),
            Document.status != DocumentStatus.VOID,
        )
        .order_by(Document.id)
    ).all()
    measure = act.session.scalars(select(Measure.ref).where(Measure.id == assignment.measure_id)).one()
    for order in orders:
        if _was_late(act, assignment, order):
            continue
        why = f"{measure}的{IN_TIME}"
        if order.status not in UNSIGNED:
            flag(act, case, order, {}, f"{why}，督办依据不成立")
            record(
                act, case, "paper_flagged", why=f"{why}，督办依据不成立", paper=order.ref, measure=measure, signed=True
            )
        elif _others(act, assignment, order):
            act.session.delete(act.session.get_one(DocumentAssignment, (order.id, assignment.id)))
            record(act, case, "order_reduced", why=why, paper=order.ref, measure=measure)
        else:
            lapse(act, case, order, f"{why}，督办依据不成立")


def _was_late(act: Act, assignment: Assignment, order: Document) -> bool:
    """Return whether some clock of the measure had run out, unanswered, when the order was drafted."""
    drafted_on = local_date(order.drafted_at)
    clocks = act.session.scalars(
        select(Deadline).where(
            Deadline.assignment_id == assignment.id,
            Deadline.rule_code.in_(THEIR_WORK),
            Deadline.due_on < drafted_on,
        )
    )
    return any(clock.closed_at is None or local_date(clock.closed_at) > clock.due_on for clock in clocks)


def _others(act: Act, assignment: Assignment, order: Document) -> bool:
    count = act.session.scalar(
        select(func.count())
        .select_from(DocumentAssignment)
        .where(DocumentAssignment.document_id == order.id, DocumentAssignment.assignment_id != assignment.id)
    )
    return bool(count)
