"""One case as the actor may see it: where it stands, whose turn it is, papers, measures, clocks, what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, bindparam, exists, false, select, union_all
from sqlalchemy.orm import Session, aliased

from models.accident.rules.grading import grade_basis
from models.accident.tables import Accident
from models.case.tables import Case
from models.clock.queries.clock_lists import DeadlineShown, deadlines_of
from models.clock.queries.rulebook import Rulebook, rulebook
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
    knows_all_subjects,
    sees_subjects,
    visible_assignments,
    visible_cases,
    visible_documents,
)
from models.kernel.tables import Event
from models.kernel.vocabulary import (
    CaseKind,
    Grade,
    HazardGrade,
    HazardSource,
    HazardState,
    Light,
    Role,
    Stage,
    Trigger,
)
from models.office.queries.chains import WaitingApproval, absences_told, waiting_approvals
from models.office.tables import User
from models.papers.filling.hazards import stated_hazard
from models.papers.queries.documents import PaperShown, documents_of, no_case
from models.papers.tables import BundledCase, Document
from models.prevention.queries.recurrences import RecurrenceOfCase, recurrences_of
from models.rectification.queries.effects import EffectShown, effect_of
from models.rectification.queries.measure_view import Hand, MeasureShown, RecipientShown, hands_of, measures, recipients
from models.rectification.tables import Assignment, Reply
from models.register.tables import Hazard

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
class HazardShown:
    """What a work order is about: where, who told of it and what; `where` is its place, else the unit it is about."""

    hazard_number: str
    where: str
    source: HazardSource
    severity: HazardGrade | None
    state: HazardState
    description: str
    found_on: date
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseInside:
    """What only the police read of a case; the loss is in yuan, `grade_basis` the rule by which it was graded. A work order
    has no trigger and no grade."""

    trigger: Trigger | None
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
    grade_basis: str | None
    grade_borrowed: bool | None


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
    """A case as somebody may see it; `inside` and `joined` are None for who is not told of its inside. It is about an
    `accident` with a `grade`, or, as a work order, about a `hazard`."""

    case_number: str
    kind: CaseKind
    title: str
    grade: Grade | None
    grade_provisional: bool
    stage: Stage
    light: Light
    turn: str
    approvals: list[WaitingApproval]
    accident: AccidentShown | None
    hazard: HazardShown | None
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


class CaseRead:
    """A case as `CaseView` tells it, but each part is read when somebody first asks for it: a page shows few of them.

    Nobody may count on two parts being of one moment; `seq` is the number of the last event before all of them, so that
    a form refuses what it may not have shown. Within `reading` what is asked for shares one session. Without `rules` those
    in force are read. Raises NotFound when it is made, also where the actor may not know of the case.
    """

    def __init__(
        self,
        opened: Callable[[], AbstractContextManager[Session]],
        actor: Actor,
        case_number: str,
        now: datetime,
        rules: Rulebook | None = None,
    ) -> None:
        self._opened, self._actor, self._rules, self._today = opened, actor, rules, local_date(now)
        self._session: Session | None = None
        with self.reading() as session:
            self.case = _case(session, actor, case_number)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield the session that parts are read in: the open one, else a new one for the block."""
        if self._session is not None:
            yield self._session
            return
        with self._opened() as self._session:
            try:
                yield self._session
            finally:
                self._session = None

    @property
    def seq(self) -> int:
        """Return the number of the case's last event, those that the actor does not see among them."""
        return int(self.case.last_seq)

    @property
    def whole(self) -> bool:
        """Return whether the actor is told of the inside of the case, as the police are."""
        return bool(self.case.whole)

    @property
    def case_number(self) -> str:
        """Return the number of the case."""
        return str(self.case.case_number)

    @property
    def title(self) -> str:
        """Return what the case is called."""
        return str(self.case.title)

    @property
    def kind(self) -> CaseKind:
        """Return whether it is about an accident or about a hazard."""
        return CaseKind(self.case.kind)

    @property
    def grade(self) -> Grade | None:
        """Return how grave the accident is; None where there is none."""
        return None if self.case.grade is None else Grade(self.case.grade)

    @property
    def grade_provisional(self) -> bool:
        """Return whether the grade may still change."""
        return bool(self.case.grade_provisional)

    @property
    def stage(self) -> Stage:
        """Return where the case stands."""
        return Stage(self.case.stage)

    @property
    def light(self) -> Light:
        """Return the worst light of the clocks that the actor sees."""
        return worst(clock.light for clock in self.deadlines)

    @property
    def accident(self) -> AccidentShown | None:
        """Return what happened; None for a work order."""
        if self.kind is CaseKind.HAZARD:
            return None
        return AccidentShown(*(getattr(self.case, one.name) for one in fields(AccidentShown)))

    @property
    def hazard(self) -> HazardShown | None:
        """Return the hazard of a work order; None for a case with an accident."""
        return None if self.case.Hazard is None else _hazard(self.case.Hazard)

    @property
    def inside(self) -> CaseInside | None:
        """Return what only the police read."""
        return _inside(self.case) if self.whole else None

    @cached_property
    def documents(self) -> list[PaperShown]:
        """Return the papers that the actor may see."""
        with self.reading() as session:
            return documents_of(session, self._actor, self.case.id)

    @cached_property
    def deadlines(self) -> list[DeadlineShown]:
        """Return the clocks that the actor may see."""
        with self.reading() as session:
            rules = self._rules or rulebook(session)
            return deadlines_of(session, self._actor, self.case.id, rules, self._today)

    @cached_property
    def approvals(self) -> list[WaitingApproval]:
        """Return the steps of approval that wait."""
        with self.reading() as session:
            return waiting_approvals(session, self._actor, self.case.id, self._today)

    @cached_property
    def turn(self) -> str:
        """Return whose turn it is, in words."""
        with self.reading() as session:
            absent = absences_told(self.approvals)
            return turn_of(session, self._actor, self.case.id, self.stage, self._today, absent)

    @cached_property
    def joined(self) -> Joined | None:
        """Return how the case hangs together with others; None for who is not told of its inside."""
        if not self.whole:
            return None
        with self.reading() as session:
            return joined(session, self._actor, self.case.id)

    @cached_property
    def progress(self) -> list[KindProgress]:
        """Return how far the papers of each kind are."""
        with self.reading() as session:
            return progress_of(session, self._actor, [self.case.id])[self.case.id]

    @cached_property
    def _hands(self) -> Sequence[Hand]:
        with self.reading() as session:
            return hands_of(session, self._actor, self.case.id, whole=self.whole)

    @cached_property
    def recipients(self) -> list[RecipientShown]:
        """Return each unit with what it has in hand."""
        with self.reading():
            return recipients(self._hands, self.deadlines)

    @property
    def measure_texts(self) -> dict[str, str]:
        """Return the words of each measure by its short name: what forms offer, without clocks and milestones."""
        return {hand.ref: hand.text for hand in self._hands}

    @cached_property
    def measures(self) -> list[MeasureShown]:
        """Return the measures, each in each unit's hands."""
        with self.reading() as session:
            return measures(session, self._hands, self.deadlines)

    @cached_property
    def effect(self) -> EffectShown | None:
        """Return what the evaluation found, where there is one."""
        with self.reading() as session:
            return effect_of(session, self._actor, self.case.id)

    @cached_property
    def recurrences(self) -> list[RecurrenceOfCase]:
        """Return what happened again in spite of measures."""
        with self.reading() as session:
            return recurrences_of(session, self._actor, self.case.id)

    @cached_property
    def events(self) -> list[EventShown]:
        """Return what happened, with as much as the actor may know."""
        with self.reading() as session:
            return _events(session, self._actor, self.case, self.documents, self._hands, self.deadlines)


def case_view(session: Session, actor: Actor, case_number: str, rules: Rulebook, now: datetime) -> CaseView:
    """Return the case. An agency gets its own measures, the papers served on it, its clocks and what happened to
    these. Raises NotFound, also where the actor may not know of the case. The statements do not grow with the rows.
    """
    read = CaseRead(lambda: nullcontext(session), actor, case_number, now, rules)
    return CaseView(**{one.name: getattr(read, one.name) for one in fields(CaseView)})


CaseRow = Row[*tuple[object, ...]]  # of more columns than `select` has types for


def _case(session: Session, actor: Actor, case_number: str) -> CaseRow:
    row = session.execute(_head(actor), {"case_number": case_number}).one_or_none()
    if row is None:
        raise no_case(case_number)
    return row


@lru_cache(maxsize=256)
def _head(actor: Actor) -> Select[*tuple[object, ...]]:
    """Return the statement, written once for a person: every page of a case begins with it."""
    own = in_territory(actor, Case.__table__.c.unit_id)
    return (
        select(
            Case.id,
            Case.case_number,
            Case.kind,
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
            Case.last_seq,
            *(getattr(Accident, one.name) for one in fields(AccidentShown)),
            Accident.accident_number,
            Hazard,
            _OFFICER.name.label("officer"),
            _SPONSOR.name.label("sponsor"),
            Accident.property_loss,
            Accident.production_safety,
            Accident.investigated_by,
            (own if actor.has(*POLICE, Role.SYSTEM) else false()).label("whole"),
            sees_subjects(actor).label("subjects"),
            knows_all_subjects(actor).label("all_subjects"),
        )
        .outerjoin(Accident, Accident.id == Case.accident_id)
        .outerjoin(Hazard, Hazard.id == Case.hazard_id)
        .join(_OFFICER, _OFFICER.id == Case.officer_id)
        .outerjoin(_SPONSOR, _SPONSOR.id == Case.sponsor_id)
        .where(Case.case_number == bindparam("case_number", type_=String()), visible_cases(actor))
    )


def _hazard(row: Hazard) -> HazardShown:
    stated = stated_hazard(row)
    seen = [*(one.text for one in stated.found), *([stated.danger] if stated.danger else [])]
    return HazardShown(
        hazard_number=row.hazard_number,
        where=stated.where,
        source=row.source,
        severity=row.severity,
        state=row.state,
        description=row.description,
        found_on=row.found_on,
        seen=tuple(seen),
    )


def _inside(case: CaseRow) -> CaseInside:
    basis = None if case.grade is None else grade_basis(production_safety=case.production_safety)
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
        grade_basis=basis and basis.text,
        grade_borrowed=basis and basis.borrowed,
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
