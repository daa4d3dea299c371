"""撤回反馈: the unit takes back a reply that nobody has worked on yet; it stays on record."""

from __future__ import annotations

from sqlalchemy import select

from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.commands.suspension import run_work_on
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import unit_path
from models.kernel.errors import Conflict, NotAllowed, WrongStage
from models.kernel.events import record
from models.kernel.refs import ReplyRef
from models.kernel.rights import policy
from models.kernel.vocabulary import AssignmentState, ReplyKind
from models.office.tables import Organisation, User
from models.papers.commands.shared_papers import lock_linked
from models.rectification.tables import Assignment, Dispute, Reply

from . import judging
from .assessing import find_unassessed
from .assignments import measure_ref, unit_name
from .disputes import until_adjudicated
from .merged_copies import carry_over


@action("withdraw-reply", title="撤回反馈（研判前）", rights=("reply.withdraw",))
def withdraw_reply(act: Act, case_number: str, *, reply: ReplyRef, reason: str | None = None) -> None:
    """Take back an answer that nobody has judged yet: its clocks run on as if it had not come, its files stay on record.

    Any person of the organisation that entered it may. Raises NotAllowed for others, Conflict where it was judged or
    taken back, WrongStage once the measure is closed.
    """
    case = lock_linked(act, case_number)
    answer, assignment = find_unassessed(act, case, reply)
    _may_withdraw(act, case, answer, assignment)
    if assignment.state is AssignmentState.CLOSED:
        raise WrongStage("该措施已办结，反馈不能撤回。", code="closed")
    answer.withdrawn_at, answer.withdrawn_by = act.at, act.person
    act.session.flush()
    if answer.kind is ReplyKind.DISPUTE:
        _end_dispute(act, case, answer, assignment)
    judging.take_back(act, case, assignment, answer)
    record(
        act,
        case,
        "reply_withdrawn",
        why=reason,
        reply=reply,
        kind=answer.kind.value,
        measure=measure_ref(act, assignment),
        organisation=unit_name(act, assignment.organisation_id),
    )
    carry_over(act, assignment)


def _may_withdraw(act: Act, case: Case, answer: Reply, assignment: Assignment) -> None:
    """Ask the policy as for the answer itself; beside that it must be one's own."""
    units = [assignment.organisation_id, assignment.delegated_to_id]
    paths = act.session.scalars(select(Organisation.path).where(Organisation.id.in_([u for u in units if u])))
    policy.require(act.actor, "reply.withdraw", unit_path=unit_path(act, case), addressed=tuple(paths))
    own = act.session.scalars(select(User.organisation_id).where(User.id == answer.author_id)).one()
    if own != act.actor.organisation_id:
        raise NotAllowed("反馈只能由提交或代录它的单位撤回。", code="not_own_reply")


def _end_dispute(act: Act, case: Case, answer: Reply, assignment: Assignment) -> None:
    """Let the measure go back to where it stood, its clocks with what was left of them; a dispute may be raised again."""
    dispute = act.session.scalars(select(Dispute).where(Dispute.reply_id == answer.id)).one_or_none()
    if dispute is None or dispute.decided_at is not None or assignment.state is not AssignmentState.DISPUTED:
        raise Conflict(f"反馈{answer.ref}已在办理，不能撤回。", code="acted_on")
    target = dispute.state_before
    assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, f"confirm_to_{target.value}")
    run_work_on(act, case, assignment.id, act.at, until=until_adjudicated(answer), reason="职责争议已撤回")
    for clock in deadlines.open_ones(act, case, *deadlines.THEIR_WORK, assignment_id=assignment.id):
        judging.warn_again(act, clock, answer)
