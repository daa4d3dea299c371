"""Without a mouse: Tab reaches everything that can be operated, in the order of the page, and shows where it stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from models.kernel.calendar.time import wall_clock
from models.kernel.rights.policy import SYSTEM
from models.kernel.vocabulary import DocumentKind
from models.papers.queries.documents import document_list
from models.papers.tables import Document
from tests.browser import whole
from tests.browser.conftest import PASSWORD
from tests.browser.whole import Come, Whole, employ
from tests.stories import Story

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
system, come = whole.system, whole.come

CLERK = "weihu"
NAMED: dict[str, str] = {}

# What can be operated, as the page stands: its looks without focus are kept, and nothing moves while it is compared.
LOOKS = """() => {
  const style = document.createElement('style')
  style.textContent = '*, *::before, *::after { transition: none !important; animation: none !important }'
  document.head.append(style)
  const looks = one => ['', '::before', '::after'].map(part => {
    const style = getComputedStyle(one, part)
    const outline = style.outlineStyle === 'none' || parseFloat(style.outlineWidth) === 0 ? '' : style.outline
    return [outline, style.boxShadow, style.borderColor].join('|')
  }).join('|')
  // The mark may stand on a box around the field, or on what is drawn in the place of a hidden one.
  const around = one => {
    const box = one.closest('label') ?? one
    const found = [...box.querySelectorAll('*')]
    for (let up = one, n = 0; up && n < 5; up = up.parentElement, n++) found.push(up)
    return found
  }
  const operable = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
    .filter(one => one.tabIndex >= 0 && !one.disabled && one.type !== 'hidden')
    .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.closest('[inert]'))
  const name = one => `${one.tagName.toLowerCase()} ${one.ariaLabel ?? ''} ${one.innerText || one.name || one.id || ''}`
    .replaceAll(/\\s+/g, ' ').slice(0, 80) + ` (${(one.className || '').toString().slice(0, 60)})`
  const first = document.activeElement  // the body, or the field in which the page begins
  first.blur()
  const kept = new Map(operable.flatMap(around).map(one => [one, looks(one)]))
  first.focus()
  window.keyboard = {operable, looks, around, name, kept, visited: []}
  return operable.length
}"""
STANDS = """() => {
  const {operable, looks, around, name, visited, kept} = window.keyboard
  const one = document.activeElement
  if (one === document.body || one === null || visited.includes(one)) return null
  const last = visited.at(-1)
  const backwards = last && !(last.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)
  visited.push(one)
  const marked = around(one).some(near => kept.get(near) !== looks(near))
  const seen = one.getBoundingClientRect()
  const inside = seen.bottom > 0 && seen.top < innerHeight && seen.right > 0 && seen.left < innerWidth
  return [
    marked ? '' : `no mark: ${name(one)}`,
    inside ? '' : `out of sight: ${name(one)}`,
    backwards ? `backwards: ${name(last)} -> ${name(one)}` : '',
  ].filter(Boolean)
}"""
LEFT_OUT = """() => {
  const {operable, visited, name} = window.keyboard
  // Of radio buttons one is reached by Tab, the others by the arrows.
  const grouped = one => one.type === 'radio' && visited.some(other => other.name === one.name)
  return operable.filter(one => one.isConnected && !visited.includes(one) && !grouped(one)).map(name)
}"""
NAME = """() => {
  const one = document.activeElement
  return one === document.body ? '' : (one.labels?.[0]?.innerText || one.ariaLabel || one.innerText).trim()
}"""
MOST = 100


def before(story: Story) -> None:
    """Serve notices three days ago, one of them on the unit of CLERK."""
    story.at = wall_clock() - timedelta(days=3)
    case = story.rectifying()
    notice, *_ = notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    story.deliver(case, *notices)
    story.file(variant=1)
    with story.installation.database.reading() as session:
        [paper] = [one for one in document_list(session, SYSTEM, case) if one.ref == notice]
        content = session.scalars(select(Document.content).where(Document.number == paper.number)).one()
    assert content is not None
    employ(story, CLERK, paper.recipient)
    NAMED.update(case=case, notice=f"/notice?number={case}&paper={notice}", printed=str(content["url"]))


def faults(page: Page) -> list[str]:
    """Go through a page by Tab from its top until it begins anew; returns what a person at the keys would miss."""
    number: int = page.evaluate(LOOKS)
    found: list[str] = page.evaluate(STANDS) or []
    for _ in range(2 * number + 2):
        page.keyboard.press("Tab")
        told: list[str] | None = page.evaluate(STANDS)
        if told is None:
            break
        found += told
    else:
        found.append(f"does not come round after {2 * number + 2} steps")
    return [*found, *(f"not reached: {name}" for name in page.evaluate(LEFT_OUT))]


def to(page: Page, name: str) -> None:
    """Step by Tab to what has that name; a field of Streamlit's tells first what it holds."""
    for _ in range(MOST):
        if page.evaluate(NAME).endswith(name):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to {name}")


@pytest.mark.long
def test_tab_goes_through_every_page_in_its_order_and_is_seen(system: Whole, come: Come) -> None:
    found: dict[str, list[str]] = {}
    stranger = come()
    stranger.page.goto(f"{system.address}/auth/login")
    found["sign-in"] = faults(stranger.page)
    stranger.page.goto(NAMED["printed"])
    found["printed link"] = faults(stranger.page)
    officer, clerk = come("li"), come(CLERK)
    for visitor, address in (
        (officer, "/todo"),
        (officer, f"/case?number={NAMED['case']}"),
        (officer, f"/case?number={NAMED['case']}&part=papers"),
        (officer, f"/case?number={NAMED['case']}&part=measures"),
        (clerk, "/mine"),
        (clerk, NAMED["notice"]),
    ):
        visitor.open(address)
        found[address] = faults(visitor.page)
    officer.page.goto(f"{system.address}/auth/password")
    found["password"] = faults(officer.page)
    assert not any(found.values()), "\n".join(f"{where}: {fault}" for where, told in found.items() for fault in told)


def test_an_agency_signs_in_and_signs_for_a_notice_by_the_keys_alone(system: Whole, come: Come) -> None:
    clerk = come()
    page, keys = clerk.page, clerk.page.keyboard
    page.goto(f"{system.address}/auth/login")
    to(page, "账号")
    keys.type(CLERK)
    to(page, "密码")
    keys.type(PASSWORD)
    to(page, "登录")
    keys.press("Enter")
    clerk.settled()
    clerk.reads("我的整改")
    to(page, page.get_by_role("row").filter(has_text=NAMED["case"]).get_by_role("link").first.inner_text())
    keys.press("Enter")
    clerk.reads("签收人姓名")
    clerk.settled()
    to(page, "签收人姓名")
    keys.press("ControlOrMeta+a")
    keys.type("周某")
    to(page, "签收")
    keys.press("Enter")
    clerk.settled()
    to(page, "确认")
    keys.press("Enter")
    clerk.reads("已签收，请按期限报送整改方案。")
    clerk.reads("周某 于")
    clerk.settled()
    to(page, "反馈类型")
    keys.type("整改方案")
    keys.press("Enter")
    clerk.settled()
    to(page, "内容")
    keys.type("六月底前完成，负责人周某。")
    to(page, "提交反馈")
    keys.press("Enter")
    clerk.reads("反馈已提交")
