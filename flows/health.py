"""Health-check flow: whether this machine can do our work, for each machine of a work pool."""

from __future__ import annotations

import platform

import prefect
import sqlalchemy
from prefect import flow

from models.kernel.settings import Settings
from models.kernel.storage.database import Database


@flow(name="engine-health")
def health() -> dict[str, str]:
    """Return the versions at work and which database answered. Raises what the database says if it does not."""
    database = Database(Settings().database, create=False)
    try:
        with database.reading() as session:
            session.execute(sqlalchemy.text("SELECT 1"))
    finally:
        database.close()
    return {
        "python": platform.python_version(),
        "prefect": prefect.__version__,
        "sqlalchemy": sqlalchemy.__version__,
        "database": database.engine.dialect.name,
    }
