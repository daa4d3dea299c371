"""The measures of a case as the actor may see them: in whose hands, how each hand stands, its milestones, the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from sqlalchemy import Integer, Row, ScalarSelect, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.clock.queries.clock_lists import DeadlineShown
from models.clock.rules.escalation import RECIPIENT_RULES
from models.clock.rules.lights import standing, worst
from models.clock.tables import Deadline
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_assignments, watched_assignments
from models.kernel.vocabulary import AssignmentState, Light, Outcome, Part, Turn
from models.office.tables import Organisation
from models.papers.tables import BundledCase, Document
from models.rectification.tables import Assignment, Measure

from .milestones import MilestoneShown, milestones_of
from .replies import awaited

_UNIT, _DELEGATE = aliased(Organisation), aliased(Organisation)
_LEADING, _ELSEWHERE, _LEADING_MEASURE = aliased(Assignment), aliased(Case), aliased(Measure)


@dataclass(frozen=True, slots=True)
class UnitShown:
    """How a measure stands with one of its units: its next date there, and the worst light of what runs."""

    organisation: str
    part: Part
    responsible_person: str | None
    delegated_to: str | None
    state: AssignmentState
    standing: str
    outcome: Outcome | None
    outcome_reason: str | None
    released: bool
    notice: str | None
    due_on: date | None
    light: Light
    merged_with: str | None


@dataclass(frozen=True, slots=True)
class HeldBy:
    """A unit that has a measure in hand. `unit` counts no clock yet: that is for who knows which clocks may be seen.

    `own` says whether what happens to it is told too: a lead only learns how the cooperating units stand.
    """

    assignment: int
    own: bool
    unit: UnitShown


@dataclass(frozen=True, slots=True)
class Hand:
    """A measure in the hands of one unit, or of nobody."""

    measure_id: int
    ref: str
    text: str
    proof: str | None
    held: HeldBy | None


@dataclass(frozen=True, slots=True)
class MilestoneLit(MilestoneShown):
    """A milestone with the light of its own clock."""

    light: Light


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """A measure with its milestones and its units; `closed` when every unit is done with it."""

    ref: str
    text: str
    proof: str | None
    milestones: list[MilestoneLit]
    organisations: list[UnitShown]
    closed: bool
    due_on: date | None
    light: Light


@dataclass(frozen=True, slots=True)
class RecipientShown:
    """A responsible unit: how many of its measures stand where, its next date and its light."""

    organisation: str
    states: dict[AssignmentState, int]
    standings: dict[str, int]
    due_on: date | None
    light: Light


def hands_of(session: Session, actor: Actor, case_id: int, *, whole: bool) -> Sequence[Hand]:
    """Return each measure in each unit's hands; measures in nobody's hands are told to those who see the whole case."""
    rows = session.execute(_in_hands(actor, whole=whole), {"case_id": case_id})
    return [
        Hand(row.id, row.ref, row.text, row.proof, None if row.assignment is None else _held_by(row)) for row in rows
    ]


@lru_cache(maxsize=256)
def _in_hands(actor: Actor, *, whole: bool) -> Select[*tuple[object, ...]]:
    """Return the statement, written once for a person."""
    mine = and_(Assignment.measure_id == Measure.id, watched_assignments(actor))
    return (
        select(
            Measure.id,
            Measure.ref,
            Measure.text,
            Measure.proof,
            Assignment.id.label("assignment"),
            Assignment.part,
            Assignment.responsible_person,
            Assignment.state,
            Assignment.outcome,
            Assignment.outcome_reason,
            Assignment.due_on,
            Assignment.released_at,
            _ELSEWHERE.case_number.label("merged_case"),
            _LEADING_MEASURE.ref.label("merged_measure"),
            _next_there(_LEADING).label("due_there"),
            awaited().label("awaited"),
            visible_assignments(actor).label("own"),
            _UNIT.name.label("organisation"),
            _DELEGATE.name.label("delegated_to"),
            func.coalesce(BundledCase.ref, Document.ref).label("notice"),
        )
        .select_from(Measure)
        .join(Assignment, mine, isouter=whole)
        .outerjoin(_UNIT, _UNIT.id == Assignment.organisation_id)
        .outerjoin(_DELEGATE, _DELEGATE.id == Assignment.delegated_to_id)
        .outerjoin(_LEADING, _LEADING.id == Assignment.served_by_id)
        .outerjoin(_ELSEWHERE, _ELSEWHERE.id == _LEADING.case_id)
        .outerjoin(_LEADING_MEASURE, _LEADING_MEASURE.id == _LEADING.measure_id)
        .outerjoin(Document, Document.id == Assignment.notice_id)
        .outerjoin(BundledCase, and_(BundledCase.document_id == Document.id, BundledCase.case_id == Assignment.case_id))
        .where(Measure.case_id == bindparam("case_id", type_=Integer()), Measure.withdrawn_at.is_(None))
        .order_by(Measure.position, Measure.id, Assignment.id)
    )


def _held_by(row: Row[*tuple[object, ...]]) -> HeldBy:
    unit = UnitShown(
        organisation=row.organisation,
        part=row.part,
        responsible_person=row.responsible_person,
        delegated_to=row.delegated_to,
        state=row.state,
        standing=standing(row.state, row.awaited),
        outcome=row.outcome,
        outcome_reason=row.outcome_reason,
        released=row.released_at is not None,
        notice=row.notice if row.own else None,
        due_on=row.due_there or row.due_on,
        light=Light.GREEN,
        merged_with=f"{row.merged_case}/{row.merged_measure}" if row.merged_case else None,
    )
    return HeldBy(row.assignment, bool(row.own), unit)


def _next_there(leading: type[Assignment]) -> ScalarSelect[date]:
    """The next date of a merged measure: its own clocks stand still while those of the other case run."""
    return (
        select(func.min(Deadline.due_on))
        .where(Deadline.assignment_id == leading.id, Deadline.state == "open", Deadline.rule_code.in_(RECIPIENT_RULES))
        .correlate(leading)
        .scalar_subquery()
    )


def measures(session: Session, hands: Sequence[Hand], clocks: Iterable[DeadlineShown]) -> list[MeasureShown]:
    """Return the measures with their units, lead first, and milestones. One statement."""
    by_hand: dict[int, list[DeadlineShown]] = {}
    for clock in clocks:
        if clock.assignment is not None:
            by_hand.setdefault(clock.assignment, []).append(clock)
    stages = _milestones(session, hands, by_hand)
    by_measure: dict[str, list[Hand]] = {}
    for hand in hands:
        by_measure.setdefault(hand.ref, []).append(hand)
    return [_measure(held, stages.get(held[0].measure_id, []), by_hand) for held in by_measure.values()]


def _measure(
    hands: Sequence[Hand], stages: list[MilestoneLit], by_hand: Mapping[int, Sequence[DeadlineShown]]
) -> MeasureShown:
    """Return one measure, which is in each of these hands."""
    one = hands[0]
    units = [_unit(hand.held, by_hand.get(hand.held.assignment, ())) for hand in hands if hand.held is not None]
    units.sort(key=lambda unit: (unit.released, unit.part is not Part.LEAD))
    return MeasureShown(
        ref=one.ref,
        text=one.text,
        proof=one.proof,
        milestones=stages,
        organisations=units,
        closed=bool(units) and all(unit.state is AssignmentState.CLOSED for unit in units),
        due_on=min((unit.due_on for unit in units if unit.due_on), default=None),
        light=worst(unit.light for unit in units),
    )


def _unit(held: HeldBy, clocks: Iterable[DeadlineShown]) -> UnitShown:
    due_on, light = _next(clocks)
    return replace(held.unit, due_on=due_on or held.unit.due_on, light=light)


def _milestones(
    session: Session, hands: Sequence[Hand], by_hand: Mapping[int, Sequence[DeadlineShown]]
) -> dict[int, list[MilestoneLit]]:
    """Return the milestones of each measure, each with the light of its own clock."""
    lights = {
        (hand.measure_id, clock.milestone): clock.light
        for hand in hands
        if hand.held is not None
        for clock in by_hand.get(hand.held.assignment, ())
        if clock.milestone is not None and clock.state == "open"
    }
    return {
        measure: [_lit(stage, lights.get((measure, stage.ref), Light.GREEN)) for stage in stages]
        for measure, stages in milestones_of(session, {hand.measure_id for hand in hands}).items()
    }


def _lit(stage: MilestoneShown, light: Light) -> MilestoneLit:
    return MilestoneLit(stage.ref, stage.kind, stage.text, stage.due_on, stage.reached, stage.reported, light)


def recipients(hands: Sequence[Hand], clocks: Iterable[DeadlineShown]) -> list[RecipientShown]:
    """Return each responsible unit with how its measures stand, its next date and its light."""
    states: dict[str, Counter[AssignmentState]] = {}
    standings: dict[str, Counter[str]] = {}
    for unit in (hand.held.unit for hand in hands if hand.held is not None):
        states.setdefault(unit.organisation, Counter())[unit.state] += 1
        standings.setdefault(unit.organisation, Counter())[unit.standing] += 1
    told = []
    running = list(clocks)
    for name, counted in states.items():
        due_on, light = _next(clock for clock in running if clock.organisation == name)
        told.append(RecipientShown(name, dict(counted), dict(standings[name]), due_on, light))
    return told


def _next(clocks: Iterable[DeadlineShown]) -> tuple[date | None, Light]:
    """Return the date that is next for the other side, and the worst light."""
    theirs = [clock for clock in clocks if clock.turn is Turn.THEIRS and clock.state == "open"]
    return min((clock.due_on for clock in theirs), default=None), worst(clock.light for clock in theirs)
