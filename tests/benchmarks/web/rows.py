"""Rows in bulk, in the spelling that the database itself reads: no type of SQLAlchemy touches ten million of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

Values = tuple[Any, ...]


class Rows:
    """Rows by table, kept until `write`. The first row of a table names its columns; the others have the same."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._postgres = session.get_bind().dialect.name == "postgresql"
        self._zone = "+00" if self._postgres else ""
        self._columns: dict[str, tuple[str, ...]] = {}
        self._rows: dict[str, list[Values]] = defaultdict(list)

    def add(self, table: str, **row: Any) -> None:
        """Keep a row."""
        if table not in self._columns:
            self._columns[table] = tuple(row)
        self._rows[table].append(tuple(row.values()))

    def add_many(self, table: str, columns: tuple[str, ...], rows: Sequence[Values]) -> None:
        """Keep many rows whose columns are named once."""
        self._columns.setdefault(table, columns)
        self._rows[table] += rows

    def moment(self, day: date | str, clock: str = "02:00:00") -> str:
        """Spell a moment of a day, in UTC."""
        return f"{day} {clock}.000000{self._zone}"

    def write(self) -> None:
        """Write every row, and forget it."""
        connection: Any = self._session.connection().connection.driver_connection
        for table, columns in self._columns.items():
            rows = self._rows.pop(table, [])
            if not rows:
                continue
            if self._postgres:
                with (
                    connection.cursor() as cursor,
                    cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
                ):
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * len(columns))
                connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)


def spelled(value: Any) -> str:
    """Spell a JSON value."""
    return json.dumps(value, ensure_ascii=False)
