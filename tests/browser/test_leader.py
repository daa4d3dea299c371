"""The leader's way on the whole running system: figures that open their rows, and decisions in two clicks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from models.case.tables import Case
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.time import wall_clock
from models.kernel.vocabulary import DocumentKind, DocumentStatus, ReplyKind, Role
from models.office.tables import Organisation
from models.papers.commands.renditions import Enclosure
from models.rectification.commands.escalation import climb
from models.rectification.tables import Assignment, Measure, Talk
from tests.browser import whole
from tests.browser.gestures import date_in, follow, press, says, write
from tests.browser.serving import Visitor
from tests.browser.whole import Come, Whole
from tests.stories import Story
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
system, come = whole.system, whole.come

LEADER = "zhi"


def before(story: Story) -> None:
    """Let one case come as far as a second order, a second one be silent, and units of a third one ask for something.

    The last 20 days of the first and the 75 of the second are left to the clock of the running system.
    """
    whole.employ(story, LEADER, story.installation.settings.unit, Role.LEADER, Role.SIGNER)
    now = wall_clock()
    story.at = now - timedelta(days=100)
    first = _served(story, variant=0)
    for days in (60, 20):
        story.wait(days=days)
        story.do("system", climb, first)
        story.do("system", climb, first)
        _order(story, first)
    story.at = now - timedelta(days=75)
    second = _served(story, variant=1)
    story.at = now - timedelta(days=3)
    third = _served(story, variant=2)
    hands = _hands(story, third)
    for kind, (measure, unit), text in zip(
        (ReplyKind.EXTENSION, ReplyKind.DISPUTE), hands, ("雨季不能施工。", "该路段不归我单位养护。"), strict=False
    ):
        story.do(
            "nei",
            "reply",
            third,
            kind=kind,
            measures=[measure],
            organisation=unit,
            text=text,
            requested_due=local_date(story.at) + timedelta(days=90) if kind is ReplyKind.EXTENSION else None,
            files=[Enclosure(story.scan(text), "来函.pdf", "application/pdf")],
        )
    CASES.update(ordered=first, silent=second, asking=third)


CASES: dict[str, str] = {}


def _served(story: Story, variant: int) -> str:
    case = story.rectifying(variant=variant)
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    story.deliver(case, *notices)
    for notice in notices:
        story.do("nei", "acknowledge", case, paper=notice, received_by="签收某")
    return case


def _order(story: Story, case: str) -> None:
    drafts = story.papers(case, DocumentStatus.DRAFT, kind=DocumentKind.SUPERVISION_ORDER)
    for order in drafts:
        story.do("li", "confirm-no-reply", case, paper=order)
    story.issue(case, *drafts)
    story.deliver(case, *drafts)


def _hands(story: Story, case: str) -> list[tuple[str, str]]:
    """Return measures of a case and the units that hold them."""
    with story.installation.database.reading() as session:
        rows = session.execute(
            select(Measure.ref, Organisation.name)
            .select_from(Assignment)
            .join(Organisation, Organisation.id == Assignment.organisation_id)
            .join(Measure, Measure.id == Assignment.measure_id)
            .join(Case, Case.id == Assignment.case_id)
            .where(Case.case_number == case)
            .order_by(Assignment.id)
        ).all()
    return [(row.ref, row.name) for row in rows]


def drafted_by_the_worker(system: Whole) -> list[str]:
    """Wait until the worker's sweep has drafted the orders of the silent case; returns them."""
    kind, case = DocumentKind.SUPERVISION_ORDER, CASES["silent"]
    assert eventually(lambda: bool(system.story.papers(case, kind=kind)), 60)
    assert system.worked_off()
    return system.story.papers(case, kind=kind)


def opened(leader: Visitor, title: str, case: str, what: str = "") -> None:
    """Open a decision from the list on the page: the first click."""
    row = leader.page.get_by_role("row").filter(has_text=title).filter(has_text=what)
    follow(leader, row.get_by_role("link").first)
    assert case in leader.page.url, leader.page.url
    expect(leader.page.locator(".sc-paper")).to_be_visible()


def test_a_figure_opens_the_rows_it_counts_and_a_day_moves_the_page(system: Whole, come: Come) -> None:
    drafted_by_the_worker(system)
    leader = come(LEADER)
    leader.settled()
    figures = {
        link.get_attribute("href"): link.inner_text()
        for link in leader.page.locator('a[href^="/counted"]').all()
        if link.inner_text().replace(",", "").isdecimal()
    }
    assert len(figures) > 5
    of_each_kind = {re.sub(r"unit=\d+", "", str(address)): (address, text) for address, text in figures.items()}
    for address, text in of_each_kind.values():
        leader.open(str(address))
        rows = leader.page.locator("tbody tr").count()
        assert rows == min(int(text.replace(",", "")), 20), address
    leader.open("/dashboard")
    leader.reads("名次")
    then = local_date(wall_clock()) - timedelta(days=99)
    date_in(leader, "截至日期", then.isoformat())
    leader.page.wait_for_url(f"**/dashboard?on={then.isoformat()}")
    leader.page.reload()
    leader.reads(f"{then.year}年1月1日至{then.month}月{then.day}日四项指数")
    leader.reads("没有超期或临期的事项")


def test_an_order_that_the_worker_drafted_is_signed_in_two_clicks(system: Whole, come: Come) -> None:
    case, order = CASES["silent"], drafted_by_the_worker(system)[0]
    leader = come(LEADER)
    leader.settled()
    assert leader.page.get_by_role("row").filter(has_text=order).filter(has_text="其他人员").count()
    system.now()
    system.story.do("li", "confirm-no-reply", case, paper=order)
    system.story.do("li", "submit", case, paper=order)
    system.story.do("shen", "approve", case, paper=order)
    leader.page.reload()
    leader.settled()
    opened(leader, "由您决定", case, order)
    press(leader, "签发并编号")
    press(leader, "确认")
    says(leader, "已办理")
    assert system.story.papers(case, DocumentStatus.ISSUED, kind=DocumentKind.SUPERVISION_ORDER) == [order]


def test_an_extension_a_talk_and_a_dispute_are_decided_in_two_clicks(system: Whole, come: Come) -> None:
    story, case = system.story, CASES["asking"]

    def talks() -> int:
        with story.installation.database.reading() as session:
            return len(session.scalars(select(Talk.id).where(Talk.state == "proposed")).all())

    assert eventually(lambda: bool(talks()), 60)
    before = talks()
    leader = come(LEADER)
    leader.settled()
    opened(leader, "待决定延期申请", case)
    leader.reads("雨季不能施工")
    press(leader, "同意延期")
    says(leader, "该申请已有决定")

    leader.open("/dashboard")
    opened(leader, "待决定约谈", CASES["ordered"])
    press(leader, "同意约谈")
    says(leader, "该约谈建议已有决定")
    assert talks() == before - 1

    leader.open("/dashboard")
    opened(leader, "待裁定职责争议", case)
    leader.reads("该路段不归我单位养护")
    press(leader, "改由其他单位承担")
    says(leader, "请先选择改由哪个单位承担")
    press(leader, "维持原责任单位")
    says(leader, "请填写理由")
    write(leader, "裁定理由（必填）", "养护协议写明由该单位负责。")
    press(leader, "维持原责任单位")
    says(leader, "该争议已裁定：维持原责任单位。")
    leader.open("/dashboard")
    assert "待裁定职责争议" not in leader.text()
