"""Journeys run through the real commands, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.stories import Story, staffed, story_in


@pytest.fixture
def story(databases: Databases, tmp_path: Path) -> Iterator[Story]:
    """A staffed office on a fresh database, with files below a folder of its own."""
    url = databases.fresh(staffed)
    with story_in(url, tmp_path) as told:
        yield told
    databases.drop(url)
