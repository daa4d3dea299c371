"""长期整改: the supervising body plans long-term work anew; a decision on record and a paper that moves the date."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.tables import Deadline
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.local_time import chinese_date
from models.kernel.case_lock import unit_path
from models.kernel.errors import Invalid, WrongStage
from models.kernel.events import record
from models.kernel.refs import MeasureRef, MilestoneRef, UnitRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import ClockEffect, DocumentKind, MilestoneKind
from models.papers.commands.amendments import cited_by_title, draft_amending, require_amendable
from models.papers.commands.shared_papers import lock_linked
from models.papers.kinds.supervision_order.fill import places_in
from models.papers.tables import Amendment, Document
from models.rectification.tables import Assignment, Measure, Milestone

from .assignments import find_hand, require_own, unit_name
from .milestones import find_milestone


@action("replan-measure", title="重新规划长期整改的期限，拟制决定文书", rights=("deadline.decide",), decides=True)
def replan_measure(
    act: Act,
    case_number: str,
    *,
    measure: MeasureRef,
    due: date,
    reason: str,
    milestone: MilestoneRef | None = None,
    organisation: UnitRef | None = None,
) -> str:
    """Decide another date for long-term work, or for one of its milestones; returns the paper that was drafted to say so.

    The recipient's date moves when that paper is served; the one extension is not used up by it. Raises NotAllowed,
    WrongStage (no long-term work, no running clock), Invalid (date not ahead, the same, after the measure's), Conflict
    while another correction of the notice is under way.
    """
    case = lock_linked(act, case_number)
    policy.require(act.actor, "deadline.decide", unit_path=unit_path(act, case))
    held = find_hand(act, case, measure, organisation)
    require_own(act, held)
    row = act.session.get_one(Measure, held.measure_id)
    stage = None if milestone is None else find_milestone(act, row, milestone)
    _long_term(act, row)
    clock = _running(act, case, held, stage)
    why = require_reason(reason)
    if due <= act.today or due == clock.due_on:
        raise Invalid("重新规划的期限必须晚于今天，且不同于现期限。", code="due_past")
    if stage is not None and due > _running(act, case, held, None).due_on:
        raise Invalid("阶段目标的期限不得晚于措施的完成期限。", code="due_after_measure")
    notice = act.session.get_one(Document, held.notice_id)
    home = act.session.get_one(Case, notice.case_id)
    require_amendable(act, home, notice)
    paper = draft_amending(act, home, notice, DocumentKind.CORRECTION, why)
    if paper.form is not None:
        paper.title = f"关于调整{cited_by_title(notice)}所列长期整改期限的{paper.form.label}"
    place = places_in(act.session, notice.id).get(row.ref)
    of = f"第{place}项措施" if place else "整改措施"
    what = f"{of}的完成期限" if stage is None else f"{of}{stage.kind.label}（{stage.text.rstrip('。；')}）的期限"
    before = clock.due_on
    act.session.add(
        Amendment(
            document_id=paper.id,
            amended_id=notice.id,
            reason=why,
            effect=ClockEffect.CHANGED,
            new_due_on=due,
            passages=[{"place": what, "wrong": chinese_date(before), "right": chinese_date(due)}],
            deadline_id=clock.id,
        )
    )
    record(
        act,
        case,
        "measure_replanned",
        why=why,
        measure=measure,
        milestone=milestone,
        organisation=unit_name(act, held.organisation_id),
        before=before.isoformat(),
        after=due.isoformat(),
        drafted=paper.ref,
    )
    return paper.ref


def _long_term(act: Act, row: Measure) -> None:
    found = act.session.scalar(
        select(Milestone.id)
        .where(
            Milestone.measure_id == row.id,
            Milestone.kind == MilestoneKind.LONG_TERM,
            Milestone.withdrawn_at.is_(None),
        )
        .limit(1)
    )
    if found is None:
        raise WrongStage("只有列明长期整改的措施可以重新规划期限，其他措施请由对方申请延期。", code="not_long_term")


def _running(act: Act, case: Case, held: Assignment, stage: Milestone | None) -> Deadline:
    clocks = deadlines.open_ones(
        act, case, "measure.complete", assignment_id=held.id, milestone_id=None if stage is None else stage.id
    )
    running = [clock for clock in clocks if clock.state == "open"]
    if not running:
        raise WrongStage("该措施没有正在计算的期限，不能重新规划。", code="no_clock")
    return running[-1]
