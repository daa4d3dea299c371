"""An act: who does something, when, with which database session, settings and rules; and how it is put on record."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Date, Select, and_, bindparam, exists, select, union_all
from sqlalchemy.orm import Session, aliased

from models.clock import local_date
from models.database import Database
from models.errors import NotAllowed, NotFound
from models.queries.event_record import as_record
from models.queries.rulebook import Rulebook, rulebook
from models.queries.visible import visible_cases
from models.rules import chain
from models.rules.happenings import HAPPENINGS
from models.rules.policy import SYSTEM, Actor, StandIn
from models.rules.vocabulary import DocumentKind, Door, Role
from models.settings import Settings
from models.tables import Base, Case, Event, MovedRef, Organisation, Outbox, SigningAuthorisation, User, UserRole

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True, slots=True)
class Act:
    """One transaction of one actor at one moment, by the rules `given` or else those in force.

    `door` is how it came in, which its events keep; what the program does by itself, a rehearsal too, is the system's.
    """

    session: Session
    actor: Actor
    at: datetime
    settings: Settings
    given: Rulebook | None = None
    door: Door = Door.SYSTEM

    @property
    def rules(self) -> Rulebook:
        """Return the rules, as they stood when this act first asked for them. Most acts never do."""
        found: Rulebook | None = self.given or self.session.info.get("rules")
        if found is None:
            with self.session.no_autoflush:  # a row under construction is not ready to be written
                found = self.session.info["rules"] = rulebook(self.session)
        return found

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
    database: Database, settings: Settings, account: str, at: datetime, *, door: Door = Door.SYSTEM
) -> Iterator[Act]:
    """Open a transaction for an account; commits when the block ends, changes nothing when it raises.

    Raises NotFound for an unknown account, NotAllowed for a disabled one, Conflict where somebody was first.
    """
    with database.writing() as session:
        actor = SYSTEM if account == SYSTEM.account else find_actor(session, account, at)
        yield Act(session, actor, at, settings, door=door)


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


def lock_case(act: Act, case_number: str) -> Case:
    """Return the case, locked until the transaction ends. Raises NotFound for who may not see it, too.

    What is done together asks for the same lock again: it is held, and costs nothing then.
    """
    held: dict[tuple[str, str], Case] = act.session.info.setdefault("locked", {})
    if (act.actor.account, case_number) in held:
        return held[act.actor.account, case_number]
    case = act.session.scalars(_locking(act.actor), {"case_number": case_number}).one_or_none()
    if case is None:
        raise NotFound(f"没有编号为“{case_number}”的案件，或您无权查看。", code="case_not_found")
    held[act.actor.account, case_number] = case
    return case


@lru_cache(maxsize=256)
def _locking(actor: Actor) -> Select[Case]:
    """Return the statement once made for an actor: making it takes longer than running it."""
    return select(Case).where(Case.case_number == bindparam("case_number"), visible_cases(actor)).with_for_update()


def unit_path(act: Act, case: Case) -> str:
    """Return the place in the tree of the unit that investigates the case."""
    if case.unit_id == act.actor.organisation_id:
        return act.actor.path
    return act.session.scalars(select(Organisation.path).where(Organisation.id == case.unit_id)).one()


def got(act: Act, table: type[Row], row_id: int) -> Row:
    """Return a row by its number; asked for again in the same act it costs nothing, for the act holds it."""
    row = act.session.get_one(table, row_id)
    act.session.info.setdefault("held", set()).add(row)
    return row


def next_ref(act: Act, table: Any, case: Case, letter: str) -> str:
    """Return the next short name inside a case, as D3: none that a dossier took or that something had which moved away."""
    (ref,) = next_refs(act, table, case, letter, 1)
    return ref


def next_refs(act: Act, table: Any, case: Case, letter: str, count: int) -> list[str]:
    """Return so many next short names."""
    taken, found = taken_refs(act, table, case, letter), []
    for _ in range(count):
        found.append(free_ref(taken, letter))
        taken.add(found[-1])
    return found


def taken_refs(act: Act, table: Any, case: Case, letter: str) -> set[str]:
    """Return the short names that rows of a table have in a case, or had before they moved to another one."""
    here = select(table.ref).where(table.case_id == case.id)
    gone = select(MovedRef.ref).where(MovedRef.case_id == case.id, MovedRef.ref.startswith(letter, autoescape=True))
    return set(act.session.scalars(union_all(here, gone)))


def free_ref(taken: Collection[str], letter: str) -> str:
    """Return the first short name that is not taken, counting on from how many are."""
    number = len(taken) + 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"


def record(
    act: Act,
    case: Case,
    kind: str,
    /,
    *,
    why: str | None = None,
    happened_at: datetime | None = None,
    **data: Any,
) -> Event:
    """Append an event to the case's chain. The case row must be locked: its last hash is the link."""
    if kind not in HAPPENINGS:
        raise ValueError(f"unknown event {kind}")
    event = Event(
        case_id=case.id,
        seq=case.last_seq + 1,
        kind=kind,
        happened_at=happened_at or act.at,
        recorded_at=act.at,
        actor=act.actor.account,
        actor_name=act.actor.name,
        why=why,
        data={**data, "door": act.door.value},
        prev_hash=case.last_hash,
    )
    event.hash = chain.link(event.prev_hash, as_record(case.case_number, event))
    case.last_seq, case.last_hash = event.seq, event.hash
    act.session.add(event)
    return event


def enqueue(act: Act, case: Case, topic: str, subject: str, **payload: Any) -> None:
    """Queue work that must follow this commit. `topic` and `subject` make the key: the same work is queued once."""
    act.session.add(
        Outbox(
            key=f"{topic}:{subject}",
            case_id=case.id,
            topic=topic,
            payload=payload,
            created_at=act.at,
            due_at=act.at,
            tries=0,
        )
    )
