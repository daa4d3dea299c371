"""The officer's way from the form to the archive in a real browser, with everybody who takes a step in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator

from flows.case import carry
from flows.clock import beat
from flows.installation import working_in
from flows.sweep import sweep
from models.kernel.calendar.time import wall_clock
from models.kernel.rights.policy import SYSTEM
from models.kernel.vocabulary import DocumentKind, SealMode
from models.papers.queries.documents import document_list
from tests.browser.conftest import PASSWORD, Visit, with_passwords
from tests.browser.gestures import choose, date_in, press, says, served_at, tick_all, unfold
from tests.browser.serving import Visitor, serving, visiting
from tests.databases import Databases
from tests.models.accident.dossier.test_workbook import filled, putting
from tests.stories import Story, story_in
from ui.web.screens.filing import REQUIRED

pytestmark = [pytest.mark.browser, pytest.mark.loopback]

SILENT = timedelta(days=75)
SCAN = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def story(sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """One office for the file, which seals on paper."""
    url, home = sqlite_databases.fresh(with_passwords), tmp_path_factory.mktemp("home")
    with story_in(url, home) as story:
        story.sealing(SealMode.PAPER)
        story.at = wall_clock()
        yield story
    sqlite_databases.drop(url)


@pytest.fixture(scope="module")
def visit(story: Story, browser: Browser) -> Iterator[Visit]:
    """Send somebody to the pages of the one server."""
    with ExitStack() as open_things:
        settings = story.installation.settings
        address = open_things.enter_context(serving(settings.home, settings.database, seal="paper"))

        def go(account: str) -> Visitor:
            visitor = open_things.enter_context(visiting(browser, address))
            visitor.sign_in(account, PASSWORD)
            visitor.settled()
            return visitor

        yield go


def send(visitor: Visitor, form: Locator, label: str) -> None:
    """Send a form and wait until it says that it was done."""
    form.get_by_role("button", name=label, exact=True).click()
    says(visitor, "：已办理。")
    visitor.settled()


def test_a_case_is_filed_by_a_form_of_few_fields(visit: Visit) -> None:
    officer = visit("li")
    officer.open("/file")
    press(officer, "立案")
    told = officer.page.get_by_test_id("stAlert").filter(has_text="请填写：").inner_text()
    asked = told.partition("请填写：")[2].split("。")[0].split("、")
    assert len(asked) == len(REQUIRED) <= 12
    page = officer.page
    page.get_by_label("案件名称").fill("测试路“11·1”道路交通事故")
    date_in(officer, "事故日期", "2026-11-01")
    date_in(officer, "事故时间", "08:30")
    choose(officer, page.get_by_label("发生地"), "鄂城区")
    page.get_by_label("地点").fill("测试路与实验街交叉路口")
    page.get_by_label("死亡人数").fill("3")
    page.get_by_label("简要案情").fill("两车相撞，三人死亡。")
    page.keyboard.press("Tab")
    says(officer, "法定应查")
    officer.settled()
    press(officer, "立案")
    says(officer, "已立案")


def test_faults_of_a_spreadsheet_are_told_by_row(visit: Visit) -> None:
    officer = visit("li")
    officer.open("/file?way=upload")
    sheet = filled(change=putting(("问题", "方面", "天", 3)))
    officer.page.set_input_files(
        "input[type=file]", {"name": "卷.xlsx", "mimeType": "application/octet-stream", "buffer": sheet}
    )
    says(officer, "卷.xlsx")
    press(officer, "检查")
    says(officer, "工作表“问题”第3行“方面”")


def test_papers_go_out_together_are_followed_answered_on_behalf_verified_and_archived(
    story: Story, visit: Visit
) -> None:
    case = story.rectifying(variant=6)
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    for notice in notices:
        story.do("li", "submit", case, paper=notice)
        story.do("shen", "approve", case, paper=notice)

    signer = visit("qian")
    signer.open("/batch?do=sign")
    tick_all(signer)
    press(signer, "对勾选的文书签发编号")
    press(signer, "确认")
    says(signer, f"已签发编号 {len(notices)} 份")

    clerk = visit("nei")
    clerk.open("/batch?do=print")
    printed = clerk.page.get_by_role("link", name=f"打印勾选的 {len(notices)} 份").get_attribute("href")
    assert printed is not None
    answer = clerk.context.request.get(f"{clerk.address}{printed}")
    assert answer.ok
    assert answer.body()[:2] in (b"PK", b"%P")
    numbers = numbers_of(story, case, notices)
    clerk.open("/batch?do=seal")
    files = [{"name": f"{number}.pdf", "mimeType": "application/pdf", "buffer": SCAN} for number in numbers]
    clerk.page.set_input_files("input[type=file]", [*files[:-1], {**files[-1], "name": "没有文号.pdf"}])
    says(clerk, "没有文号.pdf")
    press(clerk, "批量登记用印，按文件名中的文号对应")
    says(clerk, "文件名中没有待用印文书的文号")
    clerk.open("/batch?do=seal")
    clerk.page.set_input_files("input[type=file]", files)
    says(clerk, files[-1]["name"])
    press(clerk, "批量登记用印，按文件名中的文号对应")
    says(clerk, "已办理。")

    clerk.open("/batch?do=deliver")
    tick_all(clerk)
    choose(clerk, clerk.page.get_by_label("送达方式"), "邮寄送达")
    clerk.page.get_by_role("textbox", name="凭据").fill("EMS-1001")
    clerk.page.keyboard.press("Tab")
    clerk.settled()
    served_at(clerk, story.at)
    press(clerk, "对勾选的文书登记送达")
    press(clerk, "确认")
    says(clerk, f"已登记送达 {len(notices)} 份")

    officer = visit("li")
    officer.open(f"/case?number={case}&part=papers&paper={notices[0]}")
    form = officer.page.get_by_test_id("stForm").filter(has_text="签收人姓名")
    form.get_by_label("签收人姓名").fill("周某")
    form.get_by_label("来文号").fill("收〔2026〕7号")
    form.get_by_role("button", name="签收", exact=True).click()
    press(officer, "确认")
    says(officer, "：已办理。")
    officer.open(f"/case?number={case}&part=papers")
    says(officer, "已签收")

    measure, unit = owed(story, case, notices[0])
    for kind, text in (("整改方案", "十日内完工。"), ("完成情况", "已经完工。")):
        clerk.open(f"/case?number={case}&part=measures&measure={measure}")
        form = unfold(clerk, "提交或代录整改反馈")
        choose(clerk, form.get_by_label("种类"), kind)
        form.get_by_label("内容").fill(text)
        choose(clerk, form.get_by_label("单位（可不填）"), unit)
        form.get_by_label("来文号").fill("复〔2026〕9号")
        send(clerk, form, "提交或代录整改反馈")
        says(clerk, "代录")
        officer.open(f"/case?number={case}&part=measures&measure={measure}")
        form = officer.page.get_by_test_id("stForm").filter(has_text="研判意见")
        choose(officer, form.get_by_label("研判意见"), "认可")
        send(officer, form, "研判反馈")
        says(officer, "研判意见：")

    verifier = visit("wang")
    verifier.open(f"/case?number={case}&part=measures&measure={measure}")
    form = unfold(verifier, "登记现场复查")
    form.get_by_text("是", exact=True).click()
    form.get_by_label("地点").fill("现场")
    form.get_by_label("情况说明").fill("护栏已装好。")
    form.locator("input[type=file]").set_input_files({"name": "现场.png", "mimeType": "image/png", "buffer": PHOTO})
    says(verifier, "现场.png")
    send(verifier, form, "登记现场复查")
    officer.open(f"/case?number={case}&part=record")
    says(officer, "复查")
    officer.open(f"/case?number={case}&part=measures&measure={measure}")
    officer.reads("护栏已装好。")
    photo = officer.page.get_by_role("link", name="现场.png").get_attribute("href")
    file = officer.context.request.get(f"{officer.address}{photo}")
    assert (file.status, file.headers["content-type"], file.body()) == (200, "image/png", PHOTO)

    story.at = wall_clock()
    proposals = story.do("li", "prepare", case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    story.issue(case, *proposals)
    for paper in proposals:
        story.do("li", "seal", case, paper=paper, scan=story.scan(paper), file_name="扫描件.pdf")
    story.deliver(case, *proposals)
    story.finish(case)
    archivist = visit("dang")
    archivist.page.get_by_role("link", name="待归档").first.click()
    archivist.page.wait_for_url(re.compile(case))
    archivist.open(f"/case?number={case}&part=more&action=archive")
    form = archivist.page.get_by_test_id("stForm")
    form.get_by_label("原件存放位置").fill("档案室3-2")
    send(archivist, form, "归档")
    with working_in(story.installation):
        carry(story.installation, case, wall_clock())
    archivist.open(f"/archives?words={case}")
    archivist.page.get_by_role("link", name=re.compile("事故-")).first.click()
    says(archivist, "卷内目录")
    press(archivist, "校验档案包")
    says(archivist, "档案包完整，与封装时记录的校验值一致。")
    for person in (signer, clerk, officer, verifier, archivist):
        assert person.elsewhere == []
        assert person.complaints == []


def test_what_the_clock_drafted_is_confirmed_and_submitted(story: Story, visit: Visit) -> None:
    story.at = wall_clock() - SILENT
    case = story.rectifying(variant=8)
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    for notice in notices:
        story.do("nei", "seal", case, paper=notice, scan=story.scan(notice), file_name="扫描件.pdf")
    story.deliver(case, *notices)
    story.at = wall_clock()
    sweep(story.installation, story.at)
    beat(story.installation, "browser", story.at, swept=1)
    officer = visit("li")
    officer.page.get_by_role("link", name="待确认未收到书面回复").first.click()
    officer.page.wait_for_url(re.compile(case))
    officer.settled()
    form = officer.page.get_by_test_id("stForm").filter(
        has=officer.page.get_by_role("button", name="确认未收到书面回复")
    )
    form.get_by_label("情况说明").fill("电话核实，没有收到。")
    send(officer, form, "确认未收到书面回复")
    press(officer, "提交审批")
    says(officer, "提交审批：已办理。")


def numbers_of(story: Story, case: str, papers: list[str]) -> list[str]:
    with story.installation.database.reading() as session:
        return [str(one.number) for one in document_list(session, SYSTEM, case) if one.ref in papers]


def owed(story: Story, case: str, notice: str) -> tuple[str, str]:
    """Return a measure that a notice asks for, and of whom."""
    from sqlalchemy import select

    from models.case.tables import Case
    from models.office.tables import Organisation
    from models.papers.tables import Document
    from models.rectification.tables import Assignment, Measure

    with story.installation.database.reading() as session:
        row = session.execute(
            select(Measure.ref, Organisation.name)
            .join(Assignment, Assignment.measure_id == Measure.id)
            .join(Organisation, Organisation.id == Assignment.organisation_id)
            .join(Document, Document.id == Assignment.notice_id)
            .join(Case, Case.id == Document.case_id)
            .where(Case.case_number == case, Document.ref == notice)
            .order_by(Measure.id)
        ).first()
    assert row is not None
    return row.ref, row.name
