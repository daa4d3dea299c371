"""Sessions, wrong tries, passwords and outside identities, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.commands.act import acting
from models.commands.office import disable_user, link_identity, set_password
from models.commands.signing_in import (
    LOCKED,
    TRIES,
    begin_session,
    change_password,
    count_failure,
    end_session,
    see_session,
)
from models.errors import Conflict, NotAllowed, NotFound
from models.queries.signing_in import SignedIn, account_of, open_sessions, password_hash_of, session_of
from models.tables import AdminEvent, User
from tests.stories import Story

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=10)


def do(story: Story, account: str, command: Any, *said: Any, **further: Any) -> Any:
    with acting(story.office.database, story.office.settings, account, story.at) as act:
        return command(act, *said, **further)


def inside(story: Story, token: str) -> SignedIn | None:
    with story.office.database.reading() as session:
        return session_of(session, token, story.at, idle=IDLE, longest=LONGEST)


def kept(story: Story, account: str) -> str | None:
    with story.office.database.reading() as session:
        return password_hash_of(session, account, story.at)


def test_a_session_lasts_while_it_is_used_and_never_beyond_its_longest(story: Story) -> None:
    do(story, "li", begin_session, "t1", way="password")
    for _ in range(20):
        story.wait(minutes=29)
        assert inside(story, "t1") is not None
        do(story, "system", see_session, "t1")
    story.wait(minutes=29)
    assert inside(story, "t1") is None


def test_a_session_that_nobody_uses_is_over(story: Story) -> None:
    do(story, "li", begin_session, "t1", way="password")
    story.wait(minutes=30)
    assert inside(story, "t1") is None


def test_signing_out_ends_the_own_session_and_no_other(story: Story) -> None:
    do(story, "li", begin_session, "t1", way="password")
    do(story, "li", begin_session, "t2", way="password")
    do(story, "wang", end_session, "t1")
    assert inside(story, "t1") is not None
    do(story, "li", end_session, "t1")
    assert inside(story, "t1") is None
    assert inside(story, "t2") is not None


def test_disabling_an_account_ends_every_session_at_once(story: Story) -> None:
    do(story, "li", begin_session, "t1", way="oidc")
    do(story, "console", disable_user, "li", reason="调离")
    assert inside(story, "t1") is None
    with pytest.raises(NotAllowed, match="已停用"):
        do(story, "li", begin_session, "t2", way="oidc")


def test_the_fifth_wrong_password_locks_and_time_unlocks(story: Story) -> None:
    do(story, "console", set_password, "li", "hash", must_change=False)
    for _ in range(TRIES - 1):
        do(story, "system", count_failure, "li")
    assert kept(story, "li") == "hash"
    do(story, "system", count_failure, "li", "10.0.0.7")
    assert kept(story, "li") is None
    with pytest.raises(NotAllowed, match="已被锁定"):
        do(story, "li", begin_session, "t1", way="password", password_hash="hash")
    story.wait(seconds=LOCKED.total_seconds())
    assert kept(story, "li") == "hash"
    do(story, "li", begin_session, "t1", way="password", password_hash="hash")
    with story.office.database.reading() as session:
        kinds = session.scalars(select(AdminEvent.kind)).all()
    assert kinds.count("account_locked") == 1


def test_a_right_password_forgets_the_wrong_ones(story: Story) -> None:
    do(story, "console", set_password, "li", "hash", must_change=False)
    for _ in range(3):
        for _ in range(TRIES - 1):
            do(story, "system", count_failure, "li")
        do(story, "li", begin_session, f"t{story.at}", way="password", password_hash="hash")
        story.wait(minutes=1)
    assert kept(story, "li") == "hash"


def test_wrong_passwords_of_nobody_leave_nothing(story: Story) -> None:
    do(story, "system", count_failure, "nobody")
    with story.office.database.reading() as session:
        assert session.scalar(select(AdminEvent.id).where(AdminEvent.kind == "account_locked")) is None


def test_nobody_but_the_system_counts_failures(story: Story) -> None:
    with pytest.raises(NotAllowed):
        do(story, "li", count_failure, "wang")


def test_a_reset_password_unlocks_and_ends_every_session(story: Story) -> None:
    do(story, "console", set_password, "li", "hash", must_change=False)
    do(story, "li", begin_session, "t1", way="password", password_hash="hash")
    for _ in range(TRIES):
        do(story, "system", count_failure, "li")
    do(story, "console", set_password, "li", "new")
    assert inside(story, "t1") is None
    assert kept(story, "li") == "new"
    do(story, "li", begin_session, "t2", way="password", password_hash="new")
    found = inside(story, "t2")
    assert found is not None
    assert found.must_change_password


def test_changing_the_own_password_ends_the_other_sessions(story: Story) -> None:
    do(story, "console", set_password, "li", "old")
    for token in ("t1", "t2"):
        do(story, "li", begin_session, token, way="password", password_hash="old")
    do(story, "li", change_password, "new", was="old", token_hash="t1")
    assert inside(story, "t2") is None
    here = inside(story, "t1")
    assert here is not None
    assert not here.must_change_password
    with pytest.raises(Conflict, match="刚刚被修改"):
        do(story, "li", change_password, "newer", was="old", token_hash="t1")
    with pytest.raises(Conflict, match="刚刚被修改"):
        do(story, "li", begin_session, "t3", way="password", password_hash="old")


def test_an_outside_identity_leads_to_one_account_in_use(story: Story) -> None:
    do(story, "console", _as_console_link, "li", "sub-1")
    with story.office.database.reading() as session:
        assert account_of(session, "https://id.example", "sub-1", story.at) == "li"
        assert account_of(session, "https://id.example", "sub-2", story.at) is None
        assert account_of(session, "https://other.example", "sub-1", story.at) is None
    with pytest.raises(Conflict, match="已对应账号“li”"):
        do(story, "console", _as_console_link, "wang", "sub-1")
    with pytest.raises(NotFound, match="没有账号"):
        do(story, "console", _as_console_link, "nobody", "sub-3")
    with pytest.raises(NotAllowed):
        do(story, "li", link_identity, "li", "https://id.example", "sub-4")
    do(story, "console", disable_user, "li", reason="调离")
    with story.office.database.reading() as session:
        assert account_of(session, "https://id.example", "sub-1", story.at) is None


def _as_console_link(act: Any, account: str, subject: str) -> None:
    link_identity(act, account, "https://id.example", subject)


def test_a_person_sees_where_they_are_signed_in(story: Story) -> None:
    do(story, "li", begin_session, "t1", way="password", address="10.0.0.7")
    do(story, "li", begin_session, "t2", way="oidc")
    do(story, "wang", begin_session, "t3", way="oidc")
    with story.office.database.reading() as session:
        li = session.scalars(select(User.id).where(User.account == "li")).one()
        assert [(one["way"], one["address"]) for one in open_sessions(session, li)] == [
            ("oidc", None),
            ("password", "10.0.0.7"),
        ]
