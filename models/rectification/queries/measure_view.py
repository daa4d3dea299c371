"""The measures of a case as the actor may see them: in whose hands, how each hand stands, its milestones, the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, and_, func, select
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.clock.rules.escalation import RECIPIENT_RULES
from models.clock.rules.lights import standing, worst
from models.clock.tables import Deadline
from models.kernel.policy import Actor
from models.kernel.visible import visible_assignments, watched_assignments
from models.kernel.vocabulary import AssignmentState, Light, Part, Turn
from models.office.tables import Organisation
from models.papers.tables import BundledCase, Document
from models.rectification.tables import Assignment, Measure

from .milestones import milestones_of
from .replies import awaited

_UNIT, _DELEGATE = aliased(Organisation), aliased(Organisation)
_LEADING, _ELSEWHERE, _LEADING_MEASURE = aliased(Assignment), aliased(Case), aliased(Measure)


def hands_of(session: Session, actor: Actor, case_id: int, *, whole: bool) -> Sequence[Any]:
    """Return each measure in each unit's hands; measures in nobody's hands are told to those who see the whole case.

    `own` says whether what happens to it is told too: a lead only learns how the cooperating units stand.
    """
    mine = and_(Assignment.measure_id == Measure.id, watched_assignments(actor))
    return session.execute(
        select(
            Measure.id,
            Measure.ref,
            Measure.text,
            Measure.proof,
            Assignment.id.label("assignment"),
            Assignment.organisation_id,
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
        .where(Measure.case_id == case_id, Measure.withdrawn_at.is_(None))
        .order_by(Measure.position, Measure.id, Assignment.id)
    ).all()


def _next_there(leading: Any) -> ScalarSelect[date]:
    """The next date of a merged measure: its own clocks stand still while those of the other case run."""
    return (
        select(func.min(Deadline.due_on))
        .where(Deadline.assignment_id == leading.id, Deadline.state == "open", Deadline.rule_code.in_(RECIPIENT_RULES))
        .correlate(leading)
        .scalar_subquery()
    )


def measures(session: Session, hands: Sequence[Any], clocks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the measures with their units, lead first, and milestones. A measure is `closed` when every unit is done
    with it. Two statements."""
    by_hand: dict[int, list[dict[str, Any]]] = {}
    for clock in clocks:
        if clock["assignment"] is not None:
            by_hand.setdefault(clock["assignment"], []).append(clock)
    stages = _milestones(session, hands, by_hand)
    found: dict[str, dict[str, Any]] = {}
    for hand in hands:
        entry = found.setdefault(
            hand.ref,
            {
                "ref": hand.ref,
                "text": hand.text,
                "proof": hand.proof,
                "milestones": stages.get(hand.id, []),
                "organisations": [],
            },
        )
        if hand.assignment is not None:
            entry["organisations"].append(_hand(hand, by_hand.get(hand.assignment, ())))
    for entry in found.values():
        units = entry["organisations"]
        units.sort(key=lambda unit: (unit["released"], unit["part"] is not Part.LEAD))
        entry["closed"] = bool(units) and all(unit["state"] is AssignmentState.CLOSED for unit in units)
        entry["due_on"] = min((unit["due_on"] for unit in units if unit["due_on"]), default=None)
        entry["light"] = worst(unit["light"] for unit in units)
    return list(found.values())


def _hand(hand: Any, clocks: Iterable[dict[str, Any]]) -> dict[str, Any]:
    due_on, light = _next(clocks)
    return {
        "organisation": hand.organisation,
        "part": hand.part,
        "responsible_person": hand.responsible_person,
        "delegated_to": hand.delegated_to,
        "state": hand.state,
        "standing": standing(hand.state, hand.awaited),
        "outcome": hand.outcome,
        "outcome_reason": hand.outcome_reason,
        "released": hand.released_at is not None,
        "notice": hand.notice if hand.own else None,
        "due_on": due_on or hand.due_there or hand.due_on,
        "light": light,
        "merged_with": f"{hand.merged_case}/{hand.merged_measure}" if hand.merged_case else None,
    }


def _milestones(
    session: Session, hands: Sequence[Any], by_hand: Mapping[int, list[dict[str, Any]]]
) -> dict[int, list[dict[str, Any]]]:
    """Return the milestones of each measure, each with the light of its own clock."""
    lights = {
        (hand.id, clock["milestone"]): clock["light"]
        for hand in hands
        for clock in by_hand.get(hand.assignment, ())
        if clock["milestone"] is not None and clock["state"] == "open"
    }
    return {
        measure: [{**stage, "light": lights.get((measure, stage["ref"]), Light.GREEN)} for stage in stages]
        for measure, stages in milestones_of(session, {hand.id for hand in hands}).items()
    }


def recipients(hands: Sequence[Any], clocks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each responsible unit with how its measures stand, its next date and its light."""
    units: dict[str, Counter[str]] = {}
    stand: dict[str, Counter[str]] = {}
    for hand in hands:
        if hand.assignment is not None:
            units.setdefault(hand.organisation, Counter())[hand.state] += 1
            stand.setdefault(hand.organisation, Counter())[standing(hand.state, hand.awaited)] += 1
    told = []
    running = list(clocks)
    for name, states in units.items():
        due_on, light = _next(clock for clock in running if clock["organisation"] == name)
        told.append(
            {
                "organisation": name,
                "states": dict(states),
                "standings": dict(stand[name]),
                "due_on": due_on,
                "light": light,
            }
        )
    return told


def _next(clocks: Iterable[dict[str, Any]]) -> tuple[date | None, Light]:
    """Return the date that is next for the other side, and the worst light."""
    theirs = [c for c in clocks if c["turn"] is Turn.THEIRS and c["state"] == "open"]
    return min((c["due_on"] for c in theirs), default=None), worst(c["light"] for c in theirs)
