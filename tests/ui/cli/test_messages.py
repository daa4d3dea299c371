"""`message` and `channel`: the inbox, the addresses, and what did not arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from flows.sends import claim, plan
from models.case.tables import Case
from models.kernel.tables import Message
from models.kernel.vocabulary import Medium
from models.office.tables import User
from tests.outside import chat_service
from tests.ui.cli.conftest import UNIT, Shell
from ui.installation import open_installation

HOOK = "SHENCHA_CHANNEL_ZHIDUI"


@pytest.fixture
def admin(shell: Shell) -> Shell:
    """The command line of an installation that has an administrator."""
    shell("user", "add", "guan", "--organisation", UNIT, "--role", "admin")
    return shell


def tell(account: str, *subjects: str) -> None:
    with open_installation() as installation, installation.database.writing() as session:
        person = session.scalars(select(User.id).where(User.account == account)).one()
        session.add_all(
            Message(
                key=f"{account}/{subject}",
                case_id=session.scalars(select(Case.id)).one(),
                organisation_id=None,
                user_id=person,
                subject=subject,
                body=f"{subject}。",
                sent_at=installation.clock(),
            )
            for subject in subjects
        )


def test_a_person_lists_and_reads_the_own_messages_and_no_others(shell: Shell, case: str) -> None:
    tell("li", "甲", "乙", "丙")
    tell("wang", "丁")
    rows = shell("message", "list", "--as", "li", "--json").json
    assert [row["subject"] for row in rows[:3]] == ["丙", "乙", "甲"]
    assert {row["case_number"] for row in rows} == {case}
    page = shell("message", "list", "--before", rows[0]["id"], "--limit", 1, "--as", "li", "--json").json
    assert [row["subject"] for row in page] == ["乙"]
    read = shell("message", "read", rows[0]["id"], "--as", "li")
    assert (read.status, "丙。" in read.out) == (0, True)
    unread = shell("message", "list", "--unread", "--as", "li", "--json").json
    assert "丙" not in [row["subject"] for row in unread]
    strange = shell("message", "read", rows[0]["id"], "--as", "wang", "--json")
    assert (strange.status, strange.json["error"]["code"]) == (1, "message_not_found")
    assert "没有消息。" in shell("message", "list", "--as", "dang").out


def test_only_an_administrator_sees_to_addresses(admin: Shell) -> None:
    mail = ("channel", "add", "--medium", "mail", "--address", "li@example.com", "--user", "li")
    assert admin(*mail, "--as", "li").status == 1
    assert admin("channel", "list", "--as", "li").status == 1
    number = admin(*mail, "--as", "guan", "--json").json["channel"]
    assert admin(*mail, "--as", "guan", "--json").json["error"]["code"] == "channel_exists"
    (row,) = admin("channel", "list", "--as", "guan", "--json").json
    assert (row["id"], row["medium"], row["address"], row["user"]) == (number, "mail", "li@example.com", "li")
    assert admin("channel", "disable", number, "--reason", "换邮箱", "--as", "guan").status == 0
    assert admin("channel", "list", "--as", "guan", "--json").json == []
    assert len(admin("channel", "list", "--all", "--as", "guan", "--json").json) == 1
    assert admin("channel", "disable", number, "--reason", "换", "--as", "guan", "--json").json["error"]["code"] == (
        "channel_disabled"
    )
    assert admin(*mail, "--as", "guan").status == 0


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("mail", "--address", "li.example.com", "--user", "li"), "bad_address"),
        (("mail", "--address", "li@example.com"), "one_owner"),
        (("mail", "--address", "li@example.com", "--user", "li", "--organisation", UNIT), "one_owner"),
        (("mail", "--address", "li@example.com", "--user", "nobody"), "account_not_found"),
        (("chat", "--address", "https://example.com/hook?key=geheim", "--organisation", UNIT), "bad_secret_name"),
    ],
)
def test_an_address_that_is_none_is_refused(admin: Shell, given: tuple[str, ...], code: str) -> None:
    said = admin("channel", "add", "--medium", *given, "--as", "guan", "--json")
    assert (said.status, said.json["error"]["code"]) == (1, code)
    assert admin("channel", "list", "--as", "guan", "--json").json == []


@pytest.mark.loopback
def test_a_chat_is_tried_and_its_secret_told_to_nobody(admin: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    added = admin("channel", "add", "--medium", "chat", "--address", HOOK, "--organisation", UNIT, "--as", "guan")
    assert f"尚未设置 {HOOK}" in added.out
    missing = admin("channel", "test", 1, "--as", "guan")
    assert (missing.status, missing.err.strip()) == (1, f"没有设置密钥 {HOOK}。")
    assert "密钥未设置" in admin("channel", "list", "--as", "guan").out
    with chat_service() as chat:
        monkeypatch.setenv(HOOK, chat.url)
        assert admin("channel", "test", 1, "--as", "guan").status == 0
        assert [note["title"] for note in chat.notes] == ["深查系统试发"]
        chat.status = 500
        refused = admin("channel", "test", 1, "--as", "guan")
        assert (refused.status, "geheim" in refused.err, "HTTP 500" in refused.err) == (1, False, True)
    assert "geheim" not in admin("channel", "list", "--as", "guan", "--json").out


def test_what_is_uncertain_is_listed_and_settled(admin: Shell, case: str) -> None:
    admin("channel", "add", "--medium", "chat", "--address", HOOK, "--user", "wang", "--as", "guan")
    tell("wang", "甲", "乙")
    with open_installation() as installation:
        installation, now = (
            replace(installation, settings=installation.settings.model_copy(update={"quiet_hours": ""})),
            installation.clock(),
        )
        plan(installation, now)
        for _ in range(2):
            claim(installation, "dead", now, Medium.CHAT)
        claim(installation, "two", now + timedelta(hours=1), Medium.CHAT)
    one, two = admin("message", "stuck", "--json").json
    assert (one["state"], one["subject"], one["recipient"], one["case_number"]) == ("uncertain", "甲", "王某", case)
    assert [row["id"] for row in admin("message", "stuck", "--after", one["id"], "--json").json] == [two["id"]]
    assert admin("message", "stuck", "--as", "guan", "--json").json == []
    assert admin("message", "handled", one["id"], "--note", " ", "--json").json["error"]["code"] == "reason_missing"
    assert admin("message", "handled", one["id"], "--note", "群里已看到").status == 0
    assert admin("message", "resend", two["id"], "--note", "群里没有").status == 0
    assert admin("message", "resend", two["id"], "--note", "再发", "--json").json["error"]["code"] == "not_stuck"
    assert admin("message", "stuck", "--json").json == []
    assert admin("case", "show", case, "--json").json["events"][-1]["kind"] == "message_resent"
