"""整改措施: adds, edits and withdraws measures before a notice carries them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, select

from models.case.commands.editing import by_ref, change, count_of, overwrite, worded
from models.case.commands.measure_hands import take_waiting
from models.case.queries.carried import carried, told_carried
from models.case.tables import Case, Finding
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import DRAFTS
from models.kernel.refs import FindingRef, MeasureRef, UnitRef
from models.kernel.rights import policy
from models.kernel.text.short_names import next_ref
from models.kernel.vocabulary import AssignmentState, DocumentStatus, Part, Stage
from models.office.commands.organisations import find_organisation
from models.office.tables import Organisation
from models.rectification.tables import Assignment, Measure, MeasureFinding

from .effect_clock import keep_clock


@action("add-measure", title="增加整改措施", rights=("case.edit",))
def add_measure(
    act: Act,
    case_number: str,
    *,
    text: str,
    findings: Iterable[FindingRef] = (),
    organisation: UnitRef | None = None,
    cooperating: Iterable[UnitRef] = (),
    responsible_person: str | None = None,
    due: date | None = None,
    proof: str | None = None,
) -> str:
    """Add a measure, also while others are being rectified; returns its short name."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    if case.stage is not Stage.RECTIFYING:
        case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "investigate")
    _future(act, due)
    answered = [by_ref(act, Finding, case, ref, "问题").id for ref in dict.fromkeys(findings)]
    measure = Measure(
        case_id=case.id,
        ref=next_ref(act, Measure, case, "M"),
        position=count_of(act, Measure, case) + 1,
        text=worded(text, "整改措施"),
        proof=proof,
    )
    act.session.add(measure)
    act.session.flush()
    act.session.add_all(MeasureFinding(measure_id=measure.id, finding_id=finding) for finding in answered)
    if organisation is not None:
        _assign(act, case, measure, organisation, Part.LEAD, responsible_person, due)
    for name in cooperating:
        _assign(act, case, measure, name, Part.COOPERATING, None, due)
    record(act, case, "measure_added", measure=measure.ref, text=measure.text, organisation=organisation)
    keep_clock(act, case)
    return measure.ref


@action("edit-measure", title="修改整改措施", rights=("case.edit",))
def edit_measure(
    act: Act,
    case_number: str,
    *,
    measure: MeasureRef,
    text: str | None = None,
    proof: str | None = None,
    responsible_person: str | None = None,
    due: date | None = None,
) -> None:
    """Change a measure that no notice carries yet, or one that is a draft or was taken back. Raises WrongStage for one
    that is on its way or out."""
    case, row = editable_measure(act, case_number, measure, amendable=DRAFTS)
    _future(act, due)
    wanted = {"text": None if text is None else worded(text, "整改措施"), "proof": proof and proof.strip()}
    changes = [change(row, wanted, strict=False)]
    standing = select(Assignment).where(Assignment.measure_id == row.id, Assignment.released_at.is_(None))
    for held in act.session.scalars(standing):
        person = responsible_person if held.part is Part.LEAD else None
        changes.append(change(held, {"responsible_person": person, "due_on": due}, strict=False))
    told = {side: dict(ChainMap(*(one.get(side, {}) for one in changes))) for side in ("before", "after")}
    if not told["after"]:
        raise Invalid("没有要修改的内容。", code="nothing_to_change")
    overwrite(row, [field for field, name in _IN_THE_HANDS.items() if name in told["after"]])
    record(act, case, "measure_changed", measure=measure, before=told["before"], after=told["after"])


_IN_THE_HANDS = {"responsible_person": "responsible_person", "due": "due_on"}
"""Fields of a measure that its hands hold, and by which attribute."""


@action("withdraw-measure", title="撤回整改措施", rights=("case.edit",))
def withdraw_measure(act: Act, case_number: str, *, measure: MeasureRef, reason: str) -> None:
    """Take a measure out before a notice carries it; it stays on record with the reason."""
    case, row = editable_measure(act, case_number, measure)
    row.withdrawn_at = act.at
    act.session.execute(
        delete(Assignment).where(Assignment.measure_id == row.id, Assignment.state == AssignmentState.UNISSUED)
    )
    record(act, case, "measure_withdrawn", why=worded(reason, "撤回理由"), measure=measure)
    keep_clock(act, case)


@action("confirm-responsible", title="确认整改措施的责任单位", rights=("case.confirm",), after="withdraw-milestone")
def confirm_responsible(
    act: Act,
    case_number: str,
    *,
    measure: MeasureRef,
    organisation: UnitRef,
    responsible_person: str | None = None,
    due: date | None = None,
) -> None:
    """Name who answers for a measure that the dossier addressed to nobody. Raises Conflict where there is a lead unit."""
    case, row = editable_measure(act, case_number, measure, action="case.confirm")
    lead = act.session.scalar(
        select(Organisation.name)
        .join(Assignment, Assignment.organisation_id == Organisation.id)
        .where(Assignment.measure_id == row.id, Assignment.part == Part.LEAD, Assignment.released_at.is_(None))
    )
    if lead is not None:
        raise Conflict(f"整改措施{measure}的责任单位已确认为“{lead}”。", code="responsible_confirmed")
    _future(act, due)
    person, on = take_waiting(row)
    unit = _assign(act, case, row, organisation, Part.LEAD, responsible_person or person, due or on)
    overwrite(row, ("organisation_ref", "responsible_person", *(("due",) if due or on else ())))
    record(act, case, "responsible_confirmed", measure=measure, organisation=unit.name)


def editable_measure(
    act: Act, case_number: str, measure: str, *, action: str = "case.edit", amendable: tuple[DocumentStatus, ...] = ()
) -> tuple[Case, Measure]:
    """Return a measure that may be changed: no notice carries it, or one in one of the states `amendable`."""
    case = lock_case(act, case_number)
    policy.require(act.actor, action, unit_path=unit_path(act, case))
    if case.stage is not Stage.RECTIFYING:
        case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "investigate")
    row: Measure = by_ref(act, Measure, case, measure, "整改措施")
    if row.withdrawn_at is not None:
        raise WrongStage(f"整改措施{measure}已撤回，不能修改。")
    paper = carried(act.session, [row.id], amendable=amendable).get(row.id)
    if paper is not None:
        raise WrongStage(told_carried(measure, paper), code="measure_carried")
    return case, row


def _assign(
    act: Act, case: Case, measure: Measure, organisation: str, part: Part, person: str | None, due: date | None
) -> Organisation:
    unit = find_organisation(act.session, organisation)
    act.session.add(
        Assignment(
            case_id=case.id,
            measure_id=measure.id,
            organisation_id=unit.id,
            part=part,
            responsible_person=person,
            due_on=due,
            state=AssignmentState.UNISSUED,
        )
    )
    return unit


def _future(act: Act, due: date | None) -> None:
    if due is not None and due <= act.today:
        raise Invalid("完成期限必须晚于今天。", code="due_past")
