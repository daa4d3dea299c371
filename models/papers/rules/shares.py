"""Shares with their doubt: what part of a small number says, by the interval of Wilson (1927) at 95 %."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

FEWEST = 5
"""Below so many a share is chance and is not told."""
TOO_FEW = "样本过少，不计算"
_Z = NormalDist().inv_cdf(0.975)


def wilson(done: int, of: int) -> tuple[float, float]:
    """Return the ends of the 95 % interval of a share, from 0 to 1; `of` is at least 1."""
    share, square = done / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def overlap(shares: Sequence[tuple[int, int]]) -> bool:
    """Return whether the intervals of (done, of) all have a point in common."""
    ends = [wilson(done, of) for done, of in shares]
    return not ends or max(low for low, _ in ends) <= min(high for _, high in ends)


def in_words(done: int, of: int) -> str:
    """Return 81.6%（66.6%至90.8%）, the share with its interval; of too few that it is not told."""
    if of < FEWEST:
        return TOO_FEW
    low, high = wilson(done, of)
    return f"{percent(done / of)}（{percent(low)}至{percent(high)}）"


def percent(share: float) -> str:
    """Return 81.6%."""
    return f"{share * 100:.1f}%"
