"""From the short form through the tables to a signed report without a dash in it and without a waiver, in a browser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models.accident.sheets import SHEETS, Sheet
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.time import wall_clock
from models.kernel.vocabulary import DocumentStatus
from models.papers.tables import Waiver
from tests.browser.conftest import Visit
from tests.browser.gestures import choose, date_in, press, says, unfold
from tests.browser.serving import Visitor
from tests.documents.anatomy import Docx
from tests.stories import Story
from tests.three_deaths import FORM, ROWS
from ui.web.facts.parts import PARTS
from ui.web.screens.filing import REQUIRED

pytestmark = [pytest.mark.browser, pytest.mark.loopback]

BY_ROUTE = """async ([address, ops]) => {
  const body = JSON.stringify({ops});
  const headers = {"Content-Type": "application/json"};
  const answer = await fetch(address, {method: "PATCH", headers, body});
  return (await answer.json()).said;
}"""


def filed(officer: Visitor, day: date) -> str:
    """File the case by the short form; returns its number."""
    officer.open("/file")
    assert len(REQUIRED) <= 12
    page = officer.page
    page.get_by_label("案件名称").fill("某岭线较大道路交通事故")
    date_in(officer, "事故日期", f"{day:%Y-%m-%d}")
    date_in(officer, "事故时间", "08:30")
    choose(officer, page.get_by_label("发生地"), "鄂城区")
    for label, words in FORM:
        page.get_by_label(label).fill(words)
        page.keyboard.press("Tab")
        officer.settled()
    says(officer, "法定应查")
    officer.settled()
    press(officer, "立案")
    says(officer, "已立案")
    page.get_by_role("link", name="打开案件，登记问题和措施").click()
    page.wait_for_url(re.compile("part=measures"))
    [number] = re.findall(r"number=([\d-]+)", page.url)
    return number


def worded(row: Mapping[str, str], day: date) -> dict[str, str]:
    due = day + timedelta(days=90)
    return {name: said.format(day=f"{day:%Y-%m-%d}", due=f"{due:%Y-%m-%d}") for name, said in row.items()}


def typed(page: Page, sheet: Sheet, day: date) -> None:
    """Type the rows of a sheet into its table, or its form."""
    grid = page.locator(f"sc-grid[sheet={sheet.name}]")
    grid.locator(".scg-bar").wait_for()
    for said in ROWS[sheet.name]:
        row = grid.locator(".scg-form")
        if sheet.many:
            grid.get_by_role("button", name="添加一行").click()
            more = grid.get_by_role("button", name=re.compile("^全部栏目"))
            if more.count():
                more.click()
            row = grid.locator("tbody tr").last
        for name, words in worded(said, day).items():
            row.locator(f"[data-key$='/{name}']").fill(words)
    page.keyboard.press("Tab")
    expect(grid.locator(".scg-status")).to_have_text(re.compile("全部已保存"), timeout=30_000)


def sent(page: Page, case: str, sheet: str, day: date) -> None:
    """Send rows as the table of problems and measures sends them."""
    ops: list[dict[str, Any]] = []
    for n, said in enumerate(ROWS[sheet]):
        ops.append({"op": f"{sheet}-{n}", "kind": "add", "row": f"+{n}"})
        ops += [
            {"op": f"{sheet}-{n}-{name}", "kind": "set", "row": f"+{n}", "field": name, "value": words, "seen": 0}
            for name, words in worded(said, day).items()
        ]
    answered = page.evaluate(BY_ROUTE, [f"/facts/{case}/{sheet}", ops])
    assert [one for one in answered if one["status"] != 200 or one.get("faults")] == []


def test_an_accident_with_three_deaths_goes_from_the_form_to_a_signed_report(story: Story, visit: Visit) -> None:
    officer = visit("li")
    day = local_date(wall_clock()) - timedelta(days=20)
    case = filed(officer, day)
    officer.open(f"/case?number={case}&part=facts&of=organisations")
    typed(officer.page, SHEETS["organisations"], day)
    first = ("vehicles", "people")
    for name in (*first, *(part for part in PARTS if part not in first)):
        officer.open(f"/case?number={case}&part=facts&of={name}")
        for sheet in PARTS[name].sheets:
            if sheet in ROWS and sheet != "organisations":
                typed(officer.page, SHEETS[sheet], day)
    for sheet in ("findings", "measures"):
        sent(officer.page, case, sheet, day)
    for said in ROWS["evidence"]:
        officer.open(f"/case?number={case}&part=evidence")
        form = unfold(officer, "登记证据（文件或原件存放处）")
        form.get_by_label("名称", exact=True).fill(said["title"])
        form.get_by_label(re.compile("^原件存放处")).fill(said["reference"])
        choose(officer, form.get_by_label(re.compile("^问题")), said["finding"])
        press(officer, "登记证据")
        says(officer, "登记证据（文件或原件存放处）：已办理。")

    officer.open(f"/case?number={case}&part=papers&paper=D1")
    press(officer, "提交审批")
    says(officer, "提交审批：已办理。")
    reviewer = visit("shen")
    reviewer.open(f"/case?number={case}&part=papers&paper=D1")
    assert "处缺项" not in reviewer.text()
    press(reviewer, "核稿或会签通过")
    says(reviewer, "核稿或会签通过：已办理。")
    signer = visit("qian")
    signer.open("/batch?do=sign")
    signer.page.locator("[data-testid=stCheckbox] label").first.click()
    press(signer, "对勾选的文书签发编号")
    press(signer, "确认")
    says(signer, "已签发编号 1 份")

    assert "D1" in story.papers(case, DocumentStatus.ISSUED)
    with story.installation.database.reading() as session:
        assert session.scalars(select(Waiver)).all() == []
    officer.open(f"/case?number={case}&part=papers&paper=D1")
    with officer.page.expect_download() as download:
        officer.page.get_by_role("link", name="下载 Word 文件").click()
    text = Docx(download.value.path().read_bytes()).text()
    assert "—" not in text
    assert text.index("表1") < text.index("三、事故原因") < text.index("四、责任分析") < text.index("六、教训")
    for person in (officer, reviewer, signer):
        assert (person.elsewhere, person.complaints) == ([], [])
