"""The small case that the tests of the read side look at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from models.database import Database
from models.queries.rulebook import Rulebook, rulebook
from tests.models.queries.world import World, build


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
