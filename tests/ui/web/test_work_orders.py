"""隐患交办: what waits for an order, the form by which one is opened, and every part of the page of such a case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.kernel.calendar.time import wall_clock
from models.kernel.vocabulary import HazardState
from tests.journeys.test_a_hazard_is_worked_off import PLACE, ROADS, hazard, opened, place_units
from tests.stories import Story
from tests.ui.web.conftest import Look, words
from tests.ui.web.test_case_page import press


@pytest.fixture
def office(story: Story) -> Story:
    story.at = wall_clock() - timedelta(hours=2)
    place_units(story)
    return story


def test_an_officer_opens_an_order_and_a_leader_only_reads(office: Story, look: Look) -> None:
    number = hazard(office)
    hazard(office, "YH2025-0002", state=HazardState.REPORTED, details={})
    app = look("li", "work-orders", hazard=number)
    assert "待核查 1 处，已核查 1 处，已交办 0 处" in words(app)
    assert "现场核查：夜间无照明" in words(app)
    [text] = [area for area in app.text_area if "整改措施" in area.label]
    text.set_value("补设缺失的波形护栏")
    [unit] = [box for box in app.selectbox if "单位" in box.label]
    unit.select(next(one for one in unit.options if ROADS in one))
    app.date_input[0].set_value(wall_clock().date() + timedelta(days=30))
    app = press(app, "交办隐患")
    shown = words(look("ling", "work-orders", hazard=number))
    year = wall_clock().year
    assert f"4207-H{year}-0001" in shown, words(app)
    assert "已核查 0 处，已交办 1 处" in shown
    assert PLACE in shown
    assert "现场核查：" not in shown


def test_every_part_of_the_page_of_a_work_order_can_be_looked_at(office: Story, look: Look) -> None:
    case = opened(office, hazard(office))
    page = words(look("li", "case", number=case))
    assert "隐患交办" in page
    assert "隐患编号YH2025-0001（重大隐患），已交办。" in page
    for none in ("致因分析", "调查清单"):
        assert none not in page
    for part in ("measures", "evidence", "papers", "clocks", "trace", "record", "complete", "runs", "more"):
        shown = look("li", "case", number=case, part=part)
        assert not shown.exception, part
        assert "没有事故" not in words(shown), part
    measures = words(look("li", "case", number=case, part="measures", measure="M1"))
    assert "自办" in measures
    listed = words(look("li", "cases"))
    assert "隐患交办" in listed


def test_what_is_about_an_accident_says_so_in_one_sentence(office: Story, look: Look) -> None:
    case = opened(office, hazard(office))
    shown = look("li", "case", number=case, part="facts")
    assert not shown.exception
