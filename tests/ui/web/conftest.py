"""Pages under test: an installation, somebody signed in to it, and the page they look at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from flows import server
from models.kernel.act import acting
from models.kernel.calendar.time import wall_clock
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.office.commands.signing_in import begin_session
from models.office.commands.users import set_password
from tests.databases import Databases
from tests.stories import Beginning, Story, staffed
from ui.passwords import hashed, token_hash
from ui.web import cached_worklists, served
from ui.web.leading import cached_figures, drawn, territory
from ui.web.parts import visitor, warnings
from ui.web.screens import accident_map

APP = Path(__file__).parent.parent.parent.parent / "ui" / "web" / "app.py"
SECONDS = 30
PASSWORD = "correct horse battery"

Look = Callable[..., AppTest]


@pytest.fixture
def begun() -> Beginning[Any] | None:
    """What has happened before the test begins; a file whose tests have it in common says so by a fixture of its own."""
    return None


@pytest.fixture
def story(
    begun: Beginning[Any] | None, tmp_path: Path, sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Story]:
    """An installation that the pages read, and what happens in it."""
    url = sqlite_databases.fresh(staffed) if begun is None else begun.copied(sqlite_databases, tmp_path)
    with read_by_pages(url, tmp_path, monkeypatch) as told:
        yield told
    sqlite_databases.drop(url)


@contextmanager
def read_by_pages(url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """Let the pages of this process read a database, and tell what happens in it."""
    monkeypatch.setenv("SHENCHA_HOME", str(home))
    monkeypatch.setenv("SHENCHA_DATABASE_URL", url)
    monkeypatch.setattr(server, "answers", lambda _url: False)  # no page of a test asks a real engine
    database = Database(url, durable=False)
    yield Story(Installation(Settings(files_url=str(home / "files")), database))
    database.close()
    served._database(url).close()
    served._database.cache_clear()


@pytest.fixture(autouse=True)
def _no_components_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare every look a search through all packages for components of others, of which we have none."""
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every look count anew what took place since the last."""
    for memory in (
        *cached_figures.MEMORIES,
        *territory.MEMORIES,
        drawn.DRAWN,
        accident_map.HEATS,
        cached_worklists.LISTS,
        cached_worklists.STUCK,
        warnings.SWEPT,
    ):
        monkeypatch.setattr(memory, "seconds", 0.0)
        monkeypatch.setattr(memory, "grace", 0.0)


@pytest.fixture
def sign_in(story: Story, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Sign somebody in as the browser would be: a session in the database, its token in the page's cookies."""

    def begun(account: str) -> str:
        token = f"token of {account}"
        with acting(story.installation.database, story.installation.settings, account, wall_clock()) as act:
            begin_session(act, token_hash(token), way="oidc")
        monkeypatch.setattr(visitor, "token_in", lambda _cookies: token)
        return token

    return begun


@pytest.fixture
def look(sign_in: Callable[[str], str]) -> Look:
    """Open a page as somebody: `look("li", "cases", words="G318")`."""
    known: set[str] = set()

    def opened(account: str, address: str = "", /, **query: str) -> AppTest:
        if account not in known:
            sign_in(account)
            known.add(account)
        app = AppTest.from_file(str(APP), default_timeout=SECONDS)
        for name, value in query.items():
            app.query_params[name] = value
        if address:
            app._page_hash = calc_hash(address)  # what the browser sends along with the address
        return app.run()

    return opened


def words(app: AppTest) -> str:
    """Return everything a page says."""
    shown = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.info, *app.error, *app.success]
    html = [element.proto.body for element in app.get("html")]
    said = [*(str(element.value) for element in shown), *(button.label for button in app.button)]
    return "\n".join([*map(read, said), *html])


def read(markdown: str) -> str:
    """Return what a person reads of words that were made harmless for markdown."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace("\u2060", "")


def give_password(story: Story, account: str, *, must_change: bool = False) -> None:
    """Let an account sign in with PASSWORD."""
    with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
        set_password(act, account, hashed(PASSWORD), must_change=must_change)


__all__ = ["PASSWORD", "Look", "give_password", "read", "read_by_pages", "words"]
