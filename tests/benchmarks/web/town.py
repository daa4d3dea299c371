"""Who lives in the measured office: stations with officers, units with accounts, leaders; all sign in by one password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.storage.database import Database
from models.kernel.tables import Heartbeat
from models.kernel.vocabulary import OrganisationKind, Role
from models.office.commands.organisations import add_organisation
from models.office.tables import Organisation, User, UserRole
from tests.stories import staffed
from ui.passwords import hashed

PASSWORD = "a password for measuring"
STATIONS, OFFICERS = 8, 6
LEADERS = 30
AGENCIES, BELOW = 120, 4
DIVISIONS = ("420702", "420703", "420704")
MADE = datetime(2022, 1, 4, 9, tzinfo=SHANGHAI)
# Whose pages are measured.
BUSY, OFFICER, LEADER, AGENCY = "li", "officer1-1", "leader1", "agency1"
CLERK, REVIEWER, ARCHIVIST = "nei", "shen", "dang"
KINDS = (
    OrganisationKind.TRANSPORT,
    OrganisationKind.ROAD_AUTHORITY,
    OrganisationKind.URBAN_MANAGEMENT,
    OrganisationKind.EDUCATION,
    OrganisationKind.AGRICULTURE,
    OrganisationKind.ENTERPRISE,
)


@dataclass(frozen=True, slots=True)
class Person:
    """An account: row number, log-in name, name, unit."""

    id: int
    account: str
    name: str
    unit: int


@dataclass(frozen=True, slots=True)
class Town:
    """The people and units that all cases share. `busy` carries a fifth of all cases alone."""

    unit: int
    busy: Person
    officers: tuple[Person, ...]
    reviewer: Person
    signer: Person
    leaders: tuple[Person, ...]
    agencies: tuple[Person, ...]


def settle(database: Database) -> Town:
    """Prepare an empty database: the staff of the stories, and around it everybody else. Returns who lives there."""
    staffed(database.url)
    with database.writing() as session:
        _settle(session)
    with database.reading() as session:
        return town_of(session)


def _settle(session: Session) -> None:
    own = session.scalars(select(Organisation).where(Organisation.issues_as == "unit")).one()
    kept = hashed(PASSWORD)
    session.execute(update(User).where(User.account.not_in(("console", "system"))).values(password_hash=kept))
    session.execute(update(User).values(must_change_password=False))
    for nth in range(1, STATIONS + 1):
        station = add_organisation(
            session,
            f"鄂州市公安局交通警察支队第{nth}大队",
            OrganisationKind.POLICE,
            division_code=DIVISIONS[nth % len(DIVISIONS)],
            parent=own,
        )
        for man in range(1, OFFICERS + 1):
            _employ(session, f"officer{nth}-{man}", f"民警{nth}-{man}", station, kept, Role.OFFICER)
    for nth in range(1, LEADERS + 1):
        roles = (Role.LEADER, Role.SIGNER) if nth % 6 == 0 else (Role.LEADER,)
        _employ(session, f"leader{nth}", f"领导{nth}", own, kept, *roles)
    above = None
    for nth in range(1, AGENCIES + 1):
        parent = above if nth % BELOW != 1 else None
        agency = add_organisation(
            session,
            f"鄂州市第{nth}责任单位",
            KINDS[nth // BELOW % len(KINDS)],
            division_code=DIVISIONS[nth % len(DIVISIONS)] if parent else "420700",
            parent=parent,
        )
        above = above if parent else agency
        _employ(session, f"agency{nth}", f"经办人{nth}", agency, kept, Role.AGENCY)
    session.add(Heartbeat(worker="bench", beat_at=MADE, last_sweep_at=MADE, looked_at=0))


def _employ(session: Session, account: str, name: str, unit: Organisation, password_hash: str, *roles: Role) -> None:
    person = User(
        account=account,
        name=name,
        organisation_id=unit.id,
        password_hash=password_hash,
        must_change_password=False,
        created_at=MADE,
    )
    session.add(person)
    session.flush()
    session.add_all(UserRole(user_id=person.id, role=role) for role in roles)


def town_of(session: Session) -> Town:
    """Return who lives in a settled database."""
    rows = session.execute(select(User.id, User.account, User.name, User.organisation_id).order_by(User.id))
    people = {row.account: Person(*row) for row in rows}

    def called(prefix: str) -> tuple[Person, ...]:
        return tuple(person for account, person in people.items() if account.startswith(prefix))

    busy = people[BUSY]
    return Town(
        busy.unit,
        busy,
        called("officer"),
        people["shen"],
        people["qian"],
        called("leader"),
        called("agency"),
    )


def sweep_now(database: Database, at: datetime) -> None:
    """Let the clock's last sign of life be now: no page shall carry the red banner of a clock that stands still."""
    with database.writing() as session:
        session.execute(update(Heartbeat).values(beat_at=at, last_sweep_at=at))
