"""合并整改: a unit does the work of measures of several cases once; answers, assessments and checks count in every case.

One case leads. What happens to its measure is copied into the others, so that each case's record and archive are whole;
their own clocks stand still while the leading one runs, and nobody acts on them directly.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from models.errors import Conflict, Invalid, WrongStage
from models.rules import lifecycle, policy
from models.rules.vocabulary import AssignmentState, Outcome, ReplyKind, Stage
from models.tables import (
    Assessment,
    Assignment,
    BundledCase,
    Case,
    Document,
    Measure,
    Message,
    Organisation,
    Reply,
    ReplyFile,
    Verification,
)

from . import deadlines
from .act import Act, next_ref, record, unit_path
from .bundling import put_on
from .closing import close_hand
from .cooperation import out_of_draft
from .hands import find_hand, measure_ref, unit_name
from .lifting import lift_orders
from .linking import lock_linked
from .reasons import require_reason
from .reworking import start_rework
from .suspension import run_work_on, stop_work

ENDED = (Stage.ARCHIVED, Stage.DISCONTINUED)
AT_WORK = (
    AssignmentState.AWAITING_PLAN,
    AssignmentState.AWAITING_COMPLETION,
    AssignmentState.RETURNED,
    AssignmentState.AWAITING_VERIFICATION,
)
UNTIL = "merge"
DONE = (Outcome.DONE, Outcome.DONE_BY_ALTERNATIVE)


def merge_measure(
    act: Act,
    case_number: str,
    *,
    measure: str,
    with_case: str,
    with_measure: str,
    reason: str,
    organisation: str | None = None,
) -> None:
    """Let the work on a measure of another case, in the same unit's hands, count for this case's measure too.

    What was answered there so far counts from now on. Where no notice told the unit of this measure yet, the other
    case's notice stands for it. Raises Conflict (merged already, an answer waits), WrongStage (not under way there; late
    here), Invalid (same case, other units, a chain of merges).
    """
    if case_number == with_case:
        raise Invalid("合并整改须是两个案件的措施。", code="same_case")
    case = lock_linked(act, case_number, with_case)
    other = act.session.scalars(select(Case).where(Case.case_number == with_case)).one()
    for one in (case, other):
        policy.require(act.actor, "case.edit", unit_path=unit_path(act, one))
        if one.stage is not Stage.RECTIFYING:
            raise WrongStage(f"案件{one.case_number}当前为“{one.stage.label}”，不能合并整改。", code="not_rectifying")
    own = find_hand(act, case, measure, organisation)
    leading = find_hand(act, other, with_measure, str(own.organisation_id))
    why = require_reason(reason)
    _may_merge(act, own, leading, other)
    before = own.state
    if before is AssignmentState.UNISSUED:
        out_of_draft(act, case, own, f"与案件{with_case}合并整改")
        _told_by(act, case, own, leading)
    else:
        stop_work(act, case, own.id, act.at, reason=f"与案件{with_case}措施{with_measure}合并整改", until=UNTIL)
    own.served_by_id = leading.id
    own.state = lifecycle.advance(lifecycle.MEASURE, before, f"join_to_{leading.state.value}")
    unit = unit_name(act, own.organisation_id)
    for one, ref, there, there_ref in (
        (case, measure, other, with_measure),
        (other, with_measure, case, measure),
    ):
        record(
            act,
            one,
            "measure_merged",
            why=why,
            measure=ref,
            organisation=unit,
            with_case=there.case_number,
            with_measure=there_ref,
            leading=one is other,
        )
    carry_over(act, leading)
    act.session.add(
        Message(
            key=f"{case_number}/{measure}/merged/{case.last_seq}/o{own.organisation_id}",
            case_id=case.id,
            organisation_id=own.organisation_id,
            user_id=None,
            subject=f"合并整改：措施{measure}",
            body=f"{case.title}（{case_number}）的措施{measure}与案件{with_case}的措施{with_measure}合并整改，请在后者中反馈。",
            sent_at=act.at,
        )
    )


def unmerge_measure(act: Act, case_number: str, *, measure: str, reason: str, organisation: str | None = None) -> None:
    """End the merge of a measure: its own clocks run on with what was left, from where the work stands now.

    A measure that no notice of its own case told waits for one again. Raises WrongStage (not merged, closed, disputed).
    """
    case = lock_linked(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    own = find_hand(act, case, measure, organisation)
    if own.served_by_id is None:
        raise WrongStage(f"整改措施{measure}没有合并整改。", code="not_merged")
    if own.state in (AssignmentState.CLOSED, AssignmentState.DISPUTED):
        raise WrongStage(f"该措施当前为“{own.state.label}”，不能解除合并。", code="closed")
    separate(act, own, require_reason(reason))


def carry_over(act: Act, leading: Assignment) -> None:
    """Copy what happened to a measure into every measure that is merged into it: answers, assessments, checks, its end."""
    act.session.flush()
    for own in _merged_into(act, leading):
        case = act.session.get_one(Case, own.case_id)
        if case.stage in ENDED or own.state is AssignmentState.CLOSED:
            continue
        home = act.session.get_one(Case, leading.case_id)
        _copy_replies(act, case, own, leading, home)
        _copy_assessments(act, case, own, leading, home)
        _copy_verifications(act, case, own, leading, home)
        if leading.state is not AssignmentState.CLOSED:
            own.state = leading.state  # as the other case's table of transitions allowed it
            continue
        assert leading.outcome is not None
        action = "close_as_done" if leading.outcome in DONE else "close_with_reason"
        if action == "close_as_done":
            own.state = AssignmentState.AWAITING_VERIFICATION
        act.session.flush()
        close_hand(act, case, own, action, leading.outcome, leading.outcome_reason)


def separate(act: Act, own: Assignment, why: str) -> None:
    """Let a merged measure stand on its own again. Both cases are locked."""
    case = act.session.get_one(Case, own.case_id)
    leading = act.session.get_one(Assignment, own.served_by_id)
    other = act.session.get_one(Case, leading.case_id)
    own.served_by_id = None
    if _by_reference(act, own) is not None:
        _untold(act, own)
    elif own.state is not AssignmentState.CLOSED and case.stage not in ENDED:
        run_work_on(act, case, own.id, act.at, until=UNTIL, reason=f"解除与案件{other.case_number}的合并整改")
        if own.state is AssignmentState.RETURNED and not deadlines.open_ones(
            act, case, *deadlines.THEIR_WORK, assignment_id=own.id
        ):
            start_rework(act, case, own, f"E{case.last_seq}", of_plan=False)
    unit = unit_name(act, own.organisation_id)
    for one, ref, there in ((case, measure_ref(act, own), other), (other, measure_ref(act, leading), case)):
        record(
            act,
            one,
            "measure_unmerged",
            why=why,
            measure=ref,
            organisation=unit,
            with_case=there.case_number,
        )


def separate_all(act: Act, case: Case, why: str) -> None:
    """End every merge that a case has part in, as the leading or a following one."""
    leading = aliased(Assignment)
    merged = act.session.scalars(
        select(Assignment)
        .join(leading, leading.id == Assignment.served_by_id)
        .where(
            (Assignment.case_id == case.id) | (leading.case_id == case.id),
            Assignment.state != AssignmentState.CLOSED,
        )
        .order_by(Assignment.id)
    ).all()
    for own in merged:
        separate(act, own, why)


def separate_from(act: Act, leading: Assignment, why: str) -> list[Assignment]:
    """End every merge into one measure; returns the measures that stand on their own now."""
    merged = [own for own in _merged_into(act, leading) if own.state is not AssignmentState.CLOSED]
    for own in merged:
        separate(act, own, why)
    return merged


def _merged_into(act: Act, leading: Assignment) -> list[Assignment]:
    query = select(Assignment).where(Assignment.served_by_id == leading.id).order_by(Assignment.case_id, Assignment.id)
    return list(act.session.scalars(query))


def _may_merge(act: Act, own: Assignment, leading: Assignment, other: Case) -> None:
    if own.served_by_id is not None:
        raise Conflict("该措施已合并整改。", code="merged")
    if leading.served_by_id is not None or _merged_into(act, own):
        raise Invalid("已合并的措施不能再作合并，请合并到牵头办理的案件。", code="merge_chain")
    if leading.state not in AT_WORK:
        raise WrongStage(
            f"案件{other.case_number}的该措施当前为“{leading.state.label}”，签收后、办结前才能合并。",
            code="not_at_work",
        )
    if own.state is AssignmentState.AWAITING_VERIFICATION or not lifecycle.can(
        lifecycle.MEASURE, own.state, f"join_to_{leading.state.value}"
    ):
        raise WrongStage(f"该措施当前为“{own.state.label}”，不能合并整改。", code="not_mergeable")
    waiting = act.session.scalar(
        select(Reply.ref)
        .where(
            Reply.assignment_id == own.id,
            (Reply.kind != ReplyKind.PROGRESS) | Reply.milestone_id.is_not(None),
            ~exists(select(1).where(Assessment.reply_id == Reply.id).correlate(Reply)),
        )
        .limit(1)
    )
    if waiting is not None:
        raise Conflict(f"反馈{waiting}正在研判，研判后才能合并整改。", code="reply_waiting")


def _told_by(act: Act, case: Case, own: Assignment, leading: Assignment) -> None:
    """Let the other case's notice stand for the one that this case has not written."""
    notice = act.session.get_one(Document, leading.notice_id)
    if act.session.get(BundledCase, (notice.id, case.id)) is None:
        put_on(act, notice, [case], by_reference=True)
    own.notice_id = notice.id


def _by_reference(act: Act, own: Assignment) -> BundledCase | None:
    if own.notice_id is None:
        return None
    found = act.session.get(BundledCase, (own.notice_id, own.case_id))
    return found if found is not None and found.by_reference else None


def _untold(act: Act, own: Assignment) -> None:
    """The other case's notice does not stand for this measure any more: it waits for one of its own."""
    own.state = lifecycle.advance(lifecycle.MEASURE, own.state, "withdraw_notice")
    stands, own.notice_id = _by_reference(act, own), None
    act.session.flush()
    left = select(Assignment.id).where(Assignment.case_id == own.case_id)
    if (
        stands is not None
        and act.session.scalar(left.where(Assignment.notice_id == stands.document_id).limit(1)) is None
    ):
        act.session.delete(stands)


def _copy_replies(act: Act, case: Case, own: Assignment, leading: Assignment, home: Case) -> None:
    copy = aliased(Reply)
    copied = exists(select(1).where(copy.original_id == Reply.id, copy.assignment_id == own.id).correlate(Reply))
    replies = act.session.scalars(
        select(Reply).where(Reply.assignment_id == leading.id, ~copied).order_by(Reply.happened_at, Reply.id)
    ).all()
    files: dict[int, list[ReplyFile]] = {}
    for file in act.session.scalars(
        select(ReplyFile).where(ReplyFile.reply_id.in_([reply.id for reply in replies])).order_by(ReplyFile.id)
    ):
        files.setdefault(file.reply_id, []).append(file)
    for reply in replies:
        again = Reply(
            case_id=case.id,
            ref=next_ref(act, Reply, case, "R"),
            assignment_id=own.id,
            organisation_id=reply.organisation_id,
            kind=reply.kind,
            text=reply.text,
            requested_due_on=reply.requested_due_on,
            incoming_number=reply.incoming_number,
            author_id=reply.author_id,
            on_behalf=reply.on_behalf,
            happened_at=reply.happened_at,
            recorded_at=act.at,
            original_id=reply.id,
        )
        act.session.add(again)
        act.session.flush()
        enclosed = files.get(reply.id, [])
        act.session.add_all(
            ReplyFile(
                reply_id=again.id,
                file_name=file.file_name,
                media_type=file.media_type,
                size=file.size,
                sha256=file.sha256,
            )
            for file in enclosed
        )
        codes = deadlines.ANSWERED_BY[reply.kind]
        if codes:
            deadlines.meet(act, case, reply.happened_at, *codes, assignment_id=own.id)
            lift_orders(act, case, own, reply.happened_at)
        _told(
            act,
            case,
            own,
            home,
            "reply_given",
            happened_at=reply.happened_at,
            reply=again.ref,
            kind=reply.kind.value,
            original=reply.ref,
            on_behalf=reply.on_behalf,
            incoming_number=reply.incoming_number,
            files=[file.sha256 for file in enclosed],
        )


def _copy_assessments(act: Act, case: Case, own: Assignment, leading: Assignment, home: Case) -> None:
    copy, known = aliased(Reply), aliased(Assessment)
    rows = act.session.execute(
        select(Assessment, copy.id, copy.ref, copy.kind)
        .join(Reply, Reply.id == Assessment.reply_id)
        .join(copy, copy.original_id == Reply.id)
        .outerjoin(known, known.reply_id == copy.id)
        .where(Reply.assignment_id == leading.id, copy.assignment_id == own.id, known.reply_id.is_(None))
        .order_by(copy.id)
    ).all()
    for row in rows:
        said = row.Assessment
        act.session.add(
            Assessment(
                reply_id=row.id,
                verdict=said.verdict,
                reason=said.reason,
                granted_due_on=said.granted_due_on,
                assessor_id=said.assessor_id,
                assessed_at=said.assessed_at,
            )
        )
        _told(
            act,
            case,
            own,
            home,
            "extension_decided" if row.kind is ReplyKind.EXTENSION else "reply_assessed",
            why=said.reason,
            happened_at=said.assessed_at,
            reply=row.ref,
            verdict=said.verdict.value,
        )


def _copy_verifications(act: Act, case: Case, own: Assignment, leading: Assignment, home: Case) -> None:
    copy = aliased(Verification)
    copied = exists(
        select(1).where(copy.original_id == Verification.id, copy.assignment_id == own.id).correlate(Verification)
    )
    for seen in act.session.scalars(
        select(Verification).where(Verification.assignment_id == leading.id, ~copied).order_by(Verification.id)
    ).all():
        act.session.add(
            Verification(
                case_id=case.id,
                assignment_id=own.id,
                passed=seen.passed,
                place=seen.place,
                note=seen.note,
                photo_sha256=seen.photo_sha256,
                photo_name=seen.photo_name,
                verifier_id=seen.verifier_id,
                verified_at=seen.verified_at,
                original_id=seen.id,
            )
        )
        _told(
            act,
            case,
            own,
            home,
            "measure_verified",
            happened_at=seen.verified_at,
            passed=seen.passed,
            place=seen.place,
            photo=seen.photo_sha256,
        )


def _told(
    act: Act,
    case: Case,
    own: Assignment,
    home: Case,
    happening: str,
    /,
    *,
    happened_at: datetime,
    why: str | None = None,
    **said: Any,
) -> None:
    """Put a copied act on record, with the case in which it was done."""
    unit = act.session.get_one(Organisation, own.organisation_id)
    ref = act.session.get_one(Measure, own.measure_id).ref
    record(
        act,
        case,
        happening,
        why=why,
        happened_at=happened_at,
        measure=ref,
        organisation=unit.name,
        merged_with=home.case_number,
        **said,
    )
