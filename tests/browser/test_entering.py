"""Getting in: the sign-in page, what is behind it, and that nothing is asked of another machine."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visit
from tests.browser.serving import PHONE
from tests.stories import Story

pytestmark = [pytest.mark.browser, pytest.mark.loopback]


def test_an_officer_signs_in_opens_a_case_and_signs_out(story: Story, visit: Visit) -> None:
    case = story.file()
    officer = visit("li")
    officer.settled()
    officer.reads("待提交审批")
    officer.page.get_by_role("link", name="待提交审批").first.click()
    officer.page.wait_for_selector(f"text={case}")
    assert f"number={case}" in officer.page.url
    officer.page.reload()
    officer.settled()
    officer.reads(case)
    officer.page.get_by_role("link", name="退出登录").click()
    officer.page.get_by_role("button", name="退出登录").click()
    officer.page.wait_for_selector("#password")
    officer.page.goto(f"{officer.address}/cases")
    assert "/auth/login" in officer.page.url
    assert officer.elsewhere == []
    assert officer.complaints == []


def test_an_address_that_a_role_has_not_leads_home(story: Story, visit: Visit) -> None:
    story.file()
    officer = visit("li", PHONE)
    officer.settled()
    officer.open("/no-such-page")
    officer.reads("我的待办")
    assert officer.elsewhere == []
