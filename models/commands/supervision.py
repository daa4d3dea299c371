"""督办: what people do about lateness once the ladder has drafted an order."""

from __future__ import annotations

from models.errors import Conflict, WrongStage
from models.rules import policy
from models.rules.refs import PaperRef
from models.rules.vocabulary import DocumentKind

from .act import Act, lock_case, record, unit_path
from .approval import find_paper
from .drafting import amendable


def confirm_no_reply(act: Act, case_number: str, *, paper: PaperRef, note: str | None = None) -> None:
    """Confirm 未收到书面回复 for a drafted order: somebody looked through post, mail and exchange before it leaves."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "order.confirm", unit_path=unit_path(act, case))
    document = find_paper(act, case, paper)
    if document.kind is not DocumentKind.SUPERVISION_ORDER:
        raise WrongStage(f"文书{paper}不是限期落实督办单。")
    amendable(document)
    if document.confirmed_no_reply_by is not None:
        raise Conflict("已确认未收到书面回复。", code="silence_confirmed")
    document.confirmed_no_reply_by = act.person
    record(act, case, "no_reply_confirmed", why=note, paper=paper)
