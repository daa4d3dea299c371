"""集体责任单位: a measure for "the transport departments of all counties" becomes one for each, under the words it had."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from models.case.commands.editing import by_ref, count_of
from models.case.commands.fact_writing import list_unit
from models.case.queries.fact_rows import Refs
from models.case.tables import Case
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, WrongStage
from models.kernel.events import record
from models.kernel.refs import MeasureRef, UnitRef
from models.kernel.rights import policy
from models.kernel.text.short_names import next_refs
from models.kernel.vocabulary import AssignmentState, Part, Stage
from models.office.commands.organisations import find_organisation
from models.office.tables import Organisation
from models.rectification.tables import Assignment, Measure, MeasureFinding


@action("split-addressees", title="把集体责任单位拆分到具体单位", rights=("case.edit",), after="edit-measure")
def split_addressees(act: Act, case_number: str, *, measure: MeasureRef, organisations: Sequence[UnitRef]) -> list[str]:
    """Give a measure to the first of some units and a copy of it to each further one; returns their short names.

    All keep what the source called the addressee. Raises Invalid for fewer than two units, Conflict for a unit that
    cooperates, WrongStage where a notice carries the measure.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    if case.stage is not Stage.RECTIFYING:
        case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "investigate")
    row: Measure = by_ref(act, Measure, case, measure, "整改措施")
    units = list({unit.id: unit for unit in (find_organisation(act.session, name) for name in organisations)}.values())
    if len(units) < 2:
        raise Invalid("请列出两个以上具体单位。", code="too_few_units")
    lead = _lead(act, row)
    words = row.details.get("addressee_words") or _called(act, lead)
    if words is not None:
        row.details = {**row.details, "addressee_words": words}
    copies = _copies(act, case, row, len(units) - 1)
    for one, unit in zip((row, *copies), units, strict=True):
        _give(act, case, one, lead, unit)
    refs = Refs(act.session, case)
    for unit in units:
        list_unit(act, case, unit.id, refs)
    told = [one.ref for one in (row, *copies)]
    record(
        act,
        case,
        "addressees_split",
        measures=told,
        former=words,
        organisations=[unit.name for unit in units],
    )
    return told


def _lead(act: Act, row: Measure) -> Assignment | None:
    """Return the hand that leads the measure. Raises WrongStage, Conflict where more than it is to be split."""
    if row.withdrawn_at is not None:
        raise WrongStage(f"整改措施{row.ref}已撤回。")
    hands = act.session.scalars(
        select(Assignment).where(Assignment.measure_id == row.id, Assignment.released_at.is_(None))
    ).all()
    if any(hand.state is not AssignmentState.UNISSUED or hand.notice_id is not None for hand in hands):
        raise WrongStage(f"整改措施{row.ref}已列入通知，不能拆分，请用变更牵头单位。", code="measure_carried")
    if any(hand.part is Part.COOPERATING for hand in hands):
        raise Conflict(f"整改措施{row.ref}还有配合单位，请先移除再拆分。", code="cooperates")
    return next(iter(hands), None)


def _called(act: Act, lead: Assignment | None) -> str | None:
    return None if lead is None else act.session.get_one(Organisation, lead.organisation_id).name


def _copies(act: Act, case: Case, row: Measure, count: int) -> list[Measure]:
    """Return so many measures that say the same and answer the same findings, behind all others."""
    place, refs = count_of(act, Measure, case), next_refs(act, Measure, case, "M", count)
    copies = [
        Measure(
            case_id=case.id,
            ref=ref,
            position=place + number,
            text=row.text,
            proof=row.proof,
            details=dict(row.details),
            versions={},
        )
        for number, ref in enumerate(refs, 1)
    ]
    act.session.add_all(copies)
    act.session.flush()
    answered = act.session.scalars(select(MeasureFinding.finding_id).where(MeasureFinding.measure_id == row.id)).all()
    act.session.add_all(MeasureFinding(measure_id=copy.id, finding_id=one) for copy in copies for one in answered)
    return copies


def _give(act: Act, case: Case, measure: Measure, lead: Assignment | None, unit: Organisation) -> None:
    """Put a measure into the hands of a unit, with the date that it has."""
    if lead is not None and lead.measure_id == measure.id:
        lead.organisation_id = unit.id
        return
    act.session.add(
        Assignment(
            case_id=case.id,
            measure_id=measure.id,
            organisation_id=unit.id,
            part=Part.LEAD,
            due_on=None if lead is None else lead.due_on,
            state=AssignmentState.UNISSUED,
        )
    )
