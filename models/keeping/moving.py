"""Carries a whole database to another place or kind, row by row and chain by chain (数据库迁移)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Table, inspect, make_url, select
from sqlalchemy.orm import Session

from models.kernel.errors import Conflict, Refused
from models.kernel.storage.database import Database
from models.kernel.storage.place import synced
from models.kernel.storage.schema_version import kept_version, other_schema
from models.kernel.tables import Heartbeat

from .chains import Chains, check_chains
from .dump import counted, kinds_of, lines, tables_of
from .load import Lines, holds_tables, load
from .rules.manifest import TablePart

SILENCE = timedelta(minutes=2)
"""For how long a worker is taken to live after its last sign of life."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What went over: how many tables and rows, and the chains that were checked there."""

    tables: int
    rows: int
    chains: Chains


def move(source: Database, target: str, now: datetime) -> Moved:
    """Carry all that `source` holds into the empty database at `target`. Nobody writes into the source meanwhile.

    Raises Refused where the source is of another version, broken or at work, and where the target holds anything; then
    the target is as it was.
    """
    other = other_schema(source.engine)
    if other is not None:
        raise other
    schema = kept_version(source.engine)
    assert schema is not None
    with _held(source) as connection:
        _refuse_at_work(connection, now)
        tables = {table.name: table for table in tables_of(connection)}
        parts = [_part(connection, table) for table in tables.values()]
        with filling(target) as there:
            chains = fill(there, schema, parts, lambda part: lines(connection, tables[part.name]))
    return Moved(len(parts), sum(part.rows for part in parts), chains)


@contextmanager
def filling(target: str) -> Iterator[Connection]:
    """Yield a transaction in the empty database at a URL: what goes wrong in it leaves nothing behind.

    A file of SQLite is made beside its name, and gets it when it is whole. Raises Conflict where there is something.
    """
    url = make_url(target)
    file = Path(url.database).absolute() if url.get_backend_name() == "sqlite" and url.database else None
    if file is None:
        with _one_transaction(Database(target)) as connection:
            yield connection
        return
    if file.exists():
        raise _not_empty(str(file))
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.filling")
    _remove(beside)
    try:
        with _one_transaction(Database(f"sqlite:///{beside}")) as connection:
            yield connection
        if file.exists():
            raise _not_empty(str(file))
        synced(beside)
        beside.replace(file)
        synced(file.parent)
    finally:
        _remove(beside)


def fill(connection: Connection, schema: str, parts: list[TablePart], lines_of: Lines) -> Chains:
    """Load the rows, bring the tables to this program's version, and check the chains. Raises Refused for a broken one."""
    from models.migrations import upgrade

    load(connection, schema, parts, lines_of)
    upgrade(connection)
    with Session(connection, autoflush=False) as session:
        chains = check_chains(session)
    if chains.faults:
        told = "；".join(chains.faults[:3])
        raise Refused(f"有 {len(chains.faults)} 条记录链不完整（{told}），没有保留任何内容。", code="chain_broken")
    return chains


@contextmanager
def _one_transaction(database: Database) -> Iterator[Connection]:
    try:
        with database.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                # One file that is renamed: nothing of it may be left in a log beside.
                driver = connection.connection.driver_connection
                assert driver is not None  # only a connection that was given back has none
                driver.execute("PRAGMA journal_mode = DELETE")
            with connection.begin():
                if holds_tables(connection):
                    raise _not_empty(database.engine.url.render_as_string(hide_password=True))
                yield connection
    finally:
        database.close()


@contextmanager
def _held(source: Database) -> Iterator[Connection]:
    """Yield the source as it stands while nobody can write into it."""
    with source.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection = connection.execution_options(immediate=True)
            with connection.begin():
                yield connection
            return
        every = ", ".join(f'"{name}"' for name in sorted(inspect(connection).get_table_names()))
        connection.rollback()
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            # Before anything is read: what this transaction sees is fixed by its first question.
            connection.exec_driver_sql(f"LOCK TABLE {every} IN SHARE MODE")
            yield connection


def _refuse_at_work(connection: Connection, now: datetime) -> None:
    asked = select(Heartbeat.worker).where(Heartbeat.ended_at.is_(None), Heartbeat.beat_at > now - SILENCE)
    if connection.execute(asked).first() is not None:
        raise Conflict("系统正在运行，请先用 Ctrl-C 停止 shencha up 或 shencha worker，再迁移数据库。", code="at_work")


def _part(connection: Connection, table: Table) -> TablePart:
    found = counted(lines(connection, table))
    names = tuple(column.name for column in table.columns)
    return TablePart(table.name, names, tuple(kind.value for kind in kinds_of(table)), found.rows, found.sha256)


def _not_empty(place: str) -> Conflict:
    return Conflict(f"{place} 已有数据库，不会覆盖；请换一个空的数据库或数据目录。", code="not_empty")


def _remove(file: Path) -> None:
    for part in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + part).unlink(missing_ok=True)
