"""A staffed office, on the one and on the other database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.stories import Story, staffed, story_in


@pytest.fixture
def story(databases: Databases, tmp_path: Path) -> Iterator[Story]:
    """A staffed office without a case; a test that uses it runs on both databases."""
    url = databases.fresh(staffed)
    with story_in(url, tmp_path / "home") as told:
        yield told
    databases.drop(url)
