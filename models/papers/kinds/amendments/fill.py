"""更正 and 撤销: the paper that was wrong, what is right, and what becomes of each clock that it started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models.clock.tables import Deadline
from models.kernel.base import JsonList
from models.kernel.calendar.local_time import local_date
from models.kernel.vocabulary import ClockEffect, DocumentKind, Turn
from models.papers.content import (
    AmendedClock,
    CorrectedPassage,
    Correction,
    DeadlineLine,
    Head,
    PaperReference,
    Withdrawal,
)
from models.papers.filling.draft import Draft
from models.papers.filling.measures import law_of
from models.papers.filling.recipients import recipients
from models.papers.filling.register import fills
from models.papers.kinds.supervision_order.fill import places_in
from models.papers.rules.amending import effect_on
from models.papers.tables import Amendment, Delivery, Document
from models.rectification.tables import Assignment, Measure, Milestone


@fills(DocumentKind.CORRECTION)
def correction(session: Session, draft: Draft) -> Correction:
    """Return what a correction says."""
    wrong = _wrong(session, draft)
    return Correction(
        head=_head(session, draft),
        case_number=draft.row.case_number,
        paper=_cited(wrong),
        delivered_on=_delivered(wrong),
        reason=wrong.reason,
        passages=tuple(CorrectedPassage(**passage) for passage in wrong.passages),
        replanned=wrong.deadline_id is not None,
        clocks=_clocks(session, draft, wrong),
    )


@fills(DocumentKind.WITHDRAWAL)
def withdrawal(session: Session, draft: Draft) -> Withdrawal:
    """Return what a withdrawal says."""
    wrong = _wrong(session, draft)
    return Withdrawal(
        head=_head(session, draft),
        case_number=draft.row.case_number,
        paper=_cited(wrong),
        delivered_on=_delivered(wrong),
        reason=wrong.reason,
        work_done=wrong.work_done,
        clocks=_clocks(session, draft, wrong),
    )


def _head(session: Session, draft: Draft) -> Head:
    """The frame of the paper; what puts a circular right goes to all whom that went to."""
    head, everybody = draft.head(), recipients(session, draft)
    return head.model_copy(update={"recipients": everybody}) if everybody else head


@dataclass(frozen=True, slots=True)
class _Wrong:
    """The wrong paper, and what is said of it."""

    id: int
    title: str
    number: str | None
    issued_on: date | None
    delivered_at: datetime | None
    reason: str
    effect: ClockEffect
    new_due_on: date | None
    passages: JsonList
    work_done: str | None
    deadline_id: int | None


@dataclass(frozen=True, slots=True)
class _Clock:
    id: int
    rule_code: str
    given_on: date | None
    due_on: date
    measure: str | None
    stage: str | None


def _wrong(session: Session, draft: Draft) -> _Wrong:
    row = session.execute(
        select(
            Document.id,
            Document.title,
            Document.number,
            Document.issued_on,
            Delivery.delivered_at,
            Amendment.reason,
            Amendment.effect,
            Amendment.new_due_on,
            Amendment.passages,
            Amendment.work_done,
            Amendment.deadline_id,
        )
        .join(Amendment, Amendment.amended_id == Document.id)
        .outerjoin(Delivery, and_(Delivery.document_id == Document.id, Delivery.recipient_id == Document.recipient_id))
        .where(Amendment.document_id == draft.row.id)
    ).one()
    return _Wrong(**row._mapping)


def _cited(wrong: _Wrong) -> PaperReference:
    return PaperReference(title=wrong.title, number=wrong.number, dated=wrong.issued_on)


def _delivered(wrong: _Wrong) -> date | None:
    return None if wrong.delivered_at is None else local_date(wrong.delivered_at)


def _clocks(session: Session, draft: Draft, wrong: _Wrong) -> tuple[AmendedClock, ...]:
    """The recipient's running clocks of the wrong paper; our own are no matter of the recipient's."""
    rows = session.execute(
        select(Deadline.id, Deadline.rule_code, Deadline.given_on, Deadline.due_on, Measure.ref, Milestone.text)
        .outerjoin(Milestone, Milestone.id == Deadline.milestone_id)
        .outerjoin(Assignment, Assignment.id == Deadline.assignment_id)
        .outerjoin(Measure, Measure.id == Assignment.measure_id)
        .where(Deadline.document_id == wrong.id, Deadline.turn == Turn.THEIRS, Deadline.state == "open")
        .order_by(Measure.position, Deadline.id)
    )
    places = places_in(session, wrong.id)
    return tuple(_clock(draft, wrong, _Clock(*row), places) for row in rows)


def _clock(draft: Draft, wrong: _Wrong, row: _Clock, places: Mapping[str, str]) -> AmendedClock:
    rule = draft.rule(row.rule_code)
    milestone = row.stage is not None
    effect = effect_on(wrong.effect, row.rule_code, given=row.given_on is not None, milestone=milestone)
    if wrong.deadline_id is not None:  # long-term work re-planned: the one clock it is about, and no other
        effect = wrong.effect if row.id == wrong.deadline_id else ClockEffect.UNCHANGED
    after = None
    if effect is ClockEffect.CHANGED:
        after = DeadlineLine(what=rule.name, due=wrong.new_due_on)
    elif effect is ClockEffect.RESTARTED:
        length = f"自本文书送达之日起{rule.amount}{rule.unit.label}内，起算当日不计入"
        after = DeadlineLine(what=rule.name, explanation=length, basis=law_of(rule), borrowed=rule.borrowed)
    name = f"阶段目标：{row.stage}" if milestone else rule.name
    place = None if row.measure is None else places.get(row.measure)
    what = name if place is None else f"{name}（第{place}项措施）"
    return AmendedClock(what=what, effect=effect, before=row.due_on, after=after)
