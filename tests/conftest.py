"""What every test stands on: a home of its own, no outside world, fresh databases of both kinds."""

from __future__ import annotations

import atexit
import gc
import os
import random
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from sqlalchemy import URL
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.compiled_once import compile_once
from tests.databases import Databases, Unavailable, migrated, postgres, thrown_away

if TYPE_CHECKING:
    from tests.stories import Story

# Before anything of ours is imported: Prefect reads its environment once, and nothing may reach a person's home.
for name in [name for name in os.environ if name.startswith(("SHENCHA_", "PREFECT_"))]:
    if name != "SHENCHA_SHARED_DATA":
        del os.environ[name]
os.environ["SHENCHA_HOME"] = tempfile.mkdtemp(prefix="shencha-tests-")
atexit.register(shutil.rmtree, os.environ["SHENCHA_HOME"], ignore_errors=True)
# One for all homes, because databases are copied from one to another.
os.environ["SHENCHA_PERSONAL_KEY"] = f"{os.environ['SHENCHA_HOME']}/personal.key"
os.environ["XDG_STATE_HOME"] = os.environ["SHENCHA_HOME"]  # where marks of homes stand outside of them
os.environ["PREFECT_LOGGING_TO_API_ENABLED"] = "false"
os.environ["SHENCHA_PHONE"] = "0711-0000000"
os.environ["SHENCHA_PDF"] = "off"  # LibreOffice takes seconds; tests that are about it turn it on

compile_once()
settings.register_profile("derandomized", derandomize=True, deadline=None, database=None)
settings.load_profile("derandomized")

ROOT = Path(__file__).parent.parent
TOGETHER = {
    "browser": ("tests/browser/",),
    "worker": ("tests/faults/", "tests/flows/test_worker.py"),
    "prefect": ("tests/flows/test_prefect_server.py", "tests/ui/test_up.py", "tests/test_benchmarks.py"),
}
"""What starts browsers, workers or servers of Prefect, one after the other."""

THIS_MACHINE = ["127.0.0.1", "::1", "localhost"]


SEED = "TEST_SEED"
"""Whatever number it holds, tests run in an order drawn by it; `random` draws the number."""

ANY_ORDER = ("tests/models/", "tests/documents/", "tests/journeys/")
"""Where the tests of a file are shuffled too; elsewhere files are, for each starts a browser, a server or a program once."""


def pytest_configure() -> None:
    """Draw the seed where it is to be drawn: the workers inherit it, and so collect in one order."""
    if os.environ.get(SEED) == "random":
        os.environ[SEED] = str(secrets.randbelow(1_000_000))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in which order the tests ran, so that it can be had again."""
    if seed := os.environ.get(SEED):
        terminalreporter.write_line(f"tests in the order of {SEED}={seed}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """No test reaches a network; those that say so may talk to this machine. Unix sockets are always allowed."""
    for item in items:
        if item.get_closest_marker("server") or item.get_closest_marker("loopback"):
            item.add_marker(pytest.mark.allow_hosts(THIS_MACHINE))
    if seed := os.environ.get(SEED):
        items[:] = shuffled(items, seed)


def shuffled(items: list[pytest.Item], seed: str) -> list[pytest.Item]:
    """Return the tests by files in the order of a seed; what takes longest stays in front."""
    dice = random.Random(seed)
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    places = sorted(files)
    dice.shuffle(places)
    for place in places:
        if place.startswith(ANY_ORDER):
            dice.shuffle(files[place])
    slow = tuple(place for together in TOGETHER.values() for place in together)
    places.sort(key=lambda place: not place.startswith(slow))
    return [item for place in places for item in files[place]]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Give a worker a file of tests at a time, and what would slow each other down to one worker.

    xdist has marks for that, which have no effect under the pytest that is in the lock.
    """
    config.option.loadscopereorder = False  # the browser's tests take longest, and are found first
    return Places(config, log)


class Places(LoadScopeScheduling):
    """Tests by the place they stand in."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((alone for alone, places in TOGETHER.items() if file.startswith(places)), file)


@pytest.fixture(scope="module", autouse=True)
def _what_stays_is_not_collected_again_and_again() -> Iterator[None]:
    """Put what is left of a file of tests out of the collector's sight: Streamlit collects after every run of a page."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of sample data beside the repository, or SHENCHA_SHARED_DATA."""
    folder = Path(os.environ.get("SHENCHA_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}")
    return folder


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str) -> Iterator[URL]:
    """A PostgreSQL server for this test run; tests on it skip where none can be started."""
    try:
        with postgres(thrown_away() / f"shencha-pg-{testrun_uid[:8]}") as url:
            yield url
    except Unavailable as reason:
        pytest.skip(f"no PostgreSQL here: {reason}")


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Databases:
    """Fresh SQLite files."""
    return Databases(tmp_path_factory.mktemp("databases"), server=None, worker=worker_id)


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: URL, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Databases:
    """Fresh databases on the PostgreSQL server."""
    return Databases(tmp_path_factory.getbasetemp(), server=postgres_server, worker=worker_id)


@pytest.fixture
def sqlite_url(sqlite_databases: Databases) -> Iterator[str]:
    """The URL of a new SQLite database with all tables and no data."""
    url = sqlite_databases.fresh(migrated)
    yield url
    sqlite_databases.drop(url)


@pytest.fixture
def postgres_url(postgres_databases: Databases) -> Iterator[str]:
    """The URL of a new PostgreSQL database with all tables and no data."""
    url = postgres_databases.fresh(migrated)
    yield url
    postgres_databases.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Fresh databases of the one and of the other kind: a test that uses this runs twice."""
    of_kind: Databases = request.getfixturevalue(
        "sqlite_databases" if request.param == "sqlite" else "postgres_databases"
    )
    return of_kind


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The URL of a new database with all tables and no data, once of either kind."""
    url = databases.fresh(migrated)
    yield url
    databases.drop(url)


@pytest.fixture
def story(databases: Databases, tmp_path: Path) -> Iterator[Story]:
    """A staffed office without a case; a test that tells its story there runs on both databases."""
    from tests.stories import staffed, story_in  # Prefect comes with it, and not every test needs Prefect

    url = databases.fresh(staffed)
    with story_in(url, tmp_path / "home") as story:
        yield story
    databases.drop(url)
