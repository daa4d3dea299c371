"""Put a town with so many cases into an empty database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import event, text

from models.kernel.storage.database import Database
from tests.benchmarks.seed import analyse, go_on_counting, trust
from tests.benchmarks.web.cases import life, numbers, write_case
from tests.benchmarks.web.rows import Rows
from tests.benchmarks.web.town import Town, settle

CHUNK = 1000


def seed(database: Database, cases: int, today: date) -> Town:
    """Seed `cases` cases over the three years before `today`. A seed that was cut off is to be thrown away."""
    with _hastily(database.url) as hasty:
        town = settle(hasty)
        ids = numbers()
        for first in range(1, cases + 1, CHUNK):
            with hasty.writing() as session:
                trust(session)
                rows = Rows(session)
                for nth in range(first, min(first + CHUNK, cases + 1)):
                    write_case(rows, life(nth, cases, today, town, ids))
                rows.write()
        with hasty.writing() as session:
            go_on_counting(session)
    analyse(database)
    return town


@contextmanager
def _hastily(url: str) -> Iterator[Database]:
    """Open the database without waiting for the disk; SQLite keeps its indexes in memory and believes foreign keys."""
    hasty = Database(url, durable=False)

    if hasty.engine.dialect.name == "sqlite":

        @event.listens_for(hasty.engine, "connect")
        def hurry(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("PRAGMA cache_size = -2000000")

    try:
        yield hasty
        if hasty.engine.dialect.name == "sqlite":
            with hasty.engine.connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    finally:
        hasty.close()
