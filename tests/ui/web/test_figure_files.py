"""Figures and the tables of a circular as spreadsheets: for the police what the page says, for a member the circular it got."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from starlette.applications import Starlette
from starlette.middleware import Middleware

from models.kernel.act import acting
from models.kernel.calendar.time import wall_clock
from models.kernel.settings import Settings
from models.office.commands.signing_in import begin_session
from tests.databases import Databases
from tests.journeys.test_a_circular import GOVERNMENT, SINCE, TRANSPORT, UNTIL, Quarter
from tests.stories import Beginning, Story, beginning
from tests.ui.web.conftest import Look, words
from ui.passwords import token_hash
from ui.web.authentication import COOKIE
from ui.web.files_out import FIGURES_FILE, circular_address, routes
from ui.web.frame import Frame
from ui.web.gate import Gate

with warnings.catch_warnings():  # it would rather have the successor of httpx, which is not in the lock
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@pytest.fixture
def begun(sqlite_databases: Databases) -> Beginning[Any]:
    return beginning(sqlite_databases, Quarter)


@pytest.fixture
def browser(story: Story) -> Callable[[str], TestClient]:
    """Browsers at the routes of files, through the gate."""
    story.at = wall_clock()
    known: dict[str, TestClient] = {}
    gate = Middleware(Gate, settings=Settings(), frame=Frame())
    program = Starlette(routes=routes(), middleware=[gate])

    def of(account: str) -> TestClient:
        if account not in known:
            token = f"browser {len(known)}"
            with acting(story.installation.database, story.installation.settings, account, wall_clock()) as act:
                begin_session(act, token_hash(token), way="oidc")
            known[account] = TestClient(program, base_url="http://127.0.0.1:8501", cookies={COOKIE: token})
        return known[account]

    return of


def book(data: bytes) -> Workbook:
    """Open a spreadsheet."""
    return load_workbook(BytesIO(data))


def test_the_page_offers_its_figures_as_a_file_with_the_same_question(
    story: Story, look: Look, browser: Callable[[str], TestClient]
) -> None:
    asked = {"from": "2025-01-01", "to": "2025-12-01", "by": "weekday"}
    page = words(look("ling", "figures", **asked)).replace("&amp;", "&")
    address = f"{FIGURES_FILE}?from=2025-01-01&to=2025-12-01&by=weekday"
    assert address in page
    visitor = browser("ling")
    found = visitor.get(address)
    assert found.status_code == 200
    assert "attachment" in found.headers["content-disposition"]
    made = book(found.content)
    assert made.sheetnames == ["指标", "星期", "说明"]
    assert made["指标"]["A2"].value == "事故起数"
    refused = visitor.get(f"{FIGURES_FILE}?from=2025-05-02&to=2025-05-01")
    assert (refused.status_code, "末日早于首日" in refused.text) == (404, True)
    refused = browser(TRANSPORT).get(address)
    assert (refused.status_code, "只供公安机关内部查阅" in refused.text) == (404, True)


def test_a_member_takes_the_tables_of_the_circular_that_it_got_and_nobody_else_does(
    story: Story, look: Look, browser: Callable[[str], TestClient]
) -> None:
    story.at = wall_clock()
    case, paper = story.in_office("li", "draft-circular", period_from=SINCE, period_until=UNTIL).split()
    story.issue(case, paper)
    address = circular_address(case, paper)
    assert browser(TRANSPORT).get(address).status_code == 404, "not served yet"
    story.do("li", "deliver", case, paper=paper)
    assert address in words(look(TRANSPORT, "circular"))
    for account in (TRANSPORT, "li"):
        found = browser(account).get(address)
        assert found.status_code == 200
        assert book(found.content).sheetnames == ["单位", "逾期未完成"]
    assert browser(GOVERNMENT).get(address).status_code == 404
    assert browser("li").get(circular_address(case, "D1")).status_code == 404, "no circular"
