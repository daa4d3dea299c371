"""办结: an officer closes a measure with one unit, done or otherwise with a reason."""

from __future__ import annotations

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import unit_path
from models.kernel.refs import MeasureRef, UnitRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import Outcome
from models.papers.commands.shared_papers import lock_linked
from models.papers.queries.decisions import decision_on

from .assignments import find_hand, require_own
from .closing import close_hand
from .merged_copies import carry_over


@action("close-measure", title="办结整改措施", rights=("measure.close",))
def close_measure(
    act: Act,
    case_number: str,
    *,
    measure: MeasureRef,
    outcome: Outcome = Outcome.DONE,
    reason: str | None = None,
    organisation: UnitRef | None = None,
) -> None:
    """Close a measure of one unit: done after a passed verification, or otherwise with a reason.

    One that goes through somebody else (已转请办理) ends undecided, or with what was answered: `reason` says by whom and
    under which number, by default as the answer is on record (`record_superior_decision`). Raises WrongStage without
    verification, Invalid without reason.
    """
    case = lock_linked(act, case_number)
    policy.require(act.actor, "measure.close", unit_path=unit_path(act, case))
    assignment = find_hand(act, case, measure, organisation)
    require_own(act, assignment)
    if outcome in (Outcome.DONE, Outcome.DONE_BY_ALTERNATIVE):
        close_hand(act, case, assignment, "close_as_done", outcome, reason)
    elif outcome in (Outcome.ANSWERED, Outcome.UNDECIDED):
        said = decision_on(act.session, assignment.notice_id) if outcome is Outcome.ANSWERED else None
        why = require_reason(reason if said is None or (reason or "").strip() else said.sentence)
        close_hand(act, case, assignment, "close_referred", outcome, why)
    else:
        close_hand(act, case, assignment, "close_with_reason", outcome, require_reason(reason))
    carry_over(act, assignment)
