"""Accounts and units as lists show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import Session, aliased

from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import POLICE, in_territory
from models.kernel.vocabulary import OrganisationKind, Relation, Role
from models.office.tables import Credential, Organisation, User, UserRole

EVERYWHERE = (Role.ADMIN, Role.SYSTEM, *POLICE)


@dataclass(frozen=True, slots=True)
class UserShown:
    """An account as lists show it."""

    account: str
    name: str
    organisation: str
    roles: list[Role]
    disabled_at: datetime | None
    os_user: str | None = None


@dataclass(frozen=True, slots=True)
class OrganisationShown:
    """A unit as lists show it, `depth` steps below a root."""

    id: int
    name: str
    kind: OrganisationKind
    division_code: str | None
    credit_code: str | None
    relation: Relation | None
    parent: str | None
    industry_authority: str | None
    depth: int


def user_list(session: Session, actor: Actor) -> list[UserShown]:
    """Return the accounts, all for the police and administrators, else those of the actor's own territory."""
    rows = session.execute(
        select(
            User.id,
            User.account,
            User.name,
            User.disabled_at,
            Organisation.name.label("organisation"),
            Credential.os_user,
        )
        .join(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Credential, Credential.user_id == User.id)
        .where(_in_sight(actor, User.__table__.c.organisation_id))
        .order_by(User.id)
    ).all()
    roles: dict[int, list[Role]] = {}
    for row in session.execute(select(UserRole.user_id, UserRole.role)):
        roles.setdefault(row.user_id, []).append(row.role)
    order = list(Role)
    return [
        UserShown(
            account=row.account,
            name=row.name,
            organisation=row.organisation,
            roles=sorted(roles.get(row.id, ()), key=order.index),
            disabled_at=row.disabled_at,
            os_user=row.os_user,
        )
        for row in rows
    ]


def organisation_list(session: Session, actor: Actor) -> list[OrganisationShown]:
    """Return the units in the order of the tree: all for the police and administrators, else the own territory."""
    parent, authority = aliased(Organisation), aliased(Organisation)
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.name,
            Organisation.kind,
            Organisation.division_code,
            Organisation.credit_code,
            Organisation.relation,
            parent.name,
            authority.name,
            Organisation.path,
        )
        .outerjoin(parent, parent.id == Organisation.parent_id)
        .outerjoin(authority, authority.id == Organisation.industry_authority_id)
        .where(Organisation.disabled_at.is_(None), _in_sight(actor, Organisation.__table__.c.id))
    ).all()
    in_tree = sorted(rows, key=lambda row: [int(step) for step in row.path.strip("/").split("/")])
    return [OrganisationShown(*row[:-1], depth=row.path.count("/") - 2) for row in in_tree]


def _in_sight(actor: Actor, organisation_id: ColumnElement[int]) -> ColumnElement[bool]:
    if actor.has(Role.AUDITOR):
        return false()
    return true() if actor.has(*EVERYWHERE) else in_territory(actor, organisation_id)
