"""In whose hands a measure is: units, persons and dates as the sheet of measures says them, while no notice carries it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from models.accident.sheets import Value
from models.case.queries.fact_rows import Refs
from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.errors import Conflict, Invalid, WrongStage
from models.kernel.vocabulary import AssignmentState, Part
from models.rectification.tables import Assignment, Measure

FIELDS = frozenset({"organisation_ref", "cooperating_refs", "responsible_person", "cooperating_person", "due"})
"""The fields of the sheet of measures that lie with the hands and not with the measure."""


def put_lead(act: Act, case: Case, record: Any, value: Value, refs: Refs) -> bool:
    """Give a measure to a unit, or take it back, while no notice carries it; person and date stay with the measure."""
    act.session.flush()
    hand = _lead(act, record.id)
    wanted = None if value is None else refs.unit_number(str(value))
    if wanted is None:
        if hand is not None:
            due = None if hand.due_on is None else hand.due_on.isoformat()
            _wait(record, responsible_person=hand.responsible_person, due=due)
            act.session.delete(hand)
        return True
    other = _of_unit(act, record.id, wanted)
    if other is not None and other is not hand:
        raise Conflict("该单位已是这项措施的配合单位，请先移除。", code="cooperates")
    if hand is not None:
        hand.organisation_id = wanted
        return True
    person, due_on = take_waiting(record)
    act.session.add(
        Assignment(
            case_id=case.id,
            measure_id=record.id,
            organisation_id=wanted,
            part=Part.LEAD,
            responsible_person=person,
            due_on=due_on,
            state=AssignmentState.UNISSUED,
        )
    )
    return True


def take_waiting(measure: Measure) -> tuple[str | None, date | None]:
    """Return person and date that a measure names while no unit leads it, to be written to the hand that does now.

    What was typed for a date and is none goes on waiting.
    """
    kept = dict(measure.details)
    person, due = kept.pop("responsible_person", None), kept.get("due")
    try:
        on = None if due is None else date.fromisoformat(due)
    except ValueError:
        on = None
    else:
        kept.pop("due", None)
    measure.details = kept
    return person, on


def _wait(measure: Measure, **said: str | None) -> None:
    """Keep with a measure what no hand is there to hold."""
    measure.details = measure.details | {name: value for name, value in said.items() if value is not None}


def put_partners(act: Act, case: Case, record: Any, value: Value, refs: Refs) -> bool:
    """Let units cooperate in a measure, and no others, while no notice carries it."""
    act.session.flush()
    lead = _lead(act, record.id)
    wanted = {refs.unit_number(ref) for ref in (value if isinstance(value, list) else [])}
    if lead is not None and lead.organisation_id in wanted:
        raise Invalid("牵头单位不能同时是配合单位。", code="duplicate_reference")
    standing = _standing(act, record.id, Part.COOPERATING)
    persons = dict.fromkeys(hand.responsible_person for hand in standing if hand.responsible_person)
    waiting = record.details.get("cooperating_person")
    if not wanted:
        _wait(record, cooperating_person="、".join(persons) or None)
    elif waiting is not None:
        record.details = {name: said for name, said in record.details.items() if name != "cooperating_person"}
    for hand in standing:
        if hand.organisation_id in wanted:
            wanted.discard(hand.organisation_id)
        else:
            _unissued(hand)
            act.session.delete(hand)
    act.session.add_all(
        Assignment(
            case_id=case.id,
            measure_id=record.id,
            organisation_id=unit,
            part=Part.COOPERATING,
            responsible_person=waiting,
            due_on=None if lead is None else lead.due_on,
            state=AssignmentState.UNISSUED,
        )
        for unit in sorted(wanted)
    )
    return True


def putting_in_lead(attribute: str) -> Callable[[Act, Case, Any, Value, Refs], bool]:
    """Return what writes a date or a person to the lead's hand; without a lead it waits in the details."""

    def write(act: Act, _case: Case, record: Any, value: Value, _refs: Refs) -> bool:
        act.session.flush()
        hand = _lead(act, record.id)
        if hand is None:
            return False
        kept = date.fromisoformat(str(value)) if value is not None and attribute == "due_on" else value
        setattr(hand, attribute, kept)
        return True

    return write


def refuse_carried(act: Act, measure_id: int) -> None:
    """Raise WrongStage where a notice carries the measure already."""
    for part in Part:
        for hand in _standing(act, measure_id, part):
            _unissued(hand)


def _lead(act: Act, measure_id: int) -> Assignment | None:
    """Return the hand that leads a measure. Raises WrongStage where a notice carries it already."""
    hand = next(iter(_standing(act, measure_id, Part.LEAD)), None)
    if hand is not None:
        _unissued(hand)
    return hand


def _standing(act: Act, measure_id: int, part: Part) -> Sequence[Assignment]:
    """Return the hands in which a measure is now, those that lead or those that cooperate."""
    return act.session.scalars(
        select(Assignment).where(
            Assignment.measure_id == measure_id, Assignment.part == part, Assignment.released_at.is_(None)
        )
    ).all()


def put_partners_person(act: Act, _case: Case, record: Any, value: Value, _refs: Refs) -> bool:
    """Name the person or post that answers for the units that cooperate, while no notice carries the measure."""
    act.session.flush()
    standing = _standing(act, record.id, Part.COOPERATING)
    for hand in standing:
        _unissued(hand)
        hand.responsible_person = None if value is None else str(value)
    return bool(standing)


def _of_unit(act: Act, measure_id: int, organisation_id: int) -> Assignment | None:
    return act.session.scalars(
        select(Assignment).where(Assignment.measure_id == measure_id, Assignment.organisation_id == organisation_id)
    ).one_or_none()


def _unissued(hand: Assignment) -> None:
    if hand.state is not AssignmentState.UNISSUED or hand.notice_id is not None:
        raise WrongStage("这项措施已列入通知，单位、责任人和期限须以变更或更正办理。", code="measure_carried")
