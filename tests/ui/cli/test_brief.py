"""`shencha brief`: the week that is over, what is late and what falls due, for people and programs."""

from __future__ import annotations

import os
from datetime import date, timedelta

import pytest

from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.time import wall_clock
from models.overview.queries.brief import last_week
from models.papers.rules.periods import Period
from tests.journeys.test_a_circular import Quarter
from tests.journeys.test_true_figures import happens
from tests.stories import story_in
from tests.ui.cli.conftest import Shell


def test_a_week_runs_from_monday_to_sunday_and_is_over() -> None:
    november = Period(date(2026, 11, 23), date(2026, 11, 29))
    assert last_week(date(2026, 11, 30)) == november == last_week(date(2026, 12, 6))
    assert last_week(date(2026, 11, 29)) == Period(date(2026, 11, 16), date(2026, 11, 22))


def test_the_brief_tells_of_the_week_to_people_and_to_programs(
    shell: Shell, tmp_path_factory: pytest.TempPathFactory
) -> None:
    week = last_week(local_date(wall_clock()))
    with story_in(os.environ["SHENCHA_DATABASE_URL"], tmp_path_factory.mktemp("files")) as story:
        Quarter(story)
        happens(story, week.since, deaths=1)
        happens(story, week.until, light=2)
        happens(story, week.until + timedelta(days=1), deaths=5)
    seen = shell("brief", "--as", "ling")
    assert seen.status == 0, seen.err
    for said in (
        "这一周共发生道路交通事故2起，死亡1人，受伤2人",
        "内部参考，以公安交管统计为准",
        "风险预警：待研判0条",
    ):
        assert said in seen.out, said
    told = shell("brief", "--as", "ling", "--json").json
    assert (told["since"], told["until"]) == (week.since.isoformat(), week.until.isoformat())
    assert [one["now"] for one in told["accidents"]["figures"][:2]] == [2, 1]
    assert told["late_measures"] >= 3, "of the quarter, whose days are long over"
    assert told["late_orders"] == 0
    then = shell("brief", "--week-of", "2026-03-25", "--as", "ling", "--json").json
    assert then["accidents"] is None, "only investigated accidents are in the register"
    assert (then["due_since"], then["due_until"]) == ("2026-03-30", "2026-04-05")
    falls_due = [one["measure"] for one in then["falls_due"] if one["measure"]]
    assert "次日到期。" in falls_due
    refused = shell("brief", "--week-of", local_date(wall_clock()), "--as", "ling")
    assert (refused.status, "尚未结束" in refused.err) == (1, True)
    assert shell("user", "add", "wei", "--organisation", "鄂州市公安局", "--role", "agency").status == 0
    assert shell("brief", "--as", "wei").status == 1
