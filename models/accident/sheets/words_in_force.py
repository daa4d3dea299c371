"""The words of the sheets as they are in force: those that the sheets declare, as data of the installation change them.

A field's words make a code table (代码表), which several fields may share. Outside of any transaction, as where a file is
converted without a database, our own words are in force.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from models.kernel.errors import NotFound
from models.kernel.storage.current import current

from .fields import Choice, Field, FieldKind
from .sheet import Sheet

if TYPE_CHECKING:  # a rule names a session, and uses none
    from sqlalchemy.orm import Session

WORDLESS = (("vehicles", "type"), ("vehicles", "plate_kind"), ("vehicles", "usage"))
"""Fields with a code table that is empty at first: as long as it is they take any text."""


@dataclass(frozen=True, slots=True)
class CodeTable:
    """代码表: `name` is that of its first field, as team.role; `fields` are all that take their words from it.

    A `closed` one is read by rules as a whole and stored as a closed list: nothing can be added to it.
    """

    name: str
    title: str
    fields: tuple[tuple[str, str], ...]
    words: tuple[Choice, ...]
    closed: bool


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of one version: the sheets with them, and the code tables by name. Compared by identity, as a cache key."""

    sheets: Mapping[str, Sheet]
    tables: Mapping[str, CodeTable]

    def table(self, name: str) -> CodeTable:
        """Return a code table by its name or title. Raises NotFound with those there are."""
        found = self.tables.get(name) or next((one for one in self.tables.values() if one.title == name), None)
        if found is None:
            known = "、".join(f"{one.name} {one.title}" for one in self.tables.values())
            raise NotFound(f"没有名为“{name}”的代码表，可用的有：{known}。", code="unknown_code_table")
        return found


_declared: list[Words] = []
_read: list[Callable[[Session], Words]] = []


def declare(sheets: Mapping[str, Sheet]) -> None:
    """Say which sheets there are, with our own words."""
    _declared[:] = [Words(sheets, MappingProxyType(_tables(sheets)))]


def declared() -> Words:
    """Return our own words."""
    return _declared[0]


def read_by(reader: Callable[[Session], Words]) -> None:
    """Say who knows the words of a session's database."""
    _read[:] = [reader]


def in_force() -> Words:
    """Return the words of the transaction under way; outside of any our own."""
    session = current()
    return declared() if session is None or not _read else _read[0](session)


def changed(changes: Mapping[str, tuple[Choice, ...]]) -> Words:
    """Return our words with those of some tables replaced."""
    tables = {name: replace(one, words=changes.get(name, one.words)) for name, one in declared().tables.items()}
    words = {field: tables[name].words for name in changes for field in tables[name].fields}
    sheets = {name: _with(one, words) for name, one in declared().sheets.items()}
    return Words(MappingProxyType(sheets), MappingProxyType(tables))


def _with(sheet: Sheet, words: Mapping[tuple[str, str], tuple[Choice, ...]]) -> Sheet:
    if not any(of == sheet.name for of, _ in words):
        return sheet
    fields = (_field(field, words.get((sheet.name, field.name))) for field in sheet.fields)
    return replace(sheet, fields=tuple(fields))


def _field(field: Field, words: tuple[Choice, ...] | None) -> Field:
    if not words:
        return field
    if field.kind is FieldKind.TEXT:
        return replace(field, kind=FieldKind.CHOICE, choices=words, open=True)
    return replace(field, choices=words)


def _tables(sheets: Mapping[str, Sheet]) -> dict[str, CodeTable]:
    """Return the code tables of sheets: fields with the same words share one."""
    shared: dict[tuple[Choice, ...], list[tuple[Sheet, Field]]] = {}
    for sheet in sheets.values():
        for field in sheet.fields:
            if field.choices:
                shared.setdefault(field.choices, []).append((sheet, field))
    alone = [((), [(sheets[of], sheets[of].field(name))]) for of, name in WORDLESS if of in sheets]
    found = [_table(words, fields) for words, fields in [*shared.items(), *alone]]
    return {one.name: one for one in found}


def _table(words: tuple[Choice, ...], fields: list[tuple[Sheet, Field]]) -> CodeTable:
    sheet, first = fields[0]
    return CodeTable(
        name=f"{sheet.name}.{first.name}",
        title=f"{sheet.title}：{'、'.join(dict.fromkeys(field.label for _, field in fields))}",
        fields=tuple((of.name, field.name) for of, field in fields),
        words=words,
        closed=any(one.ruled for one in words) and not any(field.open for _, field in fields),
    )
