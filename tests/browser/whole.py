"""The whole system as `shencha up` runs it (worker with its clock, pages), with a mail server, for a file of tests.

A test file takes the fixtures over, `system, come = whole.system, whole.come`; what is to be set for its system it
names in `SETTINGS`. Prefect's server is left out where no test is about it: its absence loses no work, and it takes long to
start.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select

from flows.ports import LOOPBACK, any_port
from flows.server import answers
from models.kernel.act import acting
from models.kernel.calendar.time import wall_clock
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.tables import Outbox
from models.kernel.vocabulary import Role
from models.office.commands.users import set_password
from tests.browser.conftest import PASSWORD, with_passwords
from tests.browser.serving import ROOT, START_SECONDS, WIDE, Visitor, visiting
from tests.databases import Databases
from tests.outside import MailServer, mail_server
from tests.stories import WRITTEN, Story
from tests.waiting import eventually
from ui.link_key import make_link_key
from ui.passwords import hashed

SENDER = "shencha@police.example.cn"
QUICK = {"sweep_seconds": "1", "outbox_seconds": "0.2", "quiet_hours": "", "session_idle_minutes": "600"}

Come = Callable[..., Visitor]


@dataclass(frozen=True, slots=True)
class Whole:
    """The running system: where its pages are, what may be told of it before people come, the mails it sent."""

    address: str
    story: Story
    mails: MailServer

    def now(self) -> None:
        """Let what is told next happen at the present moment, which is the only one the system knows."""
        self.story.at = wall_clock()

    def ago(self, **span: float) -> None:
        """Let what is told next have happened before: `ago(days=75)`."""
        self.story.at = wall_clock() - timedelta(**span)

    def employ(self, account: str, unit: str, *roles: Role) -> None:
        """Make an account that may sign in, in the unit named; an agency's unless roles are given."""
        employ(self.story, account, unit, *roles)

    def worked_off(self) -> bool:
        """Return whether the worker has done, in the time a person would wait, all that the acts so far ask for."""
        return eventually(lambda: not self._undone(), 60)

    def _undone(self) -> int:
        with self.story.installation.database.reading() as session:
            return session.scalar(select(func.count()).select_from(Outbox).where(Outbox.done_at.is_(None))) or 0


def employ(story: Story, account: str, unit: str, *roles: Role) -> None:
    """Make an account that may sign in; an agency's unless roles are given."""
    kept = hashed(PASSWORD)
    story.employ(account, *(roles or [Role.AGENCY]), unit=unit)
    with acting(
        story.installation.database,
        story.installation.settings,
        account if Role.ADMIN in roles else "console",
        story.at,
    ) as act:
        set_password(act, account, kept, must_change=False)


def _lay_down(story: Story) -> None:
    """Lay the scans that are on record where the worker looks for them; nothing else of the store is made."""
    scan = Path(story.installation.files.path(hashlib.sha256(WRITTEN).hexdigest()))
    scan.parent.mkdir(parents=True)
    scan.write_bytes(WRITTEN)


@contextmanager
def running(
    url: str, home: Path, before: Callable[[Story], None] | None = None, prefect: str | None = None, **settings: str
) -> Iterator[Whole]:
    """Run the system on a staffed database for the block; it ends as `shencha up` ends, by a signal.

    `before` tells what happened while no clock ran yet; `prefect` is the API of a server of Prefect's.
    """
    home.mkdir(parents=True, exist_ok=True)
    with mail_server() as mails, ExitStack() as stack:
        port = any_port()
        address = f"http://{LOOPBACK}:{port}"
        said = {
            "home": str(home),
            "database_url": url,
            "public_url": address,
            "smtp_host": LOOPBACK,
            "smtp_port": str(mails.port),
            "smtp_security": "none",
            "mail_from": SENDER,
            **QUICK,
            **settings,
        }
        read = Settings.model_validate(said)
        make_link_key(read)
        database = stack.enter_context(closing(Database(url, durable=False)))
        story = Story(Installation(read, database), wall_clock())
        _lay_down(story)
        if before is not None:
            before(story)
        environ = {**os.environ, **{f"SHENCHA_{name.upper()}": value for name, value in said.items()}}
        # A server of somebody else's, mostly one that is never there: none of our own is started.
        environ["PREFECT_API_URL"] = prefect or f"http://{LOOPBACK}:{any_port()}/api"
        log = home / "up.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "ui.cli", "up", "--web-port", str(port)],
                cwd=ROOT,
                env=environ,
                stdout=output,
                stderr=output,
            )
        try:
            up = eventually(lambda: "按 Ctrl-C 结束" in log.read_text(), START_SECONDS)
            assert up, log.read_text()
            assert answers(f"{address}/_stcore/health"), log.read_text()
            yield Whole(address, story, mails)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


@pytest.fixture(scope="module")
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """The running system of a file of tests, staffed and without a case; on SQLite, or as its parameter says."""
    databases: Databases = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_databases")
    url = databases.fresh(with_passwords)
    home = tmp_path_factory.mktemp("whole")
    told, settings = getattr(request.module, "before", None), getattr(request.module, "SETTINGS", {})
    with running(url, home, told, **settings) as whole:
        yield whole
    databases.drop(url)


@pytest.fixture
def come(system: Whole, browser: Browser) -> Iterator[Come]:
    """Let somebody come to the pages: `come("li")` signed in, `come()` as a stranger, each in a window of their own.

    When the test is over, nobody may have asked another machine for anything, nor broken what the pages allow.
    """
    visitors: list[Visitor] = []
    with ExitStack() as windows:

        def go(account: str | None = None, size: tuple[int, int] = WIDE) -> Visitor:
            visitor = windows.enter_context(visiting(browser, system.address, size))
            visitors.append(visitor)
            if account is not None:
                visitor.sign_in(account, PASSWORD)
            return visitor

        yield go
        assert [visitor.elsewhere for visitor in visitors if visitor.elsewhere] == []
        assert [visitor.complaints for visitor in visitors if visitor.complaints] == []
