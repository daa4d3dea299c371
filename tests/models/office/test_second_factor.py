"""Second factors on both databases: a replayed code, a lost telephone, guesses, and who may take one away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.kernel.act import acting
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, TooSoon
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import Role
from models.office.commands.guessing import Guesser
from models.office.commands.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    fresh_recovery_codes,
    remove_second_factor,
    show_code,
    take_code_guess,
)
from models.office.commands.signing_in import begin_session, end_own_session
from models.office.commands.users import new_user, set_password
from models.office.queries.second_factor import (
    SHOULD_HAVE,
    accounts_lacking,
    administrators_who_sign,
    second_of,
)
from models.office.queries.signing_in import open_sessions, session_of
from models.office.rules.one_time_codes import code_of, step_at
from models.office.rules.slowing import ONE
from models.office.tables import SecondFactor, User, WebSession
from tests.stories import Story

KEY, SECRET, HERE = b"k" * 32, b"12345678901234567890", Guesser("192.0.2.1")


def do(story: Story, account: str, command: Any, *said: Any, **further: Any) -> Any:
    with acting(story.installation.database, story.installation.settings, account, story.at) as act:
        return command(act, *said, **further)


def shown(story: Story, **off: float) -> str:
    """Return what the telephone shows, whose clock may be off."""
    return code_of(SECRET, step_at(story.at + timedelta(**off)))


def set_up(story: Story, account: str) -> Any:
    """Set a telephone up; returns the recovery codes. Its first code is taken."""
    do(story, account, begin_second_factor, KEY, SECRET)
    codes = do(story, account, confirm_second_factor, KEY, shown(story))
    story.wait(minutes=1)
    return codes


def show(story: Story, account: str, code: str, by: Guesser = HERE) -> None:
    do(story, "system", take_code_guess, account, by)
    do(story, "system", show_code, account, KEY, code, by)


def kinds(story: Story) -> list[str]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(AdminEvent.kind).order_by(AdminEvent.id)))


def test_a_second_factor_counts_from_the_first_right_code(story: Story) -> None:
    do(story, "qian", begin_second_factor, KEY, SECRET)
    with story.installation.database.reading() as session:
        assert second_of(session, "qian") is None
        assert SECRET.decode() not in session.scalars(select(SecondFactor.secret)).one()
    with pytest.raises(NotAllowed, match="动态口令不正确"):
        do(story, "qian", confirm_second_factor, KEY, "000000")
    codes = do(story, "qian", confirm_second_factor, KEY, shown(story))
    with story.installation.database.reading() as session:
        found = second_of(session, "qian")
    assert found is not None
    assert (found.codes_left, len(codes)) == (10, 10)
    with pytest.raises(Conflict, match="已经启用"):
        do(story, "qian", begin_second_factor, KEY, SECRET)
    with pytest.raises(Conflict, match="已经启用"):
        do(story, "qian", confirm_second_factor, KEY, shown(story, seconds=30))
    assert kinds(story).count("second_factor_set") == 1


def test_a_replayed_code_is_refused_and_the_next_one_counts(story: Story) -> None:
    set_up(story, "qian")
    code = shown(story)
    show(story, "qian", code)
    with pytest.raises(NotAllowed, match="已经用过"):
        show(story, "qian", code)
    story.wait(seconds=30)
    show(story, "qian", shown(story))


def test_the_code_that_set_it_up_signs_nobody_in(story: Story) -> None:
    do(story, "qian", begin_second_factor, KEY, SECRET)
    do(story, "qian", confirm_second_factor, KEY, shown(story))
    with pytest.raises(NotAllowed, match="已经用过"):
        show(story, "qian", shown(story))


def test_a_telephone_whose_clock_is_wrong_is_told_to_look_at_its_time(story: Story) -> None:
    set_up(story, "qian")
    for minutes in (-5, 5):
        with pytest.raises(NotAllowed, match="请核对手机时间"):
            show(story, "qian", shown(story, minutes=minutes))
    story.wait(minutes=1)
    show(story, "qian", shown(story, seconds=-30))


def test_who_lost_the_telephone_comes_in_by_a_recovery_code_once(story: Story) -> None:
    codes = set_up(story, "qian")
    show(story, "qian", codes[0].upper())
    with pytest.raises(NotAllowed):
        show(story, "qian", codes[0])
    with story.installation.database.reading() as session:
        found = second_of(session, "qian")
        event = session.scalars(select(AdminEvent).where(AdminEvent.kind == "recovery_code_used")).one()
    assert found is not None
    assert found.codes_left == 9
    assert (event.data["account"], event.data["left"]) == ("qian", 9)


def test_new_recovery_codes_make_the_old_ones_void(story: Story) -> None:
    old = set_up(story, "qian")
    new = do(story, "qian", fresh_recovery_codes, KEY)
    with pytest.raises(NotAllowed):
        show(story, "qian", old[1])
    show(story, "qian", new[1])


def test_who_lost_telephone_and_codes_is_helped_by_an_administrator_with_a_reason(story: Story) -> None:
    set_up(story, "qian")
    do(story, "qian", begin_session, "t1", way="password")
    story.employ("guan", Role.ADMIN)
    with pytest.raises(NotAllowed):
        story.in_office("li", "reset-second-factor", user="qian", reason="手机丢失。")
    with pytest.raises(NotAllowed):
        story.in_office("console", "reset-second-factor", user="qian", reason="手机丢失。")
    with pytest.raises(Invalid):
        story.in_office("guan", "reset-second-factor", user="qian", reason=" ")
    story.in_office("guan", "reset-second-factor", user="qian", reason="手机丢失。")
    with story.installation.database.reading() as session:
        assert second_of(session, "qian") is None
        event = session.scalars(select(AdminEvent).where(AdminEvent.kind == "second_factor_reset")).one()
        assert (event.actor, event.why, event.data["account"]) == ("guan", "手机丢失。", "qian")
        assert session.scalars(select(WebSession.ended_why)).all() == ["second_factor_reset"]
    with pytest.raises(NotFound, match="没有设置动态口令"):
        story.in_office("guan", "reset-second-factor", user="qian", reason="再来一次。")
    set_up(story, "qian")


def test_the_console_helps_the_only_administrator_who_lost_theirs(story: Story) -> None:
    story.employ("guan", Role.ADMIN)
    set_up(story, "guan")
    story.in_office("console", "reset-second-factor", user="guan", reason="手机和恢复码都已丢失。")
    with story.installation.database.reading() as session:
        assert second_of(session, "guan") is None


def test_guesses_at_codes_are_slowed_and_told(story: Story) -> None:
    set_up(story, "qian")
    for _ in range(ONE.free):
        with pytest.raises(NotAllowed):
            show(story, "qian", "000000")
    with pytest.raises(TooSoon, match="动态口令输错次数较多，请于1秒后再试"):
        show(story, "qian", shown(story))
    story.wait(seconds=1)
    with pytest.raises(NotAllowed):
        show(story, "qian", "000000")
    story.wait(minutes=5)
    with pytest.raises(NotAllowed):
        show(story, "qian", "000000")
    assert kinds(story).count("second_factor_guessed") == 1
    story.wait(minutes=5)
    show(story, "qian", shown(story))
    with pytest.raises(NotAllowed):  # counted from the beginning again
        show(story, "qian", "000000")


def test_nobody_but_the_system_compares_codes(story: Story) -> None:
    set_up(story, "qian")
    for command, said in ((take_code_guess, ("qian", HERE)), (show_code, ("qian", KEY, shown(story), HERE))):
        with pytest.raises(NotAllowed):
            do(story, "qian", command, *said)


def test_another_key_opens_no_second_factor_and_says_so(story: Story) -> None:
    set_up(story, "qian")
    with pytest.raises(Refused, match="密钥与数据库不符"):
        do(story, "system", show_code, "qian", b"x" * 32, shown(story), HERE)


def test_a_removed_second_factor_is_asked_for_no_more(story: Story) -> None:
    set_up(story, "qian")
    do(story, "qian", remove_second_factor)
    with story.installation.database.reading() as session:
        assert second_of(session, "qian") is None
    with pytest.raises(NotFound):
        do(story, "qian", fresh_recovery_codes, KEY)


def test_sessions_from_before_end_where_a_second_factor_is_set_up(story: Story) -> None:
    for token in ("here", "there"):
        do(story, "qian", begin_session, token, way="password")
    do(story, "qian", begin_second_factor, KEY, SECRET)
    do(story, "qian", confirm_second_factor, KEY, shown(story), token_hash="here")
    with story.installation.database.reading() as session:
        qian = session.scalars(select(User.id).where(User.account == "qian")).one()
        assert [one.here for one in open_sessions(session, qian, "here")] == [True]


def test_who_must_have_a_second_factor_is_known_by_the_role(story: Story) -> None:
    limits = {"idle": timedelta(minutes=30), "longest": timedelta(hours=10), "second_for": frozenset({Role.SIGNER})}

    def owes(token: str) -> bool:
        with story.installation.database.reading() as session:
            found = session_of(session, token, story.at, **limits)  # type: ignore[arg-type]
        assert found is not None
        return found.must_set_up

    do(story, "qian", begin_session, "t1", way="password")
    do(story, "qian", begin_session, "t2", way="oidc")
    do(story, "li", begin_session, "t3", way="password")
    assert [owes(token) for token in ("t1", "t2", "t3")] == [True, False, False]
    do(story, "console", set_password, "qian", "hash")
    with story.installation.database.reading() as session:
        assert accounts_lacking(session, SHOULD_HAVE, story.at) == ["qian"]
    set_up(story, "qian")
    with story.installation.database.reading() as session:
        assert accounts_lacking(session, SHOULD_HAVE, story.at) == []


def test_nobody_is_made_administrator_and_signer_at_once(story: Story) -> None:
    with pytest.raises(Invalid, match="应当分设"):
        story.employ("both", Role.ADMIN, Role.SIGNER)
    story.employ("guan", Role.ADMIN)
    with pytest.raises(Invalid, match="应当分设"):
        story.in_office("guan", "set-roles", user="qian", roles=[Role.SIGNER, Role.ADMIN], reason="兼任。")
    with pytest.raises(Invalid, match="应当分设"):
        story.in_office(
            "qian",
            "authorise-signing",
            principal="qian",
            deputy="guan",
            valid_from=story.at.date(),
            valid_until=story.at.date() + timedelta(days=9),
            reason="出差。",
        )


def test_who_signs_for_somebody_is_not_made_administrator(story: Story) -> None:
    story.employ("guan", Role.ADMIN)
    days = {"valid_from": story.at.date(), "valid_until": story.at.date() + timedelta(days=9)}
    story.in_office("qian", "authorise-signing", principal="qian", deputy="ling", reason="出差。", **days)
    admin = {"user": "ling", "roles": [Role.LEADER, Role.ADMIN], "reason": "兼任。"}
    with pytest.raises(Conflict, match="正受托代签"):
        story.in_office("guan", "set-roles", **admin)
    story.wait(days=10)
    story.in_office("guan", "set-roles", **admin)


def test_who_is_both_from_before_is_found_and_may_only_be_set_apart(story: Story) -> None:
    story.employ("guan", Role.ADMIN)
    with acting(story.installation.database, story.installation.settings, "guan", story.at) as act:
        new_user(act.session, "both", "某某", act.actor.organisation_id or 0, [Role.ADMIN, Role.SIGNER], act.at)
    with story.installation.database.reading() as session:
        assert administrators_who_sign(session, story.at) == ["both"]
    with pytest.raises(Invalid, match="应当分设"):
        story.in_office(
            "guan", "set-roles", user="both", roles=[Role.SIGNER, Role.ADMIN, Role.CLERK], reason="再加一项。"
        )
    story.in_office("guan", "set-roles", user="both", roles=[Role.SIGNER], reason="分设。")
    with story.installation.database.reading() as session:
        assert administrators_who_sign(session, story.at) == []


def test_people_take_back_their_own_sessions_and_nobody_elses(story: Story) -> None:
    do(story, "li", begin_session, "t1", way="password", address="10.0.0.7")
    do(story, "li", begin_session, "t2", way="password")
    with story.installation.database.reading() as session:
        li = session.scalars(select(User.id).where(User.account == "li")).one()
        [lost] = [one.id for one in open_sessions(session, li, "t2") if not one.here]
    with pytest.raises(NotFound):
        do(story, "wang", end_own_session, lost)
    do(story, "li", end_own_session, lost)
    with pytest.raises(NotFound):
        do(story, "li", end_own_session, lost)
    with story.installation.database.reading() as session:
        assert [one.here for one in open_sessions(session, li, "t2")] == [True]
    assert "session_ended" in kinds(story)
