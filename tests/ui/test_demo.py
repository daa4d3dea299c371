"""The demo: people for every role, and a case that has all five papers behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from models.case.tables import Case
from models.clock.queries.rulebook import rulebook
from models.first_set_up import initialise
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict
from models.kernel.installation import Installation
from models.kernel.rights.policy import SYSTEM
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, Role, Stage
from models.office.commands import chains
from models.office.queries.people import user_list
from models.office.tables import User
from models.overview.queries.case_view import case_view
from models.overview.queries.cases import case_list
from models.overview.queries.worklists import waiting_on
from models.papers.tables import Document
from models.rectification.queries.notice_links import BY_LINK
from models.rectification.tables import Assignment
from tests.databases import Databases
from tests.stories import Story, staffed
from ui import demo
from ui.demo_accounts import one_of_each
from ui.link_key import make_link_key


def quiet(_done: float, _day: str) -> None:
    """A progress that nobody watches."""


def desk_at(url: str, home: Path, now: datetime) -> Installation:
    settings = Settings(home=home)
    return Installation(settings, Database(url, durable=False), clock=lambda: now)


@pytest.fixture
def url(sqlite_databases: Databases) -> Iterator[str]:
    fresh = sqlite_databases.empty()
    yield fresh
    sqlite_databases.drop(fresh)


@dataclass(frozen=True, slots=True)
class Shown:
    """A demo that was made, for tests that only look at it."""

    installation: Installation
    made: demo.Demo


Show = Callable[[date], Shown]


@pytest.fixture(scope="module")
def show(sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Show]:
    """Make the demo of a day, once for all who look at it."""
    with ExitStack() as after:

        @cache
        def shown(day: date) -> Shown:
            now, url = datetime(day.year, day.month, day.day, 1, tzinfo=UTC), sqlite_databases.empty()
            installation = desk_at(url, tmp_path_factory.mktemp("demo"), now)
            after.callback(sqlite_databases.drop, url)
            after.callback(installation.database.close)
            make_link_key(installation.settings)
            initialise(installation.database, installation.settings, now)
            assert demo.exists(installation) is False
            made = demo.make(installation, quiet)
            assert demo.exists(installation) is True
            return Shown(installation, made)

        yield shown


A_DAY = date(2027, 1, 4)


def test_the_case_has_lived_through_its_five_papers_and_everyone_can_log_in(show: Show) -> None:
    shown = show(A_DAY)
    installation, made, now = shown.installation, shown.made, shown.installation.clock()
    with installation.database.reading() as session:
        view = case_view(session, SYSTEM, made.case_number, rulebook(session), now)
        assert view.stage is Stage.ARCHIVED
        assert {step.kind for step in view.progress if step.counts} == {s.kind for s in view.progress}
        roles = {role for user in user_list(session, SYSTEM) for role in user.roles}
        assert roles == set(Role) - {Role.SYSTEM}
        hashes = {row.account: row.password_hash for row in session.execute(select(User.account, User.password_hash))}
        assert max(session.scalars(select(Event.recorded_at))) <= now
    assert not [account for account, kept in hashes.items() if kept and account.startswith(BY_LINK)]
    for account in made.accounts:
        assert PasswordHasher().verify(hashes[account.account] or "", account.password)
    assert hashes["console"] is None
    # The officer who carried the case sees all five.
    with installation.reading(demo.VIEWER) as reader:
        *_, listed = case_list(reader.session, reader.actor, local_date(now))
    assert "not_started" not in [state.value for state in listed.progress]


@pytest.mark.parametrize("day", [date(2026, 3, 1), A_DAY, pytest.param(date(2026, 11, 27), marks=pytest.mark.long)])
def test_everybody_finds_something_to_do(show: Show, day: date) -> None:
    installation, made = show(day).installation, show(day).made
    now = installation.clock()
    with installation.database.reading() as session:
        shown = [case_view(session, SYSTEM, number, rulebook(session), now) for number in made.under_way]
        content = session.scalars(
            select(Document.content)
            .join(Case, Case.id == Document.case_id)
            .where(Case.case_number == made.under_way[1])
        ).all()
        limits = session.execute(
            select(Assignment.due_on, Document.issued_on)
            .join(Document, Document.id == Assignment.notice_id)
            .where(Document.kind == DocumentKind.RECTIFICATION_NOTICE, Document.issued_on.is_not(None))
        ).all()
        drafted = session.scalars(
            select(Assignment.due_on)
            .join(Case, Case.id == Assignment.case_id)
            .where(Case.case_number == made.under_way[2])
        ).all()
    assert len(limits) > 5
    assert [one for one in limits if one.due_on is not None and one.due_on <= one.issued_on] == []
    assert [due for due in drafted if due is not None and due <= day] == []
    assert [view.stage for view in shown] == [Stage.RECTIFYING, Stage.RECTIFYING, Stage.FILED]
    assert all(f"{view.accident.occurred_at:%Y年}" in view.accident.summary for view in shown)
    assert any(one and one.get("url", "").startswith("http://127.0.0.1:8501/n/") for one in content)
    waiting = {}
    for account, roles in one_of_each(installation):
        with installation.reading(account) as reader:
            waiting[roles] = [row.label for row in waiting_on(reader.session, reader.actor, day)]
    assert {"待签收", "待完成整改"} & set(waiting["协办单位"])
    assert waiting["审核"] == ["待审核"]
    assert "待提交审批" in waiting["民警"]


def test_nothing_happens_in_the_future(url: str, tmp_path: Path) -> None:
    now = datetime(2025, 10, 20, 1, tzinfo=UTC)
    installation = desk_at(url, tmp_path, now)
    initialise(installation.database, installation.settings, now)
    made = demo.make(installation, quiet)
    with installation.database.reading() as session:
        assert max(session.scalars(select(Event.recorded_at))) <= now
        view = case_view(session, SYSTEM, made.case_number, rulebook(session), now)
    assert view.stage is Stage.RECTIFYING
    installation.database.close()


def test_a_demo_that_was_broken_off_is_finished_by_the_next_start(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2027, 1, 4, 1, tzinfo=UTC)
    installation = replace(desk_at(url, tmp_path, now), settings=Settings(home=tmp_path, demo=True))
    initialise(installation.database, installation.settings, now)
    days: list[str] = []

    def killed(_done: float, day: str) -> None:
        days.append(day)
        if len(days) == 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(chains, "set_chain", killed_at_once)
        with pytest.raises(KeyboardInterrupt):
            demo.make(installation, quiet)
    assert demo.exists(installation) is False  # some accounts, no case
    with pytest.raises(KeyboardInterrupt):
        demo.make(installation, killed)
    assert demo.exists(installation) is False  # a case in the middle of its life
    made = demo.make(installation, quiet)
    assert demo.exists(installation) is True
    assert made.under_way == ()
    assert {"zhuban", demo.ADMIN} <= {account.account for account in made.accounts}
    installation.database.close()


def killed_at_once(*_args: object, **_named: object) -> None:
    raise KeyboardInterrupt


def test_an_installation_in_use_gets_no_demo(sqlite_databases: Databases, tmp_path: Path) -> None:
    url = sqlite_databases.fresh(staffed)
    now = datetime(2026, 1, 5, 1, tzinfo=UTC)
    installation = desk_at(url, tmp_path, now)
    Story(installation).file()
    with pytest.raises(Conflict, match="系统中已有案件"):
        demo.exists(installation)
    installation.database.close()
    sqlite_databases.drop(url)
