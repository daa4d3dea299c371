"""What two spellings of a text share, which words a person looks for, and the passage in which they stand."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.kernel.errors import Invalid

MOST_WORDS = 8
LONGEST = 60
"""Characters of a word: most sentences that somebody copies are shorter."""

BEFORE, LENGTH = 20, 90
"""Characters of a passage before its first hit, and in all."""

_FIRST_OF_THE_EAST = "\u2e80"
"""Where the characters of Chinese begin: what has none of them is a code, a date or a hash."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a passage, and whether it is what was looked for."""

    text: str
    hit: bool


class _Folding(dict[int, str]):
    """What a character becomes, worked out once: one character always, so that a hit has the same place in both texts."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        plain = unicodedata.normalize("NFKC", character).lower()
        folded = plain if len(plain) == 1 else character
        self[number] = folded if folded.isprintable() else " "
        return self[number]


_FOLDING = _Folding()


def compared(text: str) -> str:
    """Return a text without difference of width and case, as long as it was."""
    return text.translate(_FOLDING)


def words_of(phrase: str) -> list[str]:
    """Return the words that somebody looks for, as they are compared. Raises Invalid for none, too many, too long."""
    words = list(dict.fromkeys(compared(phrase).split()))
    if not words:
        raise Invalid("请输入要查找的词。", code="words_missing")
    if len(words) > MOST_WORDS:
        raise Invalid(f"一次最多查找{MOST_WORDS}个词，现有{len(words)}个。", code="too_many_words")
    if any(len(word) > LONGEST for word in words):
        raise Invalid(f"每个词最多{LONGEST}个字。", code="word_too_long")
    return words


def holds(text: str, words: Sequence[str]) -> bool:
    """Tell whether all words stand in a text."""
    folded = compared(text)
    return all(word in folded for word in words)


def passage(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """Return the passage around the first word that stands in a text, cut into what was looked for and what was not."""
    folded = compared(text)
    first = min((at for word in words if (at := folded.find(word)) >= 0), default=0)
    begin = max(0, first - BEFORE)
    end = min(len(text), begin + LENGTH)
    marked = _marked(folded[begin:end], words)
    bounds = [0, *(at for at in range(1, end - begin) if marked[at] != marked[at - 1]), end - begin]
    pieces = [
        Piece(" ".join(text[begin + one : begin + other].split("\n")), marked[one])
        for one, other in pairwise(bounds)
        if one < other
    ]
    return (*([Piece("…", False)] if begin else []), *pieces, *([Piece("…", False)] if end < len(text) else []))


def _marked(folded: str, words: Sequence[str]) -> list[bool]:
    """Return of each character whether it belongs to a word."""
    marked = [False] * len(folded)
    for word in words:
        at = folded.find(word)
        while at >= 0:
            marked[at : at + len(word)] = [True] * len(word)
            at = folded.find(word, at + 1)
    return marked


def leaves(content: object) -> Iterator[str]:
    """Yield what a frozen paper says, text by text in its order; codes, dates and hashes are no words of it."""
    if isinstance(content, str):
        if any(character >= _FIRST_OF_THE_EAST for character in content):
            yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from leaves(value)
    elif isinstance(content, list):
        for value in content:
            yield from leaves(value)
