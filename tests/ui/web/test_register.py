"""Pages of the register: what came in is found, corrected and told apart on them, the same for every police reader."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from models.kernel.errors import Invalid, NotAllowed
from models.kernel.vocabulary import Role
from models.register.queries.register_list import Wanted
from models.register.tables import RegisteredAccident, RegisteredParty
from tests.databases import Databases
from tests.journeys.test_the_register import AT, comes
from tests.stories import Beginning, Story, beginning
from tests.ui.web.conftest import Look, words
from ui import register_out
from ui.register_out import register_book
from ui.web.parts.register_parts import in_address, register_address, wanted_in


def a_register(story: Story) -> None:
    """Three accidents at one place, the first two of which may be one, and one far away without a point."""
    story.at = AT + timedelta(days=30)
    story.employ("ju", Role.AGENCY, unit="鄂州市公安局")
    same = {"plates": ("鄂G7X001",), "deaths": 1, "serious": 0, "light": 2, "place": "凤凰路与滨湖路口"}
    comes(story, "1", point=(114.9, 30.4), accident_number="420704202511001", **same)
    comes(story, "2", point=(114.9, 30.4), at=AT + timedelta(minutes=4), **same)
    comes(story, "3", point=(114.9002, 30.4), at=AT - timedelta(days=200), deaths=0, light=1, place="凤凰路与滨湖路口")
    comes(story, "4", at=AT - timedelta(days=3), place="=cmd()", road_number="G316", stake="K12+300", stake_m=12_300)


@pytest.fixture(scope="module")
def begun(sqlite_databases: Databases) -> Beginning[None]:
    return beginning(sqlite_databases, a_register)


def test_the_list_counts_what_it_shows_and_leads_to_each(story: Story, look: Look) -> None:
    page = look("ling", "accidents")
    assert not page.exception
    said = words(page)
    assert "共4起，死亡2人，受伤5人" in said
    assert "凤凰路与滨湖路口" in said
    assert 'href="/accident?id=1"' in said
    assert "内部参考，以公安交管统计为准" in said
    only = words(look("li", "accidents", deaths="1"))
    assert "共2起" in only
    assert "没有符合条件的事故" in words(look("li", "accidents", words="没有这里", since="2020-01-01"))
    assert "日期应写作" in words(look("li", "accidents", since="昨天"))


def test_the_page_of_one_tells_everything_and_an_officer_corrects_it(story: Story, look: Look) -> None:
    page = look("li", "accident", id="1")
    said = words(page)
    assert not page.exception
    assert "鄂G7X001" in said
    assert "150米内1起，500米内1起" in said
    assert "号牌相同（鄂G7X001）" in said
    assert "建议立案调查" in said
    chosen = next(box for box in page.selectbox if "更正哪一栏" in box.label).set_value("deaths").run()
    next(field for field in chosen.text_input if "更正后的内容" in field.label).set_value("2")
    next(field for field in chosen.text_area if field.label.startswith("理由")).set_value("核对死亡证明")
    done = next(button for button in chosen.button if button.label == "更正事故台账").click().run()
    assert not done.exception
    after = words(look("ling", "accident", id="1"))
    assert "核对死亡证明" in after
    assert "（已更正）" in after
    assert "更正哪一栏" not in after


def test_an_officer_begins_a_case_from_the_register(story: Story, look: Look) -> None:
    page = look("li", "accident", id="1")
    done = next(button for button in page.button if button.label == "据此起草立案").click().run()
    assert not done.exception
    form = look("li", "file", draft="1")
    assert "凤凰路与滨湖路口" in [field.value for field in form.text_input]


def test_a_person_says_what_a_suspected_pair_is(story: Story, look: Look) -> None:
    days = {"since": str(AT.date()), "until": str(AT.date())}
    page = look("nei", "duplicates", **days, pair="1-2")
    assert "时间相差4分钟；相距0米；号牌相同（鄂G7X001）" in words(page)
    refused = next(button for button in page.button if button.label == "是同一起，保留 1").click().run()
    assert refused.error, "without a reason nothing is done"
    next(field for field in refused.text_input if field.label == "理由").set_value("同一起")
    done = next(button for button in refused.button if button.label == "是同一起，保留 1").click().run()
    assert "序号 2 已并入序号 1" in words(done)
    assert "没有疑似重复的事故" in words(look("nei", "duplicates", **days))
    assert "同一事故，由该行计入统计" in words(look("li", "accident", id="2"))


@pytest.mark.parametrize("asked", [{"accident": "1", "reach": "150"}, {"road": "g316", "stake": "12.5公里"}])
def test_a_place_tells_its_years(story: Story, look: Look, asked: dict[str, str]) -> None:
    page = look("li", "place", **asked)
    assert not page.exception
    assert "历年事故" in [head.value for head in page.subheader]
    assert "2025" in words(page)


def test_a_place_that_is_none_is_told(story: Story, look: Look) -> None:
    assert "不是桩号" in words(look("li", "place", road="G316", stake="桥头"))
    assert "没有指定点段" in words(look("li", "place"))
    with story.installation.database.writing() as session:
        session.execute(update(RegisteredAccident).values(road_number=None, stake_m=None))
    assert "不能确定点段" in words(look("li", "place", accident="4"))


def test_the_map_numbers_the_busiest_places_and_tells_them_in_a_table(story: Story, look: Look) -> None:
    page = look("ling", "accident-map", since="2025-01-01", until="2025-12-31")
    said = words(page)
    assert not page.exception
    assert "sc-map" in said
    assert "处已编号，见下表" in said
    assert "另有1起坐标不详" in said
    assert "/place?east=" in said


def test_an_enterprise_tells_how_liable_its_vehicles_were(story: Story, look: Look) -> None:
    with story.installation.database.writing() as session:
        session.execute(update(RegisteredParty).values(owner_id=1, liability="main"))
    said = words(look("li", "enterprise", unit="1"))
    assert "2025年2起。责任：主要责任2次" in said
    assert "没有编号为999的单位" in words(look("li", "enterprise", unit="999"))


@pytest.mark.parametrize("address", ["accidents", "accident", "duplicates", "place", "enterprise", "accident-map"])
def test_for_an_agency_and_an_administrator_there_is_no_register(story: Story, look: Look, address: str) -> None:
    story.employ("guan", Role.ADMIN)
    for account in ("ju", "guan"):
        assert "凤凰路" not in words(look(account, address, id="1", accident="1", unit="1"))


def test_what_is_taken_away_is_the_list_and_no_formula(story: Story) -> None:
    story.at = AT + timedelta(days=30)
    name, data = register_book(story.installation_at(), "li", Wanted())
    assert name == "事故台账20251203.xlsx"
    sheet = load_workbook(BytesIO(data)).active
    assert sheet is not None
    lines: list[tuple[Any, ...]] = list(sheet.iter_rows(values_only=True))
    assert len(lines) == 6
    assert lines[-1][0] == "内部参考，以公安交管统计为准。"
    assert "'=cmd()" in lines[3]
    assert lines[1][11] == 1
    with pytest.raises(NotAllowed):
        register_book(story.installation_at(), "nei", Wanted())


def test_more_than_can_be_taken_away_is_refused(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_out, "MOST", 3)
    with pytest.raises(Invalid, match="超过3起"):
        register_book(story.installation_at(), "li", Wanted())


def test_an_address_says_what_is_looked_for_and_is_read_as_the_same() -> None:
    wanted = Wanted(since=AT.date(), division="420704", deaths=1, has_case=False, counted=False, words="某 路口")
    assert wanted_in(in_address(wanted)) == wanted
    assert register_address(Wanted(deaths=3)) == "/accidents?deaths=3"
