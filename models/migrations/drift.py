"""`python -m models.migrations.drift`: do the migrations make exactly the tables that the code declares?"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from models.kernel.storage.database import Database
from models.tables import Base

from . import upgrade


def drift(url: str) -> list[str]:
    """Return what differs between a freshly migrated database at `url` and the declared tables."""
    database = Database(url, durable=False)
    upgrade(database.engine)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = [str(difference) for difference in compare_metadata(context, Base.metadata)]
    database.close()
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        differences = drift(f"sqlite:///{Path(folder) / 'drift.db'}")
    for difference in differences:
        print(difference, file=sys.stderr)
    sys.exit(1 if differences else 0)
