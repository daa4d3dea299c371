"""How people get in: what guards an account, which sessions are open, and what somebody has begun to fill in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, column
from models.kernel.storage.sealed_columns import SealedJson


class Credential(Base):
    """What is known of an account beside its password: when it came last, and who it is at the sign-in service and to the
    operating system."""

    __tablename__ = "credentials"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="subject_of_an_issuer"),
        Index("uq_credentials_os_user", "os_user", unique=True),
    )

    user_id: Mapped[int] = column("account", ForeignKey("users.id"), primary_key=True, autoincrement=False)
    issuer: Mapped[str | None] = column("address of the OpenID Connect service that knows this person")
    subject: Mapped[str | None] = column("what that service calls the person")
    signed_in_at: Mapped[datetime | None] = column("when the account signed in last")
    os_user: Mapped[str | None] = column("operating-system user who is this person at the command line")


class SecondFactor(Base):
    """动态口令 of an account: what its telephone and we both know."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = column("account", ForeignKey("users.id"), primary_key=True, autoincrement=False)
    secret: Mapped[str] = column("secret of the codes, encrypted by a key outside the database")
    begun_at: Mapped[datetime | None] = column("when setting it up began; null where that is not known")
    confirmed_at: Mapped[datetime | None] = column("when the first code was shown; null while it is being set up")
    last_step: Mapped[int] = column("the 30 seconds of the last code taken: none before it counts again")


class RecoveryCode(Base):
    """恢复码: a code on paper for who has no telephone any more, good once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    id: Mapped[int] = column("row number", primary_key=True)
    user_id: Mapped[int] = column("account", ForeignKey("users.id"))
    code_hash: Mapped[str] = column("keyed hash of the code; the key is outside the database")
    used_at: Mapped[datetime | None] = column("when it was used")


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
    data: Mapped[Json] = column("what stands in the fields, sealed as a whole", SealedJson("case_drafts", None))
    version: Mapped[int] = column("counts the changes: who saves over another's change is told")
    changed_at: Mapped[datetime] = column("last change")
