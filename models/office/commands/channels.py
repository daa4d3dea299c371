"""Outgoing addresses (mail, chat) of people and units: add, test, disable."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import or_, select, update

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.refs import AccountRef, UnitRef
from models.kernel.rights import policy
from models.kernel.settings import CHAT_ADDRESSES
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import Medium, SendState
from models.office.tables import Channel, Send

from .authorisations import find_user
from .organisations import find_organisation

# Plain on purpose: what a mail server takes beyond this is not in use in any office.
MAIL_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
SECRET = re.compile(CHAT_ADDRESSES + r"[A-Z0-9_]+")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a channel leads."""

    medium: Medium
    address: str


@action("add-channel", title="登记外发地址（账号或单位选一个）", rights=("office.manage",), own_verb=True)
def add_channel(
    act: Act, medium: Medium, address: str, *, user: AccountRef | None = None, organisation: UnitRef | None = None
) -> int:
    """Enter an address of a person or a unit; returns its number. It gets what is told from now on.

    For chat, `address` is the name of the secret that holds the webhook's URL. Raises NotAllowed, NotFound, Invalid
    (no owner or two, no mail address, no name of a secret), Conflict where it is entered already.
    """
    policy.require(act.actor, "office.manage")
    if (user is None) == (organisation is None):
        raise Invalid("请指明这个地址属于哪个账号或者哪个单位（只能选一个）。", code="one_owner")
    if medium is Medium.MAIL and not MAIL_ADDRESS.fullmatch(address):
        raise Invalid(f"“{address}”不是可用的邮件地址，请写成 name@example.com 的形式。", code="bad_address")
    if medium is Medium.CHAT and not SECRET.fullmatch(address):
        raise Invalid(
            f"聊天群地址不存入数据库：请把地址写进环境变量或设置文件，这里只填变量名，如 {CHAT_ADDRESSES}ZHIDUI。",
            code="bad_secret_name",
        )
    person = None if user is None else find_user(act, user).id
    unit = None if organisation is None else find_organisation(act.session, organisation).id
    same = select(Channel.id).where(
        Channel.user_id.is_not_distinct_from(person),
        Channel.organisation_id.is_not_distinct_from(unit),
        Channel.medium == medium,
        Channel.address == address,
        Channel.disabled_at.is_(None),
    )
    if act.session.scalar(same) is not None:
        raise Conflict(f"这个地址已经登记：{address}。", code="channel_exists")
    channel = Channel(
        user_id=person,
        organisation_id=unit,
        medium=medium,
        address=address,
        added_by=act.actor.account,
        added_at=act.at,
    )
    act.session.add(channel)
    act.session.flush()
    record_admin(
        act, "channel_added", channel=channel.id, user=user, organisation=unit, medium=medium.value, address=address
    )
    return channel.id


def disable_channel(act: Act, number: int, *, reason: str) -> int:
    """Take an address out of use; returns how many messages no longer go there. Raises NotAllowed, NotFound, Conflict.

    What waits for it is settled with the reason; what is uncertain still wants a person's word.
    """
    policy.require(act.actor, "office.manage")
    why = require_reason(reason)
    channel = act.session.scalars(select(Channel).where(Channel.id == number).with_for_update()).one_or_none()
    if channel is None:
        raise NotFound(f"没有编号为{number}的地址。", code="channel_not_found")
    if channel.disabled_at is not None:
        raise Conflict(f"编号为{number}的地址已经停用。", code="channel_disabled")
    channel.disabled_at, channel.disabled_reason = act.at, why
    settled = act.session.execute(
        update(Send)
        .where(Send.channel_id == number, or_(Send.state == SendState.WAITING, Send.state == SendState.STUCK))
        .values(state=SendState.HANDLED, note=f"地址停用：{why}", settled_by=act.actor.account, settled_at=act.at)
        .returning(Send.id)
        .execution_options(synchronize_session=False)
    ).all()
    record_admin(act, "channel_disabled", why=why, channel=number, messages_settled=len(settled))
    return len(settled)


def try_channel(act: Act, number: int) -> Address:
    """Put on record that an address is tried, and return where it leads. Raises NotAllowed, NotFound, Conflict."""
    policy.require(act.actor, "office.manage")
    channel = act.session.get(Channel, number)
    if channel is None:
        raise NotFound(f"没有编号为{number}的地址。", code="channel_not_found")
    if channel.disabled_at is not None:
        raise Conflict(f"编号为{number}的地址已经停用。", code="channel_disabled")
    record_admin(act, "channel_tried", channel=number)
    return Address(channel.medium, channel.address)
