"""`python -m models.migrations.drift`: do the migrations make exactly the tables that the code declares?"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from models.kernel.storage.database import Database
from models.tables import Base

from . import upgrade
from .search_marks import INDEX, triggers_of


def drift(url: str) -> list[str]:
    """Return what differs between a freshly migrated database at `url` and the declared tables."""
    database = Database(url, durable=False)
    upgrade(database.engine)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _declared})
        found = [str(difference) for difference in compare_metadata(context, Base.metadata)]
        found += [f"no trigger {name}" for name in sorted(_lost_triggers(connection))]
    database.close()
    return found


def _declared(name: str | None, *_: object) -> bool:
    """Tell whether something is told by the declared tables: each database has an index for search of its own kind."""
    return not (name or "").startswith(INDEX)


def _lost_triggers(connection: Connection) -> set[str]:
    """Return which triggers that mark changes for search are gone, as when a table was made anew on SQLite."""
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.dialect.name]
    return triggers_of(connection.dialect.name) - set(connection.execute(text(asked)).scalars())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        differences = drift(f"sqlite:///{Path(folder) / 'drift.db'}")
    for difference in differences:
        print(difference, file=sys.stderr)
    sys.exit(1 if differences else 0)
