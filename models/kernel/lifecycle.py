"""The life of a case, a paper and a measure as tables of transitions: from, action, guard, to.

A guard is the name of a fact that must hold; the caller establishes the facts, this table says what they allow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from models.kernel.errors import WrongStage
from models.kernel.vocabulary import AssignmentState, DocumentStatus, Stage, Word

State = TypeVar("State", bound=Word)

# Lists that every room asks for, named one by one: an index answers for what something is, not for what it is not.
RUNNING = (Stage.FILED, Stage.INVESTIGATING, Stage.REVIEWING, Stage.RECTIFYING)
ENDED = (Stage.ARCHIVED, Stage.DISCONTINUED)
DRAFTS = (DocumentStatus.DRAFT, DocumentStatus.RETURNED)
"""Papers whose words may still be changed."""
UNSIGNED = (*DRAFTS, DocumentStatus.IN_REVIEW, DocumentStatus.COUNTERSIGNING, DocumentStatus.SIGNING)
"""Papers that nobody has signed yet."""
SIGNED = (DocumentStatus.ISSUED, DocumentStatus.SEALED, DocumentStatus.DELIVERED)
"""Papers that are signed and stand."""


@dataclass(frozen=True, slots=True)
class Transition(Generic[State]):
    """One row: in state `source`, `action` leads to `target` where the fact named by `guard` holds."""

    source: State
    action: str
    guard: str | None
    target: State


GUARDS = {
    "has_findings": "报告中尚无问题，不能提交审批",
    "measures_settled": "仍有整改措施未办结",
    "no_open_paper": "仍有文书在拟稿或审批中",
    "seal_not_needed": "该文书尚未用印，用印后才能送达",
    "verified": "尚未通过现场复查",
    "was_transferred": "案件不是因移送而终止，不能重新接收",
}

S, D, A = Stage, DocumentStatus, AssignmentState

CASE: tuple[Transition[Stage], ...] = (
    Transition(S.FILED, "investigate", None, S.INVESTIGATING),
    Transition(S.INVESTIGATING, "investigate", None, S.INVESTIGATING),
    Transition(S.FILED, "notify_early", None, S.INVESTIGATING),
    Transition(S.INVESTIGATING, "notify_early", None, S.INVESTIGATING),
    Transition(S.FILED, "submit_report", "has_findings", S.REVIEWING),
    Transition(S.INVESTIGATING, "submit_report", "has_findings", S.REVIEWING),
    Transition(S.REVIEWING, "return_report", None, S.INVESTIGATING),
    Transition(S.REVIEWING, "sign_report", None, S.RECTIFYING),
    Transition(S.RECTIFYING, "rectify", None, S.RECTIFYING),
    *(Transition(stage, "tell", None, stage) for stage in (S.FILED, S.INVESTIGATING, S.REVIEWING, S.RECTIFYING)),
    Transition(S.RECTIFYING, "archive", "measures_settled", S.ARCHIVED),
    # What was ended before its time stays ended, and is kept.
    Transition(S.DISCONTINUED, "archive", None, S.DISCONTINUED),
    Transition(S.ARCHIVED, "reopen", None, S.RECTIFYING),
    Transition(S.DISCONTINUED, "reopen", None, S.DISCONTINUED),
    *(Transition(stage, "evaluate", None, stage) for stage in (S.RECTIFYING, S.ARCHIVED)),
    Transition(S.FILED, "discontinue", "no_open_paper", S.DISCONTINUED),
    Transition(S.INVESTIGATING, "discontinue", "no_open_paper", S.DISCONTINUED),
    Transition(S.RECTIFYING, "discontinue", "no_open_paper", S.DISCONTINUED),
    *(Transition(stage, "merge", None, S.DISCONTINUED) for stage in (S.FILED, S.INVESTIGATING, S.RECTIFYING)),
    *(Transition(stage, "go_on", None, stage) for stage in (S.FILED, S.INVESTIGATING, S.RECTIFYING)),
    *(Transition(stage, "split", None, S.INVESTIGATING) for stage in (S.FILED, S.INVESTIGATING)),
    Transition(S.RECTIFYING, "split", None, S.RECTIFYING),
    *(
        Transition(stage, "transfer", None, S.DISCONTINUED)
        for stage in (S.FILED, S.INVESTIGATING, S.REVIEWING, S.RECTIFYING)
    ),
    Transition(S.DISCONTINUED, "come_back", "was_transferred", S.INVESTIGATING),
    *(Transition(stage, "receive", None, stage) for stage in (S.FILED, S.INVESTIGATING)),
)

PAPER: tuple[Transition[DocumentStatus], ...] = (
    *(
        Transition(source, f"submit_to_{target.value}", None, target)
        for source in (D.DRAFT, D.RETURNED)
        for target in (D.IN_REVIEW, D.COUNTERSIGNING, D.SIGNING)
    ),
    *(
        Transition(source, f"pass_to_{target.value}", None, target)
        for source in (D.IN_REVIEW, D.COUNTERSIGNING)
        for target in (D.IN_REVIEW, D.COUNTERSIGNING, D.SIGNING)
    ),
    *(Transition(source, "return", None, D.RETURNED) for source in (D.IN_REVIEW, D.COUNTERSIGNING, D.SIGNING)),
    Transition(D.SIGNING, "sign", None, D.ISSUED),
    Transition(D.ISSUED, "redraft", None, D.RETURNED),
    Transition(D.ISSUED, "seal", None, D.SEALED),
    Transition(D.ISSUED, "deliver", "seal_not_needed", D.DELIVERED),
    Transition(D.SEALED, "deliver", None, D.DELIVERED),
    Transition(D.SEALED, "reseal", None, D.SEALED),
    *(Transition(source, "void", None, D.VOID) for source in (D.DRAFT, D.RETURNED, D.ISSUED, D.SEALED)),
    *(
        Transition(source, "lapse", None, D.VOID)
        for source in (D.DRAFT, D.RETURNED, D.IN_REVIEW, D.COUNTERSIGNING, D.SIGNING)
    ),
    # Only the report of a case that comes back from another jurisdiction.
    Transition(D.VOID, "revive", None, D.RETURNED),
)

_OPEN = (A.AWAITING_RECEIPT, A.AWAITING_PLAN, A.AWAITING_COMPLETION, A.RETURNED)
_DISPUTABLE = (A.AWAITING_PLAN, A.AWAITING_COMPLETION, A.RETURNED)
MEASURE: tuple[Transition[AssignmentState], ...] = (
    Transition(A.UNISSUED, "serve", None, A.AWAITING_RECEIPT),
    # A decision is received by its service, and asks for no plan.
    Transition(A.UNISSUED, "serve_decision", None, A.AWAITING_COMPLETION),
    # Our unit does it itself: nobody is written to.
    Transition(A.UNISSUED, "take_on", None, A.AWAITING_COMPLETION),
    # It goes through somebody who may write to the unit, and waits on that one's answer.
    Transition(A.UNISSUED, "refer", None, A.REFERRED),
    Transition(A.REFERRED, "close_referred", None, A.CLOSED),
    # What was asked for was granted: its notice can be drafted.
    Transition(A.REFERRED, "open_way", None, A.UNISSUED),
    Transition(A.AWAITING_RECEIPT, "acknowledge", None, A.AWAITING_PLAN),
    # What is urgent is done at once: no plan is waited for, though one may be handed in.
    Transition(A.AWAITING_RECEIPT, "acknowledge_urgent", None, A.AWAITING_COMPLETION),
    *(Transition(source, "reply", None, source) for source in (A.AWAITING_PLAN, A.AWAITING_COMPLETION, A.RETURNED)),
    Transition(A.AWAITING_PLAN, "accept_plan", None, A.AWAITING_COMPLETION),
    Transition(A.AWAITING_COMPLETION, "accept_plan", None, A.AWAITING_COMPLETION),
    Transition(A.RETURNED, "accept_plan", None, A.AWAITING_COMPLETION),
    # A plan that still waits when the completion is accepted already: the completion stands.
    Transition(A.AWAITING_VERIFICATION, "accept_plan", None, A.AWAITING_VERIFICATION),
    *(
        Transition(source, "accept_completion", None, A.AWAITING_VERIFICATION)
        for source in (A.AWAITING_PLAN, A.AWAITING_COMPLETION, A.RETURNED)
    ),
    *(
        Transition(source, "return", None, A.RETURNED)
        for source in (A.AWAITING_PLAN, A.AWAITING_COMPLETION, A.RETURNED, A.AWAITING_VERIFICATION)
    ),
    *(Transition(source, "dispute", None, A.DISPUTED) for source in _DISPUTABLE),
    *(Transition(A.DISPUTED, f"confirm_to_{target.value}", None, target) for target in _DISPUTABLE),
    *(
        Transition(source, f"join_to_{target.value}", None, target)
        for source in (A.UNISSUED, *_DISPUTABLE)
        for target in (*_DISPUTABLE, A.AWAITING_VERIFICATION)
    ),
    *(
        Transition(source, "withdraw_notice", None, A.UNISSUED)
        for source in (*_OPEN, A.AWAITING_VERIFICATION, A.DISPUTED, A.REFERRED)
    ),
    Transition(A.AWAITING_VERIFICATION, "verify", None, A.AWAITING_VERIFICATION),
    Transition(A.AWAITING_VERIFICATION, "close_as_done", "verified", A.CLOSED),
    *(
        Transition(source, "close_with_reason", None, A.CLOSED)
        for source in (A.UNISSUED, *_OPEN, A.AWAITING_VERIFICATION, A.DISPUTED, A.REFERRED)
    ),
)

ACTIONS = {
    "investigate": "修改调查内容",
    "notify_early": "先行通知整改",
    "submit_report": "提交报告审批",
    "return_report": "退回报告",
    "sign_report": "签发报告",
    "rectify": "办理整改事项",
    "tell": "发出文书",
    "archive": "归档",
    "reopen": "重新办理",
    "evaluate": "评估整改效果",
    "discontinue": "终止调查",
    "merge": "并入他案",
    "go_on": "接续他案",
    "split": "分案",
    "transfer": "移送",
    "come_back": "重新接收移送的案件",
    "receive": "登记接收移送",
    "submit": "提交审批",
    "pass": "审批",
    "return": "退回",
    "sign": "签发",
    "redraft": "改稿",
    "seal": "用印",
    "reseal": "更换用印扫描件",
    "deliver": "送达",
    "void": "作废",
    "lapse": "作废",
    "revive": "恢复拟稿",
    "serve": "送达",
    "serve_decision": "送达",
    "take_on": "自办",
    "refer": "转请办理",
    "open_way": "恢复待发通知",
    "close_referred": "登记转请办理的结果",
    "acknowledge": "签收",
    "acknowledge_urgent": "签收",
    "reply": "提交反馈",
    "dispute": "提出职责争议",
    "join": "合并整改",
    "confirm": "维持原责任单位",
    "accept_plan": "认可方案",
    "accept_completion": "认可完成情况",
    "withdraw_notice": "撤销通知",
    "verify": "现场复查",
    "close_as_done": "办结",
    "close_with_reason": "说明理由办结",
}


def advance(
    table: tuple[Transition[State], ...], state: State, action: str, facts: Mapping[str, bool] | None = None
) -> State:
    """Return the state that follows. Raises WrongStage when the table has no row for it or its guard does not hold."""
    facts = facts or {}
    for row in table:
        if row.source is state and row.action == action:
            if row.guard is not None and not facts.get(row.guard, False):
                raise WrongStage(f"{GUARDS[row.guard]}。", code=f"guard_{row.guard}")
            return row.target
    named = ACTIONS.get(action) or ACTIONS[action.split("_to_")[0]]
    raise WrongStage(f"当前状态为“{state.label}”，不能{named}。")


def can(table: tuple[Transition[State], ...], state: State, action: str) -> bool:
    """Return whether the table has a row for the action, whatever its guard."""
    return any(row.source is state and row.action == action for row in table)


# A measure that is not over in the hands of a unit.
OPEN_STATES = tuple(state for state in AssignmentState if state is not AssignmentState.CLOSED)
