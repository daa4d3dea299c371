"""Where benches work: a folder that is thrown away, and one PostgreSQL server that writes to disk as it should."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import URL

from models.first_set_up import initialise
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from tests.databases import CARELESS, Databases, Unavailable, postgres, run_sql

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


def initialised(url: str) -> None:
    """Prepare a database as `shencha init` leaves it."""
    database = Database(url, durable=False)
    initialise(database, Settings(), AT)
    database.close()


class Workplace:
    """Fresh databases and folders. `without_postgres` says why there is none, where there is none."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self._stack, self._names = folder, stack, count(1)
        self.without_postgres: str | None = None

    @cached_property
    def server(self) -> URL | None:
        """Start the server when the first bench asks for it; its tests' carelessness is taken back."""
        try:
            url = self._stack.enter_context(postgres(self.folder / "postgres"))
        except Unavailable as reason:
            self.without_postgres = str(reason)
            return None
        run_sql(url, *(f"ALTER SYSTEM RESET {name}" for name in CARELESS), "SELECT pg_reload_conf()")
        return url

    def described(self) -> str:
        """Say how far the server goes to keep what was committed."""
        assert self.server is not None
        dsn = self.server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(dsn) as connection:
            shown = [connection.execute(f"SHOW {name}".encode()).fetchone() for name in ("server_version", *CARELESS)]
        version, *kept = [row[0] for row in shown if row is not None]
        return f"PostgreSQL {version}, " + ", ".join(f"{n} {v}" for n, v in zip(CARELESS, kept, strict=True))

    def subfolder(self) -> Path:
        """Return a new empty folder."""
        made = self.folder / f"f{next(self._names)}"
        made.mkdir()
        return made

    @cached_property
    def _sqlite(self) -> Databases:
        return Databases(self.subfolder(), server=None, worker="bench")

    @cached_property
    def _postgres(self) -> Databases:
        return Databases(self.folder, server=self.server, worker="bench")

    @contextmanager
    def database(
        self, *, on_postgres: bool, prepare: Callable[[str], None] = initialised, durable: bool = True
    ) -> Iterator[Database]:
        """Open a fresh database, initialised by default, and throw it away at the end."""
        databases = self._postgres if on_postgres else self._sqlite
        url = databases.fresh(prepare)
        database = Database(url, durable=durable)
        try:
            yield database
        finally:
            database.close()
            databases.drop(url)

    def empty(self) -> str:
        """Return the URL of an empty database on the server."""
        return self._postgres.empty()


@contextmanager
def workplace() -> Iterator[Workplace]:
    """Open a workplace in a temporary folder; the server and the folder go at the end."""
    folder = Path(tempfile.mkdtemp(prefix="shencha-bench-"))
    try:
        with ExitStack() as stack:
            yield Workplace(folder, stack)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
