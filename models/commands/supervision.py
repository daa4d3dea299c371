"""督办与约谈: what people do about lateness once the ladder has drafted it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from models.errors import Conflict, Invalid, NotFound, WrongStage
from models.rules import policy
from models.rules.due import DAY
from models.rules.vocabulary import DocumentKind
from models.tables import Case, Deadline, Talk

from .act import Act, lock_case, record, unit_path
from .approval import find_paper
from .drafting import amendable
from .moments import happened
from .reasons import require_reason


def confirm_no_reply(act: Act, case_number: str, *, paper: str, note: str | None = None) -> None:
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


def find_talk(act: Act, case: Case, talk: int) -> Talk:
    """Return a talk of the case. Raises NotFound."""
    found = act.session.scalars(select(Talk).where(Talk.case_id == case.id, Talk.id == talk)).one_or_none()
    if found is None:
        raise NotFound(f"本案没有编号为{talk}的约谈。", code="talk_not_found")
    return found


def decide_talk(act: Act, case_number: str, *, talk: int, approve: bool, reason: str | None = None) -> None:
    """Decide on a proposed summons talk; declining needs a reason. Raises Conflict where it is decided already."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "talk.decide", unit_path=unit_path(act, case))
    row = find_talk(act, case, talk)
    if row.state != "proposed":
        raise Conflict("该约谈建议已有决定。", code="talk_decided")
    why = reason if approve else require_reason(reason)
    row.state, row.approved_by = ("approved" if approve else "declined"), act.person
    record(act, case, "talk_decided", why=why, talk=talk, approved=approve)


def hold_talk(
    act: Act,
    case_number: str,
    *,
    talk: int,
    attended_by: str,
    minutes: str,
    participants: list[str] | None = None,
    happened_at: datetime | None = None,
) -> None:
    """Record a talk that was held: who came and what was said. From the next day the ladder may climb on.

    Raises WrongStage before a leader approved it, Invalid without attendance or minutes.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "talk.hold", unit_path=unit_path(act, case))
    row = find_talk(act, case, talk)
    if row.state != "approved":
        raise WrongStage("该约谈尚未经领导批准，或已经举行。", code="talk_not_approved")
    if not attended_by.strip() or not minutes.strip():
        raise Invalid("请填写参加约谈的人员和约谈纪要。", code="empty_text")
    at = happened(act, happened_at)
    row.state, row.held_at, row.attended_by, row.minutes = "held", at, attended_by.strip(), minutes.strip()
    row.participants = participants or []
    if row.order_id is not None:
        # The rung after the talk looks at the order again from tomorrow on.
        act.session.execute(
            update(Deadline)
            .where(Deadline.document_id == row.order_id, Deadline.state == "open")
            .values(next_look_on=act.today + DAY)
            .execution_options(synchronize_session=False)
        )
    record(act, case, "talk_held", happened_at=at, talk=talk, attended_by=row.attended_by)
