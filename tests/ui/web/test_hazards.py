"""The pages of hazards and the page behind a link: told of on a telephone, looked at on site, read from a ledger."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import replace

import pytest
from httpx import Response
from pydantic import SecretStr
from sqlalchemy import select
from starlette.applications import Starlette

from models.kernel.calendar.time import wall_clock
from models.kernel.vocabulary import HazardGrade, HazardState, OrganisationKind, Role
from models.register.rules.site_checks import site_questions
from models.register.tables import Hazard
from tests.pictures import photograph
from tests.stories import Story
from tests.ui.web.conftest import Look, words
from ui.web import hazard_page
from ui.web.rate_limit import Pace

with warnings.catch_warnings():  # it would rather have the successor of httpx, which is not in the lock
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

OFFICE = "https://anjian.example"


@pytest.fixture
def browser(story: Story, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A telephone that knows nothing of us; the office makes links."""
    monkeypatch.setenv("SHENCHA_PUBLIC_URL", OFFICE)
    monkeypatch.setenv("SHENCHA_LINK_KEY", "only for this test")
    for name, pace in (("VISITS", Pace(100, 1)), ("WRONG", Pace(2, 60)), ("REPORTS", Pace(3, 60))):
        monkeypatch.setattr(hazard_page, name, pace)
    settings = story.installation.settings.model_copy(
        update={"public_url": OFFICE, "link_key": SecretStr("only for this test")}
    )
    story.installation = replace(story.installation, settings=settings)
    story.at = wall_clock()
    with TestClient(Starlette(routes=hazard_page.routes()), base_url=OFFICE) as client:
        yield client


@pytest.fixture
def address(story: Story, browser: TestClient) -> str:
    """The address of a link."""
    return f"/h/{story.in_office('li', 'make-hazard-link', given_to='某镇网格员')}"


def send(browser: TestClient, address: str, *photos: bytes, key: str | None = None, **said: str) -> Response:
    page = browser.get(address).text
    form = re.search(r'action="([^"]+)"', page)
    own_key = re.search(r'name="form_key" value="([^"]+)"', page)
    assert form is not None
    assert own_key is not None
    told = {"form_key": key or own_key[1], "description": "路口积水，夜间看不清", "place": "某村路口", **said}
    files = [("photos", (f"{n}.jpg", photo, "image/jpeg")) for n, photo in enumerate(photos)]
    return browser.post(form[1].replace("&amp;", "&"), data=told, files=files or None)


def hazards(story: Story) -> list[Hazard]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(Hazard).order_by(Hazard.id)))


def test_who_has_the_link_tells_with_photo_and_point_and_gets_a_number(
    story: Story, browser: TestClient, address: str
) -> None:
    year = story.at.year
    answer = send(browser, address, photograph(), coordinates="114.871,30.392", datum="gcj02", reporter="网格员某甲")
    assert f"已收到，编号 YH{year}-0001" in answer.text
    [hazard] = hazards(story)
    assert (hazard.state, len(hazard.photos), hazard.details) == (HazardState.REPORTED, 1, {"reporter": "网格员某甲"})
    assert hazard.longitude == pytest.approx(114.8655, abs=1e-3)
    assert "积水" not in browser.get(address).text  # nothing of what was told is shown to the next one


def test_a_photograph_that_says_where_it_was_taken_places_the_hazard(
    story: Story, browser: TestClient, address: str
) -> None:
    assert "已收到" in send(browser, address, photograph(where=(114.8655, 30.3944))).text
    # What a camera writes that lies nowhere here places nothing, and keeps nobody from telling.
    assert "已收到" in send(browser, address, photograph(seed=2, where=(20.0, 10.0))).text
    assert [hazard.longitude and round(hazard.longitude, 4) for hazard in hazards(story)] == [114.8655, None]


def test_a_form_sent_twice_is_one_hazard_and_what_was_refused_stays_in_the_fields(
    story: Story, browser: TestClient, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "已收到" in send(browser, address, key="same").text
    assert "已收到" in send(browser, address, key="same").text
    assert len(hazards(story)) == 1
    monkeypatch.setattr(hazard_page, "REPORTS", Pace(3, 60))
    # Who goes back to the form that was taken and tells of something else with it has told of a second hazard.
    assert "已收到" in send(browser, address, key="same", place="另一村口").text
    assert [hazard.place for hazard in hazards(story)] == ["某村路口", "另一村口"]
    assert "页面已过期" in send(browser, address, key="k" * 3000).text
    refused = send(browser, address, stake="路边<b>", road_name="G316")
    assert refused.status_code == 400
    assert "不是桩号" in refused.text
    assert "路边&lt;b&gt;" in refused.text
    assert "访问过于频繁" in send(browser, address).text
    assert len(hazards(story)) == 2


def test_a_wrong_link_a_foreign_form_and_what_is_no_picture_get_nothing_in(
    story: Story, browser: TestClient, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        assert "链接无效" in browser.get("/h/nobodys").text
    assert "访问过于频繁" in browser.get("/h/nobodys").text
    assert browser.post(address, data={"description": "x", "place": "y", "form_key": "z"}).status_code == 400
    assert "可能带有脚本，不能上传" in send(browser, address, b"<html><script>alert(1)</script></html>").text
    monkeypatch.setattr(hazard_page, "PHOTO", 1000)
    assert "每张照片不超过1000 字节" in send(browser, address, photograph()).text
    assert hazards(story) == []


def test_an_officer_checks_a_hazard_on_its_page_and_a_leader_reads_what_was_found(story: Story, look: Look) -> None:
    story.at = wall_clock()
    number = story.in_office("li", "report-hazard", description="急弯处护栏缺失", road_name="S239", stake="K12+300")
    assert "待核查" in words(look("li", "hazards"))
    page = look("li", "hazard", number=number)
    assert not page.exception
    key = f"check/{number}/1"
    for question in site_questions():
        page.radio(f"{key}/{question.key}").set_value("无问题")
    page.radio(f"{key}/{site_questions()[4].key}").set_value("有问题")
    page.radio(f"{key}/confirmed").set_value("是")
    page.radio(f"{key}/severity").set_value(HazardGrade.MAJOR)
    send = next(button for button in page.button if button.label == "保存核查结果")
    page = send.click().run()
    assert "请说明具体情况" in words(page)
    page.text_input(f"{key}/{site_questions()[4].key}/note").set_value("弯道内侧树木遮挡")
    page = next(button for button in page.button if button.label == "保存核查结果").click().run()
    assert not page.exception
    assert "现场核查已保存" in words(page)
    seen = words(look("ling", "hazard", number=number))
    for told in ("确认为隐患", "弯道内侧树木遮挡", "重大隐患", "已核查"):
        assert told in seen
    assert [hazard.state for hazard in hazards(story)] == [HazardState.CHECKED]


def test_two_alike_are_shown_before_the_second_is_filed(story: Story, look: Look) -> None:
    story.at = wall_clock()
    first = story.in_office("li", "report-hazard", description="急弯处护栏缺失", road_name="S239", stake="K12+300")
    page = look("nei", "hazards", part="report")
    assert not page.exception
    fields = {field.label: field for field in (*page.text_input, *page.text_area)}
    next(field for label, field in fields.items() if label.startswith("隐患描述")).set_value("急弯处护栏缺失")
    next(field for label, field in fields.items() if label.startswith("路段")).set_value("S239")
    next(field for label, field in fields.items() if label.startswith("桩号")).set_value("K12+320")
    page = next(button for button in page.button if button.label == "登记隐患").click().run()
    assert first in words(page)
    assert "是否仍然登记为另一处" in words(page)
    assert len(hazards(story)) == 1
    page = next(button for button in page.button if button.label == "确认").click().run()
    assert not page.exception
    assert len(hazards(story)) == 2


def test_a_change_begins_with_what_is_known_and_says_only_what_is_new(story: Story, look: Look) -> None:
    story.at = wall_clock()
    number = story.in_office("li", "report-hazard", description="急弯处护栏缺失", road_name="S239", stake="K12+300")
    page = look("nei", "hazard", number=number)
    place = next(field for field in page.text_input if field.label.startswith("地点"))
    assert next(field for field in page.text_input if field.label.startswith("路段")).value == "S239"
    place.set_value("某村口")
    next(field for field in page.text_area if field.label.startswith("理由")).set_value("现场补充")
    page = next(button for button in page.button if button.label == "修改隐患").click().run()
    assert not page.exception
    assert "地点：— → 某村口" in words(page)
    assert "路段：S239 →" not in words(page)


def test_an_agency_reports_and_finds_no_ledger_and_no_links(story: Story, look: Look) -> None:
    story.in_office("li", "add-organisation", name="某市交通运输局", kind=OrganisationKind.TRANSPORT)
    story.employ("jiao", Role.AGENCY, unit="某市交通运输局")
    story.in_office("li", "report-hazard", description="路口信号灯不亮", road_name="S239", stake="K3+100")
    page = words(look("jiao", "hazards"))
    assert "路口信号灯不亮" not in page
    assert "登记隐患" in page
    assert "导入台账" not in page
    assert "上报链接" not in page
