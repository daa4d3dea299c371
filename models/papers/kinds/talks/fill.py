"""约谈通知 and 约谈纪要: what the talk is about, as it was arranged, and what was put, answered and promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from models.clock.tables import Deadline
from models.kernel.base import JsonList
from models.kernel.calendar.local_time import local_date
from models.kernel.lifecycle import SIGNED
from models.kernel.tables import Event
from models.kernel.vocabulary import AssignmentState, DocumentKind
from models.office.tables import Organisation
from models.papers.content import PaperReference, Promise, TalkMinutes, TalkNotice
from models.papers.filling.draft import Draft, local
from models.papers.filling.register import fills
from models.papers.tables import Delivery, Document, DocumentAssignment
from models.rectification.tables import Assignment, Measure, Talk, TalkPaper


@fills(DocumentKind.TALK_NOTICE)
def notice(session: Session, draft: Draft) -> TalkNotice:
    """Return what the summons says; until the talk is arranged, without time and place."""
    talk = _talk(session, draft.row.id)
    order = None if talk.order_id is None else _cited(session, Document.id == talk.order_id)
    served, due = (None, None) if talk.order_id is None else _dates_of_order(session, talk.order_id)
    return TalkNotice(
        head=draft.head(),
        case_number=draft.row.case_number,
        accident=draft.topic(),
        order=order,
        order_served_on=served,
        order_due=due,
        power=draft.ground.power,
        reason=talk.reason,
        matters=tuple(talk.matters or _unfinished(session, talk.order_id)),
        held_at=local(talk.planned_for) if talk.planned_for else None,
        place=talk.place,
        chaired_by=talk.chaired_by,
        attendees=tuple(talk.attendees or ()),
        preparation=tuple(talk.preparation or ()),
    )


@fills(DocumentKind.TALK_MINUTES)
def minutes(session: Session, draft: Draft) -> TalkMinutes:
    """Return what the minutes say; they name no recipient, the unit stands among those who get a copy."""
    talk = _talk(session, draft.row.id)
    head = draft.head()
    of_talk = select(TalkPaper.document_id).where(TalkPaper.talk_id == talk.id)
    summons = _cited(
        session, Document.id.in_(of_talk), Document.kind == DocumentKind.TALK_NOTICE, Document.status.in_(SIGNED)
    )
    return TalkMinutes(
        head=head.model_copy(
            update={
                "mark": f"{head.issuer}约谈纪要",
                "recipients": (),
                "copied_to": (*head.recipients, *head.copied_to),
            }
        ),
        case_number=draft.row.case_number,
        notice=summons,
        organisation=talk.organisation,
        held_at=local(talk.held_at) if talk.held_at else None,
        place=talk.place,
        chaired_by=talk.chaired_by,
        recorded_by=_recorder(session, draft.row.case_id, talk.id),
        participants=tuple(talk.participants or ()),
        attended_by=(talk.attended_by,) if talk.attended_by else (),
        absent=tuple(talk.absent or ()),
        matters=tuple((talk.minutes or "").splitlines()),
        statements=tuple(talk.statements or ()),
        promises=tuple(
            Promise(
                text=promise["text"],
                responsible_person=promise["responsible_person"],
                due=date.fromisoformat(promise["due"]) if promise["due"] else None,
            )
            for promise in talk.promises or ()
        ),
    )


@dataclass(frozen=True, slots=True)
class _Talk:
    id: int
    order_id: int | None
    reason: str
    planned_for: datetime | None
    place: str | None
    chaired_by: str | None
    matters: JsonList | None
    attendees: JsonList | None
    preparation: JsonList | None
    held_at: datetime | None
    attended_by: str | None
    absent: JsonList | None
    minutes: str | None
    statements: JsonList | None
    promises: JsonList | None
    participants: JsonList | None
    organisation: str


def _talk(session: Session, document_id: int) -> _Talk:
    unit = aliased(Organisation)
    row = session.execute(
        select(
            Talk.id,
            Talk.order_id,
            Talk.reason,
            Talk.planned_for,
            Talk.place,
            Talk.chaired_by,
            Talk.matters,
            Talk.attendees,
            Talk.preparation,
            Talk.held_at,
            Talk.attended_by,
            Talk.absent,
            Talk.minutes,
            Talk.statements,
            Talk.promises,
            Talk.participants,
            unit.name.label("organisation"),
        )
        .join(TalkPaper, TalkPaper.talk_id == Talk.id)
        .join(unit, unit.id == Talk.organisation_id)
        .where(TalkPaper.document_id == document_id)
    ).one()
    return _Talk(**row._mapping)


def _cited(session: Session, *wanted: ColumnElement[bool]) -> PaperReference | None:
    paper = session.execute(
        select(Document.title, Document.number, Document.issued_on).where(*wanted).order_by(Document.id.desc()).limit(1)
    ).one_or_none()
    return None if paper is None else PaperReference(title=paper.title, number=paper.number, dated=paper.issued_on)


def _dates_of_order(session: Session, order_id: int) -> tuple[date | None, date | None]:
    """When an order was served, and the date that it set."""
    row = session.execute(
        select(Delivery.delivered_at, Deadline.due_on)
        .outerjoin(Deadline, and_(Deadline.document_id == Delivery.document_id, Deadline.rule_code == "order.complete"))
        .where(Delivery.document_id == order_id)
        .order_by(Deadline.id.desc())
        .limit(1)
    ).one_or_none()
    return (None, None) if row is None else (local_date(row.delivered_at), row.due_on)


def _unfinished(session: Session, order_id: int | None) -> list[str]:
    """The measures of the order that are still open, as the matters of the talk."""
    rows = session.execute(
        select(Measure.text)
        .join(Assignment, Assignment.measure_id == Measure.id)
        .join(DocumentAssignment, DocumentAssignment.assignment_id == Assignment.id)
        .where(DocumentAssignment.document_id == order_id, Assignment.state != AssignmentState.CLOSED)
        .order_by(Measure.position)
    )
    return [f"整改进展和逾期原因：{row.text}" for row in rows]


def _recorder(session: Session, case_id: int, talk_id: int) -> str | None:
    """Who entered what was said."""
    return session.scalars(
        select(Event.actor_name)
        .where(Event.case_id == case_id, Event.kind == "talk_held", Event.data["talk"].as_integer() == talk_id)
        .order_by(Event.seq.desc())
        .limit(1)
    ).one_or_none()
