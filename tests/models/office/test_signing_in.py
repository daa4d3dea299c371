"""Sessions, wrong tries, passwords and outside identities, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.kernel.act import acting
from models.kernel.errors import Conflict, NotAllowed, NotFound, TooSoon
from models.kernel.tables import AdminEvent
from models.office.commands.guessing import Guesser
from models.office.commands.signing_in import (
    begin_session,
    change_password,
    end_session,
    guessed_right,
    see_session,
    take_guess,
)
from models.office.commands.users import link_identity, set_password
from models.office.queries.signing_in import SignedIn, account_of, open_sessions, password_hash_of, session_of
from models.office.rules.slowing import ALL, ONE
from models.office.tables import Guesses, User
from models.overview.commands.leaving import disable_user
from tests.stories import Story

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=10)


def do(story: Story, account: str, command: Any, *said: Any, **further: Any) -> Any:
    with acting(story.installation.database, story.installation.settings, account, story.at) as act:
        return command(act, *said, **further)


def inside(story: Story, token: str) -> SignedIn | None:
    with story.installation.database.reading() as session:
        return session_of(session, token, story.at, idle=IDLE, longest=LONGEST)


def kept(story: Story, account: str) -> str | None:
    with story.installation.database.reading() as session:
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


HERE, THERE = Guesser("192.0.2.1"), Guesser("198.51.100.7")


def test_each_wrong_password_makes_the_next_wait_longer_and_a_day_forgets_them(story: Story) -> None:
    for _ in range(ONE.free):
        do(story, "system", take_guess, "li", HERE)
    for seconds in (1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300):
        with pytest.raises(TooSoon, match=f"请于{seconds}秒后再试") as refused:
            do(story, "system", take_guess, "li", HERE)
        assert refused.value.seconds == seconds
        story.wait(seconds=seconds)
        do(story, "system", take_guess, "li", HERE)
    story.wait(days=2)
    for _ in range(ONE.free):
        do(story, "system", take_guess, "li", HERE)
    with story.installation.database.reading() as session:
        kinds = session.scalars(select(AdminEvent.kind)).all()
    assert kinds.count("password_guessed") == 1


def test_strangers_from_many_addresses_slow_each_other_and_not_who_came_before(story: Story) -> None:
    do(story, "system", take_guess, "li", HERE)
    do(story, "system", guessed_right, "li", HERE)
    for n in range(ALL.free):
        do(story, "system", take_guess, "li", Guesser(f"198.51.100.{n}"))
    with pytest.raises(TooSoon):
        do(story, "system", take_guess, "li", Guesser("203.0.113.9"))
    do(story, "system", take_guess, "li", HERE)
    do(story, "system", take_guess, "wang", Guesser("203.0.113.9"))


def test_one_address_that_tries_many_accounts_is_slowed(story: Story) -> None:
    for n in range(ALL.free):
        do(story, "system", take_guess, f"account{n}", THERE)
    with pytest.raises(TooSoon):
        do(story, "system", take_guess, "li", THERE)
    do(story, "system", take_guess, "li", HERE)


def test_a_whole_network_of_ipv6_is_one_address(story: Story) -> None:
    for n in range(ONE.free):
        do(story, "system", take_guess, "li", Guesser(f"2001:db8::{n}"))
    with pytest.raises(TooSoon):
        do(story, "system", take_guess, "li", Guesser("2001:db8::ffff"))
    do(story, "system", take_guess, "li", Guesser("2001:db8:1::1"))


def test_many_guesses_at_once_are_counted_one_after_another(story: Story) -> None:
    """Compared or not: what is under way counts as wrong already."""
    for _ in range(ONE.free):
        do(story, "system", take_guess, "li", HERE)
    with pytest.raises(TooSoon):
        do(story, "system", take_guess, "li", HERE)
    do(story, "system", guessed_right, "li", HERE)
    do(story, "system", take_guess, "li", HERE)


def test_wrong_passwords_of_nobody_leave_no_name_and_are_forgotten(story: Story) -> None:
    for n in range(6):
        do(story, "system", take_guess, "my secret password", Guesser(f"192.0.2.{n}"))
    with story.installation.database.reading() as session:
        assert session.scalar(select(AdminEvent.id).where(AdminEvent.kind == "password_guessed")) is None
        assert not [row for row in session.scalars(select(Guesses)) if "secret" in row.who_at_what + row.about]
    story.wait(days=2)
    do(story, "system", take_guess, "li", HERE)
    with story.installation.database.reading() as session:
        assert len(session.scalars(select(Guesses.about)).all()) == 3


def test_nobody_but_the_system_counts_failures(story: Story) -> None:
    with pytest.raises(NotAllowed):
        do(story, "li", take_guess, "wang", HERE)


def test_a_reset_password_unlocks_and_ends_every_session(story: Story) -> None:
    do(story, "console", set_password, "li", "hash", must_change=False)
    do(story, "li", begin_session, "t1", way="password", password_hash="hash")
    for _ in range(ONE.free):
        do(story, "system", take_guess, "li", HERE)
    do(story, "console", set_password, "li", "new")
    do(story, "system", take_guess, "li", HERE)
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
    with story.installation.database.reading() as session:
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
    with story.installation.database.reading() as session:
        assert account_of(session, "https://id.example", "sub-1", story.at) is None


def _as_console_link(act: Any, account: str, subject: str) -> None:
    link_identity(act, account, "https://id.example", subject)


def test_a_person_sees_where_they_are_signed_in(story: Story) -> None:
    do(story, "li", begin_session, "t1", way="password", address="10.0.0.7")
    do(story, "li", begin_session, "t2", way="oidc")
    do(story, "wang", begin_session, "t3", way="oidc")
    with story.installation.database.reading() as session:
        li = session.scalars(select(User.id).where(User.account == "li")).one()
        assert [(one.way, one.address) for one in open_sessions(session, li)] == [
            ("oidc", None),
            ("password", "10.0.0.7"),
        ]
