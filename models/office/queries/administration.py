"""Accounts and units a page at a time, and what administrators did: no content of any case is told here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.kernel.errors import NotFound
from models.kernel.rights import policy
from models.kernel.rights.policy import Actor
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import Level, Line, OrganisationKind, Relation, Role, Standing
from models.office.tables import Organisation, User, UserRole, WebSession

MANAGE = "office.manage"


@dataclass(frozen=True, slots=True)
class AccountListed:
    """An account in the list of all; `key` is where the next page begins."""

    key: int
    account: str
    name: str
    organisation: str
    has_password: bool
    must_change_password: bool
    created_at: datetime
    disabled_at: datetime | None
    roles: list[Role]


@dataclass(frozen=True, slots=True)
class AccountShown:
    """One account, and how many sessions are open."""

    id: int
    account: str
    name: str
    organisation: str
    has_password: bool
    disabled_at: datetime | None
    roles: list[Role]
    sessions: int


@dataclass(frozen=True, slots=True)
class UnitListed:
    """A unit in the tree of all, `depth` steps below a root; `key` is where the next page begins."""

    key: str
    id: int
    name: str
    kind: OrganisationKind
    division_code: str | None
    credit_code: str | None
    relation: Relation | None
    level: Level | None
    led_from: Level | None
    line: Line | None
    standing: Standing | None
    contact: str | None
    phone: str | None
    issues_as: str | None
    parent: str | None
    industry_authority: str | None
    depth: int


@dataclass(frozen=True, slots=True)
class AdminEventShown:
    """What an administrator did; `key` is where the next page begins."""

    key: int
    kind: str
    happened_at: datetime
    actor: str
    why: str | None
    door: str | None
    account: str | None


def account_page(
    session: Session, actor: Actor, *, words: str | None = None, after: int | None = None, limit: int = 50
) -> list[AccountListed]:
    """Return up to `limit` accounts, the newest first, with roles; `words` are part of account, name or unit.

    `after` is the `key` of the last one shown. Raises NotAllowed for who administers nothing. Two statements.
    """
    policy.require(actor, MANAGE)
    query = (
        select(
            User.id.label("key"),
            User.account,
            User.name,
            Organisation.name.label("organisation"),
            User.password_hash.is_not(None).label("has_password"),
            User.must_change_password,
            User.created_at,
            User.disabled_at,
        )
        .join(Organisation, Organisation.id == User.organisation_id)
        .order_by(User.id.desc())
        .limit(limit)
    )
    if words:
        query = query.where(
            or_(_holds(User.account, words), _holds(User.name, words), _holds(Organisation.name, words))
        )
    if after is not None:
        query = query.where(User.id < after)
    rows = session.execute(query).all()
    roles: dict[int, list[Role]] = {}
    for held in session.execute(
        select(UserRole.user_id, UserRole.role).where(UserRole.user_id.in_([row.key for row in rows]))
    ):
        roles.setdefault(held.user_id, []).append(held.role)
    order = list(Role)
    return [AccountListed(*row, roles=sorted(roles.get(row.key, ()), key=order.index)) for row in rows]


def account_shown(session: Session, actor: Actor, account: str) -> AccountShown:
    """Return one account with its roles and how many sessions are open. Raises NotAllowed, NotFound. Three statements."""
    policy.require(actor, MANAGE)
    row = session.execute(
        select(
            User.id,
            User.account,
            User.name,
            Organisation.name.label("organisation"),
            User.password_hash.is_not(None).label("has_password"),
            User.disabled_at,
        )
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.account == account)
    ).one_or_none()
    if row is None:
        raise NotFound(f"没有账号“{account}”。", code="account_not_found")
    roles = session.scalars(select(UserRole.role).where(UserRole.user_id == row.id)).all()
    sessions = session.scalar(select(func.count()).where(WebSession.user_id == row.id, WebSession.ended_at.is_(None)))
    return AccountShown(*row, roles=sorted(roles, key=list(Role).index), sessions=sessions or 0)


def unit_page(
    session: Session, actor: Actor, *, words: str | None = None, after: str | None = None, limit: int = 50
) -> list[UnitListed]:
    """Return up to `limit` units, each below the one above it; `words` are part of the name or the credit code.

    `after` is the `key` of the last one shown. Raises NotAllowed. One statement.
    """
    policy.require(actor, MANAGE)
    parent, authority = aliased(Organisation), aliased(Organisation)
    query = (
        select(
            Organisation.path.label("key"),
            Organisation.id,
            Organisation.name,
            Organisation.kind,
            Organisation.division_code,
            Organisation.credit_code,
            Organisation.relation,
            Organisation.level,
            Organisation.led_from,
            Organisation.line,
            Organisation.standing,
            Organisation.contact,
            Organisation.phone,
            Organisation.issues_as,
            parent.name.label("parent"),
            authority.name.label("industry_authority"),
        )
        .outerjoin(parent, parent.id == Organisation.parent_id)
        .outerjoin(authority, authority.id == Organisation.industry_authority_id)
        .where(Organisation.disabled_at.is_(None))
        .order_by(Organisation.path)
        .limit(limit)
    )
    if words:
        query = query.where(or_(_holds(Organisation.name, words), _holds(Organisation.credit_code, words)))
    if after is not None:
        query = query.where(Organisation.path > after)
    return [UnitListed(**row._mapping, depth=row.key.count("/") - 2) for row in session.execute(query)]


def admin_record(session: Session, actor: Actor, *, after: int | None = None, limit: int = 50) -> list[AdminEventShown]:
    """Return up to `limit` acts of administrators, the newest first. Raises NotAllowed. One statement."""
    policy.require(actor, MANAGE)
    query = (
        select(
            AdminEvent.id.label("key"),
            AdminEvent.kind,
            AdminEvent.happened_at,
            AdminEvent.actor,
            AdminEvent.why,
            AdminEvent.data["door"].as_string().label("door"),
            AdminEvent.data["account"].as_string().label("account"),
        )
        .order_by(AdminEvent.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(AdminEvent.id < after)
    return [AdminEventShown(*row) for row in session.execute(query)]


def _holds(column: SQLColumnExpression[str] | SQLColumnExpression[str | None], words: str) -> ColumnElement[bool]:
    return column.contains(words, autoescape=True)
