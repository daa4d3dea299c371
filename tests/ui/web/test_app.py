"""The first page: what people see of cases in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from models.database import Database
from models.files import FileStore
from models.settings import Settings
from tests.databases import Databases
from tests.stories import Office, Story, staffed

APP = Path(__file__).parent.parent.parent.parent / "ui" / "web" / "app.py"
SECONDS = 30


@pytest.fixture
def story(tmp_path: Path, sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """An installation that the page reads, and what happens in it."""
    url = sqlite_databases.fresh(staffed)
    monkeypatch.setenv("SHENCHA_HOME", str(tmp_path))
    monkeypatch.setenv("SHENCHA_DATABASE_URL", url)
    database = Database(url, durable=False)
    yield Story(Office(database, Settings(), FileStore(tmp_path / "files")))
    database.close()
    sqlite_databases.drop(url)


def page(case: str | None = None) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    if case is not None:
        app.query_params["case"] = case
    return app.run()


def words(app: AppTest) -> str:
    shown = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.info, *app.error]
    return "\n".join([*(element.value for element in shown), *(button.label for button in app.button)])


def test_before_init_the_page_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENCHA_HOME", str(tmp_path / "none"))
    app = page()
    assert "shencha init" in app.info[0].value
    assert not (tmp_path / "none").exists()


def test_without_cases_the_page_says_what_to_do(story: Story) -> None:
    assert "shencha case file" in page().info[0].value


def test_a_case_is_listed_with_its_five_papers_and_its_light(story: Story) -> None:
    case = story.file()
    app = page()
    assert app.button(key=f"open-{case}").label == case
    shown = words(app)
    assert "◔○○○○" in shown
    assert "超期" in shown
    assert not app.exception


def test_a_case_opens_from_the_list_and_leads_back(story: Story) -> None:
    case = story.file()
    app = page()
    app.button(key=f"open-{case}").click().run()
    assert case in app.query_params["case"]
    shown = words(app)
    assert "待提交审批：调查分析报告书。" in shown
    assert re.search(r"\|D1\|调查分析报告书\|—\|—\|拟稿\|—\|", shown)
    assert "|M1|" in shown
    assert "|立案|" in shown
    app.button[0].click().run()
    assert app.title[0].value == "深度调查案件"


def test_an_issued_paper_is_shown_with_number_and_date(story: Story) -> None:
    case = story.rectifying()
    shown = words(page(case))
    assert re.search(r"\|D1\|调查分析报告书\|鄂州公交调〔2025〕1号\|—\|已签发\|2025-12-01\|", shown)


def test_a_case_that_is_not_there_is_refused_in_a_sentence(story: Story) -> None:
    app = page("4207-1999-0001")
    assert "没有编号为“4207-1999-0001”的案件" in app.info[0].value
    assert app.button[0].label == "返回案件列表"


def test_lists_are_turned_page_by_page(story: Story) -> None:
    cases = [story.file(variant=variant) for variant in range(21)]
    app = page()
    assert len([b for b in app.button if (b.key or "").startswith("open-")]) == 20
    next(button for button in app.button if button.label == "下一页").click().run()
    assert [b.label for b in app.button if (b.key or "").startswith("open-")] == [cases[0]]
    next(button for button in app.button if button.label == "上一页").click().run()
    assert "第 1 页" in words(app)


def test_no_english_is_left_on_the_pages(story: Story) -> None:
    case = story.file()
    for app in (page(), page(case)):
        shown = re.sub(r":(green|blue|orange|red)\[|shencha [a-z ]+|[DMFERAK]\d+|---", "", words(app))
        assert not re.search(r"[A-Za-z]{3,}", shown), re.findall(r"[A-Za-z]{3,}", shown)


def test_the_reader_is_the_account_that_the_setting_names(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.file()
    monkeypatch.setenv("SHENCHA_ACTOR", "nobody")
    assert page().info[0].value == "没有账号“nobody”。"
