"""Effects of a reply on the deadlines of its measure: suspended on arrival, met or resumed when it is assessed."""

from __future__ import annotations

from sqlalchemy import select

from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.commands.deadlines import ANSWERED_BY
from models.clock.tables import Deadline, RungFired
from models.kernel.act import Act
from models.kernel.vocabulary import AssignmentState, ReplyKind
from models.rectification.queries.replies import pending
from models.rectification.tables import Assignment, Milestone, Reply

from .late_news import withdraw_warnings
from .lifting import lift_orders
from .reworking import start_rework

# What a plan settles of the recipient's clocks; a completion settles them all, those of milestones too.
OF_PLAN = ("notice.plan", "returned.rework")


def stop_clocks(act: Act, case: Case, assignment: Assignment, answer: Reply, reached: Milestone | None) -> None:
    """Stop what the answer answers. One that came in time but was recorded late takes its warning back, visibly."""
    at, codes = answer.happened_at, ANSWERED_BY[answer.kind]
    if reached is not None:
        about = {"assignment_id": assignment.id, "milestone_id": reached.id}
        stopped = deadlines.answer(act, case, at, answer.id, "measure.complete", **about)
    elif codes:
        stopped = deadlines.answer(act, case, at, answer.id, *codes, assignment_id=assignment.id)
    else:
        return
    withdraw_warnings(act, case, assignment, stopped, at)
    lift_orders(act, case, assignment, at)


def accept(act: Act, case: Case, assignment: Assignment, answer: Reply) -> None:
    """Let what an accepted answer settles be met, as of the moment it came in."""
    stopped = deadlines.answered_ones(act, case, *deadlines.THEIR_WORK, assignment_id=assignment.id)
    waiting = {reply.id for reply in _waiting(act, assignment)}
    for clock in stopped:
        plans = answer.kind is ReplyKind.PLAN and clock.rule_code in OF_PLAN and clock.answered_by_id not in waiting
        if clock.answered_by_id == answer.id or plans or answer.kind is ReplyKind.COMPLETION:
            clock.state = "met"
    if answer.kind is ReplyKind.PLAN and assignment.state is AssignmentState.AWAITING_COMPLETION:
        _complete_on(act, case, assignment, waiting)
    lift_orders(act, case, assignment, act.at)


def _complete_on(act: Act, case: Case, assignment: Assignment, waiting: set[int]) -> None:
    """Once a plan is accepted, completion is what they owe: its clock runs on where an earlier answer had stopped it."""
    last = act.session.scalars(
        select(Deadline)
        .where(
            Deadline.assignment_id == assignment.id,
            Deadline.rule_code == "measure.complete",
            Deadline.milestone_id.is_(None),
            Deadline.state != "withdrawn",
        )
        .order_by(Deadline.id.desc())
        .limit(1)
    ).one_or_none()
    if last is not None and last.state in ("answered", "met") and last.answered_by_id not in waiting:
        deadlines.run_on_recounted(act, case, last)


def send_back(act: Act, case: Case, assignment: Assignment, answer: Reply) -> bool:
    """Let the measure be done again after an answer was sent back; returns whether the turn is theirs now.

    There is a limit for that. The clock of the completion, or of an order, runs on where it ends no earlier; else the
    rework stands for it. Where a further answer waits already, its judgement decides. An accepted completion stands,
    whatever is said of an earlier plan.
    """
    if answer.milestone_id is not None:  # its date stands
        for clock in deadlines.answered_ones(act, case, answered_by_id=answer.id):
            deadlines.run_on_recounted(act, case, clock)
        return False
    if assignment.state is AssignmentState.AWAITING_VERIFICATION and answer.kind is not ReplyKind.COMPLETION:
        return False
    if _hand_over(act, case, answer, _waiting(act, assignment, answer)):
        return False
    again = start_rework(act, case, assignment, answer.ref, answer.kind is ReplyKind.PLAN)
    for clock in deadlines.answered_ones(act, case, "measure.complete", "order.complete", answered_by_id=answer.id):
        if clock.due_on >= again.due_on:
            deadlines.run_on_recounted(act, case, clock)
    return True


def waits(act: Act, clock: Deadline) -> bool:
    """Return whether the answer that stopped a clock is still to be judged."""
    return act.session.scalar(select(Reply.id).where(Reply.id == clock.answered_by_id, pending())) is not None


def take_back(act: Act, case: Case, assignment: Assignment, answer: Reply) -> None:
    """Let the clocks that an answer stopped run on as if it had never come."""
    _hand_over(act, case, answer, _waiting(act, assignment, answer), since_then=True)
    for clock in deadlines.answered_ones(act, case, answered_by_id=answer.id):
        deadlines.run_on_recounted(act, case, clock)
        warn_again(act, clock, answer)
    deadlines.withdraw(act, case, act.at, "reply.assess", reply_id=answer.id)
    lift_orders(act, case, assignment, act.at)


def _hand_over(act: Act, case: Case, answer: Reply, others: list[Reply], *, since_then: bool = False) -> bool:
    """Let a further answer that waits stand for the one that is gone; returns whether there is one."""
    for clock in deadlines.answered_ones(act, case, answered_by_id=answer.id):
        heir = next((one for one in others if clock.rule_code in (*ANSWERED_BY[one.kind], "order.complete")), None)
        if heir is not None:
            clock.answered_by_id = heir.id
            if since_then:
                clock.closed_at = heir.happened_at
    act.session.flush()
    return any(ANSWERED_BY[one.kind] for one in others)


def _waiting(act: Act, assignment: Assignment, besides: Reply | None = None) -> list[Reply]:
    act.session.flush()
    query = select(Reply).where(Reply.assignment_id == assignment.id, pending())
    if besides is not None:
        query = query.where(Reply.id != besides.id)
    return list(act.session.scalars(query.order_by(Reply.id)))


def warn_again(act: Act, clock: Deadline, answer: Reply) -> None:
    """Where the answer had taken warnings back, the ladder begins anew: a further version of the clock."""
    taken_back = act.session.scalar(
        select(RungFired.id)
        .where(
            RungFired.deadline_id == clock.id,
            RungFired.deadline_version == clock.version,
            RungFired.withdrawn_at == answer.recorded_at,
        )
        .limit(1)
    )
    if taken_back is not None:
        clock.version += 1
