"""On eleven real years lists and probabilities keep their word; the figures are those of docs/warnings.md, with some room."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.prevention.rules.cells import History
from tests.backtest.alarms import alarms
from tests.backtest.barcelona import Accidents, read
from tests.backtest.lists import SHORT, By, calibrated, counted, find


@pytest.fixture(scope="module")
def told(shared_data: Path) -> tuple[Accidents, list[str]]:
    return read(shared_data / "accidents")


@pytest.fixture(scope="module")
def counts(told: tuple[Accidents, list[str]]) -> History:
    return counted(told[0], 150)


def test_the_datum_that_changes_between_two_years_is_found_and_taken_back(told: tuple[Accidents, list[str]]) -> None:
    accidents, words = told
    assert len(accidents) > 102_000
    assert words[0].startswith("from 2014 on the datum is another: 93.77 m east, 204.23 m north")


def test_the_list_finds_more_of_next_year_than_any_plain_one(counts: History) -> None:
    lifts = {by: find(counts, by, SHORT).lift for by in By}
    assert lifts[By.PROBABILITY] > 5.8
    assert lifts[By.PROBABILITY] > lifts[By.LAST_ALL] > lifts[By.LAST_SEVERE]


def test_probabilities_are_true(counts: History) -> None:
    found = calibrated(counts)
    assert found.gap < 0.015
    assert found.skill > 0.06


def test_alarms_are_few_and_the_next_month_bears_them_out(told: tuple[Accidents, list[str]]) -> None:
    raised = alarms(told[0], 150)
    assert raised.rate < 3
    assert raised.times > 2
    assert raised.busy is not None
    assert raised.busy < raised.times
