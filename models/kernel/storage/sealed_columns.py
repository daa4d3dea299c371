"""Columns of personal data: sealed on the way into the database, opened on the way out; see `personal_keys`.

What is sealed is never the same twice, so that no statement can compare it: equal numbers are found by a `Marked` column.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import JSON, Dialect, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.operators import OperatorType, is_, is_not
from sqlalchemy.types import TypeDecorator, TypeEngine

from .personal_keys import HEAD, Keys, keys_of

PERSONAL = ("id_number", "phone", "address", "licence_number")
"""The facts of a person that are sealed wherever they lie in JSON: those that the sheets declare as personal."""


class Secret(str):
    """A text that is sealed where it stands alone in a column of JSON which holds other things, too."""

    __slots__ = ()


class Marks(str):
    """A keyed hash as it was read: written again it stays what it is."""

    __slots__ = ()


class Sealed(TypeDecorator[str]):
    """A text that the database keeps sealed. `where` is its place, which belongs to what is sealed."""

    impl = String
    cache_ok = True

    class comparator_factory(TypeDecorator.Comparator[str]):
        """Refuses to compare what is never the same twice."""

        def operate(self, op: OperatorType, *other: Any, **options: Any) -> Any:
            """Allow only the question whether there is anything."""
            if op not in (is_, is_not):
                raise TypeError("what is sealed cannot be compared: ask the column of its mark")
            return super().operate(op, *other, **options)

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keys_of(dialect).seal(value, self.where)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keys_of(dialect).open(value, self.where)


class Marked(TypeDecorator[str]):
    """The keyed hash of a number: what is written, or compared with it, is the number itself."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None or isinstance(value, Marks) else keys_of(dialect).mark(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else Marks(value)


class SealedJson(TypeDecorator[Any]):
    """JSON of which some values are sealed: those under `names`, and any `Secret`; or, without names, the whole."""

    impl = JSON
    cache_ok = True

    def __init__(self, where: str, names: tuple[str, ...] | None = PERSONAL) -> None:
        super().__init__(none_as_null=True)
        self.where, self.names = where, names

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind = JSONB if dialect.name == "postgresql" else JSON
        return dialect.type_descriptor(kind(none_as_null=True))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else seal_json(keys_of(dialect), value, self.where, self.names)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else open_json(keys_of(dialect), value, self.where, self.names)


def seal_json(keys: Keys, value: Any, where: str, names: Collection[str] | None) -> Any:
    """Return JSON as a `SealedJson` column keeps it. What only looks sealed is sealed, so that nobody makes it unreadable."""
    if names is None:
        return keys.seal(json.dumps(value, ensure_ascii=False), where)
    if isinstance(value, dict):
        return {
            name: keys.seal(json.dumps(one, ensure_ascii=False), where) if name in names and one is not None else one
            for name, one in value.items()
        }
    if isinstance(value, Secret) or (isinstance(value, str) and value.startswith(HEAD)):
        return keys.seal(json.dumps(value, ensure_ascii=False), where)
    return value


def sealed_in(kept: str, names: Collection[str] = PERSONAL) -> str | None:
    """Return something sealed that a column keeps, given as its text; None where somebody only wrote what looks like it."""
    if kept.startswith(HEAD):
        return kept
    try:
        said = json.loads(kept)
    except ValueError:
        return None
    found = [said.get(name) for name in names] if isinstance(said, dict) else [said]
    return next((one for one in found if isinstance(one, str) and one.startswith(HEAD)), None)


def open_json(keys: Keys, value: Any, where: str, names: Collection[str] | None) -> Any:
    """Return JSON as it was given to a `SealedJson` column."""
    if names is not None and isinstance(value, dict):
        return {name: _opened(keys, one, where) if name in names else one for name, one in value.items()}
    return _opened(keys, value, where)


def _opened(keys: Keys, value: Any, where: str) -> Any:
    if isinstance(value, str) and value.startswith(HEAD):
        return json.loads(keys.open(value, where))
    return value
