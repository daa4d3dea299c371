"""Journeys run through the real commands, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Databases
from tests.stories import Story, beginning, staffed, story_in

GoOn = Callable[[Callable[[Story], Any]], Any]


@pytest.fixture
def story(databases: Databases, tmp_path: Path) -> Iterator[Story]:
    """A staffed office on a fresh database, with files below a folder of its own."""
    url = databases.fresh(staffed)
    with story_in(url, tmp_path) as told:
        yield told
    databases.drop(url)


@pytest.fixture
def go_on(databases: Databases, tmp_path: Path) -> Iterator[GoOn]:
    """Go on from what the tests of a file have in common: `go_on(Served)` is `Served(story)`, lived once and copied."""
    with ExitStack() as after:

        def told(tell: Callable[[Story], Any]) -> Any:
            begun = beginning(databases, tell)
            url = begun.copied(databases, tmp_path)
            after.callback(databases.drop, url)
            return begun.of(after.enter_context(story_in(url, tmp_path)))

        yield told
