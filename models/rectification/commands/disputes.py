"""职责争议: a unit disputes a measure; its deadlines are suspended until the competent body decides."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.case.commands.editing import by_ref
from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.commands.suspension import run_work_on, stop_work
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.moments import happened
from models.kernel.case_lock import unit_path
from models.kernel.errors import Conflict, Invalid, NotAllowed, WrongStage
from models.kernel.events import record
from models.kernel.refs import ReplyRef, UnitRef
from models.kernel.rights import policy
from models.kernel.storage.files import Stored
from models.kernel.tables import Message
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import Adjudication, AssignmentState, ReplyKind, Role, Verdict
from models.office.commands.organisations import find_organisation, issuing_body
from models.office.tables import Organisation
from models.papers.commands.shared_papers import lock_linked
from models.rectification.queries.replies import pending
from models.rectification.tables import Assessment, Assignment, Dispute, Reply

from .assignments import is_author, measure_ref, unit_name
from .late_news import withdraw_warnings
from .merged_copies import carry_over
from .merged_measures import separate_from
from .reassigning import reassign


def raise_dispute(act: Act, case: Case, assignment: Assignment, answer: Reply) -> None:
    """Let a measure wait for its adjudication; what the unit owes for it stands still from the day of the reply.

    Raises Conflict (disputed before, another answer waits), WrongStage (something is late: then it must say so earlier).
    """
    earlier = act.session.get(Dispute, assignment.id)
    if earlier is not None and earlier.decided_at is not None:
        raise Conflict("该措施的职责争议已经裁定，不得再次提出或退回。", code="disputed_before")
    waiting = act.session.scalar(
        select(Reply.ref)
        .where(
            Reply.assignment_id == assignment.id,
            Reply.id != answer.id,
            (Reply.kind != ReplyKind.PROGRESS) | Reply.milestone_id.is_not(None),
            pending(),
        )
        .limit(1)
    )
    if waiting is not None:
        raise Conflict(f"反馈{waiting}正在研判，研判后才能提出职责争议。", code="reply_waiting")
    before = assignment.state
    assignment.state = lifecycle.advance(lifecycle.MEASURE, before, "dispute")
    stop_work(
        act,
        case,
        assignment.id,
        answer.happened_at,
        reason=f"职责争议（{answer.ref}），待裁定",
        until=until_adjudicated(answer),
    )
    withdraw_warnings(
        act,
        case,
        assignment,
        deadlines.open_ones(act, case, *deadlines.THEIR_WORK, assignment_id=assignment.id),
        answer.happened_at,
    )
    adjudicator = issuing_body(act.session, act.settings.adjudicator)
    if earlier is not None:
        earlier.reply_id, earlier.state_before, earlier.adjudicator_id = answer.id, before, adjudicator.id
        return
    act.session.add(
        Dispute(
            assignment_id=assignment.id,
            case_id=case.id,
            reply_id=answer.id,
            adjudicator_id=adjudicator.id,
            state_before=before,
        )
    )


@action("adjudicate", title="裁定职责争议", rights=("dispute.adjudicate", "dispute.record"), decides=True)
def adjudicate(
    act: Act,
    case_number: str,
    *,
    reply: ReplyRef,
    decision: Adjudication,
    reason: str,
    to: UnitRef | None = None,
    happened_at: datetime | None = None,
    incoming_number: str | None = None,
    scan: Stored | None = None,
    scan_name: str | None = None,
) -> str | None:
    """Decide a jurisdiction dispute, once: the unit keeps the measure, or `to` takes it over.

    Confirmed, the clocks run on with exactly what was left. Reassigned, the old unit is done with it and a notice to the
    new one is drafted, whose short name is returned. A leader of our unit or of the adjudicating body decides; an officer
    or clerk enters a decision made on paper, with its `scan`. Raises NotAllowed, Conflict (decided), WrongStage, Invalid.
    """
    case = lock_linked(act, case_number)
    answer: Reply = by_ref(act, Reply, case, reply, "反馈")
    dispute = act.session.scalars(select(Dispute).where(Dispute.reply_id == answer.id)).one_or_none()
    if dispute is None:
        raise WrongStage(f"反馈{reply}不是职责争议。", code="no_dispute")
    _may_decide(act, case, dispute, answer, scan)
    if dispute.decided_at is not None and dispute.decision is not None:
        raise Conflict(f"该职责争议已裁定为“{dispute.decision.label}”。", code="adjudicated")
    assignment = act.session.get_one(Assignment, dispute.assignment_id)
    if assignment.state is not AssignmentState.DISPUTED:
        raise WrongStage(f"该措施当前为“{assignment.state.label}”，没有待裁定的争议。", code="no_dispute")
    why, at = require_reason(reason), happened(act, happened_at)
    if (decision is Adjudication.REASSIGNED) != (to is not None):
        raise Invalid("改由其他单位承担的，须指明该单位；维持的，不填此项。", code="reassigned_to")
    if at < answer.happened_at:
        raise Invalid("裁定时间早于提出争议的时间，请核对。", code="decided_before_raised")
    unit = None if to is None else find_organisation(act.session, to)
    accepted = Verdict.RETURNED if unit is None else Verdict.ACCEPTED
    act.session.add(
        Assessment(reply_id=answer.id, verdict=accepted, reason=why, assessor_id=act.person, assessed_at=act.at)
    )
    deadlines.meet(act, case, at, "reply.assess", reply_id=answer.id)
    drafted = None
    if unit is None:
        target = dispute.state_before
        assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, f"confirm_to_{target.value}")
        run_work_on(
            act, case, assignment.id, at, until=until_adjudicated(answer), reason=f"职责争议裁定：{decision.label}"
        )
        carry_over(act, assignment)
    else:
        said = f"职责争议裁定{decision.label}：{why}"
        carry_over(act, assignment)
        merged = separate_from(act, assignment, said)
        drafted = reassign(act, case, assignment, unit, said)
        for own in merged:  # the work was one: who is relieved of it is relieved in every case
            reassign(act, act.session.get_one(Case, own.case_id), own, unit, said)
    dispute.decision, dispute.reason, dispute.decided_by, dispute.decided_at = decision, why, act.person, at
    dispute.reassigned_to_id = None if unit is None else unit.id
    dispute.incoming_number = incoming_number
    dispute.scan_sha256, dispute.scan_name = (None, None) if scan is None else (scan.sha256, scan_name)
    record(
        act,
        case,
        "dispute_adjudicated",
        why=why,
        happened_at=at,
        reply=reply,
        measure=measure_ref(act, assignment),
        organisation=unit_name(act, assignment.organisation_id),
        decision=decision.value,
        to=None if unit is None else unit.name,
        body=unit_name(act, dispute.adjudicator_id),
        drafted=drafted,
        incoming_number=incoming_number,
        scan=None if scan is None else scan.sha256,
    )
    _tell(act, case, assignment, answer, unit, why)
    return drafted


def until_adjudicated(answer: Reply) -> str:
    """Return what the clocks of a disputed measure wait for."""
    return f"dispute/{answer.ref}"


def _may_decide(act: Act, case: Case, dispute: Dispute, answer: Reply, scan: Stored | None) -> None:
    if scan is not None and not act.actor.has(Role.LEADER):
        policy.require(act.actor, "dispute.record", unit_path=unit_path(act, case))
        return
    body = act.session.get_one(Organisation, dispute.adjudicator_id)
    policy.require(act.actor, "dispute.adjudicate", unit_path=unit_path(act, case), addressed=(body.path,))
    if is_author(act, answer):
        raise NotAllowed("录入争议的人不能裁定该争议。", code="author_decides")


def _tell(act: Act, case: Case, assignment: Assignment, answer: Reply, unit: Organisation | None, why: str) -> None:
    """Tell the unit that raised the dispute what was decided; who takes over gets a notice of its own."""
    result = "仍由你单位承担，期限恢复计算" if unit is None else f"改由{unit.name}承担，你单位不再办理"
    act.session.add(
        Message(
            key=f"{case.case_number}/dispute/{answer.ref}/o{assignment.organisation_id}",
            case_id=case.id,
            organisation_id=assignment.organisation_id,
            user_id=None,
            subject=f"职责争议裁定：措施{measure_ref(act, assignment)}",
            body=f"{case.title}（{case.case_number}）：措施{measure_ref(act, assignment)}{result}。理由：{why}",
            sent_at=act.at,
        )
    )
