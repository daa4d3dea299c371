"""What a unit did not do although it was ordered to: the orders with their dates, and the talks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock.tables import Deadline
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.vocabulary import AssignmentState, DocumentKind, Turn
from models.papers.tables import Delivery, Document, DocumentAssignment
from models.rectification.tables import Assignment, Measure, Talk

from .findings import once

WHOLE = "measure.complete"


def served_orders(session: Session, case_id: int, organisation_id: int) -> tuple[str, ...]:
    """Return what proves that a unit was ordered: the numbers of the orders that it was served."""
    numbers = session.scalars(
        select(Document.number)
        .join(Delivery, Delivery.document_id == Document.id)
        .where(
            Document.case_id == case_id,
            Document.kind == DocumentKind.SUPERVISION_ORDER,
            Document.recipient_id == organisation_id,
        )
        .order_by(Document.id)
    )
    return tuple(f"限期落实督办单（{number}）及其送达记录" for number in numbers)


def disobedience(session: Session, case_id: int, organisation_id: int) -> str | None:
    """Return the facts in one paragraph, None where no order was served."""
    orders = session.execute(
        select(Document.id, Document.number, Delivery.delivered_at, Deadline.due_on)
        .join(Delivery, Delivery.document_id == Document.id)
        .join(Deadline, Deadline.document_id == Document.id)
        .where(
            Document.case_id == case_id,
            Document.kind == DocumentKind.SUPERVISION_ORDER,
            Document.recipient_id == organisation_id,
            Deadline.rule_code == "order.complete",
        )
        .order_by(Document.id)
    ).all()
    if not orders:
        return None
    owed = _owed(session, [order.id for order in orders], max(order.due_on for order in orders))
    held = session.scalars(
        select(Talk.held_at)
        .where(Talk.case_id == case_id, Talk.organisation_id == organisation_id, Talk.held_at.is_not(None))
        .order_by(Talk.id)
    )
    told = [
        f"{chinese_date(local_date(order.delivered_at))}送达限期落实督办单（{order.number}），"
        f"要求{chinese_date(order.due_on)}前落实"
        for order in orders
    ]
    told += [f"{chinese_date(local_date(moment))}对该单位约谈" for moment in held if moment is not None]
    return f"{owed}{'；'.join(told)}。"


def _owed(session: Session, orders: Sequence[int], limit: date) -> str:
    """Tell what of the ordered measures was due by the last limit and is owed: the measure, a stage of it, an answer.

    A measure whose own date is still to come is not held against a unit as undone: it owes no more than its plan.
    """
    rows = session.execute(
        select(Measure.text, Deadline.rule_code, Deadline.milestone_id)
        .join(Assignment, Assignment.measure_id == Measure.id)
        .join(Deadline, Deadline.assignment_id == Assignment.id)
        .where(
            Assignment.id.in_(
                select(DocumentAssignment.assignment_id).where(DocumentAssignment.document_id.in_(orders))
            ),
            Assignment.state != AssignmentState.CLOSED,
            Deadline.turn == Turn.THEIRS,
            Deadline.state == "open",
            Deadline.due_on <= limit,
        )
        .order_by(Measure.position, Deadline.id)
    ).all()
    told: set[str] = set()
    sentences = []
    for how, owed in (
        ("逾期未完成的整改措施", [row.text for row in rows if row.rule_code == WHOLE and row.milestone_id is None]),
        ("逾期未达到阶段目标的整改措施", [row.text for row in rows if row.rule_code == WHOLE]),
        ("逾期未报送整改方案或者未答复的整改措施", [row.text for row in rows]),
    ):
        new = [text for text in once(text.strip().rstrip("。；") for text in owed) if text not in told]
        told.update(new)
        sentences += [f"{how}{len(new)}项：{'；'.join(new)}。"] if new else []
    return "".join(sentences)
