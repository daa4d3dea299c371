"""What a unit did not do although it was ordered to: the orders with their dates, and the talks."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock.tables import Deadline
from models.kernel.local_time import chinese_date, local_date
from models.kernel.vocabulary import DocumentKind
from models.papers.tables import Delivery, Document, DocumentAssignment
from models.rectification.tables import Assignment, Measure, Talk

from .findings import once


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
    return tuple(f"{number}及其送达记录" for number in numbers)


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
    measures = session.scalars(
        select(Measure.text)
        .join(Assignment, Assignment.measure_id == Measure.id)
        .join(DocumentAssignment, DocumentAssignment.assignment_id == Assignment.id)
        .where(DocumentAssignment.document_id.in_([order.id for order in orders]))
        .order_by(Measure.position)
    )
    owed = once(text.strip().rstrip("。；") for text in measures)
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
    return f"该单位承担的{len(owed)}项整改措施逾期未落实：{'；'.join(owed)}。{'；'.join(told)}。"
