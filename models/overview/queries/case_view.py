"""One case as the actor may see it: where it stands, whose turn it is, papers, measures, clocks, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, false, select, union_all
from sqlalchemy.orm import Session, aliased

from models.accident.rules.grading import grade_basis
from models.accident.tables import Accident
from models.case.tables import Case
from models.clock.queries.clock_lists import DeadlineShown, deadlines_of
from models.clock.queries.rulebook import Rulebook
from models.clock.queries.visible_clocks import Sight, visible_deadlines
from models.clock.rules.lights import worst
from models.clock.tables import Deadline
from models.joining.queries.related_cases import Joined, joined
from models.joining.tables import MovedRef
from models.kernel.calendar.local_time import local_date
from models.kernel.record.event_kinds import HAPPENINGS
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import (
    POLICE,
    in_territory,
    sees_subjects,
    visible_assignments,
    visible_cases,
    visible_documents,
)
from models.kernel.tables import Event
from models.kernel.vocabulary import Grade, Light, Role, Stage, Trigger
from models.office.queries.chains import WaitingApproval, absences_told, waiting_approvals
from models.office.tables import User
from models.papers.queries.documents import PaperShown, documents_of, no_case
from models.papers.tables import BundledCase, Document
from models.prevention.queries.recurrences import RecurrenceOfCase, recurrences_of
from models.rectification.queries.effects import EffectShown, effect_of
from models.rectification.queries.measure_view import Hand, MeasureShown, RecipientShown, hands_of, measures, recipients
from models.rectification.tables import Assignment, Reply

from .progress import KindProgress, progress_of
from .turns import turn_of

_OFFICER, _SPONSOR = aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class AccidentShown:
    """What happened; a number that nobody knows is None, the loss is in yuan."""

    occurred_at: datetime
    place: str
    deaths: int | None
    serious_injuries: int | None
    minor_injuries: int | None
    injured_unspecified: int | None
    economic_loss: int | None
    summary: str


@dataclass(frozen=True, slots=True)
class CaseInside:
    """What only the police read of a case; the loss is in yuan, `grade_basis` the rule by which it was graded."""

    trigger: Trigger
    trigger_reason: str | None
    stage_reason: str | None
    officer: str
    sponsor: str | None
    accident_number: str | None
    property_loss: int | None
    production_safety: bool | None
    investigated_by: str | None
    filed_at: datetime
    report_approved_at: datetime | None
    closed_at: datetime | None
    grade_basis: str
    grade_borrowed: bool


@dataclass(frozen=True, slots=True)
class EventShown:
    """Something that happened in a case, with as much of its facts as the actor may know.

    `person` tells two people of one name apart: who acted, counted from 1 in the order of the record.
    """

    seq: int
    kind: str
    what: str
    happened_at: datetime
    recorded_at: datetime
    by: str
    person: int
    why: str | None
    data: dict[str, Any]  # a JSON column: each kind of event has facts of its own


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as somebody may see it; `inside` and `joined` are None for who is not told of its inside."""

    case_number: str
    title: str
    grade: Grade
    grade_provisional: bool
    stage: Stage
    light: Light
    turn: str
    approvals: list[WaitingApproval]
    accident: AccidentShown
    inside: CaseInside | None
    joined: Joined | None
    progress: list[KindProgress]
    documents: list[PaperShown]
    recipients: list[RecipientShown]
    measures: list[MeasureShown]
    deadlines: list[DeadlineShown]
    effect: EffectShown | None
    recurrences: list[RecurrenceOfCase]
    events: list[EventShown]

    def as_json(self) -> dict[str, object]:
        """Return what is published: what is told of the inside stands among the rest, and is not there for others."""
        told: dict[str, object] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in ("inside", "joined"):
                told |= {} if value is None else {part.name: getattr(value, part.name) for part in fields(value)}
            else:
                told[one.name] = value
        return told


def case_view(session: Session, actor: Actor, case_number: str, rules: Rulebook, now: datetime) -> CaseView:
    """Return the case. An agency gets its own measures, the papers served on it, its clocks and what happened to
    these. Raises NotFound, also where the actor may not know of the case. The statements do not grow with the rows.
    """
    today = local_date(now)
    case = _case(session, actor, case_number)
    papers = documents_of(session, actor, case.id)
    clocks = deadlines_of(session, actor, case.id, rules, today)
    approvals = waiting_approvals(session, actor, case.id, today)
    hands = hands_of(session, actor, case.id, whole=case.whole)
    return CaseView(
        case_number=case.case_number,
        title=case.title,
        grade=case.grade,
        grade_provisional=case.grade_provisional,
        stage=case.stage,
        light=worst(clock.light for clock in clocks),
        turn=turn_of(session, actor, case.id, case.stage, today, absences_told(approvals)),
        approvals=approvals,
        accident=AccidentShown(*(getattr(case, one.name) for one in fields(AccidentShown))),
        inside=_inside(case) if case.whole else None,
        joined=joined(session, actor, case.id) if case.whole else None,
        progress=progress_of(session, actor, [case.id])[case.id],
        documents=papers,
        recipients=recipients(hands, clocks),
        measures=measures(session, hands, clocks),
        deadlines=clocks,
        effect=effect_of(session, actor, case.id),
        recurrences=recurrences_of(session, actor, case.id),
        events=_events(session, actor, case, papers, hands, clocks),
    )


CaseRow = Row[*tuple[object, ...]]  # of more columns than `select` has types for


def _case(session: Session, actor: Actor, case_number: str) -> CaseRow:
    own = in_territory(actor, Case.__table__.c.unit_id)
    row = session.execute(
        select(
            Case.id,
            Case.case_number,
            Case.title,
            Case.stage,
            Case.stage_reason,
            Case.grade,
            Case.grade_provisional,
            Case.trigger,
            Case.trigger_reason,
            Case.filed_at,
            Case.report_approved_at,
            Case.closed_at,
            *(getattr(Accident, one.name) for one in fields(AccidentShown)),
            Accident.accident_number,
            _OFFICER.name.label("officer"),
            _SPONSOR.name.label("sponsor"),
            Accident.property_loss,
            Accident.production_safety,
            Accident.investigated_by,
            (own if actor.has(*POLICE, Role.SYSTEM) else false()).label("whole"),
            sees_subjects(actor).label("subjects"),
        )
        .join(Accident, Accident.id == Case.accident_id)
        .join(_OFFICER, _OFFICER.id == Case.officer_id)
        .outerjoin(_SPONSOR, _SPONSOR.id == Case.sponsor_id)
        .where(Case.case_number == case_number, visible_cases(actor))
    ).one_or_none()
    if row is None:
        raise no_case(case_number)
    return row


def _inside(case: CaseRow) -> CaseInside:
    basis = grade_basis(production_safety=case.production_safety)
    return CaseInside(
        trigger=case.trigger,
        trigger_reason=case.trigger_reason,
        stage_reason=case.stage_reason,
        officer=case.officer,
        sponsor=case.sponsor,
        accident_number=case.accident_number,
        property_loss=case.property_loss,
        production_safety=case.production_safety,
        investigated_by=case.investigated_by,
        filed_at=case.filed_at,
        report_approved_at=case.report_approved_at,
        closed_at=case.closed_at,
        grade_basis=basis.text,
        grade_borrowed=basis.borrowed,
    )


def _events(
    session: Session,
    actor: Actor,
    case: CaseRow,
    papers: list[PaperShown],
    hands: Sequence[Hand],
    clocks: list[DeadlineShown],
) -> list[EventShown]:
    shown = {paper.ref for paper in papers} | set(_moved_away(session, case.id, visible_documents(actor)))
    own = select(Document.ref).where(Document.case_id == case.id)
    shared = select(BundledCase.ref).where(BundledCase.case_id == case.id)
    every = {*session.scalars(union_all(own, shared)), *_moved_away(session, case.id)}
    # A clock that went on in another case is still spoken of here, by the key that begins with this case's number.
    gone_on = _gone_on(session, actor, case)
    replies = session.scalars(
        select(Reply.ref)
        .join(Assignment, Assignment.id == Reply.assignment_id)
        .where(Reply.case_id == case.id, visible_assignments(actor))
    )
    sight = Sight(
        whole=case.whole,
        subjects=bool(case.subjects),
        papers=shown,
        hidden_papers=every - shown,
        hands={(hand.ref, hand.held.unit.organisation) for hand in hands if hand.held is not None and hand.held.own},
        replies=set(replies),
        clocks={*(clock.key for clock in clocks), *gone_on},
    )
    rows = session.execute(
        select(
            Event.seq,
            Event.kind,
            Event.happened_at,
            Event.recorded_at,
            Event.actor,
            Event.actor_name,
            Event.why,
            Event.data,
        )
        .where(Event.case_id == case.id)
        .order_by(Event.seq)
    )
    people: dict[str, int] = {}
    return [
        EventShown(
            seq=row.seq,
            kind=row.kind,
            what=HAPPENINGS[row.kind],
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
            by=row.actor_name,
            person=people.setdefault(row.actor, len(people) + 1),
            why=row.why,
            data=sight.facts(row.data),
        )
        for row in rows
        if sight.shows(row.kind, row.data)
    ]


def _gone_on(session: Session, actor: Actor, case: CaseRow) -> Sequence[str]:
    """Return the keys of clocks that left the case. Where nothing did, no other case's clocks are read for them."""
    if not session.scalar(select(exists().where(MovedRef.case_id == case.id))):
        return ()
    return session.scalars(
        select(Deadline.key).where(
            Deadline.key.startswith(f"{case.case_number}/", autoescape=True),
            Deadline.case_id != case.id,
            visible_deadlines(actor),
        )
    ).all()


def _moved_away(session: Session, case_id: int, *wanted: ColumnElement[bool]) -> Sequence[str]:
    """Return the short names that papers had in the case before a merger or split took them away."""
    query = select(MovedRef.ref).join(Document, Document.id == MovedRef.document_id)
    return session.scalars(query.where(MovedRef.case_id == case_id, *wanted)).all()
