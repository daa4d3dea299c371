"""What ran for a case, on the whole running system with a live server of Prefect's, until that server is killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from flows.picture import runs_of
from flows.server import prefect_server
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.calendar.time import wall_clock
from models.kernel.vocabulary import DocumentKind
from tests.browser import whole
from tests.browser.conftest import with_passwords
from tests.browser.gestures import follow
from tests.browser.serving import Visitor
from tests.browser.whole import Come, Whole, running
from tests.databases import Databases
from tests.stories import Story
from tests.waiting import eventually
from ui.web.case.runs import AGAIN

pytestmark = [pytest.mark.browser, pytest.mark.server]
come = whole.come

MINUTE = timedelta(minutes=1)
CASES: list[str] = []


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server of Prefect's that the system is told of: its API's address, and what is to be killed."""
    home = tmp_path_factory.mktemp("prefect")
    with prefect_server({**os.environ, "PREFECT_HOME": str(home)}, home / "prefect.log") as server:
        yield server


@pytest.fixture(scope="module")
def system(
    prefect: tuple[str, subprocess.Popen[bytes]],
    sqlite_databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Whole]:
    """The running system that records its runs; it has a case whose report was signed while nothing could be stored."""
    url, home = sqlite_databases.fresh(with_passwords), tmp_path_factory.mktemp("whole")
    with running(url, home, before, prefect=prefect[0]) as system:
        yield system
    sqlite_databases.drop(url)


def before(story: Story) -> None:
    """Sign a report, and let a file stand where the store wants a folder."""
    CASES[:] = [story.rectifying()]
    full = arriving(story)
    full.parent.mkdir(parents=True, exist_ok=True)
    full.touch()


def arriving(story: Story) -> Path:
    """Return where the store puts what arrives."""
    return Path(story.installation.settings.files) / "arriving"


def run(officer: Visitor, *words: str) -> Locator:
    """Return the rows of the runs that say all this."""
    rows = officer.page.get_by_role("row")
    for word in words:
        rows = rows.filter(has_text=word)
    return rows


def recorded(system: Whole, case: str, api: str) -> list[str]:
    """Sign and serve notices until Prefect has recorded both for one: work never waits for Prefect, which may be slow to
    answer. Returns that notice, and those that are not signed yet."""
    waiting = system.story.papers(case, kind=DocumentKind.RECTIFICATION_NOTICE)
    while len(waiting) > 1:
        notice = waiting.pop(0)
        system.now()
        system.story.issue(case, notice)
        assert system.worked_off()
        system.story.deliver(case, notice)
        assert system.worked_off()
        done = {seen.flow for seen in runs_of(case, api) or () if notice in seen.papers and seen.state == "Completed"}
        if done >= {"rectification-notice", "delivery"}:
            return [notice, *waiting]
    raise AssertionError("Prefect recorded no notice whole")


@pytest.mark.long
def test_an_officer_sees_what_ran_what_failed_and_what_was_done_again_until_prefect_is_gone(
    system: Whole, come: Come, prefect: tuple[str, subprocess.Popen[bytes]]
) -> None:
    [case], (api, server), story, began = CASES, prefect, system.story, wall_clock()

    def failed() -> bool:
        return any(seen.state == "Failed" for seen in runs_of(case, api) or ())

    assert eventually(failed, 60)
    arriving(story).unlink()
    assert system.worked_off()
    notice, *others = recorded(system, case, api)

    officer = come("li")
    officer.settled()
    officer.open(f"/case?number={case}")
    follow(officer, "流程运行")
    expect(run(officer, "自动办理", "D1", "失败", "1 次").first).to_be_visible()
    expect(run(officer, "告知文书已送达", notice, "完成", "1 次")).to_have_count(1)
    rendered = run(officer, "生成整改报告通知书", notice, "完成", "1 次")
    expect(rendered).to_have_count(1)
    officer.reads(AGAIN)
    shown = officer.page.locator("table.sc-table").inner_text()
    assert re.findall("[A-Za-z]{2,}", shown) == []
    times = [
        datetime.strptime(time, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
        for time in re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d", shown)
    ]
    assert len(times) == officer.page.locator("tbody tr").count()
    assert all(began - 5 * MINUTE < time <= wall_clock() for time in times)
    follow(officer, rendered.get_by_role("link", name=notice))
    assert f"paper={notice}" in officer.page.url
    expect(officer.page.locator("h3").filter(has_text=notice)).to_be_visible()
    expect(officer.page.locator(".sc-paper")).to_be_visible()

    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    officer.open(f"/case?number={case}&part=runs")
    officer.reads("现在看不到流程引擎 Prefect 的运行情况；案件照常办理，文书照常生成。")
    expect(officer.page.get_by_role("table")).to_have_count(0)
    another = others[0]
    system.now()
    story.issue(case, another)
    assert system.worked_off()
    officer.open(f"/case?number={case}&part=papers&paper={another}")
    officer.reads("已签发")
