"""The small case that the tests of the read side look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from models.database import Database
from models.queries.rulebook import Rulebook, rulebook
from models.tables import Base
from tests.models.queries.world import World, build


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    database = Database(f"sqlite:///{tmp_path / 'world.db'}", durable=False)
    Base.metadata.create_all(database.engine)  # as the migrations make them: models.migrations.drift watches
    yield build(database)
    database.close()


@pytest.fixture
def session(world: World) -> Iterator[Session]:
    with world.database.reading() as session:
        yield session


@pytest.fixture
def rules(session: Session) -> Rulebook:
    return rulebook(session)
