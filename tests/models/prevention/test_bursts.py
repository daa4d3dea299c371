"""Alarms: for what a place has beyond its own, once, and seldom by chance alone."""

from __future__ import annotations

import numpy as np
import pytest

from models.prevention.rules.bursts import CHANCE, Burst, bursts, followed, per_10_000
from models.prevention.rules.cells import Sites, cells

NOW = 2_000
QUIET, BUSY = (0, 0), (5_000, 0)


def _told(*places: tuple[tuple[int, int], list[int]]) -> tuple[Sites, np.ndarray, np.ndarray]:
    """Return sites, days and kinds (all 0) of places with the days of their accidents; a hundred other quiet places stand by."""
    others = [((100_000 + 1_000 * n, 0), [n * 13 % 1900]) for n in range(100)]
    rows = [(place, day) for place, days in (*places, *others) for day in days]
    sites = cells([place[0] for place, _ in rows], [place[1] for place, _ in rows], 150)
    return sites, np.array([day for _, day in rows]), np.zeros(len(rows), np.int64)


def _alarms(*places: tuple[tuple[int, int], list[int]], spent: np.ndarray | None = None) -> list[Burst]:
    return bursts(*_told(*places), since=0, from_day=1_500, spent=spent)


def test_three_in_a_month_alarm_where_there_was_one_in_years_and_not_where_there_are_two_a_month() -> None:
    three = [1_900, 1_910, 1_920]
    assert [(one.site, one.day, one.seen) for one in _alarms((QUIET, [500, *three]))] == [(0, 1_920, 3)]
    assert _alarms((BUSY, [*range(5, 1_890, 15), *three])) == []


def test_a_place_that_expects_one_a_month_gives_no_alarm_however_many_come() -> None:
    told = _told((BUSY, [*range(5, 1_900, 25), *range(1_900, 1_920)]))
    assert bursts(*told, since=0, from_day=1_890) == []
    assert bursts(*told, since=0, from_day=1_890, busiest=9) != []


def test_an_alarm_names_its_evidence_and_its_numbers() -> None:
    sites, days, kinds = _told((QUIET, [500, 1_900, 1_910, 1_920]))
    (alarm,) = bursts(sites, days, kinds, since=0, from_day=1_500)
    assert days[alarm.evidence].tolist() == [1_900, 1_910, 1_920]
    assert alarm.chance < CHANCE / 10
    assert 0 < alarm.expected < 0.1


def test_the_same_evidence_never_alarms_twice() -> None:
    month = [1_900, 1_905, 1_910, 1_915, 1_920]
    (first,) = _alarms((QUIET, month))
    assert first.day == 1_910
    spent = np.zeros(len(_told((QUIET, month))[1]), np.bool_)
    spent[first.evidence] = True
    assert _alarms((QUIET, month), spent=spent) == []
    again = _alarms((QUIET, [*month, 1_922]), spent=np.append(spent[:5], np.append(False, spent[5:])))
    assert [one.day for one in again] == [1_922]
    assert not set(again[0].evidence) & set(first.evidence)


def test_the_window_is_thirty_days_and_the_thirty_first_is_outside() -> None:
    assert len(_alarms((QUIET, [1_900, 1_910, 1_929]))) == 1
    assert _alarms((QUIET, [1_900, 1_910, 1_930])) == []


def test_kinds_are_counted_apart() -> None:
    sites, days, kinds = _told((QUIET, [1_900, 1_910, 1_920]))
    assert len(bursts(sites, days, kinds, since=0, from_day=1_500)) == 1
    kinds[0] = 1
    assert bursts(sites, days, kinds, since=0, from_day=1_500) == []


def test_without_a_year_before_it_nothing_alarms_and_old_bursts_are_left_alone() -> None:
    sites, days, kinds = _told((QUIET, [1_900, 1_910, 1_920]))
    assert bursts(sites, days, kinds, since=1_600, from_day=1_500) == []
    assert bursts(sites, days, kinds, since=0, from_day=1_921) == []


def test_what_came_in_the_next_thirty_days_is_held_against_the_expectation() -> None:
    told = _told((QUIET, [1_900, 1_910, 1_920, 1_921, 1_950, 1_951]))
    alarms = bursts(*told, since=0, from_day=1_500)
    after = followed(*told, alarms[:1])
    assert after.seen == 2
    assert after.times == pytest.approx(2 / alarms[0].expected)


def test_chance_alone_alarms_less_than_once_in_a_thousand_places_and_months() -> None:
    drawn = np.random.default_rng(2)
    places, months = 1_500, 36
    for a_month in (0.1, 0.5, 1.5):
        place = np.repeat(np.arange(places), drawn.poisson(a_month * (months + 37), places))
        days = drawn.integers(0, 30 * (months + 37), len(place))
        sites = cells(place * 1_000, np.zeros(len(place), np.int64), 150)
        alarms = bursts(sites, days, np.zeros(len(days), np.int64), since=0, from_day=30 * 37)
        assert len(alarms) < CHANCE * places * months


def test_the_rate_of_alarms_is_per_thirty_days_and_ten_thousand_accidents() -> None:
    assert per_10_000(24, 365, 20_000) == pytest.approx(24 / 365 * 30 / 2)
