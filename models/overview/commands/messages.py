"""Marks messages read; re-sends or settles those that could not be delivered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select, update

from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.errors import NotFound, WrongStage
from models.kernel.events import record
from models.kernel.rights import policy
from models.kernel.rights.visible import visible_cases, visible_messages
from models.kernel.tables import Message
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import SendState
from models.office.tables import Organisation, Send
from models.overview.queries.waiting.rows import TROUBLED


def open_message(act: Act, number: int) -> None:
    """Mark a message as read when it is opened for the first time. Raises NotFound for one that is not the actor's."""
    own = Message.id == number, visible_messages(act.actor)
    if act.session.scalar(select(Message.id).where(*own)) is None:
        raise NotFound(f"没有编号为{number}的消息，或者不是发给您的。", code="message_not_found")
    act.session.execute(update(Message).where(Message.id == number, Message.read_at.is_(None)).values(read_at=act.at))


def resend(act: Act, send: int, *, note: str) -> None:
    """Send again what is stuck or uncertain; the note says what was found out. Raises as `settle`."""
    row, cases = _troubled(act, send)
    row.state, row.tries, row.due_at, row.claimed_by = SendState.WAITING, 0, act.at, None
    _settle(act, row, cases, "message_resent", note)


def settle(act: Act, send: int, *, note: str) -> None:
    """End what is stuck or uncertain with a note: it arrived after all, was told by telephone, is of no use any more.

    Raises NotFound for a message of cases the actor may not see, NotAllowed, WrongStage where it is neither, Invalid
    without a note. A digest is settled for all cases that it tells of.
    """
    row, cases = _troubled(act, send)
    row.state, row.claimed_by = SendState.HANDLED, None
    _settle(act, row, cases, "message_handled", note)


def _troubled(act: Act, send: int) -> tuple[Send, Sequence[Case]]:
    """Return the send and the cases it tells of, all locked, the cases first."""
    about = select(Message.case_id).join(Send, Send.message_id == Message.id)
    cases = act.session.scalars(
        select(Case)
        .where(Case.id.in_(about.where(or_(Send.id == send, Send.digest_id == send))), visible_cases(act.actor))
        .order_by(Case.id)
        .with_for_update()
    ).all()
    row = act.session.scalars(select(Send).where(Send.id == send).with_for_update()).one_or_none()
    concerned = act.session.scalars(about.where(or_(Send.id == send, Send.digest_id == send)).distinct()).all()
    if row is None or not cases:
        raise NotFound(f"没有编号为{send}的外发消息，或者您无权办理。", code="send_not_found")
    units = select(Organisation.path).where(Organisation.id.in_([case.unit_id for case in cases])).distinct()
    for path in act.session.scalars(units):
        policy.require(act.actor, "message.settle", unit_path=path)
    if len(cases) != len(concerned):
        raise NotFound("这份汇总还涉及您无权查看的案件，请由上级单位办理。", code="send_not_yours")
    if row.state not in TROUBLED:
        raise WrongStage(f"这条消息的状态是“{row.state.label}”，无需处理。", code="not_stuck")
    return row, cases


def _settle(act: Act, row: Send, cases: Sequence[Case], kind: str, note: str) -> None:
    why = require_reason(note)
    row.note, row.settled_by, row.settled_at = why, act.actor.account, act.at
    for case in cases:
        record(act, case, kind, why=why, send=row.id, medium=row.medium.value)
