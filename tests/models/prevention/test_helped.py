"""Did it help: places where a kind of measure was taken, pooled, against places like them; never a word of cause."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from models.kernel.vocabulary import Aspect
from models.prevention.queries.helped import KindHelped, Treated, compared, kinds_of, treated_places, what_helped
from tests.databases import Databases
from tests.registers import EAST, NORTH, at, put
from tests.stories import Story, staffed, story_in

DAY = date(2025, 11, 1)


@pytest.fixture
def story(sqlite_databases: Databases, tmp_path: Path) -> Iterator[Story]:
    url = sqlite_databases.fresh(staffed)
    with story_in(url, tmp_path) as told:
        yield told
    sqlite_databases.drop(url)


def register(story: Story, treated: range, fewer: float) -> None:
    """Write ten years of 400 places with some eight accidents a year, and so many times fewer at the treated ones since 2021."""
    drawn = np.random.default_rng(3)
    with story.installation.database.writing() as session:
        rows = []
        for site in range(200):
            for year in range(2017, 2025):
                mean = 3.0 * (fewer if site in treated and year > 2020 else 1.0)
                rows += [
                    at(date(year, 1 + int(drawn.integers(0, 12)), 1), 1500 * (site % 20), 1500 * (site // 20))
                    for _ in range(int(drawn.poisson(mean)))
                ]
        put(session, rows)


def places(sites: range) -> list[Treated]:
    return [Treated("道路：弯道", EAST + 1500 * (site % 20), NORTH + 1500 * (site // 20), 2020) for site in sites]


def told(story: Story, treated: list[Treated]) -> KindHelped:
    with story.installation.database.reading() as session:
        return compared(session, story.installation.settings, DAY, treated)["道路：弯道"]


def test_a_third_less_at_twenty_places_is_seen_with_its_interval_and_placebo(story: Story) -> None:
    register(story, range(20), fewer=0.6)
    one = told(story, places(range(20)))
    assert one.ratio is not None
    assert one.low is not None
    assert one.high is not None
    assert 0.4 < one.low < one.ratio < one.high < 0.9
    assert "与条件相近、未采取措施的地点相比" in one.words
    assert one.words.endswith("不能据此认定因果。")
    # Nine places prove nothing, however good they look.
    few = told(story, places(range(9)))
    assert (few.sites, few.ratio) == (9, None)
    assert few.words.startswith("样本不足：采取“道路：弯道”措施、有位置且验收后满一年的9处，不足10处")


def test_works_of_this_year_and_the_last_are_not_compared_yet(story: Story) -> None:
    with story.installation.database.writing() as session:
        put(session, [at(date(2024, 5, 1))])
    assert told(story, [Treated("道路：弯道", EAST, NORTH, 2024)]).sites == 0


def test_only_what_is_wrong_with_a_place_has_a_kind(story: Story) -> None:
    assert kinds_of(Aspect.ROAD, ["视距不足"]) == ["路：全部", "路：视距不足"]
    assert kinds_of(Aspect.PERSON, ["疲劳驾驶"]) == []
    with story.installation.database.reading() as session:
        assert treated_places(session) == []
        assert what_helped(session, story.installation.settings, DAY) == {}
