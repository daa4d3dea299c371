"""What tests of the rooms share: a small case to read, a staffed office on each database, the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from models.clock.queries.rulebook import Rulebook, rulebook
from models.clock.rules.calendar_seed import seed_calendar
from models.kernel.calendar.workdays import Calendar
from models.kernel.storage.database import Database
from tests.databases import Databases
from tests.models.world import World, build
from tests.stories import Story, staffed, story_in


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    database = Database(sqlite_url, durable=False)
    yield build(database)
    database.close()


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
