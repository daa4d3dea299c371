"""Did it help: chance is not called help, a real quarter less is seen, and few sites prove nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.prevention.rules.effect import FEWEST_SITES, Cohort, compare, effect, thinned


def _cohort(treated: int, seed: int, trend: float = 1.0, worst_year: bool = True) -> Cohort:
    """Return sites repaired because they were bad, with nothing done: chosen from the worst of three years, or of the last."""
    drawn = np.random.default_rng(seed)
    rates = drawn.gamma(1.0, 8.0, 1_500)
    before, after = drawn.poisson(rates[:, None], (1_500, 3)), drawn.poisson(rates * 3 * trend)
    score = before[:, -1] if worst_year else before.sum(axis=1)
    chosen = np.zeros(len(rates), np.bool_)
    chosen[drawn.choice(np.argsort(-score)[:100], treated, replace=False)] = True
    return Cohort(before[chosen], after[chosen], before[~chosen], after[~chosen])


def test_a_worst_year_followed_by_a_better_one_is_no_success() -> None:
    cohorts = [_cohort(20, seed) for seed in range(120)]
    trials = [compare([one]) for one in cohorts]
    seen = [one for one in trials if one is not None]
    assert len(seen) == 120
    assert sum(one.fewer for one in seen) <= 8
    assert sum(one.more for one in seen) <= 8
    assert np.mean([one.ratio for one in seen]) == pytest.approx(1, abs=0.02)
    # The last year alone would have called nearly every one of them a success.
    assert np.mean([one.after.sum() < 3 * one.before[:, -1].sum() for one in cohorts]) > 0.9


def test_what_became_better_everywhere_is_no_success_either() -> None:
    seen = compare([_cohort(20, 1, trend=0.6)])
    assert seen is not None
    assert not seen.fewer


def test_a_real_quarter_less_is_seen() -> None:
    drawn = np.random.default_rng(9)
    trials = [compare([thinned(_cohort(10, seed, worst_year=False), drawn)]) for seed in range(40)]
    assert sum(one is not None and one.fewer for one in trials) >= 32


def test_cohorts_of_several_years_are_one_figure_with_its_placebo_rate_and_its_power() -> None:
    cohorts = [_cohort(6, 1), _cohort(6, 2, trend=0.8)]
    found = effect(cohorts, seed=1, trials=60)
    assert found is not None
    assert found == effect(cohorts, seed=1, trials=60)
    assert found.sites == 12
    assert found.seen == sum(int(one.after.sum()) for one in cohorts)
    assert found.low < found.ratio < found.high
    assert found.placebo <= 0.1
    assert found.power >= 0.6


def test_few_sites_or_nothing_to_compare_with_give_no_figure() -> None:
    enough = _cohort(FEWEST_SITES, 1)
    assert compare([enough]) is not None
    assert effect([_cohort(FEWEST_SITES - 1, 1)], seed=1) is None
    few = replace(enough, untreated_before=enough.untreated_before[:99], untreated_after=enough.untreated_after[:99])
    assert compare([few]) is None
    nothing = Cohort(
        np.zeros((10, 3), np.int64), np.zeros(10, np.int64), np.zeros((200, 3), np.int64), np.zeros(200, np.int64)
    )
    assert compare([nothing]) is None
    assert compare([]) is None


def test_not_one_accident_after_still_has_an_interval() -> None:
    cohort = _cohort(10, 1)
    seen = compare([replace(cohort, after=np.zeros(10, np.int64))])
    assert seen is not None
    assert 0 < seen.low < seen.high < 0.2
