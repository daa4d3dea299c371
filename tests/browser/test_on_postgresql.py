"""One short way through the whole running system on PostgreSQL, from a draft to an agency's plan; all others run on SQLite."""

from __future__ import annotations

import pytest

from models.kernel.vocabulary import DocumentKind, DocumentStatus
from tests.browser import whole
from tests.browser.gestures import choose, press, says, served_at, write
from tests.browser.test_officer_follows import owed
from tests.browser.whole import Come, Whole, employ
from tests.stories import Story

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
system, come = whole.system, whole.come

CLERK, PLAN = "weihu", "六月底前完成，负责人周某。"
DRAFTED: list[tuple[str, str, str]] = []
"""A case, its notice that is still a draft, and a measure that it asks for."""


def before(story: Story) -> None:
    """Sign the report of a case, draft its notices, and let the recipient of one have a clerk."""
    case = story.rectifying()
    notice = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)[0]
    measure, unit = owed(story, case, notice)
    employ(story, CLERK, unit)
    DRAFTED[:] = [(case, notice, measure)]


@pytest.mark.parametrize("system", ["postgres"], indirect=True)
def test_a_notice_is_approved_rendered_served_acknowledged_and_answered(system: Whole, come: Come) -> None:
    [(case, notice, measure)] = DRAFTED
    paper = f"/case?number={case}&part=papers&paper={notice}"
    officer, reviewer, signer = come("li"), come("shen"), come("qian")
    for person, step in ((officer, "提交审批"), (reviewer, "核稿或会签通过"), (signer, "签发并编号")):
        person.settled()
        person.open(paper)
        if person is signer:
            system.story.let_pass(case, notice)
        press(person, step)
        if person is signer:
            press(person, "确认")
        says(person, f"{step}：已办理。")
    assert system.story.papers(case, DocumentStatus.ISSUED, kind=DocumentKind.RECTIFICATION_NOTICE) == [notice]
    assert system.worked_off()
    officer.open(paper)
    choose(officer, officer.page.get_by_label("送达方式"), "直接送达")
    served_at(officer, system.story.at)
    press(officer, "登记送达")
    press(officer, "确认")
    says(officer, "登记送达：已办理。")

    clerk = come(CLERK)
    clerk.settled()
    clerk.open(f"/notice?number={case}&paper={notice}")
    write(clerk, "签收人姓名", "周某")
    press(clerk, "签收")
    press(clerk, "确认")
    says(clerk, "已签收")
    clerk.reads("周某 于")
    choose(clerk, "反馈类型", "整改方案")
    write(clerk, "内容", PLAN)
    press(clerk, "提交反馈")
    says(clerk, "反馈已提交")

    officer.open(f"/case?number={case}&part=measures&measure={measure}")
    officer.reads(PLAN)
    assert system.worked_off()
