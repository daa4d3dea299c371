"""The sample of accidents is the same every time, holds a hot spot and a double, and is put into a register once."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from models.kernel.act import acting, find_actor
from models.register.commands.samples import put_samples
from models.register.queries.duplicates import suspected
from models.register.queries.heat import heat
from models.samples.register import DAYS, HOT, sample_accidents
from tests.databases import Databases
from tests.stories import staffed, story_in

TODAY = date(2026, 3, 1)


def test_the_sample_is_the_same_every_time_and_lies_in_the_past() -> None:
    accidents = list(sample_accidents(TODAY))
    assert accidents == list(sample_accidents(TODAY))
    assert len(accidents) == 301
    assert all(one.occurred_at.date() < TODAY for one in accidents)
    assert (TODAY - accidents[0].occurred_at.date()).days <= DAYS
    at_the_spot = [one for one in accidents if (one.road, abs(one.stake_m - HOT[1]) <= 40) == (HOT[0], True)]
    assert len(at_the_spot) > 25
    assert Counter(one.deaths > 0 for one in accidents)[True] > 10


def test_it_is_put_into_a_register_once_and_shows_a_hot_spot_and_a_double(databases: Databases, tmp_path: Path) -> None:
    url = databases.fresh(staffed)
    with story_in(url, tmp_path) as story:
        for put in (301, 0):
            with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
                assert put_samples(act) == put
        until = story.at.date()
        with story.installation.database.reading() as session:
            actor = find_actor(session, "ling", story.at)
            cells = heat(session, actor, until.replace(year=until.year - 4), until, side=500).cells
            doubles = suspected(session, actor, until.replace(year=until.year - 4), until, limit=10)
        assert sum(one.accidents for one in cells) == 301
        assert cells[0].accidents > 20
        assert cells[0].accidents > 3 * cells[1].accidents or cells[1].accidents > 10, "the spot may lie on a border"
        assert [(pair.one.id, pair.other.id) for pair in doubles] == [(300, 301)]
        west, south, east, north = cells[0].corners
        assert (114 < west < east < 116, 30 < south < north < 31) == (True, True)
    databases.drop(url)
