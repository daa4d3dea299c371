"""整改: agencies answer, the police assess, verify on site and close; each clock stops and starts with the act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from models.clock import local_date
from models.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.files import Stored
from models.queries.visible import visible_assignments
from models.rules import lifecycle, policy
from models.rules.vocabulary import (
    AssignmentState,
    Outcome,
    ReplyKind,
    Verdict,
)
from models.tables import (
    Assessment,
    Assignment,
    Case,
    Deadline,
    Document,
    DocumentAssignment,
    Measure,
    Organisation,
    Reply,
    ReplyFile,
    Verification,
)

from . import deadlines
from .act import Act, lock_case, next_ref, record, unit_path
from .cases import require_reason
from .effect_clock import keep_clock
from .investigation import by_ref
from .late_news import withdraw_warnings
from .moments import happened
from .organisations import find_organisation
from .renditions import Enclosure
from .reply_drafts import drop_drafts

ANSWERED_BY = {
    # What a reply of a kind does for the recipient's clocks: it stops these, whatever is said of it later.
    ReplyKind.PLAN: ("notice.plan", "returned.rework"),
    ReplyKind.COMPLETION: ("notice.plan", "measure.complete", "returned.rework"),
    ReplyKind.REFUSAL: ("notice.plan", "measure.complete", "returned.rework"),
    ReplyKind.PROGRESS: (),
    ReplyKind.EXTENSION: (),
    ReplyKind.DISPUTE: (),
}


def reply(
    act: Act,
    case_number: str,
    *,
    kind: ReplyKind,
    measures: Sequence[str],
    text: str,
    files: Iterable[Enclosure] = (),
    requested_due: date | None = None,
    organisation: str | None = None,
    happened_at: datetime | None = None,
    incoming_number: str | None = None,
) -> list[str]:
    """Answer about one or more measures: plan, progress, completion, refusal with reason, request for an extension, dispute.

    An agency answers for itself; an officer or clerk records a paper answer for `organisation` with the moment it
    came in. Returns the replies' short names. Raises NotAllowed, WrongStage (not served, closed), Conflict (the same
    answer waits to be assessed), Invalid (no text, extension without a later date).
    """
    case = lock_case(act, case_number)
    at = happened(act, happened_at)
    if not text.strip():
        raise Invalid(
            {
                ReplyKind.REFUSAL: "请填写不予采纳的理由。",
                ReplyKind.DISPUTE: "请写明争议的理由。",
            }.get(kind, "请填写反馈内容。"),
            code="empty_text",
        )
    if (kind is ReplyKind.EXTENSION) != (requested_due is not None):
        raise Invalid("延期申请须写明申请延至的日期；其他反馈不填此项。", code="requested_due")
    enclosed = list(files)
    refs, answered = [], set()
    for measure in dict.fromkeys(measures):
        assignment = _assignment(act, case, measure, organisation)
        on_behalf = _may_reply(act, case, assignment)
        answered |= set() if on_behalf else {assignment.id}
        follows = lifecycle.advance(
            lifecycle.MEASURE, assignment.state, "dispute" if kind is ReplyKind.DISPUTE else "reply"
        )
        _once(act, assignment, kind)
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
        )
        act.session.add(answer)
        act.session.flush()
        act.session.add_all(_file(answer, enclosure) for enclosure in enclosed)
        if kind is ReplyKind.EXTENSION:
            _may_extend(act, case, assignment, at)
        assignment.state = follows
        _stop_clocks(act, case, assignment, kind, at)
        if kind is not ReplyKind.PROGRESS:
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
            organisation=_name(act, assignment.organisation_id),
            on_behalf=on_behalf,
            incoming_number=incoming_number,
            files=[enclosure.stored.sha256 for enclosure in enclosed],
        )
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
    )


def _assignment(act: Act, case: Case, measure: str, organisation: str | None) -> Assignment:
    """Return a measure in the hands of the actor's own unit, or of the one named."""
    row: Measure = by_ref(act, Measure, case, measure, "整改措施")
    query = select(Assignment).where(Assignment.measure_id == row.id, visible_assignments(act.actor))
    if organisation is not None:
        query = query.where(Assignment.organisation_id == find_organisation(act.session, organisation).id)
    found = act.session.scalars(query.order_by(Assignment.id)).all()
    if not found:
        raise NotFound(f"没有由该单位承担的整改措施{measure}，或您无权查看。", code="assignment_not_found")
    if len(found) > 1:
        raise Invalid(f"整改措施{measure}由多个单位承担，请指明单位。", code="organisation_needed")
    return found[0]


def _may_reply(act: Act, case: Case, assignment: Assignment) -> bool:
    """Ask the policy; returns whether the actor records a paper answer for somebody else (代录)."""
    units = [assignment.organisation_id, assignment.delegated_to_id]
    paths = act.session.scalars(select(Organisation.path).where(Organisation.id.in_([u for u in units if u])))
    reach = policy.require(act.actor, "reply.give", unit_path=unit_path(act, case), addressed=tuple(paths))
    return reach is policy.Reach.UNIT


def _once(act: Act, assignment: Assignment, kind: ReplyKind) -> None:
    """Refuse a second answer of a kind while the first waits for its assessment."""
    waiting = act.session.scalar(
        select(Reply.ref)
        .outerjoin(Assessment, Assessment.reply_id == Reply.id)
        .where(
            Reply.assignment_id == assignment.id,
            Reply.kind == kind,
            Reply.kind != ReplyKind.PROGRESS,
            Assessment.reply_id.is_(None),
        )
        .limit(1)
    )
    if waiting is not None:
        raise Conflict(f"已有一份{kind.label}（{waiting}）等待研判，请勿重复提交。", code="reply_waiting")


def _may_extend(act: Act, case: Case, assignment: Assignment, at: datetime) -> None:
    clock = _completion_clock(act, case, assignment)
    if "extension" in clock.changes:
        raise WrongStage("该措施已延期一次，不能再次延期。", code="extended_before")
    if local_date(at) >= clock.due_on:
        raise WrongStage("延期应在届满日之前申请，现已不能延期，请如实报告进展。", code="asked_late")


def _completion_clock(act: Act, case: Case, assignment: Assignment) -> Deadline:
    clocks = deadlines.open_ones(act, case, "measure.complete", assignment_id=assignment.id)
    if not clocks:
        raise WrongStage("该措施没有正在计算的完成期限，不能延期。", code="no_clock")
    return clocks[-1]


def _stop_clocks(act: Act, case: Case, assignment: Assignment, kind: ReplyKind, at: datetime) -> None:
    """Stop what the answer answers. One that came in time but was recorded late takes its warning back, visibly."""
    codes = ANSWERED_BY.get(kind, ())
    if not codes:
        return
    met = deadlines.meet(act, case, at, *codes, assignment_id=assignment.id)
    withdraw_warnings(act, case, assignment, met, at)
    lift_orders(act, case, assignment, at)


def lift_orders(act: Act, case: Case, assignment: Assignment, at: datetime) -> None:
    """End the clock of an order once nothing it demanded is late any more: lifted, or ended where something stays undone."""
    orders = act.session.scalars(
        select(Document)
        .join(DocumentAssignment, DocumentAssignment.document_id == Document.id)
        .join(Deadline, Deadline.document_id == Document.id)
        .where(
            DocumentAssignment.assignment_id == assignment.id,
            Deadline.rule_code == "order.complete",
            Deadline.state == "open",
        )
    ).all()
    for order in orders:
        act.session.flush()
        demanded = select(DocumentAssignment.assignment_id).where(DocumentAssignment.document_id == order.id)
        owed = act.session.scalar(
            select(func.count())
            .select_from(Deadline)
            .join(Assignment, Assignment.id == Deadline.assignment_id)
            .where(
                Deadline.assignment_id.in_(demanded),
                Deadline.rule_code.in_(("notice.plan", "measure.complete", "returned.rework")),
                Deadline.state == "open",
                Deadline.due_on < act.today,
                Assignment.state != AssignmentState.CLOSED,
            )
        )
        if owed:
            continue
        undone = act.session.scalar(
            select(func.count())
            .select_from(Assignment)
            .where(Assignment.id.in_(demanded), Assignment.outcome == Outcome.NOT_DONE)
        )
        if undone:  # given up is not obeyed: the order ends, but it is never said to have been met
            deadlines.withdraw(act, case, at, "order.complete", document_id=order.id)
            record(act, case, "order_ended", happened_at=at, paper=order.ref, number=order.number)
        else:
            deadlines.meet(act, case, at, "order.complete", document_id=order.id)
            record(act, case, "order_lifted", happened_at=at, paper=order.ref, number=order.number)
        deadlines.wake(act, case, order.recipient_id)


def find_reply(act: Act, case: Case, ref: str) -> tuple[Reply, Assignment]:
    """Return a reply that nobody has assessed, and the measure in the unit's hands. Raises NotFound, Conflict."""
    answer: Reply = by_ref(act, Reply, case, ref, "反馈")
    done = act.session.get(Assessment, answer.id)
    if done is not None:
        raise Conflict(f"反馈{ref}已研判为“{done.verdict.label}”。", code="assessed")
    return answer, act.session.get_one(Assignment, answer.assignment_id)


def assess(act: Act, case_number: str, *, reply: str, verdict: Verdict, reason: str | None = None) -> None:
    """Say what a reply is worth. Anything short of acceptance needs a reason and sends the measure back for rework.

    An accepted refusal closes the measure with that reason. Raises NotAllowed for the reply's author, Conflict where
    a colleague assessed it, WrongStage for what a leader decides: an extension request, a dispute.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "reply.assess", unit_path=unit_path(act, case))
    answer, assignment = find_reply(act, case, reply)
    if answer.author_id == act.actor.id:
        raise NotAllowed("录入反馈的人不能研判该反馈。", code="author_assesses")
    if answer.kind is ReplyKind.EXTENSION:
        raise WrongStage("延期申请由领导决定（decide-extension）。")
    if answer.kind is ReplyKind.DISPUTE:
        raise WrongStage("职责争议由领导裁定（decide-dispute）。", code="dispute_ruled_by_leader")
    accepted = verdict in (Verdict.ACCEPTED, Verdict.ACCEPTED_ALTERNATE)
    why = reason.strip() if reason and reason.strip() else None
    if not accepted:
        why = require_reason(reason)
    act.session.add(
        Assessment(reply_id=answer.id, verdict=verdict, reason=why, assessor_id=act.person, assessed_at=act.at)
    )
    deadlines.meet(act, case, act.at, "reply.assess", reply_id=answer.id)
    if answer.kind is not ReplyKind.PROGRESS:
        _follow(act, case, answer, assignment, verdict, why)
    record(act, case, "reply_assessed", why=why, reply=reply, verdict=verdict.value, state=assignment.state.value)


def _follow(act: Act, case: Case, answer: Reply, assignment: Assignment, verdict: Verdict, why: str | None) -> None:
    if verdict in (Verdict.PARTIAL, Verdict.RETURNED):
        assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "return")
        _start_rework(act, case, assignment, answer.ref, answer.kind is ReplyKind.PLAN)
    elif answer.kind is ReplyKind.PLAN:
        assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "accept_plan")
    elif answer.kind is ReplyKind.COMPLETION:
        assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "accept_completion")
    elif answer.kind is ReplyKind.REFUSAL:
        close_hand(act, case, assignment, "close_with_reason", Outcome.NOT_DONE, why or answer.text)


def _start_rework(act: Act, case: Case, assignment: Assignment, occasion: str, of_plan: bool) -> None:
    """Start the clock of the rework, and the notice's own completion clock again where only that was met."""
    measure = act.session.scalars(select(Measure.ref).where(Measure.id == assignment.measure_id)).one()
    subject = deadlines.Subject(
        f"{measure}/{assignment.organisation_id}/{occasion}",
        assignment.organisation_id,
        document_id=assignment.notice_id,
        assignment_id=assignment.id,
    )
    deadlines.start(act, case, "returned.rework", subject, act.at, event="整改方案退回" if of_plan else "整改反馈退回")


def decide_extension(
    act: Act, case_number: str, *, reply: str, grant: bool, until: date | None = None, reason: str | None = None
) -> None:
    """Grant or refuse an extension request. A granted date makes a new version of the clock; a refusal needs a reason.

    `until` may be earlier than what was asked for. Raises Invalid where the rule does not allow the date.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "extension.decide", unit_path=unit_path(act, case))
    answer, assignment = find_reply(act, case, reply)
    if answer.kind is not ReplyKind.EXTENSION:
        raise WrongStage(f"反馈{reply}不是延期申请。")
    if answer.author_id == act.actor.id:
        raise NotAllowed("录入申请的人不能决定该申请。", code="author_decides")
    granted = (until or answer.requested_due_on) if grant else None
    why = None if grant else require_reason(reason)
    if granted is not None:
        clock = _completion_clock(act, case, assignment)
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


def verify(
    act: Act,
    case_number: str,
    *,
    measure: str,
    passed: bool,
    place: str,
    note: str,
    organisation: str | None = None,
    photo: Stored | None = None,
    photo_name: str | None = None,
) -> None:
    """Record what was seen on site. What was not found done goes back for rework.

    Raises NotAllowed where the verifier wrote or assessed the reply, WrongStage before a completion was accepted.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "measure.verify", unit_path=unit_path(act, case))
    assignment = _assignment(act, case, measure, organisation)
    lifecycle.advance(lifecycle.MEASURE, assignment.state, "verify")
    if not place.strip() or not note.strip():
        raise Invalid("请填写复查地点和复查情况。", code="empty_text")
    involved = act.session.execute(
        select(Reply.author_id, Assessment.assessor_id)
        .join(Assessment, Assessment.reply_id == Reply.id)
        .where(Reply.assignment_id == assignment.id, Reply.kind == ReplyKind.COMPLETION)
        .order_by(Reply.id.desc())
        .limit(1)
    ).one()
    if act.actor.id in involved:
        raise NotAllowed("复查人不能是该反馈的录入人或研判人。", code="verifier_involved")
    act.session.add(
        Verification(
            case_id=case.id,
            assignment_id=assignment.id,
            passed=passed,
            place=place.strip(),
            note=note.strip(),
            photo_sha256=None if photo is None else photo.sha256,
            photo_name=photo_name,
            verifier_id=act.person,
            verified_at=act.at,
        )
    )
    if not passed:
        assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "return")
        act.session.flush()
        count = act.session.scalar(
            select(func.count()).select_from(Verification).where(Verification.assignment_id == assignment.id)
        )
        _start_rework(act, case, assignment, f"V{count}", of_plan=False)
    record(
        act,
        case,
        "measure_verified",
        measure=measure,
        organisation=_name(act, assignment.organisation_id),
        passed=passed,
        place=place.strip(),
        photo=None if photo is None else photo.sha256,
    )


def close_measure(
    act: Act,
    case_number: str,
    *,
    measure: str,
    outcome: Outcome = Outcome.DONE,
    reason: str | None = None,
    organisation: str | None = None,
) -> None:
    """Close a measure of one unit: done after a passed verification, or otherwise with a reason.

    Raises WrongStage without verification, Invalid without reason.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "measure.close", unit_path=unit_path(act, case))
    assignment = _assignment(act, case, measure, organisation)
    if outcome in (Outcome.DONE, Outcome.DONE_BY_ALTERNATIVE):
        close_hand(act, case, assignment, "close_as_done", outcome, reason)
    else:
        close_hand(act, case, assignment, "close_with_reason", outcome, require_reason(reason))


def close_hand(act: Act, case: Case, assignment: Assignment, action: str, outcome: Outcome, reason: str | None) -> None:
    """Close a measure in the hands of one unit, with its clocks and what was demanded about it."""
    last = act.session.scalar(
        select(Verification.passed)
        .where(Verification.assignment_id == assignment.id)
        .order_by(Verification.id.desc())
        .limit(1)
    )
    assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, action, {"verified": last is True})
    assignment.outcome, assignment.outcome_reason, assignment.closed_at = outcome, reason, act.at
    deadlines.withdraw(act, case, act.at, assignment_id=assignment.id)
    lift_orders(act, case, assignment, act.at)
    _withdraw_receipt_clock(act, case, assignment)
    record(
        act,
        case,
        "measure_closed",
        why=reason,
        measure=act.session.scalars(select(Measure.ref).where(Measure.id == assignment.measure_id)).one(),
        organisation=_name(act, assignment.organisation_id),
        outcome=outcome.value,
    )
    keep_clock(act, case)


def _withdraw_receipt_clock(act: Act, case: Case, assignment: Assignment) -> None:
    """Nobody needs to sign for a notice whose every measure is closed."""
    if assignment.notice_id is None:
        return
    act.session.flush()
    left = act.session.scalar(
        select(func.count())
        .select_from(Assignment)
        .where(Assignment.notice_id == assignment.notice_id, Assignment.state != AssignmentState.CLOSED)
    )
    if not left:
        deadlines.withdraw(act, case, act.at, "notice.acknowledge", document_id=assignment.notice_id)


def _name(act: Act, organisation_id: int) -> str:
    return act.session.scalars(select(Organisation.name).where(Organisation.id == organisation_id)).one()
