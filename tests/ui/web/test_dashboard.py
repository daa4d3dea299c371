"""The leaders' page: figures that open their rows, decisions in two clicks, and nobody else's business."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from flows.sweep import sweep
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.time import wall_clock
from models.kernel.vocabulary import DocumentKind, ReplyKind
from models.office.tables import Organisation
from models.overview.queries.brief import last_week
from models.rectification.tables import Assignment, Measure
from tests.journeys.test_true_figures import happens
from tests.stories import Story
from tests.ui.web.conftest import Look, words

SILENT = timedelta(days=75)


@pytest.fixture
def silent(story: Story) -> str:
    """A case whose notices were served and signed for, and then nobody answered for 75 days, until now."""
    story.at = wall_clock() - SILENT
    case = story.rectifying()
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    story.deliver(case, *notices)
    for notice in notices:
        story.do("nei", "acknowledge", case, paper=notice, received_by="签收某")
    story.at += SILENT
    sweep(story.installation, story.at)
    return case


def test_each_figure_opens_as_many_rows(silent: str, look: Look) -> None:
    page = look("ling", "dashboard")
    assert not page.exception
    links = re.findall(r'href="/counted\?([^"]+)">([\d,]+)</a>', words(page).replace("&amp;", "&"))
    assert links
    for query, figure in dict(links).items():
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        rows = look("ling", "counted", **asked)
        assert not rows.exception
        shown = words(rows).count("<tr>") - 1
        assert shown == min(int(figure.replace(",", "")), 20), asked


def test_the_page_moves_to_the_day_in_its_address(silent: str, story: Story, look: Look) -> None:
    then = local_date(story.at - SILENT + timedelta(days=1))
    page = look("ling", "dashboard", on=then.isoformat())
    assert page.date_input[0].value == then
    assert "没有超期或临期的事项" in words(page)
    assert f"{then.year}年1月1日至{then.month}月{then.day}日四项指数" in words(page)


def test_a_day_that_is_typed_moves_the_page_and_its_address_and_the_address_moves_the_field(
    silent: str, story: Story, look: Look
) -> None:
    page, today = look("ling", "dashboard"), local_date(story.at)
    [first, then] = [today - timedelta(days=days) for days in (20, 80)]
    for day in (first, then):
        page.date_input[0].set_value(day).run()
        assert page.query_params["on"] == day.isoformat()
        assert f"{day.year}年1月1日至{day.month}月{day.day}日四项指数" in words(page)
    page.query_params["on"] = first.isoformat()
    page.run()
    assert page.date_input[0].value == first
    page.date_input[0].set_value(today).run()
    assert "on" not in page.query_params


def test_a_leader_decides_on_an_extension_beside_its_notice(story: Story, look: Look) -> None:
    story.at = wall_clock() - timedelta(days=2)
    case = story.rectifying()
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    story.deliver(case, *notices)
    for notice in notices:
        story.do("nei", "acknowledge", case, paper=notice, received_by="签收某")
    view = look("ling", "dashboard")
    assert "没有等待决定的督办单" in words(view)
    hand, organisation = _first_hand(story)
    assert "/decide" not in words(view)
    [reply] = story.do(
        "nei",
        "reply",
        case,
        kind=ReplyKind.EXTENSION,
        measures=[hand],
        organisation=organisation,
        text="雨季不能施工。",
        requested_due=local_date(story.at) + timedelta(days=90),
    )
    until = local_date(story.at) + timedelta(days=90)
    assert f"（{organisation}，申请延至{until}）" in words(look("ling", "dashboard")), "who asks, and until when"
    [address] = re.findall(r'href="(/decide[^"]+)"', words(look("ling", "dashboard")).replace("&amp;", "&"))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked == {"number": case, "reply": reply}
    page = look("ling", "decide", **asked)
    assert "雨季不能施工" in words(page)
    assert "sc-paper" in words(page)
    refused = next(button for button in page.button if button.label == "不同意").click().run()
    assert refused.error
    agreed = next(button for button in refused.button if button.label == "同意延期").click().run()
    assert "已办理" in words(agreed)
    assert "该申请已有决定" in words(agreed)


def _first_hand(story: Story) -> tuple[str, str]:
    """Return a measure and the unit that holds it."""
    with story.installation.database.reading() as session:
        row = session.execute(
            select(Measure.ref, Organisation.name)
            .select_from(Assignment)
            .join(Organisation, Organisation.id == Assignment.organisation_id)
            .join(Measure, Measure.id == Assignment.measure_id)
            .order_by(Assignment.id)
        ).first()
    assert row is not None
    return row.ref, row.name


def test_accidents_are_drawn_on_the_units_own_outline(
    silent: str, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    square = [[114.0, 30.0], [115.5, 30.0], [115.5, 31.0], [114.0, 31.0], [114.0, 30.0]]
    district = {
        "type": "Feature",
        "properties": {"name": "某区"},
        "geometry": {"type": "Polygon", "coordinates": [square]},
    }
    outline = tmp_path / "outline.json"
    outline.write_text(json.dumps({"type": "FeatureCollection", "features": [district]}), encoding="utf-8")
    monkeypatch.setenv("SHENCHA_OUTLINE", str(outline))
    assert "sc-map" in words(look("ling", "dashboard", on="2025-12-31"))
    outline.write_text("not a map", encoding="utf-8")
    assert "辖区边界文件" in words(look("ling", "dashboard", on="2025-12-31"))


@pytest.mark.parametrize("account", ["li", "nei", "dang"])
def test_who_leads_nothing_has_no_such_page(silent: str, look: Look, account: str) -> None:
    for address in ("dashboard", "counted", "decide"):
        assert "督办看板" not in words(look(account, address))


def test_the_indices_say_what_they_count(silent: str, look: Look) -> None:
    page = words(look("ling", "dashboard"))
    assert "内部参考，以公安交管统计为准" in page
    assert "不论是否开展深度调查" in page
    assert "按一般程序处理的和程序不详的道路交通事故" in page
    assert "/figures?from=" in page
    assert "本年深度调查事故分布" in page


def test_the_page_tells_the_week_in_brief(silent: str, story: Story, look: Look) -> None:
    week = last_week(local_date(story.installation.clock()))
    assert "只有立案调查的不作统计" in words(look("ling", "dashboard"))
    happens(story, week.since, deaths=1)
    page = words(look("ling", "dashboard"))
    assert "这一周共发生道路交通事故1起，死亡1人" in page
    assert "整改措施：至今逾期未完成" in page


def test_a_league_table_is_off_until_a_plan_of_the_place_turns_it_on(
    silent: str, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = words(look("ling", "dashboard"))
    assert "不是名次" in page
    assert ">名次<" not in page
    assert page.index("逾期未完成的整改措施和说明") < page.index("各单位按期情况")
    assert "本单位办案时限：本年到期" in page
    monkeypatch.setenv("SHENCHA_LEAGUE_TABLE", "某市整改考核办法")
    page = words(look("ling", "dashboard"))
    assert "名次依据某市整改考核办法" in page
    assert ">名次<" in page


def test_what_is_not_due_makes_no_rate_and_few_due_measures_make_no_rank(silent: str, story: Story, look: Look) -> None:
    page = words(look("ling", "dashboard"))
    for said in ("到期", "按期完成", "未到期", "样本过少", "不足5项的样本过少，不计算"):
        assert said in page
    then = (local_date(story.at) - SILENT + timedelta(days=2)).isoformat()
    early = words(look("ling", "dashboard", on=then)).replace("&amp;", "&")
    links = re.findall(r'/counted\?(what=measures&[^"]*)">(\d+)</a>', early)
    assert links
    for query, figure in links:
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        assert asked["due"] == "0", "nothing was due two days after it was served"
        assert words(look("ling", "counted", **asked)).count("<tr>") - 1 == int(figure)
