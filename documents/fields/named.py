"""A named field of a template: what it is called, what it means, and how it is read from a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Shape(Enum):
    """What a field holds."""

    TEXT = "文字"
    LINES = "多行"
    ENTRIES = "清单"


@dataclass(frozen=True, slots=True)
class Named:
    """One field. `get` takes the paper, or the entry for a field inside a list; `fields` are those of each entry."""

    name: str
    meaning: str
    get: Callable[[Any], object]
    shape: Shape = Shape.TEXT
    fields: tuple[Named, ...] = ()
    required: bool = False


Fields = tuple[Named, ...]


def text(name: str, meaning: str, get: Callable[[Any], object], *, required: bool = False) -> Named:
    """A field that prints as text; nothing prints as a stroke."""
    return Named(name, meaning, get, required=required)


def lines(name: str, meaning: str, get: Callable[[Any], Iterable[str]]) -> Named:
    """A list of texts."""
    return Named(name, meaning, get, Shape.LINES)


def entries(
    name: str, meaning: str, get: Callable[[Any], Sequence[Any]], fields: Fields, *, required: bool = False
) -> Named:
    """A list of entries with fields of their own."""
    return Named(name, meaning, get, Shape.ENTRIES, fields, required)
