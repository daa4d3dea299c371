"""The act (unit of work): one transaction of one actor at one moment, with session, settings and door; finds the actor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Date, and_, bindparam, exists, select
from sqlalchemy.orm import Session, aliased

from models.kernel.base import Base
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import NotAllowed, NotFound
from models.kernel.rights.policy import SYSTEM, Actor, StandIn
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.vocabulary import DocumentKind, Door, Role
from models.office.tables import Organisation, SigningAuthorisation, User, UserRole

Row = TypeVar("Row", bound=Base)


CAME_IN = ("door", "os_user")


@dataclass(frozen=True, slots=True)
class Act:
    """One transaction of one actor at one moment, by the rules `given` or else those in force.

    `door` is how it came in, which its events keep; what the program does by itself, a rehearsal too, is the system's.
    `os_user` is the operating-system user that the account is bound to, where it came in as that one; events keep it, too.
    """

    session: Session
    actor: Actor
    at: datetime
    settings: Settings
    door: Door = Door.SYSTEM
    os_user: str | None = None

    @property
    def came_in(self) -> dict[str, str]:
        """Return how the actor came in, as events keep it, by the names of `CAME_IN`."""
        return {"door": self.door.value} | ({} if self.os_user is None else {"os_user": self.os_user})

    @property
    def today(self) -> date:
        """Return the day of the act in Asia/Shanghai."""
        return local_date(self.at)

    @property
    def person(self) -> int:
        """Return the actor's row number. Raises NotAllowed for the system, which may decide nothing."""
        if self.actor.id is None:
            raise NotAllowed("系统不能代替人员作出决定。")
        return self.actor.id


@contextmanager
def acting(
    database: Database,
    settings: Settings,
    account: str,
    at: datetime,
    *,
    door: Door = Door.SYSTEM,
    os_user: str | None = None,
) -> Iterator[Act]:
    """Open a transaction for an account; commits when the block ends, changes nothing when it raises.

    Raises NotFound for an unknown account, NotAllowed for a disabled one, Conflict where somebody was first.
    """
    with database.writing() as session:
        actor = SYSTEM if account == SYSTEM.account else find_actor(session, account, at)
        yield Act(session, actor, at, settings, door=door, os_user=os_user)


def find_actor(session: Session, account: str, at: datetime, *, on: datetime | None = None) -> Actor:
    """Return who stands behind an account, with the signers in whose stead they may sign at `on`, else at `at`.

    Raises NotFound or, for a disabled account, NotAllowed.
    """
    rows = session.execute(_ACTOR, {"account": account, "day": local_date(on or at)}).all()
    if not rows:
        raise NotFound(f"没有账号“{account}”。", code="account_not_found")
    person = rows[0]
    if person.disabled_at is not None and person.disabled_at <= at:
        raise NotAllowed(f"账号“{account}”已停用。", code="account_disabled")
    roles = frozenset(row.role for row in rows if row.role is not None)
    rights = {row.right: row for row in rows if row.principal_id is not None}
    stands_in = tuple(
        StandIn(
            row.principal_id,
            row.principal,
            row.principal_unit,
            None if row.kinds is None else frozenset(DocumentKind(kind) for kind in row.kinds),
        )
        for row in rights.values()
    )
    return Actor(person.id, account, person.name, person.organisation_id, person.path, roles, stands_in)


# Made once: every act begins with it, and making it costs more than asking the database.
_PRINCIPAL, _RIGHT, _OWN = aliased(User), aliased(SigningAuthorisation), aliased(UserRole)
_SIGNS = exists(select(1).where(UserRole.user_id == _PRINCIPAL.id, UserRole.role == Role.SIGNER).correlate(_PRINCIPAL))
_DAY = bindparam("day", type_=Date)
_ACTOR = (
    select(
        User.id,
        User.name,
        User.organisation_id,
        Organisation.path,
        User.disabled_at,
        _OWN.role,
        _RIGHT.id.label("right"),
        _RIGHT.kinds,
        _PRINCIPAL.id.label("principal_id"),
        _PRINCIPAL.name.label("principal"),
        _PRINCIPAL.organisation_id.label("principal_unit"),
    )
    .join(Organisation, Organisation.id == User.organisation_id)
    .outerjoin(_OWN, _OWN.user_id == User.id)
    .outerjoin(
        _RIGHT,
        and_(
            _RIGHT.deputy_id == User.id,
            _RIGHT.valid_from <= _DAY,
            _RIGHT.valid_until >= _DAY,
            _RIGHT.revoked_at.is_(None),
        ),
    )
    .outerjoin(_PRINCIPAL, and_(_PRINCIPAL.id == _RIGHT.principal_id, _PRINCIPAL.disabled_at.is_(None), _SIGNS))
    .where(User.account == bindparam("account"))
    .order_by(_RIGHT.id)
)


def got(act: Act, table: type[Row], row_id: int) -> Row:
    """Return a row by its number; asked for again in the same act it costs nothing, for the act holds it."""
    row = act.session.get_one(table, row_id)
    act.session.info.setdefault("held", set()).add(row)
    return row
