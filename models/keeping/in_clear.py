"""Personal data in a parcel: opened as a case leaves and sealed anew where it comes, as each office has keys of its own.

In a parcel stands what was said behind a mark of its own, so that the other side knows what to seal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection

from models.kernel.storage.personal_keys import HEAD, Keys, keys_of
from models.kernel.storage.sealed_columns import Sealed, SealedJson
from models.tables import Base

CLEAR = "clear:1:"
"""How everything begins in a parcel that a database keeps sealed."""
MARKS: Mapping[str, Mapping[str, str]] = {"people": {"id_mark": "id_number"}}
"""Columns of keyed hashes, each with the column that it is a hash of."""


@cache
def sealed_places(table: str) -> Mapping[str, str]:
    """Return the sealed columns of a table, each with the place that belongs to what is sealed there."""
    kinds = {column.name: column.type for column in Base.metadata.tables[table].columns}
    return {name: kind.where for name, kind in kinds.items() if isinstance(kind, Sealed | SealedJson)}


def shown(connection: Connection, table: str, column: str, value: Any) -> Any:
    """Return a value as a parcel has it: opened where it is sealed, nothing where it is a keyed hash. JSON comes and goes as
    its text. Raises Refused where the key is lost."""
    if column in MARKS.get(table, {}):
        return None
    where = sealed_places(table).get(column)
    if where is None or value is None:
        return value
    keys = keys_of(connection.dialect)
    if isinstance(Base.metadata.tables[table].c[column].type, Sealed):
        return CLEAR + keys.open(value, where)
    return json.dumps(_each(json.loads(value), partial(_shown, keys, where)), ensure_ascii=False)


def hidden(connection: Connection, table: str, row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the columns of a row that this database keeps otherwise than the parcel had them, JSON in its list of one.

    Raises ValueError for what no parcel says.
    """
    keys = keys_of(connection.dialect)
    for column, where in sealed_places(table).items():
        value = row[column]
        if isinstance(value, str):
            yield column, keys.seal(_said(value), where)
        elif value is not None:
            yield column, [_each(value[0], partial(_hidden, keys, where))]
    for column, of in MARKS.get(table, {}).items():
        number = row[of]
        yield column, None if number is None else keys.mark(_said(number))


def _shown(keys: Keys, where: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value.startswith(HEAD):
        return CLEAR + keys.open(value, where)
    # What only looks like ours is taken for something to seal, and comes out as it went in.
    return CLEAR + json.dumps(value, ensure_ascii=False) if value.startswith(CLEAR) else value


def _hidden(keys: Keys, where: str, value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith((CLEAR, HEAD)):
        return value
    said = _said(value)
    json.loads(said)
    return keys.seal(said, where)


def _said(value: str) -> str:
    if not value.startswith(CLEAR):
        raise ValueError("personal data of a parcel stand behind their mark")
    return value.removeprefix(CLEAR)


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    return {name: change(one) for name, one in value.items()} if isinstance(value, dict) else change(value)
