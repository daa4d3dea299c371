"""督办: the officer confirms that no reply came, before an order that the ladder drafted goes on."""

from __future__ import annotations

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, WrongStage
from models.kernel.events import record
from models.kernel.refs import PaperRef
from models.kernel.rights import policy
from models.kernel.vocabulary import DocumentKind
from models.papers.commands.approval import find_paper
from models.papers.commands.drafting import amendable


@action("confirm-no-reply", title="确认未收到书面回复（督办前）", rights=("order.confirm",))
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
