"""What tests of the rooms share: a small case to read, a staffed office on each database, the calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from models.clock.queries.rulebook import Rulebook, rulebook
from models.clock.rules.calendar_seed import seed_calendar
from models.kernel.calendar.workdays import Calendar
from models.kernel.storage.database import Database
from tests.databases import Databases, migrated
from tests.models.world import World, build
from tests.stories import Story, staffed, story_in


@pytest.fixture(scope="session")
def small_case(sqlite_databases: Databases) -> tuple[Callable[[str], None], World]:
    """How a database with the small case is had, and what its rows are called: built once in a process."""
    built: list[World] = []

    def prepare(url: str) -> None:
        database = Database(url, durable=False)
        built.append(build(database))
        database.close()

    sqlite_databases.drop(sqlite_databases.fresh(prepare, on=migrated))
    return prepare, built[0]


@pytest.fixture
def world(small_case: tuple[Callable[[str], None], World], sqlite_databases: Databases) -> Iterator[World]:
    prepare, built = small_case
    url = sqlite_databases.fresh(prepare)
    database = Database(url, durable=False)
    yield replace(built, database=database, ids={**built.ids}, actors={**built.actors})
    database.close()
    sqlite_databases.drop(url)


@pytest.fixture
def session(world: World) -> Iterator[Session]:
    with world.database.reading() as session:
        yield session


@pytest.fixture
def rules(session: Session) -> Rulebook:
    return rulebook(session)


@pytest.fixture
def story(databases: Databases, tmp_path: Path) -> Iterator[Story]:
    """A staffed office without a case; a test that uses it runs on both databases."""
    url = databases.fresh(staffed)
    with story_in(url, tmp_path / "home") as told:
        yield told
    databases.drop(url)


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return seed_calendar()


@pytest.fixture(scope="session")
def holidays(shared_data: Path) -> Path:
    return shared_data / "holidays"
