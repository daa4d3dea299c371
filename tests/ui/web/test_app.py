"""The pages that everybody shares: what people see of cases, and what a page says when there is nothing to see."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from models.kernel.act import acting, find_actor
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.time import wall_clock
from models.kernel.vocabulary import Door, Role
from models.office.commands.signing_in import begin_session
from models.overview.commands.leaving import disable_user
from models.overview.queries.worklists import waiting_on
from tests.stories import STAFF, Story
from tests.ui.web.conftest import APP, Look, words
from ui import web
from ui.passwords import token_hash
from ui.web.cached_worklists import WAITING
from ui.web.english import ENGLISH
from ui.web.navigation import screens, screens_of
from ui.web.parts import language, visitor


def test_before_init_the_page_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENCHA_HOME", str(tmp_path / "none"))
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    assert "shencha init" in app.info[0].value
    assert not (tmp_path / "none").exists()


def test_without_a_session_nothing_is_shown(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.file()
    monkeypatch.setattr(visitor, "token_in", lambda _cookies: None)
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    assert "请重新登录" in app.info[0].value
    assert not app.title


def test_the_page_is_the_sessions_persons_whatever_the_settings_say(
    story: Story, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHENCHA_ACTOR", "ling")
    assert "李某" in words(look("li", "todo"))


def test_what_is_done_on_a_page_says_by_which_way_its_person_came_in(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    for way, door in (("password", Door.PAGE), ("oidc", Door.OIDC)):
        with acting(story.installation.database, story.installation.settings, "li", wall_clock()) as act:
            begin_session(act, token_hash(way), way=way)
        monkeypatch.setattr(visitor, "token_in", lambda _cookies, way=way: way)
        taken = visitor.who_is_signed_in()
        assert taken is not None
        with taken.acting() as act:
            assert act.door is door


def test_a_disabled_account_ends_with_the_next_click(story: Story, look: Look) -> None:
    app = look("li", "todo")
    with acting(story.installation.database, story.installation.settings, "console", wall_clock()) as act:
        disable_user(act, "li", reason="调离")
    assert "请重新登录" in app.run().info[0].value


def test_without_cases_the_page_says_what_to_do(story: Story, look: Look) -> None:
    assert "还没有案件" in words(look("li", "cases"))


def test_a_case_is_listed_with_its_five_papers_and_its_light(story: Story, look: Look) -> None:
    case = story.file()
    shown = words(look("li", "cases"))
    assert f"/case?number={case}" in shown
    assert "◔○○○○" in shown
    assert "超期" in shown


def test_a_case_is_found_by_its_place_and_by_what_stands_in_the_address(story: Story, look: Look) -> None:
    case = story.file()
    with_place = words(look("li", "cases", words="米"))
    assert case not in with_place
    assert "没有符合条件的案件" in with_place
    assert case in words(look("li", "cases", words=case, stage="filed"))
    assert case not in words(look("li", "cases", stage="archived"))


def test_a_case_opens_by_its_number(story: Story, look: Look) -> None:
    case = story.rectifying()
    assert case in words(look("li", "case", number=case))
    assert "鄂州公交调〔2025〕1号" in words(look("li", "case", number=case, part="papers"))
    assert "M1" in words(look("li", "case", number=case, part="measures"))


def test_a_case_that_is_not_there_is_refused_in_a_sentence(story: Story, look: Look) -> None:
    assert "没有编号为" in words(look("li", "case", number="4207-1999-0001"))


def test_lists_are_turned_page_by_page_through_the_address(story: Story, look: Look) -> None:
    cases = [story.file(variant=variant) for variant in range(21)]
    first = words(look("li", "cases"))
    assert first.count("/case?number=") == 20
    [following] = re.findall(r"/cases\?after=([0-9-]+)", first)
    second = words(look("li", "cases", after=following))
    assert re.findall(r"/case\?number=([0-9-]+)", second) == [cases[0]]


def test_the_number_in_the_menu_counts_the_rows_of_the_list(story: Story, look: Look) -> None:
    for variant in range(3):
        story.file(variant=variant)
    story.rectifying(variant=5)
    for account in STAFF:
        with story.installation.database.reading() as session:
            actor = find_actor(session, account, story.at)
            listed = waiting_on(session, actor, local_date(wall_clock()), limit=500)  # the pages live today
        assert {row.total for row in listed} <= {len(listed)}, account
        page = words(look(account, "todo"))
        assert page.count("待提交审批") == (3 if account == "li" else 0)
        assert (WAITING.known((story.installation.database.url, actor)) or 0) == len(listed), account


def test_what_a_role_may_not_see_is_not_there(story: Story, look: Look) -> None:
    addresses = {screen.address for screen in screens()}
    assert len(addresses) == len(screens())
    for role in set(Role) - {Role.SYSTEM}:
        assert screens_of({role}), role
    assert screens_of({Role.SYSTEM}) == []


def test_no_english_is_left_on_the_pages(story: Story, look: Look) -> None:
    case = story.file()
    for address in (screen.address for screen in screens_of({Role.OFFICER})):
        query = {"number": case} if address == "case" else {}
        shown = re.sub(
            r"<[^>]*>|:(green|blue|orange|red)\[|shencha [a-z ]+|\bEnglish\b", " ", words(look("li", address, **query))
        )
        left = re.findall(r"[A-Za-z]{3,}", shown)
        assert not left, (address, left)


def test_english_is_a_switch(story: Story, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "in_english", lambda: True)
    assert look("li", "cases").title[0].value == "Case list"
    steps = look("li", "case", number=story.file(), part="more").selectbox[0].options
    assert "Add finding" in steps


def test_every_heading_has_its_english() -> None:
    """Whatever stands as a literal over a table or in `said`, on whichever page or shared with one: none was forgotten."""
    pages = Path(web.__file__).parent
    shown = {
        head
        for path in (*pages.rglob("*.py"), *pages.parent.glob("*.py"))
        for head in _headings(ast.parse(path.read_text("utf-8")))
    }
    assert len(shown) > 100
    assert sorted(shown - ENGLISH.keys()) == []


def _headings(tree: ast.Module) -> Iterator[str]:
    named = {
        node.targets[0].id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    shown = [named["HEADS"]] if "HEADS" in named else []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("table", "table_html", "said"):
            first = node.args[0]
            shown.append(named.get(first.id, first) if isinstance(first, ast.Name) else first)
    for told in shown:
        if not isinstance(told, ast.JoinedStr):  # the caption of a page outside the application
            yield from (c.value for c in ast.walk(told) if isinstance(c, ast.Constant) and isinstance(c.value, str))
