"""批示: enters a leader's decision made on paper, with its scan, as that leader's step."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.kernel.act import Act, find_actor
from models.kernel.actions import action
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.moments import happened
from models.kernel.case_lock import unit_path
from models.kernel.errors import Invalid, NotAllowed
from models.kernel.refs import AccountRef, PaperRef
from models.kernel.rights import policy
from models.kernel.rights.policy import Actor, StandIn
from models.kernel.storage.files import Stored
from models.kernel.vocabulary import RenditionForm, Role
from models.office.commands.restricted import may_decide
from models.papers.tables import Approval, Document

from .approval import find_paper, pass_on, send_back
from .approval_steps import Taken, Written, holds, in_whose_stead, no_author, open_step, same_round
from .renditions import add_version
from .shared_papers import lock_linked
from .signing import issue


@action(
    "record-decision",
    title="代录领导书面批示（须上传扫描件）",
    rights=("paper.record_decision",),
    asks="按书面批示登记后：",
)
def record_decision(
    act: Act,
    case_number: str,
    *,
    paper: PaperRef,
    leader: AccountRef,
    approve: bool,
    scan: Stored,
    scan_name: str,
    text: str | None = None,
    happened_at: datetime | None = None,
    incoming_number: str | None = None,
    number: str | None = None,
    seen_round: int | None = None,
) -> str | None:
    """Enter a written decision as the step of the leader who wrote it: passes the paper on, signs it, or returns it.

    `happened_at` is when it was written; a signed paper bears that day. `number` is given where the issuer numbers in
    a register of its own. Returns the 发文字号 of a signed paper. Raises NotAllowed (the leader or whoever enters it is
    the author; not this leader's step), Invalid (a moment before the step before; a return without words).
    """
    case = lock_linked(act, case_number)
    policy.require(act.actor, "paper.record_decision", unit_path=unit_path(act, case))
    document = find_paper(act, case, paper)
    same_round(document, seen_round)
    at = happened(act, happened_at)
    step = open_step(act, document)
    # Who stood in for whom is asked for the day on which it was written.
    decider = find_actor(act.session, leader, act.at, on=at)
    if document.author_id == act.actor.id:
        raise NotAllowed("拟稿人不能代录对本人文书的批示，请由他人代录。", code="author_records")
    instead_of = _entitled(document, step, decider)
    no_author(document, decider, instead_of)
    may_decide(act, case, document, decider, *(() if instead_of is None else (instead_of.principal_id,)))
    _after_what_came_before(act, document, at)
    kept = add_version(act, document, RenditionForm.WRITTEN_DECISION, scan, scan_name)
    act.session.flush()
    taken = Taken(step, decider, at, instead_of, Written(kept.id, scan.sha256, incoming_number))
    if not approve:
        send_back(act, case, document, taken, text)
        return None
    if step.role is Role.SIGNER:
        return issue(act, case, document, taken, number=number, remark=text)
    _unnumbered(number)
    pass_on(act, case, document, taken, text)
    return None


def _entitled(document: Document, step: Approval, decider: Actor) -> StandIn | None:
    if holds(decider, step):
        return None
    instead_of = in_whose_stead(decider, document, step)
    if instead_of is None:
        raise NotAllowed(f"文书{document.ref}当前的{step.role.label}不由{decider.name}办理。", code="not_their_step")
    return instead_of


def _after_what_came_before(act: Act, document: Document, at: datetime) -> None:
    decided = act.session.scalars(
        select(Approval.decided_at).where(
            Approval.document_id == document.id,
            Approval.round == document.round,
            Approval.decided_at.is_not(None),
        )
    )
    before = max((moment for moment in decided if moment is not None), default=document.drafted_at)
    if local_date(at) < local_date(before):
        raise Invalid("批示时间早于拟稿或上一步审批的时间，请核对。", code="decided_too_early")


def _unnumbered(number: str | None) -> None:
    if number is not None:
        raise Invalid("该步不是签发，请不要填写文号。", code="number_given")
