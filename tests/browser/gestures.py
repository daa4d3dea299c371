"""What people do on a page of ours: press, choose, pick several, write, hand in a file, and wait for the answer."""

from __future__ import annotations

import re
from datetime import datetime

from playwright.sync_api import Locator

from models.kernel.calendar.local_time import SHANGHAI
from tests.browser.serving import Visitor

PHOTO = b"\x89PNG\r\n\x1a\n" + b"0" * 64

OFFERED = "box => document.getElementById(box.getAttribute('aria-activedescendant'))?.innerText ?? ''"
HOLDS = """(box, words) =>
  box.value.includes(words) || box.closest('[data-testid=stMultiSelect]')?.innerText.includes(words)"""


def press(visitor: Visitor, label: str) -> None:
    """Press the button of that name, and wait until the page stands again."""
    visitor.page.get_by_role("button", name=label, exact=True).first.click()
    visitor.settled()


def unfold(visitor: Visitor, title: str) -> Locator:
    """Open what is folded below a title, and return it."""
    folded = visitor.page.get_by_test_id("stExpander").filter(has=visitor.page.get_by_text(title, exact=True))
    folded.get_by_text(title, exact=True).first.click()
    return folded


def says(visitor: Visitor, text: str) -> None:
    """Wait until the page says it."""
    visitor.page.get_by_text(text).first.wait_for()


def choose(visitor: Visitor, field: str | Locator, words: str) -> None:
    """Choose in a list of Streamlit's by the keys alone, typing words of the option; of several, one more."""
    page = visitor.page
    box = page.get_by_label(re.compile(f"{re.escape(field)}$")).first if isinstance(field, str) else field
    for _ in range(3):  # a page that scrolls or is drawn anew folds the list, and what was only typed is gone
        box.evaluate("box => box.scrollIntoView({block: 'center'})")
        box.focus()
        box.fill(words)
        for _ in range(20):
            page.keyboard.press("ArrowDown")
            page.wait_for_timeout(100)
            if words in box.evaluate(OFFERED):
                page.keyboard.press("Enter")
                break
        visitor.settled()
        if page.get_by_role("listbox").count():  # of several it stays open; Escape would empty one that just closed
            page.locator("h1").first.click()
        box.blur()
        page.wait_for_timeout(100)
        if box.evaluate(HOLDS, words):
            return
    raise AssertionError(f"{field} does not hold {words}")


def write(visitor: Visitor, label: str, text: str) -> None:
    """Write into a field and leave it."""
    visitor.page.get_by_label(label, exact=True).first.fill(text)
    visitor.page.keyboard.press("Tab")
    visitor.settled()


def date_in(visitor: Visitor, label: str, when: str) -> None:
    """Type a day or a time of day into a field of Streamlit's that is read part by part."""
    # A label may be the end of another one's: it is meant from its beginning.
    field, digits = visitor.page.get_by_role("group", name=re.compile(f"^{label}")), re.sub(r"\D", "", when)
    for _ in range(3):  # the calendar of a date before it takes the hand away when it folds
        field.get_by_role("spinbutton").first.focus()
        visitor.page.keyboard.type(digits, delay=30)
        visitor.page.keyboard.press("Enter")
        visitor.page.keyboard.press("Escape")
        visitor.settled()
        if re.sub(r"\D", "", field.inner_text()) == digits:
            return
    raise AssertionError(f"{label}: {field.inner_text()!r} instead of {when}")


def tick_all(visitor: Visitor) -> None:
    """Tick every box of a list, each after the page has taken the one before: a click between two runs is lost."""
    boxes = visitor.page.locator("[data-testid=stCheckbox] label")
    boxes.first.wait_for()  # a list is drawn after its heading, and one that is not there yet would be an empty one
    for box in boxes.all():
        box.click()
        visitor.settled()


def hand_in(visitor: Visitor, name: str, content: bytes = PHOTO, kind: str = "image/png") -> None:
    """Hand in a file."""
    visitor.page.set_input_files("input[type=file]", {"name": name, "mimeType": kind, "buffer": content})
    says(visitor, name)
    visitor.settled()


def follow(visitor: Visitor, link: str | Locator) -> None:
    """Follow a link of the page's to where it leads."""
    found = visitor.page.get_by_role("link", name=link).first if isinstance(link, str) else link
    with visitor.page.expect_navigation(wait_until="commit"):
        found.click()
    visitor.settled()


def served_at(visitor: Visitor, at: datetime) -> None:
    """Write when papers were served into the one field that asks for it."""
    date_in(visitor, "送达时间", at.astimezone(SHANGHAI).strftime("%Y%m%d%H%M"))
