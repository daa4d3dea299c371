"""A named field of a template: what it is called, what it means, and how it is read from a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Never, TypeAlias, TypeVar


class Shape(Enum):
    """What a field holds."""

    TEXT = "文字"
    LINES = "多行"
    ENTRIES = "清单"


S = TypeVar("S", contravariant=True)
Source = TypeVar("Source")
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Named(Generic[S]):
    """One field. `get` takes the paper, or the entry for a field inside a list; `fields` are those of each entry."""

    name: str
    meaning: str
    get: Callable[[S], object]
    shape: Shape = Shape.TEXT
    fields: AnyFields = ()
    required: bool = False


Fields: TypeAlias = tuple[Named[Source], ...]
AnyField: TypeAlias = Named[Never]
"""A field of whatever paper or entry: it can be told of, and read only by who knows of what it is."""
AnyFields: TypeAlias = tuple[AnyField, ...]


def text(name: str, meaning: str, get: Callable[[Source], object], *, required: bool = False) -> Named[Source]:
    """A field that prints as text; nothing prints as a stroke."""
    return Named(name, meaning, get, required=required)


def lines(name: str, meaning: str, get: Callable[[Source], Iterable[str]]) -> Named[Source]:
    """A list of texts."""
    return Named(name, meaning, get, Shape.LINES)


def entries(
    name: str,
    meaning: str,
    get: Callable[[Source], Sequence[Entry]],
    fields: Fields[Entry],
    *,
    required: bool = False,
) -> Named[Source]:
    """A list of entries with fields of their own."""
    return Named(name, meaning, get, Shape.ENTRIES, fields, required)
