"""段落: the paragraphs of a paper's prose, each under a name that stays while the facts around it change.

A person may write another text in the place of a paragraph. It stands as long as the facts give the same paragraph as
when it was written; then it is overtaken, and a person decides again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

_NUMBERING = re.compile(r"^(?:（[一二三四五六七八九十\d]+）|\d+\.\s*|[一二三四五六七八九十]+、)")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph as the facts give it: `lead` are its number and the name that it begins with, which nobody rewrites."""

    name: str  # 基本情况/人员情况/2: the headings above it without their numbers, and which one below them
    lead: str
    text: str

    @property
    def base(self) -> str:
        """Return the hash of what the facts give; the number before it may change with its neighbours."""
        return hashlib.sha256(f"{unnumbered(self.lead)}\n{self.text}".encode()).hexdigest()

    @property
    def label(self) -> str:
        """Return how people call it: “基本情况·人员情况”第2段."""
        return label(self.name)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph as it will be read, with the place that a remark on it names."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A paper as it is laid out: its passages as the facts give them, all that is read, and the cells of its tables."""

    passages: tuple[Passage, ...]
    lines: tuple[Line, ...]
    tables: tuple[tuple[str, ...], ...]


class Kept(Protocol):
    """A text that a person wrote in the place of a passage, frozen or in its row."""

    @property
    def passage(self) -> str:
        """Return the name of the passage when it was written."""

    @property
    def base(self) -> str:
        """Return the hash of what the facts gave then."""


K = TypeVar("K", bound=Kept)


@dataclass(frozen=True, slots=True)
class Placed(Generic[K]):
    """Which kept text stands in which passage, by the passage's name, and those whose facts have changed."""

    standing: Mapping[str, K]
    overtaken: tuple[K, ...]


def unnumbered(text: str) -> str:
    """Return a heading or a lead without its number."""
    return _NUMBERING.sub("", text)


def label(name: str) -> str:
    """Return how people call a passage by its name."""
    *path, count = name.split("/")
    if not path:
        return f"段落“{name}”"
    return f"“{'·'.join(path)}”第{count}段"


def placed(kept: Iterable[K], passages: Sequence[Passage]) -> Placed[K]:
    """Say where each kept text stands now.

    A passage that moved because another one came before it is known by what the facts give, if only one gives that.
    """
    named = {one.name: one for one in passages}
    standing: dict[str, K] = {}
    moved: list[K] = []
    for one in kept:
        there = named.get(one.passage)
        if there is not None and there.base == one.base:
            standing[there.name] = one
        else:
            moved.append(one)
    overtaken = []
    for one in moved:
        same = [passage.name for passage in passages if passage.base == one.base and passage.name not in standing]
        if len(same) == 1:
            standing[same[0]] = one
        else:
            overtaken.append(one)
    return Placed(standing, tuple(overtaken))
