"""职责争议: a unit says that a measure is not its business; a leader rules, and until then nothing waits on the unit.

Clocks run on: only a suspension, which a leader decides, stops them.
"""

from __future__ import annotations

from sqlalchemy import select

from models.errors import NotAllowed, WrongStage
from models.rules import lifecycle, policy
from models.rules.vocabulary import AssignmentState, Outcome, ReplyKind, Verdict
from models.tables import Assessment, Assignment, Measure, Reply

from . import deadlines
from .act import Act, lock_case, record, unit_path
from .cases import require_reason
from .investigation import assign
from .rectification import close_hand, find_reply

# What never moves a measure, whatever is said of it.
BESIDE = (ReplyKind.PROGRESS, ReplyKind.EXTENSION, ReplyKind.DISPUTE)


def decide_dispute(act: Act, case_number: str, *, reply: str, uphold: bool, reason: str, to: str | None = None) -> None:
    """Rule on a dispute of jurisdiction, with a reason. Not upheld, the unit goes on where it stood.

    Upheld, the unit is free of the measure, and `to` takes it over and is given its own notice. Raises NotAllowed for
    who entered the dispute, WrongStage where the reply is none or `to` is named without upholding.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "dispute.decide", unit_path=unit_path(act, case))
    answer, hand = find_reply(act, case, reply)
    if answer.kind is not ReplyKind.DISPUTE:
        raise WrongStage(f"反馈{reply}不是职责争议。", code="no_dispute")
    if answer.author_id == act.actor.id:
        raise NotAllowed("录入争议的人不能裁定该争议。", code="author_decides")
    if to is not None and not uphold:
        raise WrongStage("争议不成立的，措施仍由原单位办理，不能另行指定单位。", code="nobody_takes_over")
    why = require_reason(reason)
    act.session.add(
        Assessment(
            reply_id=answer.id,
            verdict=Verdict.ACCEPTED if uphold else Verdict.RETURNED,
            reason=why,
            assessor_id=act.person,
            assessed_at=act.at,
        )
    )
    deadlines.meet(act, case, act.at, "reply.assess", reply_id=answer.id)
    taken_over = None
    if uphold:
        close_hand(act, case, hand, "close_with_reason", Outcome.NO_LONGER_APPLICABLE, why)
        if to is not None:
            measure = act.session.get_one(Measure, hand.measure_id)
            taken_over = assign(act, case, measure, to, hand.part, None, None).name
    else:
        hand.state = lifecycle.advance(lifecycle.MEASURE, hand.state, f"rule_back_to_{_stood(act, hand).value}")
    record(act, case, "dispute_decided", why=why, reply=reply, upheld=uphold, to=taken_over)


def _stood(act: Act, hand: Assignment) -> AssignmentState:
    """Return where the measure stood before the dispute: it follows from what was last said of its replies."""
    last = act.session.execute(
        select(Reply.kind, Assessment.verdict)
        .join(Assessment, Assessment.reply_id == Reply.id)
        .where(Reply.assignment_id == hand.id, Reply.kind.not_in(BESIDE))
        .order_by(Assessment.assessed_at.desc(), Reply.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return AssignmentState.AWAITING_PLAN
    accepted = last.verdict in (Verdict.ACCEPTED, Verdict.ACCEPTED_ALTERNATE)
    # An accepted completion came back only because it was not found done on site.
    return AssignmentState.AWAITING_COMPLETION if accepted and last.kind is ReplyKind.PLAN else AssignmentState.RETURNED
