"""A message that did not arrive, in a real browser on the whole running system: found, sent again, or settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import select

from flows.case import DELIVERED, carry
from flows.sends import BROKEN_OFF, LEASE, claim, plan, send_off
from models.case.tables import Case
from models.kernel.act import acting
from models.kernel.calendar.time import wall_clock
from models.kernel.rights.policy import SYSTEM
from models.kernel.vocabulary import Medium, Role, SendState
from models.office.commands.channels import add_channel
from models.office.rules.sending import PAUSES, STUCK_AFTER
from models.office.tables import Send
from models.papers.queries.documents import document_list
from models.papers.tables import Document
from tests.browser import whole
from tests.browser.gestures import follow, press, says, write
from tests.browser.serving import Visitor
from tests.browser.whole import Come, Whole
from tests.stories import Story
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
system, come = whole.system, whole.come

ADDRESS, GROUP = "yanghu@agency.example.cn", "SHENCHA_CHANNEL_YANGHU"
NOWHERE = 1  # a port at which no mail server listens
WAITS = "待处理未送达的消息"
CASES: dict[str, str] = {}


def before(story: Story) -> None:
    """Serve a notice while no mail server answers and the worker dies over the chat note; then the system begins."""
    whole.employ(story, "guan", story.installation.settings.unit, Role.ADMIN)
    # The third try is made now, and the next one of its own in an hour: what arrives before, a person sent again.
    story.at = wall_clock() - LEASE - sum(PAUSES[: STUCK_AFTER - 1], timedelta())
    case = story.rectifying()
    notice = story.prepare(case)[0]
    story.issue(case, notice)
    with story.installation.database.reading() as session:
        [paper] = [one for one in document_list(session, SYSTEM, case) if one.ref == notice]
    with acting(story.installation.database, story.installation.settings, "guan", story.at) as act:
        add_channel(act, Medium.MAIL, ADDRESS, organisation=paper.recipient)
        add_channel(act, Medium.CHAT, GROUP, organisation=paper.recipient)
    story.deliver(case, notice)
    with story.installation.database.reading() as session:
        served = session.scalars(
            select(Document.id)
            .join(Case, Case.id == Document.case_id)
            .where(Case.case_number == case, Document.ref == notice)
        ).all()
    carry(story.installation, case, story.at, {DELIVERED: served})
    plan(story.installation, story.at)
    assert claim(story.installation, "dead", story.at, Medium.CHAT) is not None
    story.at += LEASE
    send_off(story.installation, "next", lambda: story.at, Medium.CHAT)
    settings = story.installation.settings.model_copy(update={"smtp_port": NOWHERE})
    for pause in (*PAUSES[: STUCK_AFTER - 1], timedelta()):
        send_off(replace(story.installation, settings=settings), "next", lambda: story.at, Medium.MAIL)
        story.at += pause
    CASES.update(case=case, subject=f"收到整改报告通知书：{paper.number}")


def waiting(officer: Visitor) -> Locator:
    """Open 我的待办, and return its rows about messages that did not arrive."""
    officer.open("/todo")
    officer.reads("我的待办")
    return officer.page.get_by_role("row").filter(has_text=WAITS)


def sends(system: Whole, medium: Medium) -> list[Send]:
    with system.story.installation.database.reading() as session:
        return list(session.scalars(select(Send).where(Send.medium == medium)))


def arrived(system: Whole) -> int:
    """Return how often the mail about the notice arrived."""
    return [mail["Subject"] for mail in system.mails.to(ADDRESS)].count(CASES["subject"])


def test_a_mail_that_could_not_be_sent_is_sent_again_and_one_of_a_chat_is_settled(system: Whole, come: Come) -> None:
    [mail], [note] = sends(system, Medium.MAIL), sends(system, Medium.CHAT)
    assert (mail.state, note.state) == (SendState.STUCK, SendState.UNCERTAIN)
    officer = come("li")
    expect(waiting(officer)).to_have_count(2)

    follow(officer, waiting(officer).filter(has_text=f"外发消息 {mail.id}").get_by_role("link", name=WAITS))
    for told in (CASES["subject"], "不能连接发信服务器", "多次发送失败", BROKEN_OFF):
        officer.reads(told)
    press(officer, "重新发送")
    says(officer, "请填写理由")
    assert arrived(system) == 0
    write(officer, "核实的情况", "发信服务器已恢复。")
    press(officer, "重新发送")
    says(officer, f"外发消息 {mail.id} 将重新发送。")
    expect(officer.page.get_by_role("link", name=str(mail.id), exact=True)).to_have_count(0)
    assert eventually(lambda: arrived(system) == 1, 60)
    officer.open(f"/stuck?send={mail.id}")  # a window that stood open
    officer.reads("无需再处理。")
    expect(officer.page.get_by_label("核实的情况")).to_have_count(0)
    expect(waiting(officer)).to_have_count(1)

    follow(officer, "未送达的消息")  # of the menu
    follow(officer, officer.page.get_by_role("link", name=str(note.id), exact=True))
    write(officer, "核实的情况", "对方确认群里已经看到。")
    press(officer, "已另行处理，不再发送")
    says(officer, f"外发消息 {note.id} 已登记处理结果。")
    officer.reads("没有未送达的消息。")
    expect(waiting(officer)).to_have_count(0)
    officer.open(f"/case?number={CASES['case']}&part=record")
    for told in ("重新发送消息", "处理未送达消息"):
        officer.reads(told)
    assert [one.state for one in sends(system, Medium.CHAT)] == [SendState.HANDLED]
