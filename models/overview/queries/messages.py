"""The inbox of a person, and what of the messages that left the system did not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.kernel.errors import NotFound
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_messages
from models.kernel.rights.whose_step import police
from models.kernel.tables import Message
from models.kernel.vocabulary import Medium, SendState
from models.office.tables import Channel, Organisation, Send, User
from models.overview.queries.waiting.rows import TROUBLED

_CARRIED, _TOLD = aliased(Send), aliased(Message)


@dataclass(frozen=True, slots=True)
class MessageShown:
    """A message to a person, or to the unit `organisation`; a restricted one names no case."""

    id: int
    case_number: str | None
    subject: str
    body: str
    organisation: str | None
    urgent: bool
    restricted: bool
    sent_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class TroubledSend:
    """A message, or a digest of so many `messages`, that could not be sent or is uncertain.

    A digest has its day and neither case nor subject; of a restricted message neither case nor recipient is told.
    """

    id: int
    state: SendState
    medium: Medium
    digest_on: date | None
    messages: int
    case_number: str | None
    subject: str | None
    recipient: str | None
    address: str | None
    tries: int
    last_error: str | None
    created_at: datetime
    due_at: datetime


CIRCULATED = "/served/circular/"
"""Part of the keys of messages about papers that went to several units."""


def inbox(
    session: Session, actor: Actor, *, unread: bool = False, before: int | None = None, limit: int = 50
) -> list[MessageShown]:
    """Return up to `limit` messages to the actor and the actor's unit, the newest first.

    `before` is the number of the last one already shown. A restricted one names no case.
    """
    page = select(Message.id).where(visible_messages(actor)).order_by(Message.id.desc()).limit(limit)
    if unread:
        page = page.where(Message.read_at.is_(None))
    if before is not None:
        page = page.where(Message.id < before)
    # Cases are joined to what is shown: joined to all, SQLite begins with every case.
    query = _messages(Message.id.in_(select(page.subquery("page").c.id))).order_by(Message.id.desc())
    return [MessageShown(*row) for row in session.execute(query)]


def message(session: Session, actor: Actor, number: int) -> MessageShown:
    """Return one message. Raises NotFound for one that is not the actor's."""
    row = session.execute(_messages(visible_messages(actor), Message.id == number)).one_or_none()
    if row is None:
        raise NotFound(f"没有编号为{number}的消息，或者不是发给您的。", code="message_not_found")
    return MessageShown(*row)


def _messages(
    *conditions: ColumnElement[bool],
) -> Select[int, str | None, str, str, str | None, bool, bool, datetime, datetime | None]:
    return (
        select(
            Message.id,
            # Who gets a circular is told of no case: the one that it lies in is only where it is kept.
            case((or_(Message.restricted, Message.key.contains(CIRCULATED)), None), else_=Case.case_number).label(
                "case_number"
            ),
            Message.subject,
            Message.body,
            Organisation.name.label("organisation"),
            Message.urgent,
            Message.restricted,
            Message.sent_at,
            Message.read_at,
        )
        .join(Case, Case.id == Message.case_id)
        .outerjoin(Organisation, Organisation.id == Message.organisation_id)
        .where(*conditions)
    )


def troubled_sends(session: Session, actor: Actor, *, after: int | None = None, limit: int = 50) -> list[TroubledSend]:
    """Return what is stuck or uncertain of the cases that the actor sees as the police do, the oldest first.

    `after` is the number of the last one already shown. Of a restricted message neither case nor recipient is told.
    """
    about = (
        select(func.count(_TOLD.id).label("messages"), func.max(_TOLD.id).label("message_id"), Send.id.label("send_id"))
        .select_from(Send)
        .outerjoin(_CARRIED, _CARRIED.digest_id == Send.id)
        .join(_TOLD, _TOLD.id == func.coalesce(Send.message_id, _CARRIED.message_id))
        .join(Case, Case.id == _TOLD.case_id)
        .where(Send.state.in_(TROUBLED), police(actor))
        .group_by(Send.id)
        .order_by(Send.id)
        .limit(limit)
    )
    if after is not None:
        about = about.where(Send.id > after)
    page = about.subquery("page")
    digest = Send.message_id.is_(None)
    rows = session.execute(
        select(
            Send.id,
            Send.state,
            Send.medium,
            Send.digest_on,
            page.c.messages,
            case((or_(digest, Message.restricted), None), else_=Case.case_number).label("case_number"),
            case((digest, None), else_=Message.subject).label("subject"),
            case((Message.restricted, None), else_=func.coalesce(User.name, Organisation.name)).label("recipient"),
            case((Message.restricted, None), else_=Send.address).label("address"),
            Send.tries,
            Send.last_error,
            Send.created_at,
            Send.due_at,
        )
        .join(page, page.c.send_id == Send.id)
        .join(Message, Message.id == page.c.message_id)
        .join(Case, Case.id == Message.case_id)
        .join(Channel, Channel.id == Send.channel_id)
        .outerjoin(User, User.id == Channel.user_id)
        .outerjoin(Organisation, Organisation.id == Channel.organisation_id)
        .order_by(Send.id)
    )
    return [TroubledSend(**row._asdict()) for row in rows]
