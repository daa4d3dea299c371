"""Versions of the tables, and how a database is brought up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine


def config(engine: Engine) -> Config:
    """Return Alembic's configuration for a database; there is no ini file to drift away from the code."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.attributes["engine"] = engine
    return settings


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the tables of a database to a version; a database that is there already is left as it is."""
    command.upgrade(config(engine), to)
