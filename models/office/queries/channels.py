"""The addresses of people and units, as an administrator sees them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.rights import policy
from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import Medium, SendState
from models.office.tables import Channel, Organisation, Send, User


@dataclass(frozen=True, slots=True)
class ChannelShown:
    """An address of a person or a unit; `secret_set` is None where it needs no secret."""

    id: int
    medium: Medium
    address: str
    user: str | None
    organisation: str | None
    added_by: str
    added_at: datetime
    last_sent_at: datetime | None
    disabled_at: datetime | None
    disabled_reason: str | None
    secret_set: bool | None


def channel_list(
    session: Session,
    actor: Actor,
    *,
    secrets: Collection[str],
    everything: bool = False,
    after: int | None = None,
    limit: int = 50,
) -> list[ChannelShown]:
    """Return the addresses in use, or `everything` there ever was; `secrets` are the names of those that are set.

    `after` is the number of the last one already shown. Raises NotAllowed for who administers nothing.
    """
    policy.require(actor, "office.manage")
    last_sent = (
        select(Send.sent_at)
        .where(Send.channel_id == Channel.id, Send.state == SendState.SENT)
        .order_by(Send.created_at.desc())
        .limit(1)
        .correlate(Channel)
        .scalar_subquery()
    )
    query = (
        select(
            Channel.id,
            Channel.medium,
            Channel.address,
            User.account.label("user"),
            Organisation.name.label("organisation"),
            Channel.added_by,
            Channel.added_at,
            last_sent.label("last_sent_at"),
            Channel.disabled_at,
            Channel.disabled_reason,
        )
        .outerjoin(User, User.id == Channel.user_id)
        .outerjoin(Organisation, Organisation.id == Channel.organisation_id)
        .order_by(Channel.id)
        .limit(limit)
    )
    if not everything:
        query = query.where(Channel.disabled_at.is_(None))
    if after is not None:
        query = query.where(Channel.id > after)
    return [
        ChannelShown(**row._mapping, secret_set=row.address in secrets if row.medium is Medium.CHAT else None)
        for row in session.execute(query)
    ]
