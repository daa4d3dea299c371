"""Findings, measures and evidence as tables in a real browser, and facts corrected cell by cell after the signature."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from models.case.commands.facts import add_fact_row
from tests.browser import test_facts as tables
from tests.browser.conftest import Visit
from tests.browser.serving import PHONE, Visitor
from tests.browser.test_facts import NUMBERS, PASTE, SAVED, cell, grid, holds, kept, rows
from tests.stories import Story

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
office, story, visit, case = tables.office, tables.story, tables.visit, tables.case

HEADS = "问题描述\t方面\t原因层级\t法律依据\t涉及单位"


def at(visitor: Visitor, case: str, part: str, *sheets: str) -> Page:
    """Open a part of the case and wait for its tables."""
    visitor.open(f"/case?number={case}&part={part}")
    for sheet in sheets:
        grid(visitor.page, sheet).locator(".scg-frame").wait_for(state="attached")
    return visitor.page


def new_row(page: Page, sheet: str, before: list[str]) -> str:
    """Return the short name of the one row that was added."""
    expect(grid(page, sheet).locator(".scg-status")).to_have_text(SAVED)
    [row] = [one for one in rows(page, sheet) if one not in before]
    return row


def test_findings_and_measures_are_typed_chosen_and_pasted_and_all_are_there_after_a_reload(
    case: str, visit: Visit
) -> None:
    officer = visit("li")
    page = at(officer, case, "measures", "findings", "measures")
    expect(page.locator("sc-matrix")).to_contain_text("每个问题都有措施")

    first = rows(page, "findings")
    grid(page, "findings").get_by_role("button", name="添加一行").click()
    page.keyboard.type("弯道没有护栏。")
    typed = new_row(page, "findings", first)
    expect(page.locator("sc-matrix")).to_contain_text(f"问题{typed}没有对应的措施")

    before = rows(page, "measures")
    grid(page, "measures").get_by_role("button", name="添加一行").click()
    page.keyboard.type("加装波形护栏。")
    measure = new_row(page, "measures", before)
    answers = cell(page, "measures", measure, "finding_refs")
    answers.click()
    page.get_by_role("option", name=re.compile(f"^{typed} ")).click()
    holds(page, case, "measures", measure, "finding_refs", typed)
    expect(page.locator("sc-matrix")).to_contain_text("每个问题都有措施")

    known, answered = rows(page, "findings"), rows(page, "measures")
    grid(page, "findings").get_by_role("button", name="从知识库选用").click()
    ask = page.get_by_role("dialog")
    ask.get_by_label("用几个词描述查到的情况").fill("路侧没有护栏")
    ask.get_by_role("radio").first.check()
    expect(ask).to_contain_text("职责：")
    ask.get_by_role("button", name="选用", exact=True).click()
    expect(grid(page, "findings").locator("tbody tr")).to_have_count(len(known) + 1)
    chosen = new_row(page, "findings", known)
    expect(cell(page, "findings", chosen, "legal_basis")).not_to_have_value("")
    expect(grid(page, "measures").locator("tbody tr")).not_to_have_count(len(answered))
    cell(page, "findings", chosen, "text").fill("急弯外侧没有设置护栏。")
    holds(page, case, "findings", chosen, "text", "急弯外侧没有设置护栏。")

    known = rows(page, "findings")
    grid(page, "findings").get_by_role("button", name="添加一行").click()
    block = "\n".join([HEADS, *(f"粘贴的第{n}个问题。\t管理\t间接\t《某规定》第{n}条\t" for n in range(1, 11))])
    page.evaluate(PASTE, [page.evaluate("document.activeElement.dataset.key"), block])
    expect(grid(page, "findings").locator("tbody tr")).to_have_count(len(known) + 10)
    expect(grid(page, "findings").locator(".scg-status")).to_have_text(SAVED)
    pasted = [row for row in rows(page, "findings") if row not in known]
    grid(page, "findings").get_by_role("button", name="撤销").click()
    expect(grid(page, "findings").locator("tbody tr")).to_have_count(len(known))
    grid(page, "findings").get_by_role("button", name="重做").click()
    expect(grid(page, "findings").locator("tbody tr")).to_have_count(len(known) + 10)
    expect(grid(page, "findings").locator(".scg-status")).to_have_text(SAVED, timeout=20_000)
    holds(page, case, "findings", pasted[9], "text", "粘贴的第10个问题。")

    officer.open(page.url.removeprefix(officer.address))
    expect(cell(page, "findings", typed, "text")).to_have_value("弯道没有护栏。")
    expect(cell(page, "findings", chosen, "text")).to_have_value("急弯外侧没有设置护栏。")
    expect(cell(page, "measures", measure, "text")).to_have_value("加装波形护栏。")
    for n, row in enumerate(pasted, 1):
        expect(cell(page, "findings", row, "text")).to_have_value(f"粘贴的第{n}个问题。")
        assert kept(page, case, "findings", row, "legal_basis") == f"《某规定》第{n}条"
    assert officer.complaints == []
    assert officer.elsewhere == []


def test_a_block_of_more_rows_than_go_at_once_brings_every_row_with_its_words(case: str, visit: Visit) -> None:
    page = at(visit("li"), case, "measures", "findings", "measures")
    known = rows(page, "measures")
    grid(page, "measures").get_by_role("button", name="添加一行").click()
    block = "\n".join(["措施内容\t完成证明", *(f"粘贴的第{n}项措施。\t第{n}张照片" for n in range(1, 401))])
    page.evaluate(PASTE, [page.evaluate("document.activeElement.dataset.key"), block])
    expect(grid(page, "measures").locator(".scg-status")).to_have_text(SAVED, timeout=90_000)
    pasted = [row for row in rows(page, "measures") if row not in known]
    assert len(pasted) == 400
    holds(page, case, "measures", pasted[399], "text", "粘贴的第400项措施。")
    assert kept(page, case, "measures", pasted[399], "proof") == "第400张照片"


def test_what_was_chosen_from_the_knowledge_base_is_taken_back_with_its_measures(case: str, visit: Visit) -> None:
    page = at(visit("li"), case, "measures", "findings", "measures")
    findings, measures = rows(page, "findings"), rows(page, "measures")
    grid(page, "findings").get_by_role("button", name="从知识库选用").click()
    page.get_by_label("用几个词描述查到的情况").fill("路侧没有护栏")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="选用", exact=True).click()
    expect(grid(page, "measures").locator("tbody tr")).not_to_have_count(len(measures))
    grid(page, "findings").get_by_role("button", name="撤销").click()
    expect(grid(page, "findings").locator("tbody tr")).to_have_count(len(findings))
    expect(grid(page, "measures").locator("tbody tr")).to_have_count(len(measures), timeout=10_000)


def test_a_finding_that_stood_is_withdrawn_with_a_reason(case: str, visit: Visit) -> None:
    page = at(visit("li"), case, "measures", "findings")
    before = rows(page, "findings")
    page.get_by_role("button", name=re.compile("^撤回，F3")).click()
    ask = page.get_by_role("dialog")
    ask.get_by_role("button", name="撤回").click()
    expect(ask.get_by_role("alert")).to_have_text("请填写理由。")
    ask.get_by_label("理由").fill("与 F1 重复")
    ask.get_by_role("button", name="撤回").click()
    expect(grid(page, "findings").locator("tbody tr")).to_have_count(len(before) - 1)


def test_evidence_is_a_row_with_where_its_original_lies(case: str, visit: Visit) -> None:
    officer = visit("li")
    page = at(officer, case, "evidence", "evidence")
    before = rows(page, "evidence")
    grid(page, "evidence").get_by_role("button", name="添加一行").click()
    page.keyboard.type("现场照片一组")
    expect(grid(page, "evidence").locator(".scg-status")).to_contain_text("新行须先填写“原件存放处”")
    page.keyboard.press("Tab")
    page.keyboard.type("事故卷宗第二册")
    row = new_row(page, "evidence", before)
    holds(page, case, "evidence", row, "reference", "事故卷宗第二册")
    assert officer.complaints == []


def test_the_plan_of_the_scene_is_drawn_once_something_has_a_place(story: Story, case: str, visit: Visit) -> None:
    values = {"kind": "碰撞点", "along_m": "0", "across_m": "1.5"}
    story.do("li", add_fact_row, case, sheet="scene", op="scene", values=values)
    page = at(visit("li"), case, "evidence", "scene")
    plan = page.get_by_role("img", name="现场图")
    plan.scroll_into_view_if_needed()
    assert plan.evaluate("one => one.naturalWidth") > 0


def test_words_that_are_longer_than_their_cell_are_broken_and_not_cut(case: str, visit: Visit) -> None:
    page = at(visit("li"), case, "measures", "findings")
    basis = cell(page, "findings", "F1", "legal_basis")
    basis.fill("《中华人民共和国道路交通安全法》第二十二条第一款、第四十二条第一款、第四十八条第一款")
    assert basis.evaluate("one => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight + 1")
    page.keyboard.press("Enter")  # as in a cell of one line, and no new line in the law
    assert page.evaluate("document.activeElement.dataset.key") == "F2/legal_basis"
    holds(page, case, "findings", "F1", "legal_basis", basis.input_value())


def test_a_measure_that_a_notice_carries_is_grey_and_says_why(story: Story, case: str, visit: Visit) -> None:
    story.address(case)
    [paper] = story.do("li", "prepare-advance", case, measures=["M1"], reason="仍在通行，随时可能再次发生事故")
    story.issue(case, paper)
    page = at(visit("li"), case, "measures", "measures")
    held = grid(page, "measures").locator("tr.scg-held")
    expect(held).to_have_count(1)
    expect(held).to_contain_text(f"整改措施M1已列入文书{paper}，不能再修改。")
    expect(cell(page, "measures", "M1", "text")).not_to_be_editable()
    expect(held.get_by_role("button", name=re.compile("^撤回"))).to_be_hidden()


def test_after_the_signature_a_cell_is_corrected_and_the_reason_is_asked_once(story: Story, visit: Visit) -> None:
    case = story.rectifying(variant=next(NUMBERS))
    officer = visit("li")
    page = tables.at(officer, case, "people")
    expect(grid(page, "people").locator("input, textarea")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^更正，姓名，P1")).click()
    ask = page.get_by_role("dialog")
    ask.get_by_label("姓名").fill("何某某")
    expect(ask.get_by_role("status")).to_contain_text("所载与此不同的文书：D1（")
    ask.get_by_role("button", name="更正").click()
    expect(ask.get_by_role("alert")).to_have_text("请填写理由。")
    ask.get_by_label("理由").fill("复核卷宗")
    ask.get_by_role("button", name="更正").click()
    expect(ask).to_have_count(0)
    expect(grid(page, "people").locator(".scg-news")).to_contain_text("已更正“姓名”")
    assert kept(page, case, "people", "P1", "name") == "何某某"
    page.get_by_role("button", name=re.compile("^更正，身份，P1")).press("Enter")
    expect(ask.get_by_label("理由")).to_have_value("复核卷宗")
    page.keyboard.press("Escape")
    expect(ask).to_have_count(0)


def test_the_count_of_a_part_follows_what_is_typed_without_a_run_of_the_page(case: str, visit: Visit) -> None:
    page = tables.at(visit("li"), case, "people")
    told = page.locator("nav.sc-facts a[data-part=people] small")
    expect(told).not_to_contain_text("缺")
    cell(page, "people", "P1", "name").fill("")
    expect(told).to_contain_text("缺1")
    # A colour, and no refusal in the middle of typing.
    expect(grid(page, "people").locator(".scg-told")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(cell(page, "people", "P1", "name")).not_to_have_value("")
    expect(told).not_to_contain_text("缺")


def test_arrows_lead_out_of_a_cell_at_the_end_of_its_text(case: str, visit: Visit) -> None:
    page = at(visit("li"), case, "measures", "findings")
    cell(page, "findings", "F1", "aspect").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.key") == "F1/level"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.dataset.key") == "F1/aspect"
    cell(page, "findings", "F1", "text").focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.key") == "F2/text"


def test_on_a_phone_nothing_reaches_beyond_the_edge(case: str, visit: Visit) -> None:
    page = at(visit("li", PHONE), case, "measures", "findings", "measures")
    assert page.evaluate("[...document.querySelectorAll('sc-grid')].every(one => one.scrollWidth <= innerWidth)")
    grid(page, "findings").get_by_role("button", name="从知识库选用").click()
    assert page.evaluate("document.querySelector('dialog').getBoundingClientRect().right <= innerWidth")
