"""Lists and probabilities: what was planted is found, what is not known is not told."""

from __future__ import annotations

import numpy as np
import pytest

from models.papers.rules.shares import wilson
from models.prevention.rules.cells import History, cells, history
from models.prevention.rules.judging import calibration, judge, together
from models.prevention.rules.probability import FEWEST_EVENTS, foresee
from models.prevention.rules.screening import screen, three_years, worst_first

PLACES, YEARS = 400, 8


def _town(severe_share: float, seed: int = 3, hot: int = 7) -> History:
    """Return eight years of a town: quiet places, busy ones, and one hot spot."""
    drawn = np.random.default_rng(seed)
    rates = drawn.gamma(0.5, 4.0, PLACES)
    rates[hot] = 60.0
    counts = drawn.poisson(rates, (YEARS, PLACES))
    year = np.repeat(np.arange(2016, 2016 + YEARS), counts.sum(axis=1))
    place = np.concatenate([np.repeat(np.arange(PLACES), row) for row in counts])
    sites = cells(place % 20 * 1000, place // 20 * 1000, 1000)
    return history(sites, year, drawn.random(len(year)) < severe_share)


TOWN = _town(0.05)
HOT = int(np.flatnonzero((TOWN.sites.across == 7) & (TOWN.sites.along == 0))[0])


def test_a_planted_hot_spot_leads_both_lists() -> None:
    found = screen(TOWN, 2022, 10, seed=1)
    assert found.listed[0] == found.baseline[0] == HOT
    assert found.foreseen is not None
    assert found.foreseen.probability[HOT] > 0.8 > 0.2 > found.foreseen.base_rate
    assert len(found.listed) == len(found.baseline) == 10


def test_probabilities_are_what_came_and_better_than_the_base_rate() -> None:
    foreseen, came = foresee(TOWN, 2022), TOWN.severe[-1] > 0
    assert foreseen is not None
    told = calibration(foreseen.probability, came, foreseen.base_rate)
    assert told.gap < 0.05
    assert told.skill > 0.05
    assert sum(one.sites for one in told.bins) == len(TOWN.sites)
    part = foreseen.of(np.array([HOT]))
    assert (part.probability, part.events) == (foreseen.probability[HOT], foreseen.events)


def test_nothing_later_is_looked_at() -> None:
    until = TOWN.first + 5
    short = History(TOWN.sites, TOWN.first, TOWN.every[:6], TOWN.severe[:6], TOWN.around[:6])
    whole, cut = foresee(TOWN, until), foresee(short, until)
    assert whole is not None
    assert cut is not None
    assert whole.probability.tolist() == cut.probability.tolist()


def test_too_little_to_learn_from_gives_no_probability_and_the_plain_list() -> None:
    quiet = _town(0.0005)
    assert quiet.severe.sum() < FEWEST_EVENTS
    found = screen(quiet, 2022, 5, seed=1)
    assert found.foreseen is None
    assert found.listed.tolist() == found.baseline.tolist()
    # Two years make no transition with three behind it.
    assert foresee(TOWN, TOWN.first + 2) is None


def test_where_everything_is_alike_the_probability_is_the_base_rate() -> None:
    sites = cells(np.arange(50) * 10_000, np.zeros(50, np.int64), 1000)
    every = np.ones((8, 50), np.int64)
    severe = np.zeros_like(every)
    severe[:, :25] = 1 - np.arange(8)[:, None] % 2  # every second year
    severe[:, 25:] = np.arange(8)[:, None] % 2
    foreseen = foresee(History(sites, 2016, every, severe, np.zeros_like(every)), 2023)
    assert foreseen is not None
    assert foreseen.probability.mean() == pytest.approx(foreseen.base_rate, abs=0.02)


def test_ties_are_drawn_by_the_seed_and_nothing_is_listed_where_nothing_happened() -> None:
    scores = np.array([0, 3, 1, 1, 1, 1, 0])
    lists = {tuple(worst_first(scores, 3, seed).tolist()) for seed in range(30)}
    assert {one[0] for one in lists} == {1}
    assert {site for one in lists for site in one[1:]} == {2, 3, 4, 5}
    assert worst_first(scores, 3, 4).tolist() == worst_first(scores, 3, 4).tolist()
    assert sorted(worst_first(scores, 99, 0).tolist()) == [1, 2, 3, 4, 5]
    assert worst_first(scores, 3, 0, scores < 3).tolist() != worst_first(scores, 3, 0).tolist()
    assert not len(worst_first(scores, 0, 0))


def test_three_years_are_the_period_and_the_two_before() -> None:
    assert three_years(TOWN, 2020).tolist() == TOWN.every[2:5].sum(axis=0).tolist()


def test_a_list_is_judged_by_what_followed_beside_chance() -> None:
    after = np.array([2, 0, 1, 0, 0, 0, 0, 1, 0, 0])
    judged = judge(np.array([0, 1]), after)
    assert judged is not None
    assert (judged.precision, judged.base_rate, judged.recall, judged.lift) == (0.5, 0.3, 0.5, 2.5)
    low, high = wilson(2, 4)
    assert judged.lift_interval == (low * 5, high * 5)
    assert judged.precision_interval == wilson(1, 2)
    twice = together([judged, judged])
    assert (twice.lift, twice.listed, twice.severe) == (2.5, 4, 8)
    assert judge(np.array([], np.int64), after) is None
    assert judge(np.array([0]), np.zeros(10, np.int64)) is None


def test_calibration_of_the_base_rate_alone_has_no_skill() -> None:
    told = calibration([0.25] * 4, [True, False, False, False], 0.25)
    assert (told.gap, told.skill, told.brier) == (0.0, 0.0, 0.1875)
    worse = calibration([1.0, 0.0], [False, True], 0.5)
    assert worse.skill < 0
    assert [(one.low, one.foreseen, one.happened) for one in worse.bins] == [(0.0, 0.0, 1.0), (0.9, 1.0, 0.0)]
