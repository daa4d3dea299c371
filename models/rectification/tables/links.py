"""The way from a printed notice to its page, and what a recipient has begun to write there."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, JsonList, column
from models.kernel.vocabulary import ReplyKind


class NoticeLink(Base):
    """The address printed on one notice for its one recipient: it shows and lets write; answering takes the code."""

    __tablename__ = "notice_links"

    document_id: Mapped[int] = column("the notice", ForeignKey("documents.id"), primary_key=True)
    organisation_id: Mapped[int] = column("its recipient", ForeignKey("organisations.id"))
    user_id: Mapped[int] = column("account in whose name the recipient answers by code", ForeignKey("users.id"))
    token_sha256: Mapped[str] = column("hash of the token in the address", unique=True)
    version: Mapped[int] = column("version of the paper's content that carries it")
    expires_on: Mapped[date] = column("last day on which the address opens")


class ReplyDraft(Base):
    """What a recipient has begun to write about a notice; it answers nothing until it is given."""

    __tablename__ = "reply_drafts"
    __table_args__ = (UniqueConstraint("document_id", "organisation_id"),)

    id: Mapped[int] = column("row number", primary_key=True)
    document_id: Mapped[int] = column("the notice", ForeignKey("documents.id"))
    organisation_id: Mapped[int] = column("unit that writes", ForeignKey("organisations.id"))
    kind: Mapped[ReplyKind | None] = column("what it will be, once chosen")
    measures: Mapped[JsonList] = column("short names of the measures it is about")
    text: Mapped[str] = column("the words so far")
    requested_due_on: Mapped[date | None] = column("new date to be asked for")
    milestone: Mapped[str | None] = column(
        "short name of the milestone of the one measure that is to be reported reached"
    )
    written_by: Mapped[str | None] = column("name of the person who writes")
    saved_at: Mapped[datetime] = column("when it was last saved")
