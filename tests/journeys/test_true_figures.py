"""True figures: earlier years are entered, months closed against the official statistics, and what is corrected later shows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from models.kernel.calendar.local_time import SHANGHAI, local_date
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from models.kernel.rights.policy import SYSTEM
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import Breakdown, Comparison, Procedure
from models.papers.rules.periods import Period
from models.register.queries.counting import Counted
from models.register.queries.figures import Figure, Report, broken_down, report
from models.register.queries.sentences import beside
from models.register.queries.totals import closings
from models.register.tables import RegisteredAccident
from tests.stories import Story

CITY = "420700"
YEARBOOK = "某市统计年报"


def happens(story: Story, day: date, **told: Any) -> None:
    """Put an accident into the register that nobody investigates."""
    with story.installation.database.writing() as session:
        session.add(
            RegisteredAccident(
                **{
                    "source": "hand",
                    "source_key": f"{day}/{len(told)}/{session.query(RegisteredAccident).count()}",
                    "occurred_at": datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI),
                    "occurred_on": day,
                    "hour": 9,
                    "weekday": day.isoweekday(),
                    "division_code": "420704",
                    "procedure": Procedure.GENERAL,
                    "deaths": 0,
                    "serious": 0,
                    "light": 0,
                    "property_loss": 1000,
                    "recorded_at": story.at,
                    **told,
                }
            )
        )


def told(story: Story, since: date, until: date) -> Report:
    """Return the figures of a span as anybody of the police reads them."""
    with story.installation.database.reading() as session:
        return report(session, SYSTEM, Counted(CITY), Period(since, until), local_date(story.at))


def figure(of: Report, name: str) -> Figure:
    """Return one figure."""
    return next(one for one in of.figures if one.indicator == name)


def test_years_before_the_register_are_entered_with_their_source_and_compared_with(story: Story) -> None:
    for day in (3, 10):
        happens(story, date(2025, 3, day), deaths=1)
    year = date(2025, 1, 1), date(2025, 11, 30)
    before = figure(told(story, *year), "deaths").changes[0]
    assert (before.comparison, before.before, before.source) == (Comparison.YOY, None, None)
    span: dict[str, Any] = {"since": date(2024, 1, 1), "until": date(2024, 11, 30), "basis": YEARBOOK}
    story.in_office("li", "enter-earlier-totals", **span, accidents=4, deaths=3)
    before = figure(told(story, *year), "deaths").changes[0]
    assert (before.before, before.difference, before.source, before.small) == (3, -1, "entered", True)
    assert figure(told(story, *year), "injured").changes[0].before is None, "not known, and not 0"
    with pytest.raises(Conflict, match="已经登记过，更正的请写明理由"):
        story.in_office("nei", "enter-earlier-totals", **span, accidents=5, deaths=3)
    with pytest.raises(Conflict, match="已被他人修改"):
        story.in_office("nei", "enter-earlier-totals", **span, accidents=5, reason="核对年报", seen_version=7)
    story.in_office("nei", "enter-earlier-totals", **span, accidents=5, deaths=4, reason="核对年报", seen_version=1)
    assert figure(told(story, *year), "deaths").changes[0].before == 4
    with pytest.raises(Invalid, match="没有要修改的内容"):
        story.in_office("nei", "enter-earlier-totals", **span, accidents=5, deaths=4, reason="核对年报")


def test_half_a_year_of_the_register_is_no_base_and_no_year_before_it_is_0(story: Story) -> None:
    for day in (date(2024, 7, 3), date(2025, 2, 3), date(2025, 8, 3)):
        happens(story, day, deaths=1)
    year = figure(told(story, date(2025, 1, 1), date(2025, 8, 31)), "accidents")
    assert (year.value, year.changes[0].before, year.changes[0].source) == (2, None, None)
    with story.installation.database.reading() as session:
        span = Period(date(2025, 1, 1), date(2025, 8, 31))
        [line] = broken_down(session, Counted(CITY), span, Breakdown.DIVISION)
    assert (line.figures["accidents"], line.before["accidents"]) == (2, None)
    summer = figure(told(story, date(2025, 7, 1), date(2025, 8, 31)), "accidents")
    assert (summer.value, summer.changes[0].before) == (1, 1)
    assert figure(told(story, date(2023, 1, 1), date(2023, 12, 31)), "deaths").value is None
    story.in_office(
        "nei",
        "enter-denominator",
        year=2023,
        with_motorcycles=True,
        with_motorways=False,
        vehicles=80_000,
        basis=YEARBOOK,
    )
    rates = told(story, date(2023, 1, 1), date(2023, 12, 31)).rates
    assert rates is not None
    assert (rates.deaths, rates.per_10_000_vehicles) == (None, None)


IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"until": date(2023, 1, 1)}, "末日早于首日"),
    ({"until": date(2026, 1, 1)}, "已经结束的时期"),
    ({"accidents": None, "deaths": None}, "至少填写一项数字"),
    ({"accidents": -1}, "事故起数“-1”不可能"),
    ({"fatal_accidents": 9}, "亡人事故起数（9）多于事故起数（5）"),
    ({"fatal_accidents": 1, "severe_accidents": 2}, "死亡3人以上事故起数（2）多于亡人事故起数（1）"),
    ({"basis": " "}, "请写明数字的来源"),
    ({"division_code": "110105"}, "不在本单位辖区"),
    ({"division_code": "420799"}, "不在本单位辖区"),
]


def test_totals_that_cannot_be_are_refused(story: Story) -> None:
    usual: dict[str, Any] = {"since": date(2024, 1, 1), "until": date(2024, 12, 31), "accidents": 5, "deaths": 2}
    for said, refusal in IMPOSSIBLE:
        with pytest.raises(Invalid, match=refusal):
            story.in_office("li", "enter-earlier-totals", **{"basis": YEARBOOK, **usual, **said})


def test_who_keeps_no_statistics_enters_none(story: Story) -> None:
    span: dict[str, Any] = {"since": date(2024, 1, 1), "until": date(2024, 12, 31), "basis": YEARBOOK, "accidents": 5}
    for account in ("ling", "shen", "dang"):
        with pytest.raises(NotAllowed, match="由民警、内勤办理"):
            story.in_office(account, "enter-earlier-totals", **span)
    with pytest.raises(NotAllowed, match="没有此项权限"):
        story.in_office("li", "reopen-month", month="2025-10", reason="更正")


def test_deaths_are_divided_by_what_was_entered_for_the_year_alone(story: Story) -> None:
    happens(story, date(2024, 3, 3), deaths=2)
    happens(story, date(2024, 4, 3), deaths=1, road_class="高速公路")
    usual: dict[str, Any] = {"year": 2024, "with_motorcycles": False, "with_motorways": False, "basis": YEARBOOK}
    story.in_office("nei", "enter-denominator", **usual, vehicles=80_000, residents=1_000_000)
    year = told(story, date(2024, 1, 1), date(2024, 12, 31))
    assert year.rates is not None
    assert (year.rates.deaths, year.rates.per_10_000_vehicles, year.rates.per_100_000_people) == (2, 0.25, 0.2)
    said = "".join(beside(year))
    assert "万车死亡率0.25（死亡2人，不含高速公路；机动车保有量80,000辆，不含摩托车；某市统计年报）" in said
    assert told(story, date(2024, 1, 1), date(2024, 11, 30)).rates is None, "of whole years only"
    again = {**usual, "with_motorways": True, "vehicles": 80_000, "residents": 1_000_000, "reason": "口径更正"}
    story.in_office("nei", "enter-denominator", **again)
    year = told(story, date(2024, 1, 1), date(2024, 12, 31))
    assert year.rates is not None
    assert year.rates.deaths == 3
    for said_wrong, refusal in (
        ({"vehicles": 0}, "不可能"),
        ({}, "至少填写一项"),
        ({"year": 2031, "vehicles": 9}, "年份"),
    ):
        with pytest.raises(Invalid, match=refusal):
            story.in_office("nei", "enter-denominator", **{**usual, **said_wrong})


def test_a_month_is_closed_against_the_official_statistics_and_later_corrections_show(story: Story) -> None:
    for day in (3, 10):
        happens(story, date(2025, 10, day), deaths=1)
    month: dict[str, Any] = {"month": "2025-10", "accidents": 3, "deaths": 2, "basis": "交管统计月报"}
    with pytest.raises(Invalid, match="满7日才能确定，12月8日起可以关账"):
        story.in_office("nei", "close-month", **{**month, "month": "2025-11"})
    with pytest.raises(Invalid, match="不是可以识别的月份"):
        story.in_office("nei", "close-month", **{**month, "month": "2025年10月"})
    with pytest.raises(Invalid, match="不一致（台账相比：事故起数-1），请说明原因"):
        story.in_office("nei", "close-month", **month)
    story.in_office("nei", "close-month", **month, difference_note="一起由高速大队报送")
    with pytest.raises(Conflict, match="已经关账"):
        story.in_office("li", "close-month", **month, difference_note="一起由高速大队报送")
    october = told(story, date(2025, 10, 1), date(2025, 10, 31))
    assert "2025年10月已关账，与交管统计相差：事故起数少1起（一起由高速大队报送）。" in beside(october)
    happens(story, date(2025, 10, 20), deaths=3)
    october = told(story, date(2025, 10, 1), date(2025, 10, 31))
    [closed] = october.closings
    assert closed.counted["deaths"] == 2
    assert (closed.corrected["accidents"], closed.corrected["deaths"]) == (1, 3)
    assert "关账后又更正：事故起数多1起、死亡人数多3人" in "".join(beside(october))
    with pytest.raises(Conflict, match="已被他人修改"):
        story.in_office("ling", "reopen-month", month="2025-10", reason="补报", seen_version=4)
    story.in_office("ling", "reopen-month", month="2025-10", reason="补报一起", seen_version=closed.version)
    with pytest.raises(NotFound, match="没有关账"):
        story.in_office("ling", "reopen-month", month="2025-10", reason="补报一起")
    story.in_office("nei", "close-month", **{**month, "deaths": 5})
    with story.installation.database.reading() as session:
        [closed] = closings(session, Counted(CITY), Period(date(2025, 10, 1), date(2025, 10, 31)))
        kinds = list(session.scalars(select(AdminEvent.kind).order_by(AdminEvent.seq.desc()).limit(3)))
    assert (closed.differences, closed.corrected, closed.note) == ({}, {}, None)
    assert kinds == ["month_closed", "month_reopened", "month_closed"]
