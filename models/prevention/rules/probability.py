"""How likely a site sees a severe accident within the next year: a pooled logistic regression, calibrated on what came.

A place's own rate says nothing: its Brier skill is below 0. What all places went through together says something: of the
sites that had as many accidents before, how many had a severe one in the year that followed?
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.prevention.rules.cells import History, Ints

Floats = NDArray[np.float64]

ALL_YEARS = 3
SEVERE_YEARS = 5
FEWEST_EVENTS = 40
"""Site-years with a severe accident, and without, that a fit needs: ten for each of its four weights (Peduzzi 1996)."""
_STEPS = 50
_RIDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The probability of a severe accident within the next period for each site asked for, and of any site (基础概率).

    `transitions` says how many site-years it was learned from, `events` how many of them had a severe accident.
    """

    probability: Floats
    base_rate: float
    transitions: int
    events: int

    def of(self, sites: Ints) -> Foreseen:
        """Return the same for some of the sites, by their positions."""
        return Foreseen(self.probability[sites], self.base_rate, self.transitions, self.events)


def foresee(history: History, period: int) -> Foreseen | None:
    """Return the probabilities of the period after `period` for all sites of the history, from nothing later.

    None where earlier transitions are too few to learn from (样本不足): fewer than `FEWEST_EVENTS` site-years with a severe
    accident, or without, or no whole three years before any of them.
    """
    rows = list(_transitions(history, period))
    if not rows:
        return None
    features, cases, events = _aggregated(rows)
    positive, total = int(events.sum()), int(cases.sum())
    if min(positive, total - positive) < FEWEST_EVENTS:
        return None
    weights = _fitted(features, cases, events)
    now = _design(_features(history, period))
    return Foreseen(_logistic(now @ weights), positive / total, total, positive)


def _features(history: History, period: int) -> Ints:
    """Return sites by three: all of three periods, severe of five, all around of three."""
    return np.column_stack(
        [
            history.sum(history.every, period, ALL_YEARS),
            history.sum(history.severe, period, SEVERE_YEARS),
            history.sum(history.around, period, ALL_YEARS),
        ]
    )


def _transitions(history: History, period: int) -> Iterator[tuple[Ints, NDArray[np.bool_]]]:
    for earlier in range(history.first + ALL_YEARS - 1, period):
        known = history.known(earlier)
        followed = history.severe[earlier + 1 - history.first] > 0
        yield _features(history, earlier)[known], followed[known]


def _aggregated(rows: list[tuple[Ints, NDArray[np.bool_]]]) -> tuple[Floats, Ints, Ints]:
    """Return distinct features as a design, how many site-years have them, and how many of these a severe accident."""
    features, followed = np.concatenate([row[0] for row in rows]), np.concatenate([row[1] for row in rows])
    packed = (features[:, 0] << 42) | (features[:, 1] << 21) | features[:, 2]
    keys, of = np.unique(packed, return_inverse=True)
    distinct = np.column_stack([keys >> 42, (keys >> 21) & 0x1FFFFF, keys & 0x1FFFFF])
    return _design(distinct), np.bincount(of), np.bincount(of, followed, len(keys)).astype(np.int64)


def _design(features: Ints) -> Floats:
    return np.column_stack([np.ones(len(features)), np.log1p(features)])


def _fitted(design: Floats, cases: Ints, events: Ints) -> Floats:
    """Return the weights of largest likelihood, by Newton's method; a trace of ridge keeps separated data finite."""
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
