"""By which addresses people and units are reached outside the system, and each message on its way to each of them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, column
from models.kernel.vocabulary import Medium, SendState

IN_USE = text("disabled_at IS NULL")
UNFINISHED = text("state IN ('waiting', 'sending', 'stuck')")
TROUBLED = text("state IN ('stuck', 'uncertain')")


class Channel(Base):
    """An address of a person or a unit. It never changes: another address is another row, and the old one is disabled."""

    __tablename__ = "channels"
    __table_args__ = (
        CheckConstraint("(organisation_id IS NULL) <> (user_id IS NULL)", name="one_owner"),
        CheckConstraint("(disabled_at IS NULL) = (disabled_reason IS NULL)", name="disabled_with_reason"),
        # The secret itself never lies in the database.
        CheckConstraint(
            "medium <> 'chat' OR substr(address, 1, 16) = 'SHENCHA_CHANNEL_'", name="chat_by_name_of_its_secret"
        ),
        Index(
            "uq_channels_user",
            "user_id",
            "medium",
            "address",
            unique=True,
            sqlite_where=IN_USE,
            postgresql_where=IN_USE,
        ),
        Index(
            "uq_channels_organisation",
            "organisation_id",
            "medium",
            "address",
            unique=True,
            sqlite_where=IN_USE,
            postgresql_where=IN_USE,
        ),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    organisation_id: Mapped[int | None] = column("unit it reaches", ForeignKey("organisations.id"))
    user_id: Mapped[int | None] = column("person it reaches", ForeignKey("users.id"))
    medium: Mapped[Medium] = column("mail or chat")
    address: Mapped[str] = column("mail address; for chat the name of the secret that holds the webhook's URL")
    added_by: Mapped[str] = column("account that entered it")
    added_at: Mapped[datetime] = column("from when on messages go there")
    disabled_at: Mapped[datetime | None] = column("when it ceased to be used")
    disabled_reason: Mapped[str | None] = column("why it ceased to be used")


class Send(Base):
    """One message, or one day's digest, on its way to one address."""

    __tablename__ = "sends"
    __table_args__ = (
        UniqueConstraint("message_id", "medium", "address"),
        UniqueConstraint("channel_id", "digest_on"),
        CheckConstraint("(message_id IS NULL) <> (digest_on IS NULL)", name="message_or_digest"),
        CheckConstraint("(state = 'folded') = (digest_id IS NOT NULL)", name="folded_into_a_digest"),
        CheckConstraint("state <> 'sending' OR claimed_by IS NOT NULL", name="sending_in_hand"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at_a_moment"),
        CheckConstraint("state <> 'handled' OR note <> ''", name="handled_with_a_note"),
        CheckConstraint("tries >= 0", name="tries_count_up"),
        Index("ix_sends_due", "medium", "due_at", "id", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
        Index("ix_sends_unfinished", "channel_id", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
        Index("ix_sends_troubled", "id", sqlite_where=TROUBLED, postgresql_where=TROUBLED),
        Index("ix_sends_channel", "channel_id", "created_at"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    message_id: Mapped[int | None] = column("message; null for a digest", ForeignKey("messages.id"))
    channel_id: Mapped[int] = column("whose address it is", ForeignKey("channels.id"))
    medium: Mapped[Medium] = column("mail or chat")
    address: Mapped[str] = column("address at that time")
    digest_on: Mapped[date | None] = column("day of the digest, Asia/Shanghai; null for a message")
    digest_id: Mapped[int | None] = column("digest that carries the message", ForeignKey("sends.id"), index=True)
    urgent: Mapped[bool] = column("as its message says", server_default=false())
    state: Mapped[SendState] = column("where it stands")
    tries: Mapped[int] = column("how often it was tried", default=0)
    created_at: Mapped[datetime] = column("when it was planned")
    due_at: Mapped[datetime] = column("not before; while it is in a worker's hands the end of the claim")
    claimed_by: Mapped[str | None] = column("worker that holds it")
    last_error: Mapped[str | None] = column("what went wrong the last time")
    sent_at: Mapped[datetime | None] = column("when it was taken over by the mail server or the chat")
    note: Mapped[str | None] = column("what a person found out or did about it")
    settled_by: Mapped[str | None] = column("account that decided")
    settled_at: Mapped[datetime | None] = column("when that was decided")
