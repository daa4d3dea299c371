"""Filing from the page: what is computed while one types, the draft that survives, and uploads told by row."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.testing.v1 import AppTest

from models.accident.dossier.intake import understood
from models.case.commands.case_drafts import keep_draft
from models.case.commands.filing import file_case
from models.kernel.rights.policy import SYSTEM
from models.office.tables import CaseDraft
from models.overview.queries.cases import case_list
from models.samples import dossier_bytes
from tests.models.accident.dossier.test_workbook import filled, putting, two
from tests.stories import Story
from tests.ui.web.conftest import Look, words
from ui.web.screens import filing
from ui.web.screens.filing import REQUIRED

TITLE, PLACE, SUMMARY = "测试路“1·1”道路交通事故", "测试路与实验街交叉路口", "两车相撞，一人死亡。"


def field(elements: Any, label: str) -> Any:
    return next(element for element in elements if element.label == label)


def cases(story: Story) -> list[str]:
    with story.installation.database.reading() as session:
        return [case.title for case in case_list(session, SYSTEM, story.at.date())]


def fill(app: AppTest) -> AppTest:
    field(app.text_input, "案件名称").set_value(TITLE).run()
    field(app.text_input, "地点").set_value(PLACE).run()
    field(app.text_area, "简要案情").set_value(SUMMARY).run()
    field(app.date_input, "事故日期").set_value("2025-11-20").run()
    field(app.selectbox, "发生地").set_value("420704").run()
    return app


def test_the_draft_survives_a_closed_browser(story: Story, look: Look) -> None:
    app = look("li", "file")
    field(app.text_input, "案件名称").set_value(TITLE).run()
    field(app.number_input, "死亡人数").set_value(3).run()
    draft = app.query_params["draft"]
    again = look("li", "file")
    assert TITLE in words(again)
    assert "/file?draft=" in words(again)
    opened = look("li", "file", draft=draft[0] if isinstance(draft, list) else draft)
    assert field(opened.text_input, "案件名称").value == TITLE
    assert field(opened.number_input, "死亡人数").value == 3
    assert "没有这份草稿" in words(look("wang", "file", draft="1"))


def test_opening_a_draft_after_an_empty_form_shows_the_draft_and_changes_nothing(story: Story, look: Look) -> None:
    app = look("li", "file")
    field(app.text_input, "案件名称").set_value(TITLE).run()
    other = look("li", "file")
    other.query_params["draft"] = app.query_params["draft"]
    other.run()
    assert field(other.text_input, "案件名称").value == TITLE
    del other.query_params["draft"]
    other.run()
    assert field(other.text_input, "案件名称").value == ""
    assert TITLE in words(other)


class Clicks:
    """Somebody who is faster than the page: a newer click ends a run at the nth place after an act where it can."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left: int | None = None
        self.nth = 0
        gives_way = ScriptRunner._maybe_handle_execution_control_request

        def place(runner: ScriptRunner) -> None:
            gives_way(runner)
            if self.left is not None and runner._execing:
                self.left -= 1
                if self.left == 0:
                    self.left = None
                    raise StopException

        monkeypatch.setattr(ScriptRunner, "_maybe_handle_execution_control_request", place)

    def after(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def acted(*given: Any, **named: Any) -> Any:
            result = act(*given, **named)
            self.left, self.nth = self.nth or None, 0
            return result

        return acted


@pytest.mark.parametrize("nth", range(1, 6))
def test_a_newer_change_never_comes_between_a_draft_and_what_the_window_knows_of_it(
    story: Story, look: Look, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    clicks = Clicks(monkeypatch)
    monkeypatch.setattr(filing, "keep_draft", clicks.after(keep_draft))
    app = look("li", "file")
    clicks.nth = nth
    field(app.text_input, "案件名称").set_value(TITLE).run()
    clicks.nth = nth
    field(app.text_input, "地点").set_value(PLACE).run()
    field(app.number_input, "死亡人数").set_value(3).run()
    assert "另一个窗口" not in words(app)
    with story.installation.database.reading() as session:
        [kept] = session.scalars(select(CaseDraft.data))
    assert (kept["title"], kept["place"], kept["deaths"]) == (TITLE, PLACE, 3)


def test_a_newer_click_does_not_hide_that_a_case_was_filed(
    story: Story, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    clicks = Clicks(monkeypatch)
    monkeypatch.setattr(filing, "file_case", clicks.after(file_case))
    app = fill(look("li", "file"))
    field(app.time_input, "事故时间").set_value(time(8, 30)).run()
    field(app.number_input, "死亡人数").set_value(1).run()
    clicks.nth = 1
    field(app.button, "立案").click().run()
    assert cases(story) == [TITLE]
    app.run()
    assert "已立案" in words(app)


def test_grade_and_trigger_are_shown_as_they_will_be_computed(story: Story, look: Look) -> None:
    app = look("li", "file")
    assert "不在本单位调查范围" in words(app)
    field(app.number_input, "死亡人数").set_value(3).run()
    assert "较大事故（暂定" in words(app)
    assert "法定应查" in words(app)


def test_a_form_becomes_a_case_and_its_draft_is_gone(story: Story, look: Look) -> None:
    app = fill(look("li", "file"))
    field(app.button, "立案").click().run()
    assert "请填写：事故时间。" in words(app)
    assert cases(story) == []
    field(app.time_input, "事故时间").set_value(time(8, 30)).run()
    field(app.number_input, "死亡人数").set_value(1).run()
    field(app.button, "立案").click().run()
    assert "已立案" in words(app)
    assert cases(story) == [TITLE]
    assert "接着填写" not in words(look("li", "file"))


def test_the_form_asks_for_few_things() -> None:
    assert len(REQUIRED) <= 12


def upload(app: AppTest, name: str, content: bytes, **further: bytes) -> AppTest:
    """Upload files and let them be checked; nothing is filed yet."""
    files = {name: content, **{f"{other}.json": more for other, more in further.items()}}
    app.file_uploader[0].set_value([(one, data, "application/octet-stream") for one, data in files.items()])
    return field(app.button, "检查").click().run()


def confirm(app: AppTest) -> AppTest:
    return field(app.button, "确认立案").click().run()


def test_a_dossier_and_a_spreadsheet_are_filed(story: Story, look: Look) -> None:
    shown = words(confirm(upload(look("li", "file", way="upload"), "卷.json", dossier_bytes("ezhou-one-death"))))
    assert "已立案" in shown
    shown = words(confirm(upload(look("li", "file", way="upload"), "卷.xlsx", filled("ezhou-one-death"))))
    assert "不再重复立案" in shown
    assert len(cases(story)) == 1


def test_what_was_understood_is_shown_with_every_remark_before_anything_is_filed(story: Story, look: Look) -> None:
    data = filled(
        change=putting(("整改措施", "牵头单位", None), ("事故", "天气", "下冰雹"), ("事故", "死亡人数", "1人"))
    )
    page = upload(look("li", "file", way="upload"), "卷.xlsx", data)
    shown = words(page)
    assert "尚未立案" in shown
    assert "死亡1人" in shown
    [one] = understood(data, now=story.installation.clock())
    assert {remark.code for remark in one.remarks} == {"unaddressed", "unknown_word_kept"}
    assert all(str(remark) in shown for remark in one.remarks)
    assert one.dossier.findings[0].text in shown
    assert cases(story) == []
    assert "已立案" in words(confirm(page))
    assert len(cases(story)) == 1


def test_several_accidents_of_one_spreadsheet_are_filed_together(story: Story, look: Look) -> None:
    page = upload(look("li", "file", way="upload"), "卷.xlsx", filled(change=two))
    assert "读到2起事故" in words(page)
    assert words(confirm(page)).count("已立案") == 2
    assert len(cases(story)) == 2


def test_faults_of_a_spreadsheet_are_told_by_row_and_nothing_is_filed(story: Story, look: Look) -> None:
    data = filled(change=putting(("问题", "方面", "天", 3)))
    page = upload(look("li", "file", way="upload"), "卷.xlsx", data)
    assert "工作表“问题”第3行“方面”" in words(page)
    assert all(button.label != "确认立案" for button in page.button)
    broken = json.loads(dossier_bytes("ezhou-one-death"))
    del broken["accident"]["place"]
    assert "accident" in words(upload(look("li", "file", way="upload"), "卷.json", json.dumps(broken).encode()))
    assert cases(story) == []


def test_a_wrong_workbook_is_understood_once_the_cells_that_were_told_are_mended(story: Story, look: Look) -> None:
    wrong = (
        ("问题", "方面", "天", 3),
        ("事故", "死亡人数", "约1人", 2),
        ("事故", "发生时间", "2025年13月1日", 2),
        ("整改措施", "完成期限", "下个月", 2),
        ("人员", "姓名", None, 2),
    )
    page = upload(look("li", "file", way="upload"), "卷.xlsx", filled(change=putting(*wrong)))
    told = words(page)
    for sheet, head, _, row in wrong:
        assert f"工作表“{sheet}”第{row}行“{head}”" in told
    assert cases(story) == []
    page = upload(page, "卷.xlsx", filled())
    assert "尚未立案" in words(page)
    assert all(f"工作表“{sheet}”" not in words(page) for sheet, *_ in wrong)
    assert "已立案" in words(confirm(page))
    assert len(cases(story)) == 1


def test_what_was_checked_before_is_not_filed_after_a_worse_file(story: Story, look: Look) -> None:
    page = upload(look("li", "file", way="upload"), "卷.json", dossier_bytes("ezhou-one-death"))
    page = upload(page, "乙.json", b"[]")
    assert all(button.label != "确认立案" for button in page.button)
    assert cases(story) == []


def test_several_accidents_are_filed_at_once_or_none_is(story: Story, look: Look) -> None:
    one, other = dossier_bytes("ezhou-one-death"), dossier_bytes("ezhou-four-deaths")
    broken = json.loads(other)
    del broken["accident"]["place"]
    shown = words(upload(look("li", "file", way="upload"), "卷.json", one, 乙=json.dumps(broken).encode(), 丙=b"[]"))
    assert "乙.json accident.place：缺少这一项" in shown
    assert "丙.json：文件内容应为一个对象" in shown
    assert "未立任何案件" in shown
    assert cases(story) == []
    twice = words(confirm(upload(look("li", "file", way="upload"), "卷.json", one, 乙=other, 丙=one)))
    assert "丙.json：" in twice
    assert "未立任何案件" in twice
    assert cases(story) == []
    both = words(confirm(upload(look("li", "file", way="upload"), "卷.json", one, 乙=other)))
    assert both.count("已立案") == 2
    assert len(cases(story)) == 2


def test_what_is_neither_is_refused_by_its_content(story: Story, look: Look) -> None:
    shown = words(upload(look("li", "file", way="upload"), "卷.xlsx", b"MZ\x90\x00 a program"))
    assert cases(story) == []
    assert "不是" in shown or "不能" in shown or "UTF-8" in shown
