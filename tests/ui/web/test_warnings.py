"""The page of warnings: what waits for an officer, what a leader answers for, and how it did; none of it for an agency."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from flows.warnings import pass_all
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.time import wall_clock
from models.kernel.vocabulary import Role
from tests.databases import Databases
from tests.registers import at, put, town
from tests.stories import Beginning, Story, beginning
from tests.ui.web.conftest import Look, words


class Warned:
    """An office with a register of five years, two deaths at one place, and a list that waits for a leader."""

    def __init__(self, story: Story) -> None:
        story.at = wall_clock()
        day = local_date(story.at)
        with story.installation.database.writing() as session:
            put(session, town(day, 5, sites=60))
            put(session, [at(day - timedelta(days=n), 90_000, 90_000, deaths=1, place="东湖路口") for n in (9, 90)])
        pass_all(story.installation, story.at)


@pytest.fixture
def begun(sqlite_databases: Databases) -> Beginning[Any]:
    return beginning(sqlite_databases, Warned)


def test_an_officer_sees_what_waits_and_what_it_rests_on(story: Story, look: Look) -> None:
    page = look("li", "warnings")
    assert not page.exception
    shown = words(page)
    assert "工作秘密" in shown
    assert "东湖路口（500米见方）" in shown
    number = shown.partition("number=")[2].partition('"')[0]
    whole = words(look("li", "warnings", number=number))
    assert "依据：参考值，《杭州市道路交通安全管理条例》第四十九条（外地规定）" in whole
    assert "提请不采纳一条风险预警" in str(look("li", "warnings", number=number).expander)
    assert "一年内再发生严重事故的概率：样本不足" in whole or "全部同类平均" in whole


def test_a_list_says_how_such_lists_did_and_waits_for_a_leader(story: Story, look: Look) -> None:
    lists = words(look("ling", "warnings", part="lists"))
    assert "待领导批准" in lists
    assert "为随机抽取的" in lists
    one = lists.partition("list=")[2].partition('"')[0]
    for number in range(1, 8):
        page = look("ling", "warnings", list=str(number))
        assert not page.exception
    assert one
    assert "没有这份名单" in words(look("ling", "warnings", list="999"))


def test_criteria_and_results_are_told_with_their_basis(story: Story, look: Look) -> None:
    criteria = words(look("ling", "warnings", part="criteria"))
    assert "500米范围内365天内发生1起一次死亡3人以上事故，或者2起亡人事故，或者1起亡人事故和2起重伤事故" in criteria
    assert "还没有满一年的预警" in words(look("ling", "warnings", part="results"))
    story.employ("guan", Role.ADMIN)
    rules = look("guan", "rules", part="criteria", code="site.art49")
    assert not rules.exception
    assert "第四十九条" in words(rules)


def test_for_an_agency_and_an_administrator_it_is_not_there(story: Story, look: Look) -> None:
    story.employ("ju", Role.AGENCY, unit="鄂州市公安局")
    story.employ("guan", Role.ADMIN)
    for account in ("ju", "guan"):
        assert "东湖路口" not in words(look(account, "warnings"))
