"""Registers of notices kept elsewhere: loaded as they are, their state derived for any day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, column


class Register(Base):
    """One register, with the rule by which its notices are to be answered."""

    __tablename__ = "registers"

    id: Mapped[int] = column("row number", primary_key=True)
    name: Mapped[str] = column("name of the register", unique=True)
    rule: Mapped[Json] = column("rule by which its limits were counted, as in `deadline_rules`")
    calendar_version: Mapped[str] = column("calendar it was counted by")
    sha256: Mapped[str] = column("hash of the file that was loaded")
    loaded_at: Mapped[datetime] = column("when it was loaded")
    author: Mapped[str] = column("who loaded it")


class RegisteredNotice(Base):
    """One notice of a register. Its state is never stored: it follows from replies, due date and the day asked for."""

    __tablename__ = "registered_notices"
    __table_args__ = (
        UniqueConstraint("register_id", "row"),
        CheckConstraint("addressees >= 0", name="addressees_counted"),
        CheckConstraint("replies >= 0", name="replies_counted"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    register_id: Mapped[int] = column("register", ForeignKey("registers.id"))
    row: Mapped[int] = column("line of the file, the heading being line 1; references may be missing or doubled")
    ref: Mapped[str | None] = column("the register's own reference")
    issued_on: Mapped[date] = column("day of the notice, not counted")
    addressees: Mapped[int] = column("units it went to; 0 where the register does not say")
    replies: Mapped[int] = column("answers received")
    due_on: Mapped[date] = column("last day for the answers; late from the next day")
