"""The demo: people for every role, and a case that has all five papers behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from models.clock import local_date
from models.commands.office import initialise
from models.database import Database
from models.errors import Conflict
from models.files import FileStore
from models.queries.cases import case_list, case_view
from models.queries.people import user_list
from models.queries.rulebook import rulebook
from models.rules.policy import SYSTEM
from models.rules.vocabulary import Role, Stage
from models.settings import Settings
from models.tables import Event, User
from tests.databases import Databases
from tests.stories import Office, Story, staffed
from ui import demo
from ui.desk import Desk


def quiet(_done: float, _day: str) -> None:
    """A progress that nobody watches."""


def desk_at(url: str, home: Path, now: datetime) -> Desk:
    settings = Settings(home=home)
    return Desk(settings, Database(url, durable=False), clock=lambda: now)


@pytest.fixture
def url(sqlite_databases: Databases) -> Iterator[str]:
    fresh = sqlite_databases.empty()
    yield fresh
    sqlite_databases.drop(fresh)


def test_the_case_has_lived_through_its_five_papers_and_everyone_can_log_in(url: str, tmp_path: Path) -> None:
    now = datetime(2027, 1, 4, 1, tzinfo=UTC)
    desk = desk_at(url, tmp_path, now)
    initialise(desk.database, desk.settings, now)
    assert demo.exists(desk) is False
    made = demo.make(desk, quiet)
    assert demo.exists(desk) is True
    with desk.database.reading() as session:
        view = case_view(session, SYSTEM, made.case_number, rulebook(session), now)
        assert view["stage"] is Stage.ARCHIVED
        assert {step["kind"] for step in view["progress"] if step["counts"]} == {s["kind"] for s in view["progress"]}
        roles = {role for user in user_list(session, SYSTEM) for role in user["roles"]}
        assert roles == set(Role) - {Role.SYSTEM}
        hashes = {row.account: row.password_hash for row in session.execute(select(User.account, User.password_hash))}
        assert max(session.scalars(select(Event.recorded_at))) <= now
    for account in made.accounts:
        assert PasswordHasher().verify(hashes[account["account"]] or "", account["password"])
    assert hashes["console"] is None
    # The officer who carried the case sees all five.
    with desk.reading(demo.VIEWER) as reader:
        [listed] = case_list(reader.session, reader.actor, local_date(now))
    assert "not_started" not in [state.value for state in listed["progress"]]
    desk.database.close()


def test_nothing_happens_in_the_future(url: str, tmp_path: Path) -> None:
    now = datetime(2025, 10, 20, 1, tzinfo=UTC)
    desk = desk_at(url, tmp_path, now)
    initialise(desk.database, desk.settings, now)
    made = demo.make(desk, quiet)
    with desk.database.reading() as session:
        assert max(session.scalars(select(Event.recorded_at))) <= now
        view = case_view(session, SYSTEM, made.case_number, rulebook(session), now)
    assert view["stage"] is Stage.RECTIFYING
    desk.database.close()


def test_an_installation_in_use_gets_no_demo(sqlite_databases: Databases, tmp_path: Path) -> None:
    url = sqlite_databases.fresh(staffed)
    now = datetime(2026, 1, 5, 1, tzinfo=UTC)
    desk = desk_at(url, tmp_path, now)
    Story(Office(desk.database, desk.settings, FileStore(tmp_path / "files"))).file()
    with pytest.raises(Conflict, match="系统中已有案件"):
        demo.exists(desk)
    desk.database.close()
    sqlite_databases.drop(url)
