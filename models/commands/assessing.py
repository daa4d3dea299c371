"""研判: the police say what an answer is worth, and leaders whether more time is given."""

from __future__ import annotations

from datetime import date

from models.errors import Conflict, NotAllowed, WrongStage
from models.rules import lifecycle, policy
from models.rules.vocabulary import Outcome, ReplyKind, Verdict
from models.tables import Assessment, Assignment, Case, Reply

from . import deadlines
from .act import Act, record, unit_path
from .closing import close_hand
from .following import carry_over
from .hands import is_author, require_own
from .investigation import by_ref
from .linking import lock_linked
from .reasons import require_reason
from .replying import completion_clock
from .reworking import start_rework


def assess(act: Act, case_number: str, *, reply: str, verdict: Verdict, reason: str | None = None) -> None:
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
    if answer.milestone_id is not None and not accepted:  # its date stands: the clock runs on from where it was met
        deadlines.reopen(act, case, "measure.complete", assignment_id=assignment.id, milestone_id=answer.milestone_id)
    if answer.kind is not ReplyKind.PROGRESS:
        _follow(act, case, answer, assignment, verdict, why)
    record(act, case, "reply_assessed", why=why, reply=reply, verdict=verdict.value, state=assignment.state.value)
    carry_over(act, assignment)


def _follow(act: Act, case: Case, answer: Reply, assignment: Assignment, verdict: Verdict, why: str | None) -> None:
    if verdict in (Verdict.PARTIAL, Verdict.RETURNED):
        assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "return")
        start_rework(act, case, assignment, answer.ref, answer.kind is ReplyKind.PLAN)
    elif answer.kind is ReplyKind.PLAN:
        assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "accept_plan")
    elif answer.kind is ReplyKind.COMPLETION:
        assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "accept_completion")
    elif answer.kind is ReplyKind.REFUSAL:
        close_hand(act, case, assignment, "close_with_reason", Outcome.NOT_DONE, why or answer.text)


def decide_extension(
    act: Act, case_number: str, *, reply: str, grant: bool, until: date | None = None, reason: str | None = None
) -> None:
    """Grant or refuse an extension request. A granted date makes a new version of the clock; a refusal needs a reason.

    `until` may be earlier than what was asked for. Raises Invalid where the rule does not allow the date.
    """
    case = lock_linked(act, case_number)
    policy.require(act.actor, "extension.decide", unit_path=unit_path(act, case))
    answer, assignment = find_unassessed(act, case, reply)
    if answer.kind is not ReplyKind.EXTENSION:
        raise WrongStage(f"反馈{reply}不是延期申请。")
    if is_author(act, answer):
        raise NotAllowed("录入申请的人不能决定该申请。", code="author_decides")
    granted = (until or answer.requested_due_on) if grant else None
    why = None if grant else require_reason(reason)
    if granted is not None:
        clock = completion_clock(act, case, assignment)
        deadlines.extend(act, case, clock, granted, asked_at=answer.happened_at, reason=answer.text)
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
        granted=grant,
        until=granted.isoformat() if granted else None,
    )
    carry_over(act, assignment)


def find_unassessed(act: Act, case: Case, ref: str) -> tuple[Reply, Assignment]:
    answer: Reply = by_ref(act, Reply, case, ref, "反馈")
    done = act.session.get(Assessment, answer.id)
    if done is not None:
        raise Conflict(f"反馈{ref}已研判为“{done.verdict.label}”。", code="assessed")
    assignment = act.session.get_one(Assignment, answer.assignment_id)
    require_own(act, assignment)
    return answer, assignment
