"""From an empty form to an investigation in which every fact is known: each field of each sheet is typed on the page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from models.accident.sheets import SHEETS, Field, FieldKind, Sheet
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.time import wall_clock
from tests.browser.conftest import Visit
from tests.browser.gestures import choose, date_in, press, says
from tests.browser.serving import Visitor
from ui.web.facts.parts import PARTS, sheets_of

pytestmark = [pytest.mark.browser, pytest.mark.loopback, pytest.mark.long]

SAID = {
    FieldKind.TEXT: "测试",
    FieldKind.LONG: "现场测试情况。",
    FieldKind.INTEGER: "1",
    FieldKind.DECIMAL: "2.5",
    FieldKind.MONEY: "1200.50元",
    FieldKind.DATE: "2025.3.6",
    FieldKind.MOMENT: "2025/3/6 8:30",
    FieldKind.CLOCK: "8:30",
    FieldKind.BOOLEAN: "是",
    FieldKind.STAKE: "K12＋300",
    FieldKind.PLACE: "114.871,30.392 GCJ-02",
}
CALLED = {"organisations": "测试市某客运有限公司", "people": "张某", "vehicles": "鄂G00001"}
BY_STANDARD = {"GB 11643": "11010519491231002X", "GB 32100": "91350100M000100Y43", "GB/T 2260": "420704"}
OTHERWISE = frozenset({("mediation", "ended_on")})
"""What is not known where the rest is: a mediation ends in an agreement, or without one."""
FIRST = ("organisations", "vehicles", "people")  # what others point to


def said(sheet: Sheet, field: Field, day: str) -> str:
    """Return what somebody types into a field."""
    if field.name == sheet.named_by and sheet.name in CALLED:
        return CALLED[sheet.name]
    if (sheet.name, field.name) == ("accident", "occurred_until"):
        return f"{day} 9:00"
    if field.target is not None:
        return CALLED[field.target]
    if field.choices:
        return field.choices[0].label
    return BY_STANDARD.get(field.standard or "", SAID.get(field.kind, "测试"))


def filed(officer: Visitor, day: str) -> str:
    """File a case by the short form; returns its number."""
    officer.open("/file")
    page = officer.page
    page.get_by_label("案件名称").fill("测试路“11·1”道路交通事故")
    date_in(officer, "事故日期", day)
    date_in(officer, "事故时间", "08:30")
    choose(officer, page.get_by_label("发生地"), "鄂城区")
    for label, words in (
        ("地点", "测试路与实验街交叉路口"),
        ("死亡人数", "3"),
        ("简要案情", "两车相撞，三人死亡。"),
    ):
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


def fill(page: Page, sheet: Sheet, day: str) -> None:
    """Fill every empty field of a form, or of one new row."""
    grid = page.locator(f"sc-grid[sheet={sheet.name}]")
    grid.locator(".scg-bar").wait_for()
    if sheet.many:
        grid.get_by_role("button", name="添加一行").click()
        more = grid.get_by_role("button", name=re.compile("^全部栏目"))
        if more.count():
            more.click()
    row: Locator = grid.locator("tbody tr").last if sheet.many else grid.locator(".scg-form")
    for field in sheet.fields:
        cell = row.locator(f"[data-key$='/{field.name}']")
        if (sheet.name, field.name) not in OTHERWISE and not cell.input_value():
            cell.fill(said(sheet, field, day))
    page.keyboard.press("Tab")
    expect(grid.locator(".scg-status")).to_have_text(re.compile("全部已保存"), timeout=30_000)


def test_every_fact_of_an_accident_is_entered_on_the_page(visit: Visit) -> None:
    officer = visit("li")
    yesterday = f"{local_date(wall_clock()) - timedelta(days=1):%Y-%m-%d}"
    case = filed(officer, yesterday)
    page = officer.page
    for name in FIRST:
        officer.open(f"/case?number={case}&part=facts&of={name}")
        fill(page, SHEETS[name], yesterday)
    for part in PARTS.values():
        officer.open(f"/case?number={case}&part=facts&of={part.name}")
        for sheet in sheets_of(part):
            if sheet.name not in FIRST:
                fill(page, sheet, yesterday)
    lacking: list[str] = []
    for part in PARTS.values():
        officer.open(f"/case?number={case}&part=facts&of={part.name}")
        for sheet in sheets_of(part):
            found = page.evaluate("async (at) => (await fetch(at)).json()", f"/facts/{case}/{sheet.name}")
            cells = found["rows"][-1]["cells"]
            asked = [f.name for f in sheet.fields if (sheet.name, f.name) not in OTHERWISE]
            lacking += [f"{sheet.name}.{name}" for name in asked if not cells.get(name, {}).get("text")]
            lacking += [f"{sheet.name}.{n}: {c['faults']}" for n, c in cells.items() if c["faults"]]
    assert lacking == []
    told = page.locator("nav.sc-facts").inner_text()
    assert "缺" not in told
    assert "未填" not in told
    assert officer.complaints == []
    assert officer.elsewhere == []
