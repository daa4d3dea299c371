"""Reads a whole database as it was at one moment, table by table, in the neutral spelling and in a fixed order.

The tables are taken as the database has them and not as this program declares them: a database of an earlier version is
backed up before it is upgraded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    cast,
    collate,
    select,
)

from models.kernel.storage.database import Database
from models.kernel.storage.schema_version import TABLE as VERSION_TABLE

from .rules.neutral import Kind, spelled

ROWS_AT_A_TIME = 500
SEARCH = "search_"
# The first that fits counts: floating numbers are a kind of numeric to SQLAlchemy.
_KINDS: tuple[tuple[type[Any], Kind], ...] = (
    (JSON, Kind.JSON),
    (DateTime, Kind.MOMENT),
    (Date, Kind.DAY),
    (Boolean, Kind.TRUTH),
    (Float, Kind.PLAIN),
    (Numeric, Kind.DECIMAL),
    (LargeBinary, Kind.BYTES),
    (Integer, Kind.PLAIN),
    (String, Kind.PLAIN),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many lines there were, and the hash of all of them in order."""

    rows: int
    sha256: str


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """Yield a connection to which nothing changes any more while others go on writing.

    In its write-ahead log SQLite keeps what a reader has begun with; its online backup would begin anew with each
    write from elsewhere. PostgreSQL is asked for one transaction that repeats what it reads, as `pg_dump` does.
    """
    with database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def tables_of(connection: Connection, named: Collection[str] | None = None) -> list[Table]:
    """Return the tables that a database has, by name, or those `named`; without the one that holds its version, and
    without what search keeps: that follows from the others, and is made anew where they are written."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: _kept(name) and (named is None or name in named))
    return [table for _, table in sorted(found.tables.items())]


def _kept(name: str) -> bool:
    return name != VERSION_TABLE and not name.startswith(SEARCH)


def kinds_of(table: Table) -> list[Kind]:
    """Return what each column of a table holds."""
    return [_kind(column) for column in table.columns]


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Yield the rows of a table in the order of its key, the same in every database."""
    kinds = kinds_of(table)
    ordered = [_ordered(connection, column) for column in _key(table)]
    for row in rows(connection, table, kinds, ordered):
        yield spelled(kinds, row)


def rows(
    connection: Connection, table: Table, kinds: Sequence[Kind], ordered: Sequence[Any], *which: ColumnElement[bool]
) -> Iterator[Sequence[Any]]:
    """Yield the rows of a table, or those for `which` holds, as `spelled` takes them."""
    columns = [
        cast(column, Text) if kind is Kind.JSON else column for column, kind in zip(table.columns, kinds, strict=True)
    ]
    streamed = select(*columns).where(*which).order_by(*ordered).execution_options(yield_per=ROWS_AT_A_TIME)
    yield from connection.execute(streamed.execution_options(stream_results=True))


def counted(found: Iterable[bytes]) -> Counted:
    """Return number and hash of lines, which are gone afterwards."""
    digest, rows = hashlib.sha256(), 0
    for line in found:
        digest.update(line)
        rows += 1
    return Counted(rows, digest.hexdigest())


def first_difference(one: Iterable[bytes], other: Iterable[bytes]) -> int | None:
    """Return the number of the first line, from 1, in which two tables differ; None where they are the same."""
    for number, (here, there) in enumerate(zip_longest(one, other), 1):
        if here != there:
            return number
    return None


def _kind(column: Column[Any]) -> Kind:
    for of, kind in _KINDS:
        if isinstance(column.type, of):
            return kind
    raise TypeError(f"{column.table.name}.{column.name}: {column.type!r}")


def _key(table: Table) -> list[Column[Any]]:
    """Return what rows are ordered by; without a key of its own, by all that they hold."""
    return list(table.primary_key.columns) or list(table.columns)


def _ordered(connection: Connection, column: Column[Any]) -> Any:
    """Order text by its bytes: what a language makes of it differs between databases, and from server to server."""
    if connection.dialect.name == "postgresql" and isinstance(column.type, String):
        return collate(column, "C")
    return column
