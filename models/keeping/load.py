"""Fills an empty database from neutral rows, within the transaction of the caller: all of them, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Connection, Integer, Table, delete, func, insert, inspect, select, text
from sqlalchemy.dialects.postgresql import JSONB

from models.kernel.errors import Refused
from models.migrations import upgrade
from models.migrations.roles import grant_anew

from .dump import ROWS_AT_A_TIME, counted, first_difference, kinds_of, lines, tables_of
from .rules.manifest import TablePart
from .rules.neutral import Kind, read

Lines = Callable[[TablePart], Iterable[bytes]]
"""Gives the lines of a table, anew each time it is asked."""


def holds_tables(connection: Connection) -> bool:
    """Return whether a database has any table: only one that has none is filled."""
    return bool(inspect(connection).get_table_names())


def load(connection: Connection, schema: str, parts: Sequence[TablePart], lines_of: Lines) -> None:
    """Make the tables of a version, fill them, and read them again row by row; the caller commits.

    Raises Refused where the tables are others, or a row did not arrive as it was.
    """
    upgrade(connection, schema)
    tables = {table.name: table for table in tables_of(connection)}
    _refuse_other_tables(tables, parts)
    with _references_last(connection, tables.values()):
        for table in tables.values():
            connection.execute(delete(table))  # what a migration put in is among the rows that come
        for part in parts:
            _fill(connection, tables[part.name], lines_of(part))
    _count_on(connection, tables.values())
    for part in parts:
        _compare(connection, tables[part.name], part, lines_of)
    grant_anew(connection)


def _refuse_other_tables(tables: dict[str, Table], parts: Sequence[TablePart]) -> None:
    expected = {part.name: dict(zip(part.columns, part.kinds, strict=True)) for part in parts}
    found = {
        name: {column.name: kind.value for column, kind in zip(table.columns, kinds_of(table), strict=True)}
        for name, table in tables.items()
    }
    if found != expected:
        other = sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
        raise Refused(f"数据库的表与本程序的不同：{'、'.join(other)}，没有写入任何内容。", code="tables_differ")


def _fill(connection: Connection, table: Table, found: Iterable[bytes]) -> None:
    kinds = kinds_of(table)
    insert_rows(connection, table, (read(kinds, line) for line in found))


def insert_rows(connection: Connection, table: Table, found: Iterable[Sequence[Any]]) -> None:
    """Put rows into a table as `read` gives them, some hundred at a time."""
    kinds, sqlite = kinds_of(table), connection.dialect.name == "sqlite"
    for column, kind in zip(table.columns, kinds, strict=True):
        if kind is Kind.JSON:
            column.type = JSON(none_as_null=True) if sqlite else JSONB(none_as_null=True)
    names = [column.name for column in table.columns]
    rows = (
        {name: _taken(kind, value, sqlite) for name, kind, value in zip(names, kinds, values, strict=True)}
        for values in found
    )
    while batch := list(islice(rows, ROWS_AT_A_TIME)):
        connection.execute(insert(table), batch)


def _taken(kind: Kind, value: Any, sqlite: bool) -> Any:
    if kind is Kind.JSON and value is not None:
        return JSON.NULL if value[0] is None else value[0]
    if sqlite and isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


@contextmanager
def _references_last(connection: Connection, tables: Iterable[Table]) -> Iterator[None]:
    """Let rows come in any order; that each reference leads somewhere is checked when all are there.

    PostgreSQL's constraints are taken off and put on again as they were: to defer them would remember every row.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        yield
        connection.exec_driver_sql(
            "PRAGMA defer_foreign_keys = OFF"
        )  # an upgrade that follows is to be checked at once
        return
    known = text(
        "SELECT conrelid::regclass::text AS owner, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS wording"
        " FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    constraints = connection.execute(known).all()
    for one in constraints:
        connection.exec_driver_sql(f"ALTER TABLE {one.owner} DROP CONSTRAINT {one.name}")
    yield
    for one in constraints:
        connection.exec_driver_sql(f"ALTER TABLE {one.owner} ADD CONSTRAINT {one.name} {one.wording}")


def _count_on(connection: Connection, tables: Iterable[Table]) -> None:
    """Let PostgreSQL number new rows after those that came; SQLite does so by itself."""
    if connection.dialect.name == "sqlite":
        return
    for table in tables:
        for column in table.primary_key.columns:
            if not isinstance(column.type, Integer):
                continue
            sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
            if sequence is not None:
                last = connection.scalar(select(func.max(column)))
                connection.execute(select(func.setval(sequence, last or 1, last is not None)))


def _compare(connection: Connection, table: Table, part: TablePart, lines_of: Lines) -> None:
    there = counted(lines(connection, table))
    if (there.rows, there.sha256) == (part.rows, part.sha256):
        return
    at = first_difference(lines_of(part), lines(connection, table))
    raise Refused(f"表 {part.name} 第 {at} 行写入后与原来的不同，没有保留任何内容。", code="rows_differ")
