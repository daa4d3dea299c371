"""What people do on a page of ours: press, choose, pick several, write, hand in a file, and wait for the answer."""

from __future__ import annotations

import re

from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as TooLong

from tests.browser.serving import Visitor

PHOTO = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def press(visitor: Visitor, label: str) -> None:
    """Press the button of that name, and wait until the page stands again."""
    visitor.page.get_by_role("button", name=label, exact=True).first.click()
    visitor.settled()


def says(visitor: Visitor, text: str) -> None:
    """Wait until the page says it."""
    visitor.page.get_by_text(text).first.wait_for()


def choose(visitor: Visitor, label: str, option: str) -> None:
    """Choose in a list of Streamlit's by the words an option begins with; of several, one more."""
    wanted = visitor.page.get_by_role("option", name=re.compile(f"^{re.escape(option)}")).first
    for last in (False, False, True):  # the page may draw itself anew under the hand
        field = visitor.page.get_by_label(re.compile(f"{re.escape(label)}$")).first
        field.evaluate("field => field.scrollIntoView({block: 'center'})")
        field.focus()
        field.press("ArrowDown")
        try:
            wanted.click(timeout=5000)
            break
        except TooLong:
            if last:
                raise
    visitor.settled()
    if visitor.page.get_by_role("listbox").count():  # of several it stays open; in a closed one Escape would empty it
        visitor.page.keyboard.press("Escape")


def write(visitor: Visitor, label: str, text: str) -> None:
    """Write into a field and leave it."""
    visitor.page.get_by_label(label, exact=True).first.fill(text)
    visitor.page.keyboard.press("Tab")
    visitor.settled()


def date_in(visitor: Visitor, label: str, day: str) -> None:
    """Type a day into a field of Streamlit's."""
    field = visitor.page.get_by_role("group", name=label)
    field.get_by_role("spinbutton").first.focus()
    visitor.page.keyboard.type(day.replace("-", ""), delay=30)
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Escape")
    visitor.settled()


def hand_in(visitor: Visitor, name: str, content: bytes = PHOTO, kind: str = "image/png") -> None:
    """Hand in a file."""
    visitor.page.set_input_files("input[type=file]", {"name": name, "mimeType": kind, "buffer": content})
    says(visitor, name)
    visitor.settled()


def follow(visitor: Visitor, link: str | Locator) -> None:
    """Follow a link of the page's."""
    found = visitor.page.get_by_role("link", name=link).first if isinstance(link, str) else link
    found.click()
    visitor.settled()
