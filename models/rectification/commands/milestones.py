"""阶段目标: interim control, stages and long-term work of a measure, each with a date and, once served, a deadline."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, select

from models.case.tables import Case
from models.clock.commands import deadlines
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict, Invalid, NotFound, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import DRAFTS
from models.kernel.refs import MeasureRef, MilestoneRef
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import MilestoneKind, Part, Verdict
from models.papers.tables import Document
from models.rectification.tables import Assessment, Assignment, Measure, Milestone, Reply

from .measures import editable_measure

SERVED = "文书送达"


@action("add-milestone", title="增加阶段目标（临时管控、长期整改）", rights=("case.edit",))
def add_milestone(
    act: Act,
    case_number: str,
    *,
    measure: MeasureRef,
    text: str,
    due: date,
    milestone_kind: MilestoneKind = MilestoneKind.STAGE,
) -> str:
    """Add a milestone to a measure that no notice carries yet, or one that is a draft; returns its short name.

    Raises WrongStage once the notice is on its way, Invalid (no text, a date that is not ahead or after the measure's).
    """
    case, row = editable_measure(act, case_number, measure, amendable=DRAFTS)
    _fits(act, row, due)
    count = act.session.scalar(select(func.count()).select_from(Milestone).where(Milestone.measure_id == row.id))
    stage = Milestone(
        case_id=case.id,
        measure_id=row.id,
        ref=f"S{(count or 0) + 1}",
        kind=milestone_kind,
        text=_worded(text),
        due_on=due,
    )
    act.session.add(stage)
    record(
        act,
        case,
        "milestone_added",
        measure=measure,
        milestone=stage.ref,
        kind=milestone_kind.value,
        text=stage.text,
        due_on=due.isoformat(),
    )
    return stage.ref


@action("edit-milestone", title="修改阶段目标", rights=("case.edit",))
def edit_milestone(
    act: Act,
    case_number: str,
    *,
    measure: MeasureRef,
    milestone: MilestoneRef,
    text: str | None = None,
    due: date | None = None,
    milestone_kind: MilestoneKind | None = None,
) -> None:
    """Change what is given of a milestone before its notice is on its way. Raises as `add_milestone`."""
    case, row = editable_measure(act, case_number, measure, amendable=DRAFTS)
    stage = find_milestone(act, row, milestone)
    if due is not None:
        _fits(act, row, due)
    wanted = {"text": None if text is None else _worded(text), "due_on": due, "kind": milestone_kind}
    changes = {name: value for name, value in wanted.items() if value not in (None, getattr(stage, name))}
    if not changes:
        raise Invalid("没有要修改的内容。", code="nothing_to_change")
    before = {name: _plain(getattr(stage, name)) for name in changes}
    for name, value in changes.items():
        setattr(stage, name, value)
    after = {name: _plain(value) for name, value in changes.items()}
    record(act, case, "milestone_changed", measure=measure, milestone=milestone, before=before, after=after)


@action("withdraw-milestone", title="撤回阶段目标", rights=("case.edit",))
def withdraw_milestone(
    act: Act, case_number: str, *, measure: MeasureRef, milestone: MilestoneRef, reason: str
) -> None:
    """Take a milestone out of a measure before its notice is on its way; it stays on record with the reason."""
    case, row = editable_measure(act, case_number, measure, amendable=DRAFTS)
    stage = find_milestone(act, row, milestone)
    stage.withdrawn_at = act.at
    record(act, case, "milestone_withdrawn", why=require_reason(reason), measure=measure, milestone=milestone)


def find_milestone(act: Act, measure: Measure, ref: str) -> Milestone:
    """Return a standing milestone of a measure. Raises NotFound, Conflict for one that was withdrawn."""
    found = act.session.scalars(
        select(Milestone).where(Milestone.measure_id == measure.id, Milestone.ref == ref)
    ).one_or_none()
    if found is None:
        raise NotFound(f"整改措施{measure.ref}没有编号为“{ref}”的阶段目标。", code="milestone_not_found")
    if found.withdrawn_at is not None:
        raise Conflict(f"阶段目标{ref}已撤回。", code="milestone_withdrawn")
    return found


def start_clocks(act: Act, case: Case, document: Document, key: str, assignment: Assignment, at: datetime) -> None:
    """Start the clock of each milestone of a served measure that is not reached yet, in the hands of its lead.

    A date that is not after the service cannot be counted: such a milestone is told, and no clock runs for it.
    """
    if assignment.part is not Part.LEAD:
        return
    stages = act.session.scalars(
        select(Milestone)
        .where(Milestone.measure_id == assignment.measure_id, Milestone.withdrawn_at.is_(None), ~_accepted())
        .order_by(Milestone.id)
    )
    for stage in stages:
        if stage.due_on is None or stage.due_on <= local_date(at):
            continue
        subject = deadlines.Subject(
            f"{key}/{stage.ref}",
            assignment.organisation_id,
            document_id=document.id,
            assignment_id=assignment.id,
            milestone_id=stage.id,
        )
        deadlines.start(act, case, "measure.complete", subject, at, given_on=stage.due_on, event=SERVED)


def reportable(act: Act, assignment: Assignment, measure: Measure, ref: str) -> Milestone:
    """Return the milestone that a progress report of a unit says is reached. Raises WrongStage for who does not lead."""
    if assignment.part is not Part.LEAD:
        raise WrongStage("阶段目标由牵头单位反馈。", code="not_lead")
    return find_milestone(act, measure, ref)


def _accepted() -> ColumnElement[bool]:
    return exists(
        select(1)
        .select_from(Reply)
        .join(Assessment, Assessment.reply_id == Reply.id)
        .where(
            Reply.milestone_id == Milestone.id,
            Assessment.verdict.in_((Verdict.ACCEPTED, Verdict.ACCEPTED_ALTERNATE)),
        )
        .correlate(Milestone)
    )


def _fits(act: Act, measure: Measure, due: date) -> None:
    if due <= act.today:
        raise Invalid("阶段目标的期限必须晚于今天。", code="due_past")
    last = act.session.scalar(
        select(Assignment.due_on).where(
            Assignment.measure_id == measure.id, Assignment.part == Part.LEAD, Assignment.released_at.is_(None)
        )
    )
    if last is not None and due > last:
        raise Invalid("阶段目标的期限不得晚于措施的完成期限。", code="due_after_measure")


def _worded(text: str) -> str:
    if not text.strip():
        raise Invalid("请填写阶段目标内容。", code="empty_text")
    return text.strip()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
