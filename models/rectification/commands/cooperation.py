"""牵头与配合: lead and cooperating units of a measure, each with its own date and person."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from models.case.commands.editing import by_ref
from models.case.tables import Case
from models.clock.commands import deadlines
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import unit_path
from models.kernel.errors import Conflict, Invalid, NotFound, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import DRAFTS, SIGNED
from models.kernel.refs import MeasureRef, UnitRef
from models.kernel.rights import policy
from models.kernel.tables import Message
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import AssignmentState, Outcome, Part, Stage
from models.office.commands.organisations import find_organisation
from models.office.rules.paper_kinds import CARRYING
from models.office.tables import Organisation
from models.papers.commands.outdated_papers import flag
from models.papers.commands.shared_papers import lock_linked, name_in, parts_of
from models.papers.commands.voiding import lapse
from models.papers.tables import Document, DocumentAssignment
from models.rectification.tables import Assignment, Measure

from .reassigning import release, take_part


@action("add-cooperating", title="增加配合单位", rights=("case.edit",))
def add_cooperating(
    act: Act,
    case_number: str,
    *,
    measure: MeasureRef,
    organisation: UnitRef,
    responsible_person: str | None = None,
    due: date | None = None,
) -> None:
    """Let one more unit cooperate in a measure, with its own date; it gets a notice of its own (`prepare`).

    A signed notice of the lead does not name it and is flagged. Raises Conflict (holds it already, was released),
    WrongStage (closed, report under approval), Invalid (no lead yet, date not ahead).
    """
    case, row = _measure(act, case_number, measure)
    lead = _lead(act, row)
    unit = find_organisation(act.session, organisation)
    held = _hand(act, row, unit)
    if held is not None:
        held_before = "此前已不再承担" if held.released_at is not None else "已经承担"
        raise Conflict(f"{unit.name}{held_before}整改措施{measure}。", code="holds_already")
    _open(act, lead)
    _ahead(act, due)
    act.session.add(
        Assignment(
            case_id=case.id,
            measure_id=row.id,
            organisation_id=unit.id,
            part=Part.COOPERATING,
            responsible_person=responsible_person,
            due_on=due,
            state=AssignmentState.UNISSUED,
        )
    )
    record(
        act,
        case,
        "cooperating_added",
        measure=measure,
        organisation=unit.name,
        responsible_person=responsible_person,
        due_on=None if due is None else due.isoformat(),
    )
    _flag(act, case, row, f"措施{measure}增加配合单位{unit.name}", Assignment.part == Part.LEAD)


@action("remove-cooperating", title="移除配合单位", rights=("case.edit",))
def remove_cooperating(act: Act, case_number: str, *, measure: MeasureRef, organisation: UnitRef, reason: str) -> None:
    """Take a cooperating unit out of a measure. A draft that names it is changed; served, it is told, and the signed
    papers are flagged for correction or withdrawal.

    Raises WrongStage (it leads, is done already, or its notice is on its way), NotFound, Invalid without reason.
    """
    case, row = _measure(act, case_number, measure)
    unit = find_organisation(act.session, organisation)
    held = _standing(act, row, unit)
    if held.part is Part.LEAD:
        raise WrongStage("牵头单位不能移除，请变更牵头单位（change-lead）。", code="is_lead")
    _open(act, held)
    why = require_reason(reason)
    out_of_draft(act, case, held, why)
    served = held.state is not AssignmentState.UNISSUED
    release(act, case, held, Outcome.NO_LONGER_APPLICABLE, why)
    record(act, case, "cooperating_removed", why=why, measure=measure, organisation=unit.name)
    _flag(act, case, row, f"措施{measure}不再由{unit.name}配合")
    if served:
        _tell(act, case, row, unit, f"措施{measure}不再由你单位配合办理。理由：{why}")


@action("change-lead", title="变更牵头单位", rights=("case.edit",))
def change_lead(
    act: Act,
    case_number: str,
    *,
    measure: MeasureRef,
    organisation: UnitRef,
    reason: str,
    keep_former: bool = False,
    responsible_person: str | None = None,
) -> None:
    """Make another unit lead a measure; the former lead cooperates from now on (`keep_former`) or is done with it.

    A unit that cooperated rises to it, with the notice and clocks it has; another gets a notice of its own. Signed
    notices of the measure are flagged. Raises Conflict (leads already, released before), WrongStage (closed, disputed,
    notice on its way), Invalid without reason.
    """
    case, row = _measure(act, case_number, measure)
    former = _lead(act, row)
    unit = find_organisation(act.session, organisation)
    if former.organisation_id == unit.id:
        raise Conflict(f"{unit.name}已是整改措施{measure}的牵头单位。", code="leads_already")
    _open(act, former)
    if former.state is AssignmentState.DISPUTED:
        raise WrongStage("该措施正在裁定职责争议，裁定后再变更牵头单位。", code="disputed")
    why = require_reason(reason)
    former_unit = act.session.get_one(Organisation, former.organisation_id)
    if not keep_former:
        out_of_draft(act, case, former, why)
        release(act, case, former, Outcome.SUPERSEDED, why)
        lead = take_part(act, case, former, unit)
    else:
        lead = take_part(act, case, former, unit, stays=True)
    if responsible_person is not None:
        lead.responsible_person = responsible_person
    record(
        act,
        case,
        "lead_changed",
        why=why,
        measure=measure,
        organisation=unit.name,
        former=former_unit.name,
        kept=keep_former,
    )
    _flag(act, case, row, f"措施{measure}的牵头单位由{former_unit.name}变更为{unit.name}")
    now = "改为配合" if keep_former else "不再办理"
    if former.notice_id is not None:
        _tell(act, case, row, former_unit, f"措施{measure}改由{unit.name}牵头，你单位{now}。理由：{why}")
    if lead.notice_id is not None:
        _tell(act, case, row, unit, f"措施{measure}改由你单位牵头。理由：{why}")


@action("edit-responsible", title="修改承担单位的责任人或期限", rights=("case.edit",))
def edit_responsible(
    act: Act,
    case_number: str,
    *,
    measure: MeasureRef,
    organisation: UnitRef,
    responsible_person: str | None = None,
    due: date | None = None,
) -> None:
    """Change who answers for a measure at one unit, or, before its notice is on its way, that unit's own date.

    Raises WrongStage for a date once the notice is on its way, NotFound, Invalid (nothing to change, date not ahead).
    """
    case, row = _measure(act, case_number, measure)
    unit = find_organisation(act.session, organisation)
    held = _standing(act, row, unit)
    _open(act, held)
    _ahead(act, due)
    if due is not None and not _free(act, held):
        raise WrongStage("通知已在办理或发出，期限请以更正、延期或重新规划调整。", code="measure_carried")
    wanted = {"responsible_person": responsible_person, "due_on": due}
    changes = {name: value for name, value in wanted.items() if value not in (None, getattr(held, name))}
    if not changes:
        raise Invalid("没有要修改的内容。", code="nothing_to_change")
    before = {name: _plain(getattr(held, name)) for name in changes}
    for name, value in changes.items():
        setattr(held, name, value)
    after = {name: _plain(value) for name, value in changes.items()}
    record(act, case, "responsible_changed", measure=measure, organisation=unit.name, before=before, after=after)


def _measure(act: Act, case_number: str, ref: str) -> tuple[Case, Measure]:
    case = lock_linked(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    if case.stage is not Stage.RECTIFYING:
        case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "investigate")
    row: Measure = by_ref(act, Measure, case, ref, "整改措施")
    if row.withdrawn_at is not None:
        raise WrongStage(f"整改措施{ref}已撤回，不能修改。", code="measure_withdrawn")
    return case, row


def _hand(act: Act, row: Measure, unit: Organisation) -> Assignment | None:
    return act.session.scalars(
        select(Assignment).where(Assignment.measure_id == row.id, Assignment.organisation_id == unit.id)
    ).one_or_none()


def _standing(act: Act, row: Measure, unit: Organisation) -> Assignment:
    held = _hand(act, row, unit)
    if held is None or held.released_at is not None:
        raise NotFound(f"{unit.name}没有承担整改措施{row.ref}。", code="assignment_not_found")
    return held


def _lead(act: Act, row: Measure) -> Assignment:
    lead = act.session.scalars(
        select(Assignment).where(
            Assignment.measure_id == row.id, Assignment.part == Part.LEAD, Assignment.released_at.is_(None)
        )
    ).one_or_none()
    if lead is None:
        raise Invalid(f"整改措施{row.ref}尚未确认牵头单位，请先确认（confirm-responsible）。", code="no_lead")
    return lead


def _open(act: Act, held: Assignment) -> None:
    if held.state is AssignmentState.CLOSED:
        raise WrongStage("该单位的整改已办结，不能再修改。", code="closed")
    if held.served_by_id is not None:
        raise WrongStage("该措施已与其他案件合并整改，请先解除合并。", code="merged")
    merged = select(Assignment.id).where(Assignment.served_by_id == held.id, Assignment.state != AssignmentState.CLOSED)
    if act.session.scalar(merged.limit(1)) is not None:
        raise WrongStage("其他案件的措施已合并到该措施，请先在该案件中解除合并。", code="merged")


def _free(act: Act, held: Assignment) -> bool:
    """Return whether no notice carries the hand, or one that may still be changed."""
    status = act.session.scalar(select(Document.status).where(Document.id == held.notice_id))
    return held.notice_id is None or status in DRAFTS


def out_of_draft(act: Act, case: Case, held: Assignment, why: str) -> None:
    """Take an unserved hand out of the draft that carries it; a draft that carries nothing else lapses."""
    if held.state is not AssignmentState.UNISSUED or held.notice_id is None:
        return
    paper = act.session.get_one(Document, held.notice_id)
    if paper.status not in DRAFTS:
        raise WrongStage(f"通知{name_in(act, case, paper)}正在办理，请先退回或作废该文书。", code="measure_carried")
    act.session.delete(act.session.get_one(DocumentAssignment, (paper.id, held.id)))
    held.notice_id = None
    act.session.flush()
    left = select(DocumentAssignment.assignment_id).where(DocumentAssignment.document_id == paper.id).limit(1)
    if act.session.scalar(left) is None:
        lapse(act, case, paper, why)
        for part, _ in parts_of(act, paper):
            deadlines.withdraw(act, part, act.at, "notice.issue", document_id=paper.id)


def _flag(act: Act, case: Case, row: Measure, why: str, *which: object) -> None:
    """Flag the signed notices that tell of the measure: what they say of its units is no longer so."""
    papers = act.session.scalars(
        select(Document)
        .where(
            Document.kind.in_(CARRYING),
            Document.status.in_(SIGNED),
            Document.id.in_(select(Assignment.notice_id).where(Assignment.measure_id == row.id, *which)),  # type: ignore[arg-type]
        )
        .order_by(Document.id)
    ).all()
    for paper in papers:
        flag(act, case, paper, {}, why)
        record(act, case, "paper_flagged", why=why, paper=name_in(act, case, paper), measure=row.ref, signed=True)


def _tell(act: Act, case: Case, row: Measure, unit: Organisation, said: str) -> None:
    act.session.add(
        Message(
            key=f"{case.case_number}/{row.ref}/hands/{case.last_seq}/o{unit.id}",
            case_id=case.id,
            organisation_id=unit.id,
            user_id=None,
            subject=f"承担单位变更：措施{row.ref}",
            body=f"{case.title}（{case.case_number}）：{said}",
            sent_at=act.at,
        )
    )


def _ahead(act: Act, due: date | None) -> None:
    if due is not None and due <= act.today:
        raise Invalid("完成期限必须晚于今天。", code="due_past")


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
