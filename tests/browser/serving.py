"""The real server on a database of its own, and a real browser in front of it."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from select import select

from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from flows.ports import LOOPBACK, any_port
from flows.server import answers
from tests.waiting import eventually

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 90
PAGE_MS = 60_000
READING_MS = 20_000
STILL_MS = 300
STANDS_STILL = """([asked, still]) => {
  const app = document.querySelector('[data-testid=stApp]');
  const fetching = document.querySelector('[data-testid=stSkeleton]');
  const stands = document.querySelector('h1') && !fetching && app?.dataset.testScriptState === 'notRunning';
  if (!stands || window.asked !== asked) [window.asked, window.stillSince] = [asked, performance.now()];
  return stands && performance.now() - window.stillSince >= still;
}"""
WIDE, PHONE = (1280, 900), (390, 844)


@contextmanager
def serving(home: Path, database_url: str, **settings: str) -> Iterator[str]:
    """Run the web program for the block, with its log in its home; yields its address."""
    port = any_port()
    environ = {
        **os.environ,
        "SHENCHA_HOME": str(home),
        "SHENCHA_DATABASE_URL": database_url,
        **{f"SHENCHA_{name.upper()}": value for name, value in settings.items()},
    }
    log = home / "web.log"
    home.mkdir(parents=True, exist_ok=True)
    process = _nursery().asked({"environ": environ, "port": port, "log": str(log)})
    try:
        address = f"http://{LOOPBACK}:{port}"
        assert eventually(lambda: answers(f"{address}/_stcore/health"), START_SECONDS), log.read_text()
        yield address
    finally:
        os.kill(process, signal.SIGTERM)
        _nursery().asked({"end": process})


class Nursery:
    """The process that brings up web programs (`tests/browser/nursery.py`), one for a process of tests."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        atexit.register(self.end)

    def asked(self, wanted: Mapping[str, object]) -> int:
        """Return the process id that the line is answered with."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(wanted).encode() + b"\n")
        self._process.stdin.flush()
        heard, _, _ = select([self._process.stdout], [], [], START_SECONDS)
        assert heard, f"no word within {START_SECONDS} s"
        return int(self._process.stdout.readline())

    def end(self) -> None:
        """End it with whatever it brought up and still lives."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()


@cache
def _nursery() -> Nursery:
    return Nursery()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser for the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield browser
        browser.close()


@dataclass(slots=True)
class Visitor:
    """Somebody at a browser: what was asked of elsewhere, and what the page complained about, are kept."""

    address: str
    context: BrowserContext
    page: Page
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, account: str, password: str) -> None:
        """Sign in by the form."""
        self.page.goto(f"{self.address}/auth/login")
        self.page.fill("#account", account)
        self.page.fill("#password", password)
        self.page.click("button")

    def open(self, path: str) -> None:
        """Open a page by its address, and wait until it stands."""
        self.page.goto(f"{self.address}{path}")
        self.settled()

    def settled(self) -> None:
        """Wait until the page stands still: it has its heading and its widgets, and no script runs or starts anew."""
        self.page.wait_for_function(STANDS_STILL, arg=[time.monotonic_ns(), STILL_MS], timeout=PAGE_MS)

    def reads(self, text: str) -> None:
        """Wait until a person reads that text on the page."""
        expect(self.page.locator("body")).to_contain_text(text, use_inner_text=True, timeout=READING_MS)

    def whole(self, path: Path) -> None:
        """Take a picture of the whole page: Streamlit scrolls inside itself, so the window is made as high as that."""
        size = self.page.viewport_size
        assert size is not None
        height = self.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(height, 6000))})
        self.page.wait_for_timeout(200)
        self.page.screenshot(path=path)
        self.page.set_viewport_size(size)

    def text(self) -> str:
        """Return what a person reads."""
        return self.page.inner_text("body")


@contextmanager
def visiting(browser: Browser, address: str, size: tuple[int, int] = WIDE) -> Iterator[Visitor]:
    """Open a browser window without cookies for the block."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    context.set_default_timeout(PAGE_MS)
    page = context.new_page()
    visitor = Visitor(address, context, page)

    def asked(request: Request) -> None:
        if not request.url.startswith((address, address.replace("http", "ws"), "data:", "blob:")):
            visitor.elsewhere.append(request.url)

    context.on("request", asked)
    page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    page.on(
        "console",
        lambda said: visitor.complaints.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield visitor
    context.close()
