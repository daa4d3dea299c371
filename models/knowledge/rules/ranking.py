"""Which texts of a collection are nearest to a text: pairs of characters, the rare ones counting more (BM25).

Chinese has no blanks between words; neighbouring characters come near enough and need no dictionary.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_SATURATION, _LENGTH = 1.2, 0.6  # how soon a pair repeated adds nothing; how much a long text is held back


class Near(NamedTuple):
    """A text by its place in the collection, and how near it is (above 0, no upper bound)."""

    at: int
    score: float


def pairs(text: str) -> Counter[str]:
    """Return how often each pair of neighbouring letters stands in a text; figures, punctuation and blanks part them."""
    words = "".join(one if one.isalpha() else " " for one in text.lower()).split()
    return Counter(word[at : at + 2] for word in words for at in range(len(word) - 1))


class Ranking:
    """Texts prepared once to be compared with many."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [pairs(text) for text in texts]
        lengths = [sum(one.values()) for one in counted]
        mean = sum(lengths) / max(len(lengths), 1)
        held_by = Counter(pair for one in counted for pair in one)
        self._weights: dict[str, list[Near]] = {}
        for at, (one, length) in enumerate(zip(counted, lengths, strict=True)):
            held_back = _SATURATION * (1 - _LENGTH + _LENGTH * length / mean) if mean else 0.0
            for pair, times in one.items():
                rare = math.log(1 + (len(texts) - held_by[pair] + 0.5) / (held_by[pair] + 0.5))
                weight = rare * times * (1 + _SATURATION) / (times + held_back)
                self._weights.setdefault(pair, []).append(Near(at, weight))

    def nearest(self, text: str) -> list[Near]:
        """Return all texts that share a pair with the text, the nearest first, equals in the order of the collection."""
        scores: dict[int, float] = {}
        for pair in pairs(text):
            for at, weight in self._weights.get(pair, ()):
                scores[at] = scores.get(at, 0.0) + weight
        return [Near(at, score) for at, score in sorted(scores.items(), key=lambda one: (-one[1], one[0]))]


def first(ranked: Iterable[Near], allowed: Sequence[bool], limit: int) -> tuple[int, ...]:
    """Return the places of the first `limit` that are allowed."""
    found: list[int] = []
    for one in ranked:
        if len(found) == limit:
            break
        if allowed[one.at]:
            found.append(one.at)
    return tuple(found)
