"""Lists of sites (点位清单), as long as the unit can work on, worst first, and the plain list that stands beside each.

The baseline is the count of all accidents in three years: nothing beat it by much (docs/warnings.md). A list by probability
adds what the count cannot say, how likely the next severe accident is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from models.prevention.rules.cells import Flags, History, Ints
from models.prevention.rules.probability import Foreseen, foresee

YEARS = 3
"""Periods that the baseline counts."""


@dataclass(frozen=True, slots=True)
class Screened:
    """The list that is worked on and the baseline of the same length: positions among the history's sites, worst first.

    The list goes by probability; where there is too little data for one (样本不足) `foreseen` is None and the list is the
    baseline. `foreseen` is of all sites. `counts` are the accidents of three periods on all sites.
    """

    listed: Ints
    baseline: Ints
    counts: Ints
    foreseen: Foreseen | None


def three_years(history: History, period: int) -> Ints:
    """Return the accidents of all kinds on each site in the three periods up to that one."""
    return history.sum(history.every, period, YEARS)


def screen(history: History, period: int, length: int, seed: int) -> Screened:
    """Return the lists of at most `length` sites at the end of a period, from nothing later."""
    counts, foreseen = three_years(history, period), foresee(history, period)
    plain = worst_first(counts, length, seed)
    listed = plain if foreseen is None else worst_first(foreseen.probability, length, seed, counts > 0)
    return Screened(listed, plain, counts, foreseen)


def worst_first(scores: ArrayLike, length: int, seed: int, among: Flags | None = None) -> Ints:
    """Return the positions of the highest scores, at most `length`, ties in an order drawn by the seed.

    Scores of 0 are never listed: a site where nothing happened is no finding. `among` leaves the others out.
    """
    given = np.asarray(scores)
    where = np.flatnonzero(given > 0 if among is None else (given > 0) & among)
    drawn = np.random.default_rng(seed).random(len(where))
    return where[np.lexsort((drawn, -given[where]))[: max(0, length)]]
