"""Accounts and units a page at a time, and what administrators did: no content of any case is told here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, CompoundSelect, NotNullable, SQLColumnExpression, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from models.kernel.errors import NotFound
from models.kernel.rights import policy
from models.kernel.rights.policy import Actor
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import Level, Line, OrganisationKind, Relation, Role, Standing
from models.office.tables import Organisation, OrganisationName, User, UserRole, WebSession

MANAGE = "office.manage"
MOST_ALIKE = 5


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
    """A unit in the tree of all, `depth` steps below a root; `key` is where the next page begins.

    `pending` where an administrator still has to confirm it; `version` is what a change of it has seen.
    """

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
    pending: bool
    version: int
    depth: int
    former: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PendingUnit:
    """A unit that somebody entered in a case and that waits for an administrator; `alike` are those it may be."""

    id: int
    name: str
    kind: OrganisationKind
    division_code: str | None
    credit_code: str | None
    pending_since: datetime
    version: int
    alike: tuple[str, ...]


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
    """Return up to `limit` units, each below the one above it; `words` are part of the credit code or of a name: its own,
    one that it had, or that of a unit merged into it.

    `after` is the `key` of the last one shown. Raises NotAllowed. Three statements.
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
            Organisation.pending_since.is_not(None).label("pending"),
            Organisation.version,
        )
        .outerjoin(parent, parent.id == Organisation.parent_id)
        .outerjoin(authority, authority.id == Organisation.industry_authority_id)
        .where(Organisation.disabled_at.is_(None))
        .order_by(Organisation.path)
        .limit(limit)
    )
    if words:
        query = query.where(
            or_(
                _holds(Organisation.name, words),
                _holds(Organisation.credit_code, words),
                Organisation.id.in_(_called_once(words)),
            )
        )
    if after is not None:
        query = query.where(Organisation.path > after)
    rows = session.execute(query).all()
    former = former_names(session, [row.id for row in rows])
    return [UnitListed(**row._mapping, depth=row.key.count("/") - 2, former=former.get(row.id, ())) for row in rows]


def former_names(session: Session, units: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return unit → the names it had and those of units merged into it, in their order. Two statements."""
    found: dict[int, list[str]] = {}
    goes_on = func.coalesce(Organisation.merged_into_id, Organisation.id)
    names = (
        select(goes_on, OrganisationName.name)
        .join(Organisation, Organisation.id == OrganisationName.organisation_id)
        .where(goes_on.in_(units))
    )
    merged = select(NotNullable(Organisation.merged_into_id), Organisation.name).where(
        Organisation.merged_into_id.in_(units)
    )
    for query in (names.order_by(OrganisationName.id), merged.order_by(Organisation.id)):
        for unit, name in session.execute(query):
            found.setdefault(unit, []).append(name)
    return {unit: tuple(dict.fromkeys(known)) for unit, known in found.items()}


def _called_once(words: str) -> CompoundSelect[int]:
    """Units that had a name with these words, or took over a unit with such a name."""
    renamed = (
        select(func.coalesce(Organisation.merged_into_id, Organisation.id))
        .join(OrganisationName, OrganisationName.organisation_id == Organisation.id)
        .where(_holds(OrganisationName.name, words))
    )
    merged = select(NotNullable(Organisation.merged_into_id)).where(
        Organisation.merged_into_id.is_not(None), _holds(Organisation.name, words)
    )
    return union(renamed, merged)


def pending_units(session: Session, actor: Actor, *, limit: int = 200) -> list[PendingUnit]:
    """Return up to `limit` units that wait for an administrator, the oldest first. Raises NotAllowed. Two statements."""
    policy.require(actor, MANAGE)
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.name,
            Organisation.kind,
            Organisation.division_code,
            Organisation.credit_code,
            NotNullable(Organisation.pending_since),
            Organisation.version,
        )
        .where(Organisation.pending_since.is_not(None), Organisation.disabled_at.is_(None))
        .order_by(Organisation.pending_since, Organisation.id)
        .limit(limit)
    ).all()
    alike = _alike(session, [row.id for row in rows])
    return [PendingUnit(*row, alike=alike.get(row.id, ())) for row in rows]


def pending_count(session: Session, actor: Actor) -> int:
    """Return how many units wait for an administrator. Raises NotAllowed. One statement."""
    policy.require(actor, MANAGE)
    waiting = select(func.count()).where(Organisation.pending_since.is_not(None), Organisation.disabled_at.is_(None))
    return session.scalar(waiting) or 0


def _alike(session: Session, units: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return unit → the confirmed units of which the one name holds the other."""
    mine, other = aliased(Organisation), aliased(Organisation)
    rows = session.execute(
        select(mine.id, other.name)
        .join(other, _part_of(mine.folded_name, other.folded_name) | _part_of(other.folded_name, mine.folded_name))
        .where(mine.id.in_(units), other.id != mine.id, other.pending_since.is_(None), other.disabled_at.is_(None))
        .order_by(mine.id, other.id)
    )
    found: dict[int, list[str]] = {}
    for unit, name in rows:
        found.setdefault(unit, []).append(name)
    return {unit: tuple(names[:MOST_ALIKE]) for unit, names in found.items()}


def _part_of(whole: SQLColumnExpression[str | None], part: SQLColumnExpression[str | None]) -> ColumnElement[bool]:
    return func.replace(whole, part, "") != whole


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
