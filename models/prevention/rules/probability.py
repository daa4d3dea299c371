"""How likely a site sees a severe accident within the next year: a pooled logistic regression, calibrated on what came.

A place's own rate says nothing: its Brier skill is below 0. What all places went through together says something: of the
sites that had as many accidents before, how many had a severe one in the year that followed?
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.prevention.rules.cells import Flags, History, Ints

Floats = NDArray[np.float64]

ALL_YEARS = 3
SEVERE_YEARS = 5
FEWEST_EVENTS = 40
"""Site-years with a severe accident, and without, that a fit needs: ten for each of its four weights (Peduzzi 1996)."""
FADING = 0.8
"""What a transition counts beside one a period later: roads become safer or worse, and the last years say it best."""
_STEPS = 50
_RIDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The probability of a severe accident within the next period for each site asked for, and of any site (基础概率).

    `site_years` says how many it was learned from, `events` how many of them had a severe accident.
    """

    probability: Floats
    base_rate: float
    site_years: int
    events: int

    def of(self, sites: Ints) -> Foreseen:
        """Return the same for some of the sites, by their positions."""
        return Foreseen(self.probability[sites], self.base_rate, self.site_years, self.events)


class _Learned(NamedTuple):
    """Distinct features as rows of a design, how many site-years have them, how many of these a severe accident, weight."""

    design: Floats
    site_years: Ints
    events: Ints
    weight: Floats


def foresee(history: History, period: int) -> Foreseen | None:
    """Return the probabilities of the period after `period` for all sites of the history, from nothing later.

    None where earlier years are too few to learn from (样本不足): fewer than `FEWEST_EVENTS` site-years with a severe
    accident, or without, that followed three whole periods.
    """
    learned = list(_transitions(history, period))
    site_years = sum(int(one.site_years.sum()) for one in learned)
    events = sum(int(one.events.sum()) for one in learned)
    if min(events, site_years - events) < FEWEST_EVENTS:
        return None
    all_ = _Learned(*(np.concatenate(part) for part in zip(*learned, strict=True)))
    now = _design(_counts(history, period), _scale(history, period))
    base_rate = float((all_.weight * all_.events).sum() / (all_.weight * all_.site_years).sum())
    return Foreseen(_logistic(now @ _fitted(all_)), base_rate, site_years, events)


def _transitions(history: History, period: int) -> Iterator[_Learned]:
    """Yield what each earlier period with three whole ones behind it teaches: who was known then, and what came next."""
    for earlier in range(history.first + ALL_YEARS - 1, period):
        known = history.known(earlier)
        followed = history.severe[earlier + 1 - history.first] > 0
        faded = FADING ** (period - 1 - earlier)
        yield _grouped(_counts(history, earlier)[known], followed[known], _scale(history, earlier), faded)


def _counts(history: History, period: int) -> Ints:
    """Return sites by three: all of three periods, severe of five, all around of three."""
    return np.column_stack(
        [
            history.sum(history.every, period, ALL_YEARS),
            history.sum(history.severe, period, SEVERE_YEARS),
            history.sum(history.around, period, ALL_YEARS),
        ]
    )


def _scale(history: History, period: int) -> float:
    """Return what severe accidents of fewer than five periods, all there are as yet, are multiplied by."""
    return SEVERE_YEARS / min(SEVERE_YEARS, period - history.first + 1)


def _grouped(counts: Ints, followed: Flags, scale: float, faded: float) -> _Learned:
    # A hundred thousand quiet sites are alike: one row stands for all of them.
    packed = (counts[:, 0] << 42) | (counts[:, 1] << 21) | counts[:, 2]
    keys, of = np.unique(packed, return_inverse=True)
    distinct = np.column_stack([keys >> 42, (keys >> 21) & 0x1FFFFF, keys & 0x1FFFFF])
    events = np.bincount(of[followed], minlength=len(keys))
    site_years = np.bincount(of, minlength=len(keys))
    return _Learned(_design(distinct, scale), site_years, events, np.full(len(keys), faded))


def _design(counts: Ints, scale: float) -> Floats:
    return np.column_stack([np.ones(len(counts)), np.log1p(counts * (1.0, scale, 1.0))])


def _fitted(learned: _Learned) -> Floats:
    """Return the weights of largest likelihood, by Newton's method; a trace of ridge keeps separated data finite."""
    design = learned.design
    cases, events = learned.weight * learned.site_years, learned.weight * learned.events
    weights = np.zeros(design.shape[1])
    share = events.sum() / cases.sum()
    weights[0] = np.log(share / (1 - share))
    ridge = _RIDGE * cases.sum() * np.eye(len(weights))
    for _ in range(_STEPS):
        expected = _logistic(design @ weights)
        slope = design.T @ (events - cases * expected) - ridge @ weights
        curve = (design * (cases * expected * (1 - expected))[:, None]).T @ design + ridge
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def _logistic(score: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(score, -35, 35))))
