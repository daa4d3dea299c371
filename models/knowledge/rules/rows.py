"""Rows of the TOML files of this room, read strictly: an unknown key, a missing or a wrong value names file and entry."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import NoReturn, TypeVar

from models.kernel.errors import Fault, Invalid
from models.kernel.vocabulary import Word

W = TypeVar("W", bound=Word)
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Row:
    """One table of a file with the place where it stands (`entries/driver.toml driver.speed.limit`)."""

    place: str
    values: Mapping[str, object]

    def refuse(self, message: str, code: str) -> NoReturn:
        """Raise Invalid that names the place."""
        raise Invalid(f"{self.place}：{message}", code=code, faults=[Fault(self.place, message, code)])

    def only(self, *known: str) -> None:
        """Refuse a key that is none of the known ones."""
        for key in self.values:
            if key not in known:
                self.refuse(f"不认识的项“{key}”，请核对项名。", "unknown_key")

    def text(self, key: str) -> str:
        """Return a text that is there and has no blanks at its ends."""
        value = self.values.get(key)
        if not isinstance(value, str) or not value or value != value.strip():
            self.refuse(f"“{key}”应当填写文字，首尾不留空格。", "text_expected")
        return value

    def text_or_none(self, key: str) -> str | None:
        """Return a text that may be left out. Raises Invalid where it is there and empty."""
        return self.text(key) if key in self.values else None

    def texts(self, key: str, *, at_least: int = 0) -> tuple[str, ...]:
        """Return a list of different texts; a list that is not there is empty."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            self.refuse(f"“{key}”应当是文字的列表。", "list_expected")
        if len(value) < at_least:
            self.refuse(f"“{key}”至少填写{at_least}项。", "missing")
        if len(set(value)) < len(value):
            self.refuse(f"“{key}”中有重复的项。", "duplicate")
        return tuple(value)

    def day(self, key: str) -> date:
        """Return a date that must be there."""
        found = self.day_or_none(key)
        return self.refuse(f"缺少日期“{key}”。", "missing") if found is None else found

    def day_or_none(self, key: str) -> date | None:
        """Return a date, None where it is not there."""
        value = self.values.get(key)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            self.refuse(f"“{key}”应当是日期，例如 2026-01-01。", "date_expected")
        return value

    def number(self, key: str, *, least: int, most: int, default: int | None = None) -> int:
        """Return an integer within its limits, both included."""
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.refuse(f"“{key}”应当是{least}至{most}的整数。", "number_expected")
        return value

    def flag(self, key: str) -> bool:
        """Return a yes or no that must be there."""
        value = self.values.get(key, _MISSING)
        if not isinstance(value, bool):
            self.refuse(f"“{key}”应当是 true 或者 false。", "boolean_expected")
        return value

    def word(self, key: str, kind: type[W]) -> W:
        """Return a member of a closed list by its value."""
        return self._word(key, self.text(key), kind)

    def words(self, key: str, kind: type[W]) -> tuple[W, ...]:
        """Return members of a closed list."""
        return tuple(self._word(key, one, kind) for one in self.texts(key))

    def rows(self, key: str) -> tuple[Row, ...]:
        """Return the tables below this one, each named by its number."""
        return tuple(rows_of(self.place, self.values, key, None))

    def _word(self, key: str, value: str, kind: type[W]) -> W:
        try:
            return kind(value)
        except ValueError:
            self.refuse(f"“{key}”的值“{value}”不在词表中，可以填写：{'、'.join(kind)}。", "unknown_word")


def rows_of(place: str, values: Mapping[str, object], key: str, name: str | None) -> Iterator[Row]:
    """Yield the tables under a key, named by their entry `name` or by their number. Invalid for what is no list of tables."""
    found = values.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        Row(place, values).refuse(f"“{key}”应当是条目的列表。", "list_expected")
    for at, one in enumerate(found, 1):
        called = one.get(name) if name else None
        yield Row(f"{place} {called if isinstance(called, str) and called else f'第{at}项'}", one)


def read(file: Traversable, key: str, *, name: str = "key", folder: str = "") -> tuple[Row, ...]:
    """Return the tables of a file, which holds nothing else. Invalid for a file that is no TOML."""
    place = f"{folder}{file.name}"
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(
            f"{place}：不是有效的 TOML 文件（{error}）。", code="not_toml", faults=[Fault(place, str(error))]
        ) from error
    Row(place, values).only(key)
    return tuple(rows_of(place, values, key, name))


def read_folder(folder: Traversable, key: str) -> tuple[Row, ...]:
    """Return the tables of all TOML files of a folder, by the files' names."""
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(row for file in files for row in read(file, key, folder=f"{folder.name}/"))


def by_key(rows: Collection[Row]) -> dict[str, list[Row]]:
    """Return the rows of each key in the order of their versions, each in force from a later day than the one before."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.text("key"), []).append(row)
    for versions in found.values():
        versions.sort(key=lambda row: row.number("version", least=1, most=9999))
        for one, other in pairwise(versions):
            if one.values["version"] == other.values["version"]:
                other.refuse("同一条目的版本号重复。", "duplicate")
            if one.day("valid_from") >= other.day("valid_from"):
                other.refuse("后一版本的施行日期应当晚于前一版本。", "overlap")
    return found
