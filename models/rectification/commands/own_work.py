"""自办: a measure of a work order that our own unit does itself, as a signal or markings, without a paper to anybody."""

from __future__ import annotations

from sqlalchemy import select

from models.case.tables import Case
from models.clock.commands import deadlines
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Invalid, WrongStage
from models.kernel.events import record
from models.kernel.refs import MeasureRef
from models.kernel.vocabulary import CaseKind, Part, Turn
from models.office.tables import Organisation
from models.rectification.tables import Assignment, Measure

from .measures import editable_measure

RULE = "measure.complete"


@action("take-on-measure", title="自办：由本单位自行落实整改措施", rights=("case.edit",), after="confirm-responsible")
def take_on_measure(act: Act, case_number: str, *, measure: MeasureRef) -> None:
    """Let our unit do a measure of a work order itself; its limit runs from now, against us.

    Replies, assessment and verification are those of every measure. Raises WrongStage in a case with an accident, or where a
    notice carries the measure; Invalid for one that is not in the hands of our unit alone, or without a date.
    """
    case, row = editable_measure(act, case_number, measure)
    if case.kind is not CaseKind.HAZARD:
        raise WrongStage("自办只用于隐患交办，事故案件的整改措施以通知书交办。", code="not_a_work_order")
    take_on(act, case, row)


def take_on(act: Act, case: Case, measure: Measure) -> None:
    """Start our own work on a measure that our unit leads alone. Raises Invalid as `take_on_measure`."""
    act.session.flush()
    standing = select(Assignment).where(Assignment.measure_id == measure.id, Assignment.released_at.is_(None))
    held = act.session.scalars(standing).all()
    if [(one.organisation_id, one.part) for one in held] != [(case.unit_id, Part.LEAD)]:
        raise Invalid(f"整改措施{measure.ref}不是由本单位单独承担，不能自办。", code="not_ours_alone")
    [hand] = held
    if hand.due_on is None:
        raise Invalid(f"请先写明整改措施{measure.ref}的完成期限。", code="due_missing")
    hand.state = lifecycle.advance(lifecycle.MEASURE, hand.state, "take_on")
    about = deadlines.Subject(f"own/{measure.ref}", case.unit_id, assignment_id=hand.id)
    deadlines.start(act, case, RULE, about, act.at, given_on=hand.due_on, event="自办", turn=Turn.OURS)
    unit = act.session.get_one(Organisation, case.unit_id).name
    record(act, case, "measure_taken_on", measure=measure.ref, organisation=unit, due_on=hand.due_on.isoformat())
