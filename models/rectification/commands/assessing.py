"""研判: assesses replies; decides on extensions."""

from __future__ import annotations

from datetime import date

from models.case.commands.editing import by_ref
from models.case.tables import Case
from models.clock.commands import deadlines
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.local_time import chinese_date
from models.kernel.case_lock import unit_path
from models.kernel.errors import Conflict, Invalid, NotAllowed, WrongStage
from models.kernel.events import record
from models.kernel.refs import ReplyRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import AssignmentState, Outcome, ReplyKind, Verdict
from models.papers.commands.shared_papers import lock_linked
from models.rectification.tables import Assessment, Assignment, Reply

from . import judging
from .assignments import is_author, measure_ref, require_own
from .closing import close_hand
from .merged_copies import carry_over
from .replying import completion_clock


@action("assess", title="研判反馈", rights=("reply.assess",))
def assess(act: Act, case_number: str, *, reply: ReplyRef, verdict: Verdict, reason: str | None = None) -> None:
    """Say what a reply is worth. Anything short of acceptance needs a reason and sends the measure back for rework.

    An accepted refusal closes the measure with that reason. Raises NotAllowed for the reply's author, Conflict where
    a colleague assessed it, WrongStage for an extension request (`decide_extension`).
    """
    case = lock_linked(act, case_number)
    policy.require(act.actor, "reply.assess", unit_path=unit_path(act, case))
    answer, assignment = find_unassessed(act, case, reply)
    if is_author(act, answer):
        raise NotAllowed("录入反馈的人不能研判该反馈。", code="author_assesses")
    if answer.kind is ReplyKind.EXTENSION:
        raise WrongStage("延期申请由领导决定（decide-extension）。")
    if answer.kind is ReplyKind.DISPUTE:
        raise WrongStage("职责争议由有权机关裁定（adjudicate）。", code="adjudicated_only")
    accepted = verdict in (Verdict.ACCEPTED, Verdict.ACCEPTED_ALTERNATE)
    why = reason.strip() if reason and reason.strip() else None
    if not accepted:
        why = require_reason(reason)
    act.session.add(
        Assessment(reply_id=answer.id, verdict=verdict, reason=why, assessor_id=act.person, assessed_at=act.at)
    )
    deadlines.meet(act, case, act.at, "reply.assess", reply_id=answer.id)
    act.session.flush()
    if answer.kind is not ReplyKind.PROGRESS or answer.milestone_id is not None:
        _follow(act, case, answer, assignment, verdict, why)
    record(
        act,
        case,
        "reply_assessed",
        why=why,
        reply=reply,
        measure=measure_ref(act, assignment),
        verdict=verdict.value,
        state=assignment.state.value,
    )
    carry_over(act, assignment)


def _follow(act: Act, case: Case, answer: Reply, assignment: Assignment, verdict: Verdict, why: str | None) -> None:
    if verdict in (Verdict.PARTIAL, Verdict.RETURNED):
        back = lifecycle.can(lifecycle.MEASURE, assignment.state, "return") or answer.milestone_id is not None
        if not back or judging.send_back(act, case, assignment, answer):
            assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "return")
        return
    if answer.kind is ReplyKind.REFUSAL:
        close_hand(act, case, assignment, "close_with_reason", Outcome.NOT_DONE, why or answer.text)
        return
    if answer.kind is ReplyKind.PLAN:
        assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "accept_plan")
    elif answer.kind is ReplyKind.COMPLETION:
        assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "accept_completion")
    judging.accept(act, case, assignment, answer)


@action("decide-extension", title="决定延期申请", rights=("extension.decide",), decides=True)
def decide_extension(
    act: Act, case_number: str, *, reply: ReplyRef, grant: bool, until: date | None = None, reason: str | None = None
) -> None:
    """Grant or refuse an extension request. A grant says `until` when, and makes a new version of the clock; a refusal
    needs a reason.

    The date may be another than the one asked for. Where a later answer stopped the clock, its date moves all the same;
    one that was sent back meanwhile runs on. Raises Invalid where the rule does not allow the date.
    """
    case = lock_linked(act, case_number)
    policy.require(act.actor, "extension.decide", unit_path=unit_path(act, case))
    answer, assignment = find_unassessed(act, case, reply)
    if answer.kind is not ReplyKind.EXTENSION:
        raise WrongStage(f"反馈{reply}不是延期申请。")
    if is_author(act, answer):
        raise NotAllowed("录入申请的人不能决定该申请。", code="author_decides")
    granted = _granted(answer, until) if grant else None
    why = None if grant else require_reason(reason)
    if granted is not None:
        _extend(act, case, assignment, answer, granted)
    act.session.add(
        Assessment(
            reply_id=answer.id,
            verdict=Verdict.ACCEPTED if grant else Verdict.RETURNED,
            reason=why or reason,
            granted_due_on=granted,
            assessor_id=act.person,
            assessed_at=act.at,
        )
    )
    deadlines.meet(act, case, act.at, "reply.assess", reply_id=answer.id)
    record(
        act,
        case,
        "extension_decided",
        why=why or reason,
        reply=reply,
        measure=measure_ref(act, assignment),
        granted=grant,
        until=granted.isoformat() if granted else None,
    )
    carry_over(act, assignment)


def _granted(answer: Reply, until: date | None) -> date:
    assert answer.requested_due_on is not None
    if until is None:
        wished = chinese_date(answer.requested_due_on)
        raise Invalid(f"同意延期须写明准予延至的日期（申请延至{wished}）。", code="until_missing")
    return until


def _extend(act: Act, case: Case, assignment: Assignment, answer: Reply, granted: date) -> None:
    if assignment.state in (AssignmentState.AWAITING_VERIFICATION, AssignmentState.CLOSED):
        raise WrongStage("该措施的完成情况已认可或已办结，无须延期，请选择不同意并说明理由。", code="no_clock")
    clock = completion_clock(act, case, assignment)
    if granted <= act.today:
        raise Invalid("准予延至的日期必须晚于今天，请另定日期。", code="not_later")
    deadlines.extend(act, case, clock, granted, asked_at=answer.happened_at, reason=answer.text)
    if clock.state == "answered" and not judging.waits(act, clock):
        deadlines.run_on_recounted(act, case, clock)


def find_unassessed(act: Act, case: Case, ref: str) -> tuple[Reply, Assignment]:
    answer: Reply = by_ref(act, Reply, case, ref, "反馈")
    if answer.withdrawn_at is not None:
        raise Conflict(f"反馈{ref}已撤回。", code="reply_withdrawn")
    done = act.session.get(Assessment, answer.id)
    if done is not None:
        raise Conflict(f"反馈{ref}已研判为“{done.verdict.label}”。", code="assessed")
    assignment = act.session.get_one(Assignment, answer.assignment_id)
    require_own(act, assignment)
    return answer, assignment
