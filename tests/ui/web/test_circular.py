"""The page of circulars: figures before the drafting, for the police; for everybody the circulars they got."""

from __future__ import annotations

from typing import Any

import pytest

from models.kernel.calendar.time import wall_clock
from tests.databases import Databases
from tests.journeys.test_a_circular import SINCE, TRANSPORT, UNTIL, Quarter
from tests.stories import Beginning, Story, beginning
from tests.ui.web.conftest import Look, words
from tests.ui.web.test_batch import press

PERIOD = {"from": SINCE.isoformat(), "until": UNTIL.isoformat()}


@pytest.fixture
def begun(sqlite_databases: Databases) -> Beginning[Any]:
    return beginning(sqlite_databases, Quarter)


def test_figures_are_shown_before_anything_is_drafted_and_drafted_from_there(story: Story, look: Look) -> None:
    story.at = wall_clock()
    shown = words(look("li", "circular", **PERIOD))
    assert "到期整改措施8项" in shown
    assert TRANSPORT in shown
    assert "样本过少，不计算" in shown
    assert "没有通报" in shown
    app = press(look("li", "circular", **PERIOD), "拟制定期通报：一个时期整改措施落实情况")
    assert not app.exception
    assert "关于2026年第一季度道路交通事故整改措施落实情况的通报" in words(look("li", "circular", **PERIOD))


def test_a_leader_sees_the_figures_and_no_form_and_a_member_only_what_it_got(story: Story, look: Look) -> None:
    shown = words(look("ling", "circular", **PERIOD))
    assert "到期整改措施8项" in shown
    assert "拟制定期通报：一个时期整改措施落实情况" not in shown
    story.at = wall_clock()
    case, paper = story.in_office("li", "draft-circular", period_from=SINCE, period_until=UNTIL).split()
    story.issue(case, paper)
    assert "没有通报" in words(look(TRANSPORT, "circular"))
    story.do("li", "deliver", case, paper=paper)
    shown = words(look(TRANSPORT, "circular"))
    assert "整改措施落实情况的通报" in shown
    assert "时期统计" not in shown


def test_dates_that_are_none_or_not_over_fall_back_to_the_usual_period(story: Story, look: Look) -> None:
    assert "尚未结束" in words(look("li", "circular", **{"from": "2026-01-01", "until": "2099-01-01"}))
    assert "第三季度" in words(look("li", "circular", **{"from": "gestern"}))
