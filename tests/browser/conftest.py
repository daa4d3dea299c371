"""What a browser test stands on: a staffed installation, the real server, chromium; without chromium it is skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from models.kernel.act import acting
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.office.commands.users import set_password
from tests.browser.serving import CHROMIUM, WIDE, Visitor, chromium, serving, visiting
from tests.databases import Databases
from tests.stories import STAFF, START, Story, staffed, story_in
from ui.passwords import hashed

PASSWORD = "a password for tests"

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a file of tests."""
    if not CHROMIUM.exists():
        pytest.skip(f"no chromium at {CHROMIUM}")
    with chromium() as one:
        yield one


def with_passwords(url: str) -> None:
    """Prepare a staffed office in which everybody may sign in."""
    staffed(url)
    database, kept = Database(url, durable=False), hashed(PASSWORD)
    for account in STAFF:
        with acting(database, Settings(), "console", START) as act:
            set_password(act, account, kept, must_change=False)
    database.close()


@pytest.fixture
def story(sqlite_databases: Databases, tmp_path: Path) -> Iterator[Story]:
    """The office whose pages are looked at, on SQLite: what pages do to a database is tested on both below them."""
    url = sqlite_databases.fresh(with_passwords)
    with story_in(url, tmp_path / "home") as story:
        yield story
    sqlite_databases.drop(url)


@pytest.fixture
def visit(story: Story, browser: Browser) -> Iterator[Visit]:
    """Send somebody to the pages: `visit("li")`, in a window of their own."""
    with ExitStack() as open_things:
        settings = story.installation.settings
        address = open_things.enter_context(serving(settings.home, settings.database))

        def go(account: str, size: tuple[int, int] = WIDE) -> Visitor:
            visitor = open_things.enter_context(visiting(browser, address, size))
            visitor.sign_in(account, PASSWORD)
            return visitor

        yield go
