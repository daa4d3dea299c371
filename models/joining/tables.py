"""并案、分案、关联、移送、回避: how cases hang together, where their papers stood before, and who stays out of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, column
from models.kernel.vocabulary import LinkNature, RecusalKind, TransferDirection


class CaseLink(Base):
    """关联事故: two accidents that belong together and stay two cases; the lower row number stands first."""

    __tablename__ = "case_links"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="in_order"),
        CheckConstraint("reason <> ''", name="reasoned"),
        CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ended_with_reason"),
        Index(
            "uq_case_links_standing",
            "first_id",
            "second_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_case_links_second", "second_id"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    first_id: Mapped[int] = column("one case", ForeignKey("cases.id"))
    second_id: Mapped[int] = column("the other", ForeignKey("cases.id"))
    nature: Mapped[LinkNature] = column("secondary crash, same cause, same hazard, or otherwise")
    reason: Mapped[str] = column("why they belong together")
    linked_by: Mapped[int] = column("who linked them", ForeignKey("users.id"))
    linked_at: Mapped[datetime] = column("when")
    ended_at: Mapped[datetime | None] = column("when the link was taken back")
    ended_reason: Mapped[str | None] = column("why it was taken back")


class MovedRef(Base):
    """Short name that something had in a case before a merger or split took it away: the record still speaks of it."""

    __tablename__ = "moved_refs"

    case_id: Mapped[int] = column("case it stood in", ForeignKey("cases.id"), primary_key=True)
    ref: Mapped[str] = column("short name it had there, never given again", primary_key=True)
    now_in_id: Mapped[int] = column("case that took it", ForeignKey("cases.id"))
    now: Mapped[str] = column("short name it got there")
    document_id: Mapped[int | None] = column("the paper, where it is one", ForeignKey("documents.id"), index=True)


class Transfer(Base):
    """移送: a case that came from, or went to, another jurisdiction."""

    __tablename__ = "transfers"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reasoned"),
        CheckConstraint("direction <> 'out' OR received_by IS NOT NULL", name="handed_over_with_receipt"),
        UniqueConstraint("case_id", "direction", "happened_at"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    direction: Mapped[TransferDirection] = column("in or out")
    organisation_id: Mapped[int] = column("unit it came from or went to", ForeignKey("organisations.id"))
    reason: Mapped[str] = column("why")
    number: Mapped[str | None] = column("文号 of the paper it went with")
    received_by: Mapped[str | None] = column("who signed for it")
    receipt_sha256: Mapped[str | None] = column("hash of the scanned receipt, the key in the store")
    receipt_name: Mapped[str | None] = column("name of the scanned receipt")
    happened_at: Mapped[datetime] = column("when it was received")
    recorded_by: Mapped[int] = column("who entered it", ForeignKey("users.id"))
    recorded_at: Mapped[datetime] = column("when it was entered")


class Recusal(Base):
    """回避: a person who stays out of a case: sees nothing of it and does nothing in it, whatever the role."""

    __tablename__ = "recusals"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reasoned"),
        CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ended_with_reason"),
        Index(
            "uq_recusals_standing",
            "case_id",
            "user_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_recusals_user", "user_id", "case_id"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    user_id: Mapped[int] = column("who stays out", ForeignKey("users.id"))
    kind: Mapped[RecusalKind] = column("asked for by the person, or ordered")
    reason: Mapped[str] = column("why")
    recorded_by: Mapped[int] = column("who entered it", ForeignKey("users.id"))
    recorded_at: Mapped[datetime] = column("since when")
    ended_at: Mapped[datetime | None] = column("when it ended")
    ended_reason: Mapped[str | None] = column("why it ended")
