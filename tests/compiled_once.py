"""Statements compiled once in a process: the many databases of the tests share what SQLAlchemy keeps for each engine.

A program compiles a statement when it first says it, and then for as long as it runs. Tests open an engine each, and
would compile everything anew: two fifths of the processor time of a journey.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

COMPILED: LRUCache[Any, Any] = LRUCache(4000)
"""By dialect and statement; all tests together say some thousands."""


class Alike:
    """A dialect that equals every other one of its kind: one server, one SQLite, so the same words for all."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Keep there what is compiled here; SQLAlchemy calls this for every new engine."""
        engine.update_execution_options(compiled_cache=COMPILED)


class Sqlite(Alike, SQLiteDialect_pysqlite):
    """SQLite."""

    supports_statement_cache = True


class Postgresql(Alike, PGDialect_psycopg):
    """PostgreSQL."""

    supports_statement_cache = True


def compile_once() -> None:
    """Let every engine that this process makes from now on share what is compiled."""
    registry.register("sqlite", __name__, Sqlite.__name__)
    registry.register("postgresql.psycopg", __name__, Postgresql.__name__)
