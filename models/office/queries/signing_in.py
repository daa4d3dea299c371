"""Who is behind a session, and what a sign-in is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models.kernel.vocabulary import Role
from models.office.tables import Credential, User, WebSession

from .second_factor import lacking


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An open session: whose it is, when it was last seen, whether the first password must be changed, by which way
    (password or oidc) the person came, and whether a second factor is wanted that the account has not."""

    user_id: int
    account: str
    name: str
    must_change_password: bool
    seen_at: datetime
    way: str
    must_set_up: bool = False


def os_user_of(session: Session, account: str) -> str | None:
    """Return the operating-system user that an account is bound to."""
    asked = select(Credential.os_user).join(User, User.id == Credential.user_id).where(User.account == account)
    found: str | None = session.scalar(asked)
    return found


def session_of(
    session: Session,
    token_hash: str,
    at: datetime,
    *,
    idle: timedelta,
    longest: timedelta,
    second_for: frozenset[Role] = frozenset(),
) -> SignedIn | None:
    """Return the session of a token if it is open, within both limits, and its account is in use. One statement.

    `second_for` are the roles that must have a second factor where they come by password.
    """
    row = session.execute(
        select(
            User.id,
            User.account,
            User.name,
            User.must_change_password,
            WebSession.way,
            WebSession.seen_at,
            lacking(second_for).label("lacking"),
        )
        .join(User, User.id == WebSession.user_id)
        .where(
            WebSession.token_hash == token_hash,
            WebSession.ended_at.is_(None),
            WebSession.seen_at > at - idle,
            WebSession.began_at > at - longest,
            _in_use(at),
        )
    ).one_or_none()
    if row is None:
        return None
    must_change = row.must_change_password and row.way == "password"
    return SignedIn(
        row.id, row.account, row.name, must_change, row.seen_at, row.way, row.lacking and row.way == "password"
    )


def password_hash_of(session: Session, account: str, at: datetime) -> str | None:
    """Return what a password of an account is compared with; None where it has none or is not in use."""
    return session.scalars(select(User.password_hash).where(User.account == account, _in_use(at))).one_or_none()


@dataclass(frozen=True, slots=True)
class Guarded:
    """How an account is guarded: whether it has a password, and one that its holder still has to replace."""

    has_password: bool
    must_change_password: bool


def guarded(session: Session, account: str, at: datetime) -> Guarded | None:
    """Return how an account is guarded; None where there is none of that name in use."""
    row = session.execute(
        select(User.password_hash.is_not(None), User.must_change_password).where(User.account == account, _in_use(at))
    ).one_or_none()
    return None if row is None else Guarded(*row)


def account_of(session: Session, issuer: str, subject: str, at: datetime) -> str | None:
    """Return the account in use that an outside identity belongs to."""
    return session.scalars(
        select(User.account)
        .join(Credential, Credential.user_id == User.id)
        .where(Credential.issuer == issuer, Credential.subject == subject, _in_use(at))
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that was not ended: by which way the person came, from where, since when, when it was last seen, and
    whether it is the one that asks."""

    id: int
    way: str
    address: str | None
    began_at: datetime
    seen_at: datetime
    here: bool


def open_sessions(session: Session, user_id: int, token_hash: str = "") -> list[OpenSession]:
    """Return the sessions of a person that were not ended, the latest first; `token_hash` is of the one that asks."""
    rows = session.execute(
        select(
            WebSession.id,
            WebSession.way,
            WebSession.address,
            WebSession.began_at,
            WebSession.seen_at,
            WebSession.token_hash == token_hash,
        )
        .where(WebSession.user_id == user_id, WebSession.ended_at.is_(None))
        .order_by(WebSession.id.desc())
        .limit(20)
    )
    return [OpenSession(*row) for row in rows]


def _in_use(at: datetime) -> ColumnElement[bool]:
    return or_(User.disabled_at.is_(None), User.disabled_at > at)
