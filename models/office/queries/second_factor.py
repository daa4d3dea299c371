"""Who has a second factor, who should have one, and in whose hand two duties lie that belong apart."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, func, select
from sqlalchemy.orm import Session, aliased

from models.kernel.vocabulary import Role
from models.office.tables import RecoveryCode, SecondFactor, User, UserRole

SHOULD_HAVE = frozenset({Role.ADMIN, Role.SIGNER})
"""Whose account does most harm in another's hand."""


@dataclass(frozen=True, slots=True)
class Second:
    """The second factor of an account: since when it counts, and how many recovery codes are left."""

    since: datetime
    codes_left: int


def second_of(session: Session, account: str) -> Second | None:
    """Return the second factor of an account; None where it has none that counts."""
    left = (
        select(func.count())
        .where(RecoveryCode.user_id == User.id, RecoveryCode.used_at.is_(None))
        .correlate(User)
        .scalar_subquery()
    )
    row = session.execute(
        select(SecondFactor.confirmed_at, left)
        .join(User, User.id == SecondFactor.user_id)
        .where(User.account == account, SecondFactor.confirmed_at.is_not(None))
    ).one_or_none()
    return None if row is None else Second(*row)


def sealed_second(session: Session) -> tuple[int, str] | None:
    """Return account number and sealed secret of one second factor that counts, whosever; None where there is none."""
    asked = select(SecondFactor.user_id, SecondFactor.secret).where(SecondFactor.confirmed_at.is_not(None))
    row = session.execute(asked.order_by(SecondFactor.user_id).limit(1)).one_or_none()
    return None if row is None else (row.user_id, row.secret)


def lacking(roles: Collection[Role]) -> ColumnElement[bool]:
    """The condition on `users` that an account has one of the roles and no second factor that counts."""
    if not roles:
        return false()
    has = exists().where(SecondFactor.user_id == User.id, SecondFactor.confirmed_at.is_not(None)).correlate(User)
    holds = exists().where(UserRole.user_id == User.id, UserRole.role.in_(roles)).correlate(User)
    return and_(~has, holds)


def must_set_up(session: Session, account: str, roles: Collection[Role]) -> bool:
    """Return whether an account has one of the roles and no second factor."""
    return session.scalar(select(User.id).where(User.account == account, lacking(roles))) is not None


def accounts_lacking(session: Session, roles: Collection[Role], at: datetime) -> list[str]:
    """Return the accounts in use that come in by password and have one of the roles and no second factor."""
    return list(
        session.scalars(
            select(User.account)
            .where(lacking(roles), User.password_hash.is_not(None), _in_use(at))
            .order_by(User.account)
        )
    )


def holds_role(session: Session, account: str, role: Role) -> bool:
    """Return whether an account has a role."""
    asked = select(UserRole.user_id).join(User, User.id == UserRole.user_id)
    return session.scalar(asked.where(User.account == account, UserRole.role == role)) is not None


def administrators_who_sign(session: Session, at: datetime) -> list[str]:
    """Return the accounts in use that are administrator and signer at once, from before that was refused."""
    signs, manages = aliased(UserRole), aliased(UserRole)
    return list(
        session.scalars(
            select(User.account)
            .join(signs, and_(signs.user_id == User.id, signs.role == Role.SIGNER))
            .join(manages, and_(manages.user_id == User.id, manages.role == Role.ADMIN))
            .where(_in_use(at))
            .order_by(User.account)
        )
    )


def _in_use(at: datetime) -> ColumnElement[bool]:
    return User.disabled_at.is_(None) | (User.disabled_at > at)
