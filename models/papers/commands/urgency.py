"""紧急程度: a draft is marked 加急 or 特急 for a reason, or no more; sealed papers keep what they were signed with."""

from __future__ import annotations

from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Invalid
from models.kernel.events import record
from models.kernel.refs import PaperRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import Urgency
from models.papers.tables import Document

from .approval import find_paper
from .drafting import amendable


@action("mark-urgent", title="确定文书的紧急程度", rights=("paper.amend",), after="edit-paper")
def mark_urgent(act: Act, case_number: str, *, paper: PaperRef, reason: str, priority: Urgency | None = None) -> None:
    """Mark a draft or returned paper as urgent, or, without `priority`, no more. Raises WrongStage, Invalid without reason or
    change, or for a paper to nobody."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.amend", unit_path=unit_path(act, case))
    document = find_paper(act, case, paper)
    if document.recipient_id is None:
        raise Invalid(f"{document.kind.label}没有主送单位，不标注紧急程度。", code="no_recipient")
    if document.priority is priority:
        raise Invalid("紧急程度没有变化。", code="nothing_to_change")
    set_urgency(act, case, document, priority, reason)


def set_urgency(act: Act, case: Case, document: Document, priority: Urgency | None, reason: str | None) -> None:
    """Write the urgency of a draft with its reason. Raises WrongStage, Invalid without reason."""
    amendable(document)
    why = require_reason(reason)
    document.priority = priority
    record(
        act,
        case,
        "paper_priority_set",
        why=why,
        paper=document.ref,
        priority=None if priority is None else priority.value,
    )
