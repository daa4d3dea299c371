"""A clerk with five minutes, on the whole running system: by account, by the code on the paper, and by mail."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models import tables
from models.kernel.act import acting
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.time import wall_clock
from models.kernel.rights.policy import SYSTEM
from models.kernel.storage.limits import MEGA
from models.kernel.vocabulary import DocumentKind, Medium, OrganisationKind, Role, Verdict
from models.office.commands.channels import add_channel
from models.office.commands.organisations import register
from models.papers.queries.documents import document_list
from tests.browser import whole
from tests.browser.gestures import PHOTO, choose, date_in, follow, hand_in, press, says, write
from tests.browser.serving import PHONE, Visitor
from tests.browser.whole import Come, Whole, employ
from tests.stories import Story
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
system, come = whole.system, whole.come
SETTINGS = {"digest_after": "50"}

UNIT, BELOW, ADDRESS = "鄂州市道路维护中心", "鄂州市道路维护中心养护站", "weihu@agency.example.cn"
CLERK, HELPER, OTHER = "weihu", "yanghu", "qita"
WORKS = ("补齐事故路段照明设施。", "增设防护栏。", "清理遮挡标志的树木。", "重新施划标线。", "加装信号灯。")


@dataclass(frozen=True, slots=True)
class Served:
    """A case of three days ago, what UNIT has to do in it, its notice, and a notice of somebody else's."""

    case: str
    measures: list[str]
    notice: str
    other: str


CASES: list[Served] = []
ALL: list[Served] = []


def before(story: Story) -> None:
    """Serve three cases with five measures each on UNIT, three days ago."""
    story.at = wall_clock() - timedelta(days=3)
    installation, kind = story.installation, OrganisationKind.URBAN_MANAGEMENT
    with acting(installation.database, installation.settings, "console", story.at) as act:
        register(act, UNIT, kind, division_code="420700")
        register(act, BELOW, kind, parent=UNIT)
    employ(story, CLERK, UNIT)
    employ(story, HELPER, BELOW)
    CASES[:] = [_served(story, variant) for variant in range(4)]
    ALL[:] = CASES
    employ(story, "guan", installation.settings.unit, Role.ADMIN)
    with acting(installation.database, installation.settings, "guan", story.at) as act:
        add_channel(act, Medium.MAIL, ADDRESS, organisation=UNIT)


def _served(story: Story, variant: int) -> Served:
    case = story.file(variant=variant)
    story.address(case)
    due = story.at.date() + timedelta(days=60)
    measures = [
        story.do("li", "add-measure", case, text=text, organisation=UNIT, findings=["F1"], due=due) for text in WORKS
    ]
    milestone = due - timedelta(days=30)
    story.do("li", "add-milestone", case, measure=measures[1], text="先设置临时隔离墩。", due=milestone)
    story.issue(case, "D1")
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    story.deliver(case, *notices)
    with story.installation.database.reading() as session:
        papers = document_list(session, SYSTEM, case)
    to = {paper.ref: paper.recipient for paper in papers if paper.ref in notices}
    [notice] = [ref for ref, unit in to.items() if unit == UNIT]
    other = next(ref for ref in notices if ref != notice)
    if variant == 0:
        employ(story, OTHER, to[other])
    return Served(case, measures, notice, other)


@pytest.fixture
def served(system: Whole) -> Served:
    """A case for this test alone; four tests change theirs."""
    system.now()
    return CASES.pop()


def answer(clerk: Visitor, kind: str, text: str, *measures: str) -> None:
    for measure in measures:
        choose(clerk, "针对的措施（可多选）", measure)
    choose(clerk, "反馈类型", kind)
    write(clerk, "内容", text)


def drafted(story: Story) -> list[str]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(tables.ReplyDraft.text)))


def sent(clerk: Visitor) -> list[str]:
    press(clerk, "提交反馈")
    says(clerk, "反馈已提交")
    clerk.settled()
    return re.findall(r"R\d+", clerk.page.get_by_text("反馈已提交").first.inner_text())


def post(page: Page, button: str) -> None:
    """Press a button of a page without scripts, and wait for the next page."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def test_a_clerk_signs_answers_for_several_at_once_and_reads_the_verdict(
    system: Whole, come: Come, served: Served
) -> None:
    story = system.story
    clerk = come(CLERK)
    clerk.settled()
    clerk.reads("我的整改")
    row = clerk.page.get_by_role("row").filter(has_text=WORKS[0]).filter(has_text=served.case)
    expect(row).to_contain_text("签收")
    follow(clerk, row.get_by_role("link"))
    for told in ("为什么要整改", "签收文书期限", *WORKS):
        clerk.reads(told)
    write(clerk, "签收人姓名", "周某")
    press(clerk, "签收")
    says(clerk, "报送整改方案")
    press(clerk, "确认")
    says(clerk, "已签收，请按期限")
    clerk.reads("周某 于")

    answer(clerk, "整改方案", "六月底前完成，负责人周某。", *served.measures)
    assert eventually(
        lambda: "六月底前完成，负责人周某。" in drafted(story)
    )  # the page may look settled before it has begun
    clerk.page.reload()
    clerk.settled()
    expect(clerk.page.get_by_label("内容", exact=True)).to_have_value("六月底前完成，负责人周某。")
    plans = sent(clerk)
    assert len(plans) == 5
    system.now()
    for plan in plans[1:]:
        story.do("li", "assess", served.case, reply=plan, verdict=Verdict.ACCEPTED)
    story.do("li", "assess", served.case, reply=plans[0], verdict=Verdict.RETURNED, reason="缺少时间表。")
    clerk.page.reload()
    clerk.settled()
    clerk.reads("缺少时间表")

    answer(clerk, "进展情况", "隔离墩已摆放到位。", served.measures[1])
    choose(clerk, "已达到的阶段目标（可不选）", "S1")
    hand_in(clerk, "隔离墩.png")
    sent(clerk)
    expect(clerk.page.get_by_role("row").filter(has_text="先设置临时隔离墩")).to_contain_text("等待研判")

    answer(clerk, "完成情况", "树木已清理。", served.measures[2])
    hand_in(clerk, "完工 照片.png")
    [done] = sent(clerk)
    with clerk.context.expect_page() as opened:
        clerk.page.get_by_role("link", name="完工 照片.png").click()
    opened.value.close()
    file = clerk.context.request.get(f"{clerk.address}/file/{served.case}/reply/{done}/1")
    assert (file.status, file.headers["content-type"], file.body()) == (200, "image/png", PHOTO)
    assert file.headers["x-content-type-options"] == "nosniff"
    officer = come("li")
    officer.open(f"/case?number={served.case}&part=measures&measure={served.measures[2]}")
    expect(officer.page.get_by_role("link", name="完工 照片.png")).to_be_visible()

    clerk.open("/replies")
    for told in ("缺少时间表", "隔离墩.png", "完工 照片.png"):
        clerk.reads(told)
    clerk.open("/mine?state=all")
    with clerk.page.expect_download() as saved:
        clerk.page.get_by_role("link", name="导出整改台账（xlsx）").click()
    book = load_workbook(io.BytesIO(saved.value.path().read_bytes()))
    lines = [line for line in book.active.values if served.case in line]
    assert len(lines) == len(WORKS)


def test_a_clerk_refuses_asks_for_time_disputes_and_hands_on(system: Whole, come: Come, served: Served) -> None:
    one, two, three, four, _ = served.measures
    system.story.do("nei", "acknowledge", served.case, paper=served.notice, received_by="周某")
    clerk = come(CLERK)
    clerk.open(f"/notice?number={served.case}&paper={served.notice}")
    answer(clerk, "不予采纳", "路段已移交市政部门。", one)
    sent(clerk)
    answer(clerk, "延期申请", "雨季不能施工。", two)
    date_in(clerk, "申请延至", (local_date(system.story.at) + timedelta(days=90)).isoformat())
    sent(clerk)
    answer(clerk, "职责争议", "该路段不归我单位养护。", three)
    sent(clerk)
    for reason in ("路段已移交市政部门", "雨季不能施工", "该路段不归我单位养护", "争议"):
        clerk.reads(reason)

    clerk.page.get_by_text("转下级单位办理").click()
    choose(clerk, "下级单位", BELOW)
    choose(clerk, "措施（不选为全部）", four)
    press(clerk, "转办")
    says(clerk, f"已转{BELOW}办理。")
    helper = come(HELPER)
    helper.settled()
    mine = helper.page.get_by_role("row").filter(has_text=served.case)
    expect(mine.filter(has_text=WORKS[3])).to_be_visible()
    expect(mine.filter(has_text=WORKS[4])).to_have_count(0)
    follow(helper, mine.filter(has_text=WORKS[3]).get_by_role("link"))
    answer(helper, "整改方案", "本周重新施划。")  # the only measure is chosen already
    sent(helper)


def test_the_code_on_the_paper_lets_answer_from_a_telephone(system: Whole, come: Come, served: Served) -> None:
    assert system.worked_off()
    printed = sealed_paper(system, served)
    [code] = re.findall(r"答复码(\d{8})", printed)
    link = coded_address(system, served)
    clerk = come(size=PHONE)
    page = clerk.page
    page.goto(link)
    for told in ("为什么", *WORKS, "尚未签收"):
        clerk.reads(told)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the telephone"
    page.fill("#name", "周某")
    page.fill("#code", "00000000")
    post(page, "签收")
    expect(page.get_by_role("alert")).to_contain_text("答复码不正确")
    page.fill("#code", code)
    post(page, "签收")
    expect(page.get_by_role("status")).to_contain_text("已签收。")
    page.reload()  # which sends nothing again
    expect(page.get_by_role("status")).to_contain_text("已签收。")

    page.locator(f"input[value={served.measures[1]}]").check()
    page.select_option("#kind", label="进展情况")
    page.fill("#text", "隔离墩已摆放到位。")
    page.fill("#name", "周某")
    post(page, "只保存草稿")
    expect(page.get_by_role("status")).to_contain_text("草稿已保存")
    page.goto(link)
    assert page.input_value("#text") == "隔离墩已摆放到位。"
    page.select_option("#milestone", index=1)
    page.set_input_files("#files", {"name": "现场.png", "mimeType": "image/png", "buffer": PHOTO})
    post(page, "提交反馈")
    expect(page.get_by_role("alert")).to_contain_text("请填写答复码，或上传加盖公章的扫描件")
    page.select_option("#milestone", index=1)
    page.set_input_files("#files", {"name": "现场.png", "mimeType": "image/png", "buffer": PHOTO})
    page.fill("#code", f"{code[:4]} {code[4:]}")
    post(page, "提交反馈")
    expect(page.get_by_role("status")).to_contain_text("反馈已提交")
    photo = page.get_by_role("link", name="现场.png").get_attribute("href")
    assert page.context.request.get(f"{clerk.address}{photo}").body() == PHOTO
    officer = come("li")
    officer.open(f"/case?number={served.case}&part=measures&measure={served.measures[1]}")
    officer.reads("隔离墩已摆放到位")

    page.locator(f"input[value={served.measures[0]}]").check()
    page.select_option("#kind", label="整改方案")
    page.fill("#text", "试一试。")
    page.fill("#code", "11111111")
    while "秒后再试" not in page.locator("main").inner_text():  # each wrong one makes the next wait longer
        post(page, "提交反馈")
    # Who has no code that opens has the unit's seal.
    page.fill("#code", "")
    page.fill("#name", "周某")
    page.locator(f"input[value={served.measures[0]}]").check()
    page.set_input_files("#scan", {"name": "盖章的方案.png", "mimeType": "image/png", "buffer": PHOTO})
    post(page, "提交反馈")
    expect(page.get_by_role("status")).to_contain_text("反馈已提交")
    officer.open(f"/case?number={served.case}&part=measures&measure={served.measures[0]}")
    officer.reads("盖章的方案.png")
    officer.reads("请核对附件中扫描件上的印章")


def test_a_file_that_is_too_large_keeps_the_answer_back(
    system: Whole, come: Come, served: Served, tmp_path: Path
) -> None:
    """What the browser itself does not send is missing without a trace; what is sent and too large is refused by name."""
    large, huge = tmp_path / "录像.pdf", tmp_path / "长录像.pdf"
    for path, megabytes in ((large, 31), (huge, 61)):
        with path.open("wb") as file:
            file.write(b"%PDF-1.7 ")
            file.truncate(megabytes * MEGA)
    clerk = come(CLERK)
    clerk.open(f"/notice?number={served.case}&paper={served.notice}")
    press(clerk, "签收")
    press(clerk, "确认")
    says(clerk, "已签收，请按期限")
    clerk.reads("最多5个，草稿不保存文件（每个不超过30 MB）")
    answer(clerk, "整改方案", "三十日内完成。", served.measures[0])
    for path, sentence in ((huge, "有文件没有上传成功，本次没有提交"), (large, "“录像.pdf”超过 30 MB")):
        clerk.page.set_input_files("input[type=file]", path)
        clerk.page.get_by_test_id("stFileChip").wait_for()
        clerk.page.get_by_test_id("stFileChipIconSpinner").wait_for(state="detached")
        clerk.settled()
        press(clerk, "提交反馈")
        clerk.reads(sentence)
        clerk.page.get_by_test_id("stFileChipDeleteBtn").get_by_role("button").click()
        clerk.page.get_by_test_id("stFileChip").wait_for(state="detached")
    with system.story.installation.database.reading() as session:
        case = session.scalars(select(tables.Case.id).where(tables.Case.case_number == served.case)).one()
        assert session.scalars(select(tables.Reply.id).where(tables.Reply.case_id == case)).all() == []
    sent(clerk)


def coded_address(system: Whole, served: Served) -> str:
    """Return the address behind the QR code of the notice, which only a camera reads off the paper."""
    with system.story.installation.database.reading() as session:
        content = session.scalars(
            select(tables.Document.content)
            .join(tables.Case, tables.Case.id == tables.Document.case_id)
            .where(tables.Case.case_number == served.case, tables.Document.ref == served.notice)
        ).one()
    assert content is not None
    return str(content["url"])


def sealed_paper(system: Whole, served: Served) -> str:
    """Return what the worker's file of the notice says: the paper as the recipient holds it."""
    with system.story.installation.database.reading() as session:
        papers = document_list(session, SYSTEM, served.case)
    [file] = [paper.sha256 for paper in papers if paper.ref == served.notice]
    paper = Document(io.BytesIO(system.story.installation.files.read(file)))
    return "\n".join(paragraph.text for paragraph in paper.paragraphs) + "".join(
        cell.text for table in paper.tables for row in table.rows for cell in row.cells
    )


def test_a_notice_of_somebody_else_is_not_there(system: Whole, come: Come) -> None:
    served = ALL[0]
    stranger = come(OTHER)
    stranger.settled()
    for address in (
        f"/notice?number={served.case}&paper={served.notice}",
        f"/case?number={served.case}&part=papers&paper={served.notice}",
    ):
        stranger.open(address)
        assert WORKS[0] not in stranger.text(), address
    request = stranger.context.request
    assert request.get(f"{stranger.address}/file/{served.case}/{served.notice}.docx").status == 404
    assert request.get(f"{stranger.address}/file/{served.case}/{served.other}.docx").status == 200


def test_the_worker_tells_the_unit_by_mail_that_a_notice_was_served(system: Whole) -> None:
    installation, served = system.story.installation, ALL[0]
    with installation.database.reading() as session:
        papers = document_list(session, SYSTEM, served.case)
    [paper] = [one for one in papers if one.ref == served.notice]
    subject = f"收到整改报告通知书：{paper.number}"
    assert eventually(lambda: subject in [mail["Subject"] for mail in system.mails.to(ADDRESS)], 60)
    [mail] = [mail for mail in system.mails.to(ADDRESS) if mail["Subject"] == subject]
    assert whole.SENDER in mail["From"]
    assert isinstance(mail, EmailMessage)
    assert f"《{paper.title}》（{paper.number}）已送达，请签收。" in mail.get_content()
