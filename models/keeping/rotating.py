"""Another key for personal data (更换密钥): made first, then everything that may change is sealed again by it, slice by slice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, false, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from models.accident.tables import Person
from models.case.tables import FactChange
from models.kernel.storage.database import Database
from models.kernel.storage.personal_keys import HEAD, Key
from models.office.tables import CaseDraft

AT_ONCE = 200
SEALED: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (Person, ("id_number", "details")),
    (CaseDraft, ("data",)),
)
"""What is sealed again, with its columns. The feed of changes stays as it was written: nobody changes it."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a change of keys came to: whether one was made or an earlier change went on, rows sealed again, and what stays."""

    went_on: bool
    rows: int
    history: int
    keys: int


def rotate(database: Database) -> Rotated:
    """Seal by a new key; where an earlier change of keys did not come to its end, bring it there instead.

    Raises Refused where the key is lost. Killed at any point it leaves everything readable: all keys stay in the file.
    """
    keys = database.personal_keys
    first = keys.first()
    went_on = sealed_otherwise(database, first) > 0
    if not went_on:
        first = keys.add()
    others = _others(database, first)
    rows = sum(_again(database, table, columns, others) for table, columns in SEALED)
    with database.reading() as session:
        history = _count(session, FactChange, ("before", "after"), others)
    return Rotated(went_on, rows, history, len(keys.known()))


def sealed_otherwise(database: Database, first: Key) -> int:
    """Return how many rows that may change are sealed by another key than the first."""
    with database.reading() as session:
        others = _others(database, first)
        return sum(_count(session, table, columns, others) for table, columns in SEALED)


def _others(database: Database, first: Key) -> Sequence[Key]:
    return [key for key in database.personal_keys.known() if key.name != first.name]


def _count(session: Session, table: type[Any], columns: Sequence[str], others: Sequence[Key]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(_otherwise(table, columns, others))) or 0


def _otherwise(table: type[Any], columns: Sequence[str], others: Sequence[Key]) -> ColumnElement[bool]:
    """Rows in which something is sealed by another key than the first. Nobody is told names of keys: no text has one."""
    kept = [cast(table.__table__.c[name], Text) for name in columns]
    return or_(false(), *(one.contains(f"{HEAD}{key.name}:") for one in kept for key in others))


def _again(database: Database, table: type[Any], columns: Sequence[str], others: Sequence[Key]) -> int:
    """Seal rows again, a slice in each transaction, so that people go on working meanwhile."""
    count, last = 0, 0
    while True:
        with database.writing() as session:
            rows = session.scalars(
                select(table)
                .where(table.id > last, _otherwise(table, columns, others))
                .order_by(table.id)
                .limit(AT_ONCE)
                .with_for_update()
            ).all()
            for row in rows:
                _touch(row, columns)
        if not rows:
            return count
        count, last = count + len(rows), rows[-1].id


def _touch(row: Any, columns: Sequence[str]) -> None:
    """Have a row written again as it is."""
    for name in columns:
        flag_modified(row, name)
    if isinstance(row, Person):
        row.id_mark = row.id_number
