"""Did it help? (治理成效) One kind of measure, all its sites together, against untreated sites that had as many accidents.

Sites are treated because they were bad, and a bad year is followed by a better one with nothing done: before/after alone
calls that a success in up to all trials. So every treated site is compared with untreated ones of the same size of area that
had as many accidents of all kinds, in all and in the last period before: whatever chance takes back, it takes back from both.
A single site proves nothing: below `FEWEST_SITES` there is no figure (样本不足). How often the same reckoning would call
"helped" where nothing was done, and how often it would see a real quarter less, is part of the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, sqrt

import numpy as np
from numpy.typing import NDArray

from models.prevention.rules.cells import Flags, Ints

Floats = NDArray[np.float64]

FEWEST_SITES = 10
FEWEST_UNTREATED = 100
"""Untreated sites in the range of the treated ones that a comparison needs."""
MOST_UNTREATED = 5_000
MATCHES = 30
"""Untreated sites that stand for one treated site."""
TRIALS = 200
QUARTER = 0.25
"""The reduction whose chance of being seen is told."""
FEWEST_EXPECTED = 10
"""Accidents to be expected on all treated sites together; of fewer the interval says nothing."""
_Z = 1.959964
_LEAST = 0.01  # accidents that the line gives a site at least: chance has no scatter about none
_LAST_WEIGHS = 1.5  # a difference in the last period counts more than one before: it says where things were going


@dataclass(frozen=True, slots=True)
class Cohort:
    """Sites whose measures were done in the same period, and the untreated sites of the same size at the same time.

    `before` and `untreated_before` are sites by periods (years, the last one last), accidents of all kinds; `after` and
    `untreated_after` are the accidents of the same span of days after, one number a site.
    """

    before: Ints
    after: Ints
    untreated_before: Ints
    untreated_after: Ints

    def __len__(self) -> int:
        """Return the number of treated sites."""
        return len(self.after)


@dataclass(frozen=True, slots=True)
class Compared:
    """Accidents seen after the measures against those expected from the untreated sites.

    `before` counts all periods before; `doubt` is the standard deviation of the ratio's logarithm.
    """

    sites: int
    before: int
    seen: int
    expected: float
    doubt: float

    @property
    def ratio(self) -> float:
        """Return seen over expected; below 1 is fewer."""
        # Nothing seen has no logarithm; half an accident is the usual stand-in.
        return max(self.seen, 0.5) / self.expected

    @property
    def low(self) -> float:
        """Return the lower end of the ratio's 95 % interval."""
        return self.ratio * exp(-_Z * self.doubt)

    @property
    def high(self) -> float:
        """Return the upper end of the ratio's 95 % interval."""
        return self.ratio * exp(_Z * self.doubt)

    @property
    def fewer(self) -> bool:
        """Tell whether fewer were seen than chance explains."""
        return self.high < 1

    @property
    def more(self) -> bool:
        """Tell whether more were seen than chance explains."""
        return self.low > 1


@dataclass(frozen=True, slots=True)
class Effect(Compared):
    """What a kind of measure came to, and what the reckoning is worth on these very numbers.

    `placebo` is the share of trials on untreated sites that it calls fewer though nothing was done (best near 2.5 %);
    `power` the share in which it sees a real quarter less.
    """

    placebo: float
    power: float


def effect(cohorts: Sequence[Cohort], seed: int, trials: int = TRIALS) -> Effect | None:
    """Return the pooled effect of one kind of measure; None where there is too little to tell it (`compare`)."""
    drawn = np.random.default_rng(seed)
    near = [_at_most(one, drawn) for one in cohorts]
    found = compare(near)
    if found is None:
        return None
    placebo, power = _trials(near, drawn, trials)
    return Effect(found.sites, found.before, found.seen, found.expected, found.doubt, placebo, power)


def compare(cohorts: Sequence[Cohort]) -> Compared | None:
    """Return what was seen beside what was to be expected, all cohorts together.

    None where there is too little (样本不足): fewer than `FEWEST_SITES` treated sites in all, a cohort that finds fewer than
    `FEWEST_UNTREATED` comparable sites, or fewer than `FEWEST_EXPECTED` accidents expected.
    """
    sites = sum(map(len, cohorts))
    if sites < FEWEST_SITES or any(_comparable(one).sum() < FEWEST_UNTREATED for one in cohorts):
        return None
    parts = [_expected(one) for one in cohorts]
    expected, variance = sum(part[0] for part in parts), sum(part[1] for part in parts)
    if expected < FEWEST_EXPECTED:
        return None
    before, seen = sum(int(one.before.sum()) for one in cohorts), sum(int(one.after.sum()) for one in cohorts)
    return Compared(sites, before, seen, expected, sqrt(variance) / expected)


def _at_most(cohort: Cohort, drawn: np.random.Generator) -> Cohort:
    """Return the cohort with comparable untreated sites only, `MOST_UNTREATED` drawn of more: more say nothing new."""
    near = np.flatnonzero(_comparable(cohort))
    kept = near if len(near) <= MOST_UNTREATED else np.sort(drawn.choice(near, MOST_UNTREATED, replace=False))
    return replace(cohort, untreated_before=cohort.untreated_before[kept], untreated_after=cohort.untreated_after[kept])


def _expected(cohort: Cohort) -> tuple[float, float]:
    """Return how many accidents the treated sites would have had after, and the variance of seen minus that.

    Each treated site gets the mean of its `MATCHES` nearest untreated ones, moved along the line that the untreated follow
    by what still lies between them; the scatter about that line is the doubt.
    """
    near = _comparable(cohort)
    features, after = _features(cohort.untreated_before[near]), cohort.untreated_after[near].astype(np.float64)
    slope, fit, scatter = _line(features, after)
    wanted = _features(cohort.before)
    nearest = _nearest(wanted, features)
    means = after[nearest].mean(axis=1) + ((wanted - features[nearest].mean(axis=1)) * slope).sum(axis=1)
    expected = float(np.maximum(means, 0).sum())
    used = np.bincount(nearest.ravel(), minlength=len(after)) / nearest.shape[1]
    return expected, scatter * (expected + float((used**2 * fit).sum()))


def _comparable(cohort: Cohort) -> Flags:
    """Return which untreated sites had at least half of what the quietest treated one had."""
    return np.asarray(cohort.untreated_before.sum(axis=1) * 2 >= cohort.before.sum(axis=1).min(initial=0))


def _features(before: Ints) -> Floats:
    return np.column_stack([before.sum(axis=1), before[:, -1]]).astype(np.float64)


def _line(features: Floats, after: Floats) -> tuple[Floats, Floats, float]:
    """Return slopes of after on before, what they give for each site, and the scatter about it (1 is pure chance)."""
    design = np.column_stack([np.ones(len(after)), features])
    weighed = design / np.maximum(features[:, :1], 1)
    # Where all sites are alike there is no slope to find; least squares then gives the flattest.
    line = np.linalg.lstsq(weighed.T @ design, weighed.T @ after, rcond=None)[0]
    fit: Floats = np.maximum(design @ line, _LEAST).astype(np.float64)
    scatter = float(((after - fit) ** 2 / fit).sum()) / (len(after) - design.shape[1])
    return line[1:].astype(np.float64), fit, max(1.0, scatter)


def _nearest(wanted: Floats, features: Floats) -> Ints:
    """Return for each wanted site the positions of the nearest ones: wanted by `MATCHES`."""
    many, weight = min(MATCHES, len(features) - 1), np.array([1.0, _LAST_WEIGHS])
    return np.stack([np.argpartition(np.abs(features - one) @ weight, many)[:many] for one in wanted])


def _trials(cohorts: Sequence[Cohort], drawn: np.random.Generator, trials: int) -> tuple[float, float]:
    """Return how often untreated sites like the treated ones are called helped: as they are, and with a quarter less."""
    helped = noticed = 0
    for _ in range(trials):
        pretended = [_pretended(one, drawn) for one in cohorts]
        helped += _fewer(pretended)
        noticed += _fewer([thinned(one, drawn) for one in pretended])
    return helped / trials, noticed / trials


def _fewer(cohorts: Sequence[Cohort]) -> bool:
    compared = compare(cohorts)
    return compared is not None and compared.fewer


def _pretended(cohort: Cohort, drawn: np.random.Generator) -> Cohort:
    """Return untreated sites in the place of the treated ones, each one of the nearest, and the others to compare with."""
    near = _nearest(_features(cohort.before), _features(cohort.untreated_before))
    chosen = np.fromiter(_without_repeating(near, drawn), np.int64)
    others = np.ones(len(cohort.untreated_after), np.bool_)
    others[chosen] = False
    before, after = cohort.untreated_before, cohort.untreated_after
    return Cohort(before[chosen], after[chosen], before[others], after[others])


def _without_repeating(near: Ints, drawn: np.random.Generator) -> Iterator[int]:
    taken: set[int] = set()
    for row in near:
        free = [int(site) for site in row if int(site) not in taken]
        if free:
            taken.add(chosen := int(drawn.choice(free)))
            yield chosen


def thinned(cohort: Cohort, drawn: np.random.Generator) -> Cohort:
    """Return the cohort as if its measures had prevented every fourth accident, drawn by chance."""
    return replace(cohort, after=drawn.binomial(cohort.after, 1 - QUARTER))
