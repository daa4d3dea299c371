"""催办函: all that the unit is late with, as an order would list it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.calendar.local_time import local_date
from models.kernel.lifecycle import SIGNED
from models.kernel.vocabulary import DocumentKind, ReplyKind
from models.papers.content import PaperReference
from models.papers.content.wording import day
from models.papers.filling.draft import Draft
from models.papers.filling.measures import to_come
from models.papers.filling.register import fills
from models.papers.kinds.supervision_order.fill import notice_of, overdue, places_in
from models.papers.tables import Document, DocumentAssignment
from models.rectification.tables import Assignment, Measure, Reply

from .content import Reminder


@fills(DocumentKind.REMINDER)
def content(session: Session, draft: Draft) -> Reminder:
    """Return what the letter reminds of on its date, or, in a draft, on the day of drafting."""
    row = draft.row
    on = draft.issued_on or local_date(row.drafted_at)
    notice = notice_of(session, row.id)
    return Reminder(
        head=draft.head(),
        case_number=row.case_number,
        accident=draft.topic(),
        notice=PaperReference(title=notice.title, number=notice.number, dated=notice.issued_on) if notice else None,
        delivered_on=local_date(notice.delivered_at) if notice and notice.delivered_at else None,
        received=_received(session, notice.id, on) if notice else (),
        reminded=_before(session, draft, notice.id) if notice else (),
        matters=overdue(session, draft, on, notice.id if notice else None),
        answer=to_come(draft, "reminder.answer"),
    )


_THANKED = {ReplyKind.PLAN: "整改方案", ReplyKind.PROGRESS: "进展情况", ReplyKind.COMPLETION: "完成情况"}


def _received(session: Session, notice_id: int, on: date) -> tuple[str, ...]:
    """Return what the unit answered to the notice until a day, for which it is thanked: each kind of a day once."""
    rows = session.execute(
        select(Reply.kind, Reply.happened_at, Measure.ref)
        .join(Assignment, Assignment.id == Reply.assignment_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .where(Assignment.notice_id == notice_id, Reply.kind.in_(_THANKED), Reply.withdrawn_at.is_(None))
        .order_by(Reply.happened_at, Measure.position)
    ).all()
    told: dict[tuple[date, ReplyKind], list[str]] = {}
    for row in rows:
        if local_date(row.happened_at) <= on:
            told.setdefault((local_date(row.happened_at), row.kind), []).append(row.ref)
    places = places_in(session, notice_id)
    return tuple(f"{day(when)}{_THANKED[kind]}{_of(refs, places)}" for (when, kind), refs in told.items())


def _before(session: Session, draft: Draft, notice_id: int) -> tuple[PaperReference, ...]:
    """Return the reminders of the same notice that left before this one was drafted."""
    of_notice = (
        select(DocumentAssignment.document_id)
        .join(Assignment, Assignment.id == DocumentAssignment.assignment_id)
        .where(Assignment.notice_id == notice_id)
    )
    rows = session.execute(
        select(Document.title, Document.number, Document.issued_on)
        .where(
            Document.case_id == draft.row.case_id,
            Document.kind == DocumentKind.REMINDER,
            Document.recipient_id == draft.row.recipient_id,
            Document.occasion < draft.row.occasion,
            Document.status.in_(SIGNED),
            Document.id.in_(of_notice),
        )
        .order_by(Document.issued_on, Document.id)
    )
    return tuple(PaperReference(title=row.title, number=row.number, dated=row.issued_on) for row in rows)


def _of(refs: list[str], places: Mapping[str, str]) -> str:
    numbers = sorted({int(places[ref]) for ref in refs if ref in places})
    return "" if not numbers or len(numbers) == len(places) else f"（第{'、'.join(map(str, numbers))}项措施）"
