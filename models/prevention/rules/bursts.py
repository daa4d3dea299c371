"""Bursts (短期聚集): more accidents of one kind at one place within 30 days than chance gives a place like this.

What counts is the surplus over the place's own expectation: three accidents in a month are news where there was one a
year, and nothing where there are two a month. Accidents that raised an alarm are spent: the next one needs new evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import pdtrc

from models.prevention.rules.cells import Flags, Ints, Sites

WINDOW_DAYS = 30
BACK_DAYS = 1095
"""Days before the window that a place's own expectation is taken from."""
FEWEST_BACK_DAYS = 365
FEWEST = 3
CHANCE = 0.001
"""The probability that chance alone gives a place a burst in 30 days."""
LOOKS = 10
"""What `CHANCE` is divided by for one look: the window slides from accident to accident, so that a place is looked at many
times a month, and accidents are more uneven than chance. Five would do for pure chance."""
BUSIEST = 1.0
"""Accidents of a kind in 30 days: where so many are to be expected a burst says nothing of the next month."""
_DAYS = 1 << 22  # more than the days of any history (ordinals), so that two places never share a stretch


@dataclass(frozen=True, slots=True)
class Burst:
    """One alarm: `seen` accidents of `kind` at `site` up to `day` (the last one's), where `expected` were to be expected.

    `evidence` names them by their positions; `chance` is the probability of so many or more (Poisson).
    """

    site: int
    kind: int
    day: int
    seen: int
    expected: float
    chance: float
    evidence: Ints


@dataclass(frozen=True, slots=True)
class Followed:
    """What came in the 30 days after alarms: accidents of the same kind at the same place, seen and expected."""

    seen: int
    expected: float

    @property
    def times(self) -> float:
        """Return how many times the expectation was seen."""
        return self.seen / self.expected


def bursts(
    sites: Sites,
    days: ArrayLike,
    kinds: ArrayLike,
    since: int,
    from_day: int,
    spent: Flags | None = None,
    busiest: float = BUSIEST,
) -> list[Burst]:
    """Return the alarms whose last accident is on `from_day` or later, in the order of their days.

    `days` (any count of days) and `kinds` (whole numbers from 0) are given for each accident of the sites, in their order.
    `since` is the first day that the data covers; a window with less than a year of it before gives no alarm. `spent` marks
    accidents that are evidence of an earlier warning. Places that expect `busiest` or more in 30 days give none.
    """
    line = _line_up(sites, np.asarray(days, np.int64), np.asarray(kinds, np.int64), since)
    fresh = np.ones(len(line.days), np.bool_) if spent is None else ~spent[line.order]
    seen = np.concatenate([[0], np.cumsum(fresh)])
    in_window = seen[1:] - seen[line.window]
    possible = fresh & (line.days >= from_day) & (line.back >= FEWEST_BACK_DAYS) & (line.expected < busiest)
    possible &= _unlikely(in_window, line.expected)
    found = list(_one_after_the_other(line, np.flatnonzero(possible), fresh))
    return sorted(found, key=lambda one: (one.day, one.site, one.kind))


def followed(sites: Sites, days: ArrayLike, kinds: ArrayLike, alarms: Sequence[Burst]) -> Followed:
    """Return what came in the `WINDOW_DAYS` after each alarm; it is for alarms whose 30 days are over."""
    when, sort = np.asarray(days, np.int64), np.asarray(kinds, np.int64)
    many = _number(sort)
    keys = np.sort((sites.of * many + sort) * _DAYS + when)
    ends = np.array([(one.site * many + one.kind) * _DAYS + one.day for one in alarms], np.int64)
    after = np.searchsorted(keys, ends + WINDOW_DAYS, "right") - np.searchsorted(keys, ends, "right")
    return Followed(int(after.sum()), float(sum(one.expected for one in alarms)))


def per_10_000(alarms: int, days: int, accidents_a_year: float) -> float:
    """Return alarms per 30 days and per 10,000 accidents a year, which cities of any size can be compared by."""
    return alarms / days * WINDOW_DAYS / accidents_a_year * 10_000


@dataclass(frozen=True, slots=True)
class _Line:
    """All accidents by place (a site and a kind) and day, the last four for the 30 days that end with each.

    `window` is the position of the first one in them, `back` how many days before them are known, at most three years.
    """

    kinds: int
    order: Ints
    place: Ints
    days: Ints
    window: Ints
    back: Ints
    expected: NDArray[np.float64]


def _number(kinds: Ints) -> int:
    return int(kinds.max(initial=0)) + 1


def _line_up(sites: Sites, days: Ints, kinds: Ints, since: int) -> _Line:
    many = _number(kinds)
    place = sites.of * many + kinds
    order = np.lexsort((days, place))
    place, when = place[order], days[order]
    keys = place * _DAYS + when
    window = np.searchsorted(keys, keys - WINDOW_DAYS, "right")
    back = np.clip(when - WINDOW_DAYS - since + 1, 0, BACK_DAYS)
    own = window - np.searchsorted(keys, keys - WINDOW_DAYS - back, "right")
    mean, shape = _everywhere(np.bincount(place, minlength=len(sites) * many).reshape(-1, many))
    whole = max(1, int(when.max(initial=since)) - since + 1)
    days_alike = (shape * whole / mean)[place % many]
    expected = (own + shape[place % many]) / (back + days_alike) * WINDOW_DAYS
    return _Line(many, order, place, when, window, back, expected)


def _everywhere(counts: Ints) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean of each kind over all sites, and how alike these are (shape of a gamma distribution, by moments).

    A place with nothing behind it is not expected to have nothing: the more alike places are, the more it is taken for
    one of them (empirical Bayes).
    """
    # A kind that never happened is divided by and multiplied with nothing.
    mean = np.maximum(counts.mean(axis=0), 1e-9)
    return mean, np.clip(mean**2 / np.maximum(counts.var(axis=0) - mean, 1e-9), 0.05, 5)


def _unlikely(seen: Ints, expected: NDArray[np.float64]) -> Flags:
    chance = pdtrc(np.maximum(seen, 1) - 1, expected)
    return np.asarray((seen >= FEWEST) & (chance < CHANCE / LOOKS))


def _one_after_the_other(line: _Line, possible: Ints, fresh: Flags) -> Iterator[Burst]:
    """Yield the alarms among the possible ones, each of what those before it left over."""
    left = fresh.copy()
    for end in possible:
        start = int(line.window[end])
        evidence = start + np.flatnonzero(left[start : end + 1])
        expected = line.expected[end : end + 1]
        if _unlikely(np.array([len(evidence)]), expected)[0]:
            left[evidence] = False
            yield Burst(
                site=int(line.place[end] // line.kinds),
                kind=int(line.place[end] % line.kinds),
                day=int(line.days[end]),
                seen=len(evidence),
                expected=float(expected[0]),
                chance=float(pdtrc(len(evidence) - 1, expected[0])),
                evidence=line.order[evidence],
            )
