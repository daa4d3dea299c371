"""Versions of the tables, and how a database is brought up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine


def config(engine: Engine | Connection) -> Config:
    """Return Alembic's configuration for a database; there is no ini file to drift away from the code."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.attributes["engine"] = engine
    return settings


def revision(engine: Engine) -> str | None:
    """Return the version of a database's tables; None where there are none."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine | Connection, to: str = "head") -> None:
    """Bring the tables of a database to a version; a database that is there already is left as it is.

    Given a connection it works in the transaction that is under way there, which the caller ends.
    """
    command.upgrade(config(engine), to)
