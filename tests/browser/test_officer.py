"""The officer's way in a real browser: from a draft to a signed report, with everybody who takes a step in it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from models.samples import dossier_bytes
from tests.browser.conftest import Visit
from tests.browser.gestures import press, says, unfold
from tests.stories import Story

pytestmark = [pytest.mark.browser, pytest.mark.loopback]


def test_a_draft_survives_a_closed_browser(story: Story, visit: Visit) -> None:
    officer = visit("li")
    officer.open("/file")
    officer.page.get_by_label("案件名称").fill("测试路“1·1”道路交通事故")
    officer.page.keyboard.press("Tab")
    officer.page.wait_for_url(re.compile("draft="))
    officer.page.get_by_label("死亡人数").fill("3")
    officer.page.keyboard.press("Tab")
    says(officer, "法定应查")
    officer.context.close()
    again = visit("li")
    again.open("/file")
    again.page.get_by_role("link", name="测试路“1·1”道路交通事故").click()
    says(again, "草稿已保存")
    again.settled()
    expect(again.page.get_by_label("案件名称")).to_have_value("测试路“1·1”道路交通事故")
    expect(again.page.get_by_label("死亡人数")).to_have_value("3")


def test_a_case_goes_from_a_dossier_to_a_signed_report(story: Story, visit: Visit) -> None:
    officer = visit("li")
    officer.open("/file?way=upload")
    officer.page.set_input_files(
        "input[type=file]",
        {"name": "卷.json", "mimeType": "application/json", "buffer": dossier_bytes("ezhou-one-death")},
    )
    says(officer, "卷.json")
    press(officer, "检查")
    says(officer, "尚未立案")
    press(officer, "确认立案")
    says(officer, "已立案")
    officer.page.get_by_role("link", name="打开案件，登记问题和措施").click()
    officer.page.wait_for_url(re.compile("part=measures"))
    [case] = re.findall(r"number=([\d-]+)", officer.page.url)
    says(officer, "每个问题都有措施")

    officer.open(f"/case?number={case}&part=evidence")
    form = unfold(officer, "登记证据（文件或原件存放处）")
    form.get_by_label("名称", exact=True).fill("现场照片")
    photo = {"name": "现场.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"0" * 64}
    form.locator("input[type=file]").set_input_files(photo)
    says(officer, "现场.png")
    press(officer, "登记证据")
    says(officer, "登记证据（文件或原件存放处）：已办理。")

    story.address(case)
    officer.open(f"/case?number={case}&part=papers&paper=D1")
    expect(officer.page.locator(".sc-paper")).to_contain_text("调查分析报告")
    press(officer, "提交审批")
    says(officer, "提交审批：已办理。")

    reviewer = visit("shen")
    reviewer.settled()
    reviewer.page.get_by_role("link", name="待审核").click()
    reviewer.page.wait_for_url(re.compile("paper=D1"))
    reviewer.page.get_by_label("理由").fill("请补充依据。")
    press(reviewer, "退回修改")
    says(reviewer, "退回修改：已办理。")

    officer.open(f"/case?number={case}&part=papers&paper=D1")
    press(officer, "提交审批")
    says(officer, "提交审批：已办理。")
    reviewer.open(f"/case?number={case}&part=papers&paper=D1")
    press(reviewer, "核稿或会签通过")
    says(reviewer, "核稿或会签通过：已办理。")
    reviewer.reads("处缺项")
    reviewer.page.get_by_text("全部选择").click()
    reviewer.page.get_by_role("button", name="准予缺项不补").wait_for()
    reviewer.page.get_by_label("理由").first.fill("勘查笔录另行归档。")
    press(reviewer, "准予缺项不补")
    says(reviewer, "准予缺项不补：已办理。")

    signer = visit("qian")
    signer.open("/batch?do=sign")
    signer.page.locator("[data-testid=stCheckbox] label").first.click()
    press(signer, "对勾选的文书签发编号")
    press(signer, "确认")
    says(signer, "已签发编号 1 份")
    officer.open(f"/case?number={case}")
    says(officer, "整改")
    for person in (officer, reviewer, signer):
        assert person.elsewhere == []
        assert person.complaints == []
