"""合并整改: a unit does the work of measures of several cases once; answers, assessments and checks count in every case.

One case leads. What happens to its measure is copied into the others, so that each case's record and archive are whole;
their own clocks stand still while the leading one runs, and nobody acts on them directly.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import aliased

from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.commands.suspension import run_work_on, stop_work
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import unit_path
from models.kernel.errors import Conflict, Invalid, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import ENDED
from models.kernel.refs import CaseRef, ElsewhereRef, MeasureRef, UnitRef
from models.kernel.rights import policy
from models.kernel.tables import Message
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import AssignmentState, ReplyKind, Stage
from models.papers.commands.bundling import put_on
from models.papers.commands.shared_papers import lock_linked
from models.papers.tables import BundledCase, Document
from models.rectification.queries.replies import pending
from models.rectification.tables import Assignment, Reply

from .assignments import find_hand, measure_ref, unit_name
from .cooperation import out_of_draft
from .merged_copies import carry_over, merged_into
from .reworking import start_rework

AT_WORK = (
    AssignmentState.AWAITING_PLAN,
    AssignmentState.AWAITING_COMPLETION,
    AssignmentState.RETURNED,
    AssignmentState.AWAITING_VERIFICATION,
)
UNTIL = "merge"


@action("merge-measure", title="合并整改：与另一案件的措施一并办理", rights=("case.edit",))
def merge_measure(
    act: Act,
    case_number: str,
    *,
    measure: MeasureRef,
    with_case: CaseRef,
    with_measure: ElsewhereRef,
    reason: str,
    organisation: UnitRef | None = None,
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


@action("unmerge-measure", title="解除合并整改", rights=("case.edit",))
def unmerge_measure(
    act: Act, case_number: str, *, measure: MeasureRef, reason: str, organisation: UnitRef | None = None
) -> None:
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
    merged = [own for own in merged_into(act, leading) if own.state is not AssignmentState.CLOSED]
    for own in merged:
        separate(act, own, why)
    return merged


def _may_merge(act: Act, own: Assignment, leading: Assignment, other: Case) -> None:
    if own.served_by_id is not None:
        raise Conflict("该措施已合并整改。", code="merged")
    if leading.served_by_id is not None or merged_into(act, own):
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
            pending(),
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
