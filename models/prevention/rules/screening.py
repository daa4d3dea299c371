"""Lists of sites (点位清单): those with the most accidents of all kinds in three years; nothing beat that plain count.

Counting severe accidents only, or one year only, finds half and nine tenths of what this finds (docs/warnings.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.prevention.rules.cells import Flags, History, Ints
from models.prevention.rules.probability import Foreseen, foresee

YEARS = 3
"""Periods that the baseline counts."""


@dataclass(frozen=True, slots=True)
class Screened:
    """A list of sites, the worst first: positions among the history's sites, their counts of three years and probability.

    `foreseen` is None where there is too little data for a probability (样本不足).
    """

    sites: Ints
    counts: Ints
    foreseen: Foreseen | None


def baseline(history: History, period: int) -> Ints:
    """Return the accidents of all kinds on each site in the three periods up to that one."""
    return history.sum(history.every, period, YEARS)


def screen(history: History, period: int, length: int, seed: int) -> Screened:
    """Return the list of at most `length` sites at the end of a period, from nothing later."""
    counts = baseline(history, period)
    chosen = worst_first(counts, length, seed)
    foreseen = foresee(history, period)
    return Screened(chosen, counts[chosen], None if foreseen is None else foreseen.of(chosen))


def worst_first(scores: ArrayLike, length: int, seed: int, among: Flags | None = None) -> Ints:
    """Return the positions of the highest scores, at most `length`, ties in an order drawn by the seed.

    Scores of 0 are never listed: a site where nothing happened is no finding. `among` leaves the others out.
    `length` is what the unit can work on, never more.
    """
    given = np.asarray(scores)
    allowed = given > 0 if among is None else (given > 0) & among
    where = np.flatnonzero(allowed)
    drawn: NDArray[np.float64] = np.random.default_rng(seed).random(len(where))
    return where[np.lexsort((drawn, -given[where]))[: max(0, length)]]
