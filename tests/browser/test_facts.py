"""Editable tables in a real browser: saved while one types, kept through reload and lost connection, nobody overwritten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import PASSWORD, Visit, with_passwords
from tests.browser.serving import PHONE, WIDE, Visitor, serving, visiting
from tests.databases import Databases
from tests.stories import Story, story_in
from ui.web.facts.parts import PARTS, sheets_of

pytestmark = [pytest.mark.browser, pytest.mark.loopback]

NUMBERS = count(1)
SAVED = re.compile("全部已保存")
PASTE = """([key, text]) => {
  const field = document.querySelector(`[data-key="${key}"]`), clip = new DataTransfer();
  field.focus();
  clip.setData('text/plain', text);
  field.dispatchEvent(new ClipboardEvent('paste', {clipboardData: clip, bubbles: true, cancelable: true}));
}"""
ASK = "async (address) => { const answer = await fetch(address); return answer.json() }"
SEND = """async ([address, ops]) => (await fetch(address, {
  method: 'PATCH', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({ops})})).status"""


@pytest.fixture(scope="module")
def office(sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Story, str]]:
    """One office and its pages for all of these: each test has a case of its own."""
    url = sqlite_databases.fresh(with_passwords)
    with story_in(url, tmp_path_factory.mktemp("office")) as told:
        settings = told.installation.settings
        with serving(settings.home, settings.database) as address:
            yield told, address
    sqlite_databases.drop(url)


@pytest.fixture
def story(office: tuple[Story, str]) -> Story:
    return office[0]


@pytest.fixture
def visit(office: tuple[Story, str], browser: Browser) -> Iterator[Visit]:
    with ExitStack() as windows:

        def go(account: str, size: tuple[int, int] = WIDE) -> Visitor:
            visitor = windows.enter_context(visiting(browser, office[1], size))
            visitor.sign_in(account, PASSWORD)
            return visitor

        yield go


@pytest.fixture
def case(story: Story) -> str:
    """A case of the test's own."""
    return story.file(variant=next(NUMBERS))


def at(visitor: Visitor, case: str, part: str) -> Page:
    """Open a part of the investigation and wait for its tables."""
    visitor.open(f"/case?number={case}&part=facts&of={part}")
    for one in sheets_of(PARTS[part]):
        grid(visitor.page, one.name).locator(".scg-frame").wait_for(state="attached")
    return visitor.page


def grid(page: Page, sheet: str) -> Locator:
    return page.locator(f"sc-grid[sheet={sheet}]")


def cell(page: Page, sheet: str, row: str, field: str) -> Locator:
    return grid(page, sheet).locator(f"[data-key='{row}/{field}']")


def rows(page: Page, sheet: str) -> list[str]:
    return [one.inner_text() for one in grid(page, sheet).locator("tbody th").all()]


def kept(page: Page, case: str, sheet: str, row: str, field: str) -> str | None:
    """Return what the server holds of a cell."""
    found = page.evaluate(ASK, f"/facts/{case}/{sheet}")
    cells: dict[str, dict[str, str]] = next((one["cells"] for one in found["rows"] if one["ref"] == row), {})
    return cells.get(field, {}).get("text")


def holds(page: Page, case: str, sheet: str, row: str, field: str, text: str | None) -> None:
    """Wait until the server holds it; None where it holds nothing."""
    for _ in range(30):
        if kept(page, case, sheet, row, field) == text:
            return
        page.wait_for_timeout(100)
    assert kept(page, case, sheet, row, field) == text


def test_what_is_typed_is_saved_without_leaving_the_cell_and_there_after_a_reload(case: str, visit: Visit) -> None:
    officer = visit("li")
    page = at(officer, case, "people")
    cell(page, "people", "P1", "seat").press_sequentially("驾驶座", delay=30)
    holds(page, case, "people", "P1", "seat", "驾驶座")
    expect(grid(page, "people").locator(".scg-status")).to_have_text(SAVED)
    officer.open(page.url.removeprefix(officer.address))
    expect(cell(page, "people", "P1", "seat")).to_have_value("驾驶座")
    # A window that closes at once takes its last words along.
    cell(page, "people", "P1", "seat").fill("驾驶座，安全气囊未弹出")
    page.close(run_before_unload=False)
    officer.page = officer.context.new_page()
    again = at(officer, case, "people")
    expect(cell(again, "people", "P1", "seat")).to_have_value("驾驶座，安全气囊未弹出")
    assert officer.complaints == []


def test_what_is_half_written_is_kept_and_what_is_wrong_stands_beside_it(case: str, visit: Visit) -> None:
    page = at(visit("li"), case, "accident")
    field = cell(page, "accident", "1", "occurred_until")
    field.fill("2026.11")
    told = grid(page, "accident").locator(".scg-told")
    expect(told).to_contain_text("不是可以识别的时间")
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("2025.11.05 8:10")
    expect(told).to_have_count(0)
    page.keyboard.press("Tab")
    expect(field).to_have_value("2025年11月5日8时10分")


def test_two_people_at_one_table_see_each_other_and_overwrite_nobody(case: str, visit: Visit) -> None:
    one, two = at(visit("li"), case, "people"), at(visit("wang"), case, "people")
    cell(one, "people", "P1", "seat").fill("前排左")
    expect(cell(two, "people", "P1", "seat")).to_have_value("前排左", timeout=5000)
    expect(grid(two, "people").locator(".scg-theirs")).to_have_count(1)
    expect(grid(two, "people").locator(".scg-news")).to_contain_text("李某修改了1处")
    two.context.set_offline(True)
    cell(two, "people", "P1", "seat").fill("后排右")
    cell(one, "people", "P1", "seat").fill("后排左")
    holds(one, case, "people", "P1", "seat", "后排左")
    two.context.set_offline(False)
    expect(grid(two, "people").locator(".scg-told")).to_contain_text("李某同时改为“后排左”", timeout=10_000)
    expect(cell(two, "people", "P1", "seat")).to_have_value("后排右")
    two.reload()  # neither words are lost with the page
    two.get_by_role("button", name="用我的").click()
    expect(cell(one, "people", "P1", "seat")).to_have_value("后排右", timeout=5000)


def test_without_connection_words_wait_in_the_browser_and_signing_out_takes_them_away(case: str, visit: Visit) -> None:
    officer = visit("li")
    page = at(officer, case, "people")
    status = grid(page, "people").locator(".scg-status")

    def refuse(route: Route) -> None:
        route.abort() if route.request.method == "PATCH" else route.continue_()

    page.route("**/facts/**", refuse)
    cell(page, "people", "P1", "seat").fill("断网时写的")
    expect(status).to_contain_text("没有连接")
    assert page.evaluate("Object.keys(localStorage).filter(one => one.startsWith('sc-grid/li/')).length") == 1
    page.unroute("**/facts/**")
    officer.open(page.url.removeprefix(officer.address))
    holds(page, case, "people", "P1", "seat", "断网时写的")
    expect(status).to_have_text(SAVED)
    page.route("**/facts/**", refuse)
    cell(page, "people", "P1", "seat").fill("不再要的")
    expect(status).to_contain_text("没有连接")
    leaving = officer.context.new_page()
    leaving.goto(f"{officer.address}/auth/logout")
    expect(leaving.get_by_role("alert")).to_contain_text("还有1处改动没有保存")
    leaving.get_by_role("button", name="退出登录").click()
    leaving.get_by_label("账号").wait_for()
    assert leaving.evaluate("Object.keys(localStorage).filter(one => one.startsWith('sc-grid/')).length") == 0
    expect(status).to_contain_text("登录已结束")


def test_an_answer_that_was_lost_is_no_conflict(case: str, visit: Visit) -> None:
    officer = visit("li")
    page = at(officer, case, "people")
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method != "PATCH" or lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # the server has it, the browser never hears
        route.abort()

    page.route("**/facts/**", lose)
    cell(page, "people", "P1", "seat").fill("第一次")
    expect(grid(page, "people").locator(".scg-status")).to_contain_text("没有连接")
    cell(page, "people", "P1", "seat").fill("第二次")
    holds(page, case, "people", "P1", "seat", "第二次")
    expect(page.get_by_role("button", name="用我的")).to_have_count(0)


def test_a_block_from_a_spreadsheet_becomes_rows_and_is_one_step(case: str, visit: Visit) -> None:
    officer = visit("li")
    page = at(officer, case, "people")
    before = rows(page, "people")
    grid(page, "people").get_by_role("button", name="添加一行").click()
    block = '姓名\t身份\t年龄\t安全带\t籍贯\n孙某\t乘客\t41岁\t是\t鄂州\n"周\n某"\t行人\t三十\t不适用\n吴某\t司机\t六十多\t未使用'
    page.evaluate(PASTE, [page.evaluate("document.activeElement.dataset.key"), block])
    expect(grid(page, "people").locator(".scg-news")).to_contain_text("已粘贴3行12格，按表头对应栏目")
    expect(grid(page, "people").locator(".scg-news")).to_contain_text("另有1格没有对应的栏目，没有粘贴")
    expect(grid(page, "people").locator(".scg-status")).to_have_text(SAVED)
    added = [row for row in rows(page, "people") if row not in before]
    assert len(added) == 3
    assert [kept(page, case, "people", row, "name") for row in added] == ["孙某", "周 某", "吴某"]
    assert [kept(page, case, "people", row, "age") for row in added] == ["41", "30", "六十多"]
    assert [kept(page, case, "people", row, "role") for row in added] == ["乘员", "行人", "驾驶人"]
    grid(page, "people").get_by_role("button", name="撤销").click()
    expect(grid(page, "people").locator("tbody tr")).to_have_count(len(before))
    holds(page, case, "people", added[0], "name", None)
    grid(page, "people").get_by_role("button", name="重做").click()
    holds(page, case, "people", added[0], "name", "孙某")
    holds(page, case, "people", added[1], "name", "周 某")
    assert officer.complaints == []


def test_everything_is_done_by_the_keyboard_alone(case: str, visit: Visit) -> None:
    officer = visit("li")
    page = at(officer, case, "vehicles")
    before = rows(page, "vehicles")
    keys = page.keyboard
    cell(page, "vehicles", before[-1], "plate").focus()
    keys.press("Enter")  # below the last row a new one
    keys.type("鄂G00001")
    expect(grid(page, "vehicles").locator(".scg-status")).to_have_text(SAVED)
    new = rows(page, "vehicles")[-1]
    holds(page, case, "vehicles", new, "plate", "鄂G00001")
    cell(page, "vehicles", new, "part").focus()
    keys.type("牵引")
    expect(page.get_by_role("option", name="牵引车")).to_be_visible()
    keys.press("Enter")
    holds(page, case, "vehicles", new, "part", "牵引车")
    keys.press("ArrowUp")
    assert page.evaluate("document.activeElement.dataset.key") == f"{before[-1]}/part"
    keys.press("ArrowDown")
    keys.press("Control+Delete")
    expect(grid(page, "vehicles").locator("tbody tr")).to_have_count(len(before))
    holds(page, case, "vehicles", new, "plate", None)
    keys.press("Control+z")
    holds(page, case, "vehicles", new, "plate", "鄂G00001")
    keys.press("Control+y")
    holds(page, case, "vehicles", new, "plate", None)
    assert officer.complaints == []


def test_a_reference_is_chosen_by_what_the_row_is_called(case: str, visit: Visit) -> None:
    page = at(visit("li"), case, "people")
    field = cell(page, "people", "P1", "vehicle_ref")
    field.fill("")
    holds(page, case, "people", "P1", "vehicle_ref", "")
    field.press("Alt+ArrowDown")
    option = page.locator(".scg-list:visible [role=option]").first
    name = option.inner_text()
    option.click()
    expect(field).to_have_value(name)
    holds(page, case, "people", "P1", "vehicle_ref", name.split()[0])


def test_who_may_not_edit_reads_and_is_refused_at_the_route(case: str, visit: Visit) -> None:
    reviewer = visit("shen")
    page = at(reviewer, case, "people")
    expect(grid(page, "people").locator("input, textarea")).to_have_count(0)
    expect(grid(page, "people").get_by_role("button", name="添加一行")).to_have_count(0)
    op = {"op": "x1", "kind": "set", "row": "P1", "field": "seat", "value": "后排", "seen": 0}
    assert page.evaluate(SEND, [f"/facts/{case}/people", [op]]) == 403


def test_on_a_phone_a_row_is_a_card_and_nothing_reaches_beyond_the_edge(case: str, visit: Visit) -> None:
    page = at(visit("li", PHONE), case, "people")
    expect(page.get_by_role("textbox", name=re.compile("^姓名，P1")).first).to_be_visible()
    assert page.evaluate("document.querySelector('sc-grid').scrollWidth <= innerWidth")
