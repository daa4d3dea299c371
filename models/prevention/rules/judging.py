"""Warnings judged (预警评价): what followed on the listed sites, beside what chance and other lists of the same length find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.papers.rules.shares import wilson
from models.prevention.rules.cells import Flags, Ints

BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a list, or of several of different years together.

    `hits` are listed sites with a severe accident in the period after, `hit_anywhere` all such sites of the `universe`;
    `caught` are the severe accidents on listed sites, `severe` all of them.
    """

    listed: int
    universe: int
    hits: int
    hit_anywhere: int
    caught: int
    severe: int

    @property
    def precision(self) -> float:
        """Return the share of listed sites that had a severe accident."""
        return self.hits / self.listed

    @property
    def precision_interval(self) -> tuple[float, float]:
        """Return the ends of its 95 % interval (Wilson)."""
        return wilson(self.hits, self.listed)

    @property
    def base_rate(self) -> float:
        """Return the share of all sites that had one: the precision of chance."""
        return self.hit_anywhere / self.universe

    @property
    def recall(self) -> float:
        """Return the share of all severe accidents that happened on listed sites."""
        return self.caught / self.severe

    @property
    def lift(self) -> float:
        """Return how many times more severe accidents the list caught than one of the same length drawn by chance."""
        return self.recall * self.universe / self.listed

    @property
    def lift_interval(self) -> tuple[float, float]:
        """Return the ends of its 95 % interval (Wilson, of the share caught)."""
        low, high = wilson(self.caught, self.severe)
        return low * self.universe / self.listed, high * self.universe / self.listed


def judge(listed: Ints, severe_after: Ints) -> Judged | None:
    """Return what became of a list of sites (positions); `severe_after` counts severe accidents after it on every site.

    None where the list is empty or nothing severe happened anywhere: there is nothing to judge.
    """
    caught, severe = int(severe_after[listed].sum()), int(severe_after.sum())
    if not len(listed) or not severe:
        return None
    hits, anywhere = int((severe_after[listed] > 0).sum()), int((severe_after > 0).sum())
    return Judged(len(listed), len(severe_after), hits, anywhere, caught, severe)


def together(judged: Sequence[Judged]) -> Judged:
    """Return lists of several years as one; they are of sites of one size and of the same share of them."""
    return Judged(
        *(
            sum(getattr(one, name) for one in judged)
            for name in ("listed", "universe", "hits", "hit_anywhere", "caught", "severe")
        )
    )


@dataclass(frozen=True, slots=True)
class Bin:
    """Site-years foreseen with a probability from `low` to below `high`: how many, what was foreseen, what happened (means)."""

    low: float
    high: float
    sites: int
    foreseen: float
    happened: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether probabilities were true: bins that are not empty, their mean gap (ECE), Brier score, and skill.

    `skill` is by how much of the score of always saying `base_rate` the score is better; 0 is no better, below 0 worse.
    """

    bins: tuple[Bin, ...]
    gap: float
    brier: float
    skill: float


def calibration(probability: ArrayLike, happened: ArrayLike, base_rate: ArrayLike) -> Calibration:
    """Return how true the probabilities were of site-years; `base_rate` is what was known before, one or as many.

    Bins are of the same width, a tenth; each counts by its site-years.
    """
    foreseen, came = np.asarray(probability, np.float64), np.asarray(happened, np.bool_)
    bins = _bins(foreseen, came)
    gap = sum(one.sites * abs(one.foreseen - one.happened) for one in bins) / len(came)
    brier, plain = float(np.mean((foreseen - came) ** 2)), float(np.mean((np.asarray(base_rate) - came) ** 2))
    return Calibration(bins, gap, brier, 1 - brier / plain if plain else 0.0)


def _bins(foreseen: NDArray[np.float64], came: Flags) -> tuple[Bin, ...]:
    of = np.minimum((foreseen * BINS).astype(np.int64), BINS - 1)
    return tuple(
        Bin(number / BINS, (number + 1) / BINS, int(here.sum()), float(foreseen[here].mean()), float(came[here].mean()))
        for number in range(BINS)
        if (here := of == number).any()
    )
