"""Labels, contrast and focus of every page, as axe-core judges them; it comes as an npm package when the test runs."""

from __future__ import annotations

import shutil
import subprocess
import tarfile

import pytest
from sqlalchemy import select

from models.case.tables import Case
from models.kernel.vocabulary import DeliveryMode, DocumentKind, DocumentStatus, Role
from models.papers.tables import Document
from tests.browser import shots, whole
from tests.browser.serving import PHONE, Visitor
from tests.browser.whole import Come, Whole
from tests.stories import STAFF, Story
from ui.web.navigation import screens_of

pytestmark = [pytest.mark.browser, pytest.mark.loopback, pytest.mark.long]
system, come = whole.system, whole.come

AXE = "axe-core@4.14.1"
FETCH_SECONDS = 60
GRAVE = ("serious", "critical")
# What lies inside Streamlit's own widgets, where no page of ours can change it: rule, where, why.
STREAMLITS = (
    ("list", "[data-testid=stSidebarNavItems]", "its menu puts groups between list and entries"),
    ("listitem", "[data-testid=stSidebarNavItems]", "its menu puts groups between list and entries"),
)
LOOK = """async ([grave, known]) => {
  const found = await axe.run({resultTypes: ['violations']})
  const inside = (rule, node) =>
    known.some(([r, place]) => r === rule && document.querySelector(node.target[0])?.closest(place))
  return found.violations.filter(one => grave.includes(one.impact)).flatMap(one =>
    one.nodes.filter(node => !inside(one.id, node)).map(node => `${one.id}: ${node.html.slice(0, 200)}`))
}"""
# One person for each role; a second officer and a countersigner see the pages of these.
LOOKERS = {
    shots.ADMIN: {Role.ADMIN},
    **{account: {role} for account, (_, role) in STAFF.items() if account != "wang"},
    shots.AGENCY: {Role.AGENCY},
}

NAMED: dict[str, str] = {}


def before(story: Story) -> None:
    """Let there be something on every page: late cases, one on its way, one that is archived, every role."""
    cases = shots.filled(story)
    case = cases[shots.AGENCY]
    NAMED.update(shots.named(story, case), case=case)
    [unsigned, *_] = story.papers(case, DocumentStatus.ISSUED, kind=DocumentKind.RECTIFICATION_NOTICE)
    # By post: a signature on the proof of service would be the receipt already.
    story.do("li", "deliver", case, paper=unsigned, mode=DeliveryMode.POST, tracking_number="EMS-1001")
    NAMED.update(to_answer=_printed(story, case, NAMED["paper"]), to_sign=_printed(story, case, unsigned))


def _printed(story: Story, case: str, paper: str) -> str:
    """Return the link that is printed on a notice."""
    with story.installation.database.reading() as session:
        content = session.scalars(
            select(Document.content)
            .join(Case, Case.id == Document.case_id)
            .where(Case.case_number == case, Document.ref == paper)
        ).one()
    assert content is not None
    return str(content["url"])


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The program of axe-core, fetched by npm; without npm or its registry these tests are skipped."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm here, by which axe-core would come")
    folder = tmp_path_factory.mktemp("axe")
    try:
        subprocess.run(
            [npm, "pack", AXE, "--silent"], cwd=folder, check=True, capture_output=True, timeout=FETCH_SECONDS
        )
    except (subprocess.SubprocessError, OSError) as failure:
        pytest.skip(f"npm does not give {AXE}: {failure}")
    [package] = folder.glob("*.tgz")
    with tarfile.open(package) as files:
        program = files.extractfile("package/axe.min.js")
        assert program is not None
        return program.read().decode()


def violations(visitor: Visitor, axe: str) -> list[str]:
    """Return each grave violation on the page: its rule, and what it is about."""
    visitor.page.evaluate(axe)
    found: list[str] = visitor.page.evaluate(LOOK, [GRAVE, STREAMLITS])
    return found


def test_every_page_of_every_role_can_be_read_and_operated(system: Whole, come: Come, axe: str) -> None:
    faults: dict[str, str] = {}
    seen: set[str] = set()
    for account, roles in LOOKERS.items():
        visitor = come()
        visitor.sign_in(account, shots.PASSWORD)
        visitor.settled()
        for screen in screens_of(roles):
            for part in screen.pictured:
                address = f"/{screen.address}{part.format(**NAMED)}"
                # What all roles share is looked at once.
                if address in seen:
                    continue
                seen.add(address)
                visitor.open(address)
                if screen.address == "decide":  # a page that refuses has no faults either
                    visitor.page.locator(".sc-paper").wait_for()
                faults |= dict.fromkeys(violations(visitor, axe), f"{account} {address}")
    assert not faults, "\n".join(f"{where}: {fault}" for fault, where in faults.items())


def sent(visitor: Visitor, button: str, **written: str) -> None:
    """Fill in a form of a page outside Streamlit, and send it."""
    for name, text in written.items():
        visitor.page.fill(f"#{name}", text)
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name=button, exact=True).click()
    visitor.page.get_by_role("alert").wait_for()


def test_the_pages_outside_can_be_read_and_operated(system: Whole, come: Come, axe: str) -> None:
    faults: list[str] = []

    def look(visitor: Visitor, where: str) -> None:
        faults.extend(f"{where}: {fault}" for fault in violations(visitor, axe))

    stranger, officer = come(size=PHONE), come(size=PHONE)
    stranger.page.goto(f"{system.address}/auth/login")
    look(stranger, "sign-in")
    sent(stranger, "登录", account="nobody", password="not a password")
    look(stranger, "sign-in refused")
    stranger.page.goto(f"{system.address}/n/nobodys-token")
    look(stranger, "link of nothing")
    stranger.page.goto(NAMED["to_sign"])
    look(stranger, "link to sign for a notice")
    sent(stranger, "签收", name="周某", code="00000000")
    look(stranger, "link with a wrong code")
    stranger.page.goto(NAMED["to_answer"])
    look(stranger, "link to answer")

    officer.sign_in("li", shots.PASSWORD)
    officer.settled()
    officer.page.goto(f"{system.address}/auth/password")
    look(officer, "own password")
    sent(officer, "保存新密码", old="not a password", new="my very own words", again="my very own words")
    look(officer, "own password refused")
    officer.page.goto(f"{system.address}/auth/logout")
    look(officer, "signing out")
    assert not faults, "\n".join(faults)


# Words of three letters that a person hears or reads in Streamlit's widgets; icons are drawn by the names of their font.
FOREIGN = """() => {
  const found = []
  for (const one of document.querySelectorAll('[aria-label], [title], [placeholder]'))
    for (const name of ['aria-label', 'title', 'placeholder'])
      if (/[A-Za-z]{3,}/.test(one.getAttribute(name) ?? '')) found.push(`${name}: ${one.getAttribute(name)}`)
  const walker = document.createTreeWalker(document.querySelector('#root'), NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const { nodeValue, parentElement } = walker.currentNode
    if (/[A-Za-z]{3,}/.test(nodeValue) && !parentElement.closest('style, [data-testid=stIconMaterial], [translate=no]'))
      found.push(nodeValue)
  }
  return found
}"""
OPENS_A_CALENDAR = "[data-testid=stDateInput] button, [data-testid=stDateTimeInput] button"


def test_streamlits_own_widgets_speak_chinese(system: Whole, come: Come) -> None:
    left: dict[str, str] = {}
    for account, address, waits_for in (
        ("li", "/file", "事故日期"),
        ("li", f"/case?number={NAMED['case']}&part=evidence", "证据"),
        ("ling", "/dashboard", "截至日期"),
        ("li", "/nowhere", "没有这个页面"),
    ):
        visitor = come()
        visitor.sign_in(account, shots.PASSWORD)
        visitor.settled()
        visitor.open(address)
        visitor.reads(waits_for)
        calendar = visitor.page.locator(OPENS_A_CALENDAR)
        if calendar.count():
            calendar.first.click()
            visitor.page.get_by_role("dialog").wait_for()
        left |= dict.fromkeys(visitor.page.evaluate(FOREIGN), f"{account} {address}")
    assert not left, "\n".join(f"{where}: {words}" for words, where in left.items())
