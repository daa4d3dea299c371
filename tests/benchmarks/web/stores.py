"""The seeded databases: made anew and thrown away, or kept in a folder for the next run."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import URL

from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.time import wall_clock
from models.kernel.storage.database import Database
from tests.benchmarks.web.seed import seed
from tests.benchmarks.web.town import sweep_now
from tests.databases import CARELESS, Unavailable, postgres, run_sql

NAME = "bench_web"


@dataclass(frozen=True, slots=True)
class Store:
    """A seeded database: its name for people, its address, how many cases, and how long the seeding took."""

    name: str
    url: str
    cases: int
    seconds: float
    size_mb: float


@contextmanager
def folder(keep: Path | None) -> Iterator[Path]:
    """Yield the folder to work in: the one to keep, or one that is thrown away."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    made = Path(tempfile.mkdtemp(prefix="shencha-bench-web-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def sqlite(place: Path, cases: int) -> Iterator[Store]:
    """Open the seeded SQLite database."""
    file = place / f"{NAME}_{cases}.sqlite"
    told = file.with_suffix(".json")
    if not told.exists():
        for part in ("", "-wal", "-shm"):
            Path(f"{file}{part}").unlink(missing_ok=True)
    yield _seeded("SQLite", f"sqlite:///{file}", cases, told)


@contextmanager
def postgresql(place: Path, cases: int, *, keep: bool) -> Iterator[Store]:
    """Open the seeded database on a server that writes to disk as it should. Raises Unavailable."""
    with ExitStack() as stack:
        server = stack.enter_context(postgres(place / "postgres", keep=keep))
        run_sql(server, *(f"ALTER SYSTEM RESET {name}" for name in CARELESS), "SELECT pg_reload_conf()")
        name, told = f"{NAME}_{cases}", place / f"{NAME}_{cases}.postgres.json"
        if not told.exists():
            run_sql(server, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}" TEMPLATE template0')
        yield _seeded("PostgreSQL", _address(server, name), cases, told)


def _address(server: URL, name: str) -> str:
    return server.set(database=name).render_as_string(hide_password=False)


def _seeded(name: str, url: str, cases: int, told: Path) -> Store:
    """Seed where nobody has yet; what was seeded on another day is one day older, which no page minds."""
    database = Database(url)
    try:
        if not told.exists():
            began = time.monotonic()
            seed(database, cases, local_date(wall_clock()))
            told.write_text(json.dumps({"seconds": time.monotonic() - began}))
        # In the future, so that the longest bench never sees the banner of a clock that stands still.
        sweep_now(database, wall_clock() + timedelta(days=1))
        return Store(name, url, cases, json.loads(told.read_text())["seconds"], _size(database))
    finally:
        database.close()


def _size(database: Database) -> float:
    statement = (
        "SELECT pg_database_size(current_database())"
        if database.engine.dialect.name == "postgresql"
        else "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    )
    with database.engine.connect() as connection:
        return float(connection.exec_driver_sql(statement).scalar_one()) / 1e6


__all__ = ["Store", "Unavailable", "folder", "postgresql", "sqlite"]
