"""How people get in: what guards an account, which sessions are open, and what somebody has begun to fill in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, column


class Credential(Base):
    """What is known of an account beside its password: when it came last, and who it is at the sign-in service."""

    __tablename__ = "credentials"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="subject_of_an_issuer"),
    )

    user_id: Mapped[int] = column("account", ForeignKey("users.id"), primary_key=True, autoincrement=False)
    issuer: Mapped[str | None] = column("address of the OpenID Connect service that knows this person")
    subject: Mapped[str | None] = column("what that service calls the person")
    signed_in_at: Mapped[datetime | None] = column("when the account signed in last")


class WebSession(Base):
    """One browser that signed in. The token itself is nowhere but in the browser's cookie."""

    __tablename__ = "web_sessions"
    __table_args__ = (
        Index("ix_web_sessions_user", "user_id", "ended_at"),
        CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="ended_for_a_reason"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    token_hash: Mapped[str] = column("SHA-256 of the cookie's token", unique=True)
    user_id: Mapped[int] = column("account", ForeignKey("users.id"))
    way: Mapped[str] = column("password, or oidc")
    address: Mapped[str | None] = column("network address that signed in")
    began_at: Mapped[datetime] = column("when it began; the absolute limit counts from here")
    seen_at: Mapped[datetime] = column("last use, to the minute; the idle limit counts from here")
    ended_at: Mapped[datetime | None] = column("when it was ended before its time")
    ended_why: Mapped[str | None] = column("signed out, password changed, account disabled, taken back")


class CaseDraft(Base):
    """A filing form as far as somebody has filled it in; it survives a closed browser."""

    __tablename__ = "case_drafts"
    __table_args__ = (CheckConstraint("version >= 1", name="version_counts_from_one"),)

    id: Mapped[int] = column("row number", primary_key=True)
    user_id: Mapped[int] = column("whose it is", ForeignKey("users.id"), index=True)
    data: Mapped[Json] = column("what stands in the fields")
    version: Mapped[int] = column("counts the changes: who saves over another's change is told")
    changed_at: Mapped[datetime] = column("last change")
