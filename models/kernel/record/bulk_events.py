"""Bulk insert of rows and events over many cases; each case's events are chained as `events.record` chains them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, JSON, ColumnElement, Integer, String, bindparam, func, insert, literal, update
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.record import event_chain as chain
from models.kernel.record.event_kinds import HAPPENINGS
from models.kernel.record.event_record import as_utc
from models.kernel.tables import Event


@dataclass(slots=True)
class Head:
    """The end of the chain of a case whose row is locked."""

    case_id: int
    case_number: str
    version: int
    seq: int
    hash: str


class Record:
    """Events of one moment and one actor, kept until `write`."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self._rows: list[dict[str, Any]] = []
        self._heads: dict[int, Head] = {}
        # Spelled once and not through `as_record`: there may be a hundred thousand events, and their moment is one.
        moment = as_utc(act.at)
        self._said = {
            "happened_at": moment,
            "recorded_at": moment,
            "actor": act.actor.account,
            "actor_name": act.actor.name,
        }
        self._door = act.door.value
        self._written = {**self._said, "happened_at": act.at, "recorded_at": act.at}

    def add(self, head: Head, kind: str, /, *, why: str | None = None, **data: Any) -> None:
        """Append an event to a case's chain."""
        if kind not in HAPPENINGS:
            raise ValueError(f"unknown event {kind}")
        head.seq += 1
        data["door"] = self._door
        said = {"case_number": head.case_number, "seq": head.seq, "kind": kind, "why": why, "data": data, **self._said}
        before, head.hash = head.hash, chain.link(head.hash, said)
        self._rows.append(
            {
                "case_id": head.case_id,
                "seq": head.seq,
                "kind": kind,
                "why": why,
                "data": data,
                "prev_hash": before,
                "hash": head.hash,
                **self._written,
            }
        )
        self._heads[head.case_id] = head

    def write(self) -> None:
        """Write the events, and into each case where its chain now ends."""
        append(self._act.session, Event.__table__, self._rows)
        if self._heads:
            _end(self._act.session, list(self._heads.values()))


def _end(session: Session, heads: Sequence[Head]) -> None:
    """Write into each case where its chain ends: on PostgreSQL in one statement, for a statement a row is dear there."""
    table: Any = Case.__table__
    rows = [(head.case_id, head.version + 1, head.seq, head.hash) for head in heads]
    names = ("row_id", "version", "last_seq", "last_hash")
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        ends: dict[str, Any] = {name: bindparam(name) for name in names[1:]}
        statement = update(table).where(table.c.id == bindparam("row_id")).values(ends)
        connection.execute(statement, [dict(zip(names, row, strict=True)) for row in rows])
        return
    kinds = (Integer, Integer, Integer, String)
    arrays: list[Any] = [
        literal(list(values), ARRAY(kind)) for values, kind in zip(zip(*rows, strict=True), kinds, strict=True)
    ]
    given = func.unnest(*arrays).table_valued(*names, name="given").render_derived()
    connection.execute(
        update(table).where(table.c.id == given.c.row_id).values({name: given.c[name] for name in names[1:]})
    )


def append(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Append rows; PostgreSQL takes them as a stream, because a statement a row costs it a minute for 100,000."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), rows)
        return
    names = list(rows[0])
    spells = [json.dumps if isinstance(table.c[name].type, JSON) else None for name in names]
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(
                [spell(row[name]) if spell else row[name] for name, spell in zip(names, spells, strict=True)]
            )


def among(column: Any, ids: Collection[int]) -> ColumnElement[bool]:
    """Say that a column holds one of some hundred row numbers, written out: the driver takes apart each parameter."""
    found: ColumnElement[bool] = column.in_(bindparam(None, list(ids), expanding=True, literal_execute=True))
    return found
