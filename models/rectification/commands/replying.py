"""反馈: records replies of agencies on their measures and suspends the deadlines they answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select

from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.tables import Deadline
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.calendar.moments import happened
from models.kernel.case_lock import unit_path
from models.kernel.errors import Conflict, Invalid, WrongStage
from models.kernel.events import record
from models.kernel.refs import MeasureRef, MilestoneRef, UnitRef
from models.kernel.rights import policy
from models.kernel.storage import limits
from models.kernel.text.invisible import refuse_invisible
from models.kernel.text.short_names import next_ref
from models.kernel.vocabulary import ReplyKind, Verdict
from models.office.tables import Organisation
from models.papers.commands.renditions import Enclosure, each_once
from models.papers.commands.shared_papers import lock_linked
from models.rectification.queries.replies import pending
from models.rectification.tables import Assessment, Assignment, Measure, Milestone, Reply, ReplyFile

from . import milestones
from .assignments import find_hand, require_own, unit_name
from .disputes import raise_dispute
from .judging import stop_clocks
from .merged_copies import carry_over
from .reply_drafts import drop_drafts


@action("reply", title="提交或代录整改反馈", rights=("reply.give",))
def reply(
    act: Act,
    case_number: str,
    *,
    kind: ReplyKind,
    measures: Sequence[MeasureRef],
    text: str,
    files: Iterable[Enclosure] = (),
    requested_due: date | None = None,
    milestone: MilestoneRef | None = None,
    organisation: UnitRef | None = None,
    happened_at: datetime | None = None,
    incoming_number: str | None = None,
) -> list[str]:
    """Answer about one or more measures: plan, progress, completion, refusal, a wish for more time, or a dispute of duty.

    A progress report that names a `milestone` stops its clock and is assessed; other progress is for our knowledge. An
    agency answers for itself; an officer or clerk records a paper answer for `organisation` with the moment it
    came in. Returns the replies' short names. Raises NotAllowed, WrongStage (not served, closed), Conflict (the same
    answer waits to be assessed), Invalid (no text or one too long, too many files, extension without a later date).
    """
    case = lock_linked(act, case_number)
    at = happened(act, happened_at)
    limits.refuse_long("反馈内容", text.strip())
    refuse_invisible("反馈内容", text)
    if not text.strip():
        raise Invalid(
            "请填写反馈内容。" if kind is not ReplyKind.REFUSAL else "请填写不予采纳的理由。", code="empty_text"
        )
    if kind is ReplyKind.EXTENSION and requested_due is None:
        raise Invalid("请填写申请延至的日期。", code="requested_due")
    if kind is not ReplyKind.EXTENSION and requested_due is not None:
        raise Invalid("只有延期申请填写申请延至的日期，其他反馈不填此项。", code="requested_due")
    if milestone is not None and (kind is not ReplyKind.PROGRESS or len(set(measures)) > 1):
        raise Invalid("阶段目标请以一项措施的进展情况反馈。", code="milestone_by_progress")
    enclosed = each_once(files)
    refs, answered = [], set()
    for measure in dict.fromkeys(measures):
        assignment = find_hand(act, case, measure, organisation)
        on_behalf = _may_reply(act, case, assignment)
        answered |= set() if on_behalf else {assignment.id}
        require_own(act, assignment)
        if kind is ReplyKind.DISPUTE and on_behalf and not enclosed:
            raise Invalid("代录职责争议，须附对方书面意见的扫描件。", code="scan_missing")
        lifecycle.advance(lifecycle.MEASURE, assignment.state, "reply")
        reached = None if milestone is None else _reached(act, assignment, milestone)
        _once(act, assignment, kind, reached)
        if requested_due is not None:
            _may_extend(act, case, assignment, at, requested_due)
        answer = Reply(
            case_id=case.id,
            ref=next_ref(act, Reply, case, "R"),
            assignment_id=assignment.id,
            organisation_id=assignment.delegated_to_id or assignment.organisation_id,
            kind=kind,
            text=text.strip(),
            requested_due_on=requested_due,
            incoming_number=incoming_number,
            author_id=act.person,
            on_behalf=on_behalf,
            happened_at=at,
            recorded_at=act.at,
            milestone_id=None if reached is None else reached.id,
        )
        act.session.add(answer)
        act.session.flush()
        act.session.add_all(_file(answer, enclosure) for enclosure in enclosed)
        if kind is ReplyKind.DISPUTE:
            raise_dispute(act, case, assignment, answer)
        stop_clocks(act, case, assignment, answer, reached)
        if kind is not ReplyKind.PROGRESS or reached is not None:
            ours = deadlines.Subject(answer.ref, case.unit_id, assignment_id=assignment.id, reply_id=answer.id)
            deadlines.start(act, case, "reply.assess", ours, at)
        record(
            act,
            case,
            "reply_given",
            happened_at=at,
            reply=answer.ref,
            kind=kind.value,
            measure=measure,
            milestone=milestone,
            organisation=unit_name(act, assignment.organisation_id),
            on_behalf=on_behalf,
            incoming_number=incoming_number,
            files=[enclosure.stored.sha256 for enclosure in enclosed],
        )
        carry_over(act, assignment)
        refs.append(answer.ref)
    if not refs:
        raise Invalid("请指明反馈所针对的整改措施。", code="no_measure")
    drop_drafts(act, answered)
    return refs


def _file(answer: Reply, enclosure: Enclosure) -> ReplyFile:
    return ReplyFile(
        reply_id=answer.id,
        file_name=enclosure.file_name,
        media_type=enclosure.media_type,
        size=enclosure.stored.size,
        sha256=enclosure.stored.sha256,
        other_names=list(enclosure.other_names) or None,
    )


def _may_reply(act: Act, case: Case, assignment: Assignment) -> bool:
    """Ask the policy; returns whether the actor records a paper answer for somebody else (代录)."""
    units = [assignment.organisation_id, assignment.delegated_to_id]
    paths = act.session.scalars(select(Organisation.path).where(Organisation.id.in_([u for u in units if u])))
    reach = policy.require(act.actor, "reply.give", unit_path=unit_path(act, case), addressed=tuple(paths))
    return reach is policy.Reach.UNIT


def _reached(act: Act, assignment: Assignment, ref: str) -> Milestone:
    """Return the milestone that is said to be reached. Raises Conflict where that was accepted already."""
    measure = act.session.get_one(Measure, assignment.measure_id)
    stage = milestones.reportable(act, assignment, measure, ref)
    accepted = act.session.scalar(
        select(Reply.ref)
        .join(Assessment, Assessment.reply_id == Reply.id)
        .where(
            Reply.milestone_id == stage.id,
            Assessment.verdict.in_((Verdict.ACCEPTED, Verdict.ACCEPTED_ALTERNATE)),
        )
        .limit(1)
    )
    if accepted is not None:
        raise Conflict(f"阶段目标{ref}已认可完成（{accepted}）。", code="milestone_reached")
    return stage


def _once(act: Act, assignment: Assignment, kind: ReplyKind, reached: Milestone | None) -> None:
    """Refuse a second answer of a kind, or about a milestone, while the first waits for its assessment."""
    if kind is ReplyKind.PROGRESS and reached is None:
        return
    waiting = act.session.scalar(
        select(Reply.ref)
        .where(
            Reply.assignment_id == assignment.id,
            Reply.kind == kind,
            Reply.milestone_id.is_(None) if reached is None else Reply.milestone_id == reached.id,
            pending(),
        )
        .limit(1)
    )
    if waiting is not None:
        raise Conflict(f"已有一份{kind.label}（{waiting}）等待研判，请勿重复提交。", code="reply_waiting")


def _may_extend(act: Act, case: Case, assignment: Assignment, at: datetime, wanted: date) -> None:
    clock = completion_clock(act, case, assignment)
    if clock.state == "answered":
        answer = act.session.get_one(Reply, clock.answered_by_id)
        raise WrongStage(
            f"{answer.kind.label}（{answer.ref}）已使完成期限停止计时，等待研判；需要延期的，请先撤回该反馈。",
            code="answered",
        )
    if "extension" in clock.changes:
        raise WrongStage("该措施已延期一次，不能再次延期。", code="extended_before")
    if local_date(at) >= clock.due_on:
        raise WrongStage("延期应在届满日之前申请，现已不能延期，请如实报告进展。", code="asked_late")
    if wanted <= clock.due_on or wanted <= act.today:
        raise Invalid(
            f"现在的完成期限是{chinese_date(clock.due_on)}，申请延至的日期必须晚于这一天和今天，请改写日期。",
            code="not_later",
        )


def completion_clock(act: Act, case: Case, assignment: Assignment) -> Deadline:
    """Return the clock of the completion, running or stopped by an answer that waits. Raises WrongStage without one."""
    about: deadlines.About = {"assignment_id": assignment.id, "milestone_id": None}
    running = deadlines.open_ones(act, case, "measure.complete", **about)
    clocks = running or deadlines.answered_ones(act, case, "measure.complete", **about)
    if not clocks:
        raise WrongStage("该措施没有正在计算的完成期限，不能延期。", code="no_clock")
    return clocks[-1]
