"""Repairs that were never made: how often a reckoning calls them helpful, and how often it would see real ones."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import exp, sqrt

import numpy as np

from models.prevention.rules.cells import History, Ints
from models.prevention.rules.effect import Cohort, compare, thinned

LISTED_AT_THE_END_OF = range(2012, 2017)
"""Every year with three before it and three after it, 2020 left out."""
YEARS = 3
DRAWS = 200
WORST = 0.05
_Z = 1.96


class Chosen(Enum):
    """What the repaired sites are drawn from: the worst twentieth by this."""

    THREE_YEARS = "three years, all accidents"
    LAST_ALL = "last year, all accidents"
    LAST_SEVERE = "last year, severe only"
    THREE_SEVERE = "three years, severe only"


@dataclass(frozen=True, slots=True)
class Claims:
    """Shares of trials: called helped where nothing was done, by matched sites and two other ways; a real quarter less seen."""

    matched: float
    before_after: float
    empirical_bayes: float
    power: float


def claims(counts: History, chosen: Chosen, sites: int, seed: int = 1) -> Claims:
    """Draw so many sites to be repaired, again and again in each year, and reckon what became of them."""
    drawn = np.random.default_rng(seed)
    told = np.array(
        [_trial(counts, chosen, sites, year, drawn) for year in LISTED_AT_THE_END_OF for _ in range(DRAWS)], np.float64
    )
    return Claims(*(float(share) for share in told.mean(axis=0)))


def _trial(
    counts: History, chosen: Chosen, sites: int, year: int, drawn: np.random.Generator
) -> tuple[bool, bool, bool, bool]:
    end = year + 1 - counts.first
    before, after = counts.every[end - YEARS : end].T, counts.every[end : end + YEARS].sum(axis=0)
    score = _score(counts, chosen, year)
    worst = np.lexsort((drawn.random(len(score)), -score))[: round(len(score) * WORST)]
    repaired = np.zeros(len(score), np.bool_)
    repaired[drawn.choice(worst, sites, replace=False)] = True
    nothing = Cohort(before[repaired], after[repaired], before[~repaired], after[~repaired])
    return _helped(nothing), _before_after(nothing), _empirical_bayes(nothing), _helped(thinned(nothing, drawn))


def _helped(cohort: Cohort) -> bool:
    compared = compare([cohort])
    assert compared is not None
    return compared.fewer


def _before_after(cohort: Cohort) -> bool:
    """Call it helped where fewer happened after than before, beyond chance; what most reports do."""
    before, after = int(cohort.before.sum()), int(cohort.after.sum())
    return after / before * exp(_Z * sqrt(1 / before + 1 / after)) < 1


def _empirical_bayes(cohort: Cohort) -> bool:
    """Call it helped where fewer happened than before, once drawn to the mean of all sites (no comparison over time)."""
    everywhere = np.concatenate([cohort.before, cohort.untreated_before]).sum(axis=1)
    mean, spread = everywhere.mean(), everywhere.var()
    trust = 1 - mean / spread
    expected = (trust * cohort.before.sum(axis=1) + (1 - trust) * mean).sum()
    seen = cohort.after.sum()
    return bool(seen / expected * exp(_Z * sqrt(1 / seen + trust / expected)) < 1)


def _score(counts: History, chosen: Chosen, year: int) -> Ints:
    source = counts.every if chosen in (Chosen.THREE_YEARS, Chosen.LAST_ALL) else counts.severe
    return counts.sum(source, year, 3 if chosen in (Chosen.THREE_YEARS, Chosen.THREE_SEVERE) else 1)
