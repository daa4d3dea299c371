"""A page in a real browser: when something is painted first, and when heading and tables stand."""

from __future__ import annotations

import time

from tests.browser.serving import PAGE_MS, WIDE, chromium
from ui.web.authentication import COOKIE

WARM = 3


def painted(address: str, cookie: str, path: str, times: int) -> tuple[list[float], list[float]]:
    """Open a page again and again; returns the seconds to the first paint and to the page as it is to be read."""
    first, whole = [], []
    with chromium() as browser:
        context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, locale="zh-CN")
        context.add_cookies([{"name": COOKIE, "value": cookie.partition("=")[2], "url": address}])
        page = context.new_page()
        for nth in range(WARM + times):
            began = time.perf_counter()
            page.goto(f"{address}{path}", wait_until="commit")
            page.wait_for_selector("h1", timeout=PAGE_MS)
            page.wait_for_function(
                "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
                " && document.querySelector('table')",
                timeout=PAGE_MS,
            )
            stands = time.perf_counter() - began
            if nth < WARM:
                continue
            whole.append(stands)
            first.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000)
        context.close()
    return first, whole
