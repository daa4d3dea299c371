"""`init`, `settings`, `doctor`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from flows.clock import beat
from models.kernel.tables import Heartbeat, Message
from models.kernel.vocabulary import Medium, SendState
from models.office.tables import Channel, Send, User
from tests.outside import LOOPBACK, mail_server
from tests.ui.cli.conftest import UNIT, Shell
from ui.installation import open_installation


def test_init_creates_and_a_second_time_changes_nothing(bare: Shell, home: Path) -> None:
    assert bare("init", "--json").json["created"] is True
    before = bare("user", "list", "--json").json
    assert bare("init", "--json").json["created"] is False
    assert bare("user", "list", "--json").json == before
    assert (home / "shencha.db").exists()
    assert "已是最新，未作改动" in bare("init").out


def test_init_says_when_it_upgraded_the_tables(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    bare("init")
    versions = iter(("0001", "0012"))
    monkeypatch.setattr("models.migrations.revision", lambda _engine: next(versions))
    assert "已由版本0001升级" in bare("init").out


def test_settings_tell_their_origin_and_no_secret(bare: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENCHA_DATABASE_URL", "postgresql://shencha:geheim@db/shencha")
    monkeypatch.setenv("SHENCHA_FILES_URL", "s3://key:geheim@store/files")
    monkeypatch.setenv("SHENCHA_SCOPE", "every")
    said = bare("settings", "--json")
    rows = {row["name"]: row for row in said.json}
    assert "geheim" not in said.out
    assert "geheim" not in bare("settings").out
    assert (rows["scope"]["value"], rows["scope"]["origin"]) == ("every", "env")
    assert rows["fonds"]["origin"] == "default"
    assert rows["database_url"]["value"] == "postgresql://shencha:***@db/shencha"
    assert all(row["meaning"] for row in rows.values())


@pytest.mark.loopback
def test_the_doctor_finds_an_installation_that_is_not_there(bare: Shell) -> None:
    said = bare("doctor", "--json")
    assert said.status == 1
    parts = {finding["part"]: finding for finding in said.json["findings"]}
    assert parts["database"]["level"] == "bad"
    assert "shencha init" in parts["database"]["message"]


@pytest.mark.loopback
def test_the_doctor_looks_at_every_part(shell: Shell, case: str) -> None:
    said = shell("doctor", "--json")
    assert said.status == 0
    levels = {finding["part"]: finding["level"] for finding in said.json["findings"]}
    assert set(levels) == {
        *("settings", "database", "worker", "sweep", "outbox", "sends", "calendar", "files", "libreoffice"),
        *("mail", "prefect", "privacy", "link_key", "steps", "names", "office_chain"),
        *("backup", "disk", "clock", "record", "checkpoints", "second_factor", "duties_apart", "personal_key"),
        *("search", "roles", "scanner", "packages"),
    }
    assert (levels["database"], levels["files"], levels["worker"]) == ("good", "good", "note")


def test_the_doctor_says_which_setting_is_wrong(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENCHA_SEAL", "wax")
    said = bare("doctor", "--json")
    assert said.status == 1
    assert "SHENCHA_SEAL" in said.json["findings"][0]["message"]


@pytest.mark.loopback
def test_the_doctor_finds_a_store_that_cannot_be_written(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "store").write_text("a file where a folder should be")
    monkeypatch.setenv("SHENCHA_FILES_URL", str(tmp_path / "store"))
    parts = {finding["part"]: finding for finding in shell("doctor", "--json").json["findings"]}
    assert parts["files"]["level"] == "bad"


def finding(shell: Shell, part: str, *options: object) -> tuple[str, str]:
    found = {one["part"]: one for one in shell("doctor", *options, "--json").json["findings"]}[part]
    return found["level"], found["message"]


@pytest.mark.loopback
def test_the_doctor_tries_the_mail_server_and_sends_a_test(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert finding(shell, "mail") == ("note", "未设置发信服务器，消息不发邮件。")
    shell("user", "add", "guan", "--organisation", UNIT, "--role", "admin")
    shell("channel", "add", "--medium", "mail", "--address", "li@example.com", "--user", "li", "--as", "guan")
    level, message = finding(shell, "mail")
    assert (level, "SHENCHA_SMTP_HOST" in message) == ("bad", True)
    with mail_server() as post:
        monkeypatch.setenv("SHENCHA_SMTP_HOST", LOOPBACK)
        monkeypatch.setenv("SHENCHA_SMTP_PORT", str(post.port))
        monkeypatch.setenv("SHENCHA_SMTP_SECURITY", "none")
        monkeypatch.setenv("SHENCHA_MAIL_FROM", "shencha@police.example.com")
        assert finding(shell, "mail")[0] == "good"
        assert post.mails == []
        assert finding(shell, "mail", "--send-test", "li@example.com")[0] == "good"
        assert post.subjects == ["深查系统试发"]
        post.refuses_all = True
        level, message = finding(shell, "mail", "--send-test", "li@example.com")
        assert (level, "550" in message) == ("bad", True)
    monkeypatch.setenv("SHENCHA_SMTP_PORT", "1")
    assert finding(shell, "mail")[0] == "bad"


@pytest.mark.loopback
def test_the_doctor_tells_a_sweep_that_stopped_and_what_is_stuck(shell: Shell, case: str) -> None:
    with open_installation() as installation:
        installation, now = installation, installation.clock()
        beat(installation, "one", now - timedelta(minutes=1), swept=7)
        assert finding(shell, "sweep")[0] == "good"
        assert "检查了 7 个到期的时限" in finding(shell, "sweep")[1]
        with installation.database.writing() as session:
            session.execute(update(Heartbeat).values(last_sweep_at=now - timedelta(minutes=11)))
            user = session.scalars(select(User.id)).first()
            channel = Channel(user_id=user, medium=Medium.MAIL, address="li@example.com", added_by="guan", added_at=now)
            message = Message(
                key="k", case_id=1, organisation_id=None, user_id=user, subject="甲", body="乙", sent_at=now
            )
            session.add_all([channel, message])
            session.flush()
            session.add(
                Send(
                    message_id=message.id,
                    channel_id=channel.id,
                    medium=Medium.MAIL,
                    address="li@example.com",
                    state=SendState.STUCK,
                    tries=3,
                    created_at=now,
                    due_at=now,
                    last_error="收件人被拒绝：550",
                )
            )
        assert finding(shell, "sweep")[0] == "bad"
        assert finding(shell, "sends") == (
            "bad",
            "1 条多次发送失败，最近的原因：收件人被拒绝：550。请用 shencha message stuck 查看并处理。",
        )
        beat(installation, "one", now, swept=0)
        with installation.database.reading() as session:
            assert session.scalars(select(Heartbeat.stuck_sends)).one() == 1


def test_settings_show_no_secret_of_a_chat_or_the_mail(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENCHA_CHANNEL_ZHIDUI", "wecombot://geheim")
    monkeypatch.setenv("SHENCHA_SMTP_PASSWORD", "geheim")
    said = bare("settings", "--json")
    rows = {row["env"]: row for row in said.json}
    assert "geheim" not in said.out
    assert (rows["SHENCHA_CHANNEL_ZHIDUI"]["value"], rows["SHENCHA_CHANNEL_ZHIDUI"]["origin"]) == ("***", "env")
    assert rows["SHENCHA_SMTP_PASSWORD"]["value"] == "***"


def test_quiet_hours_that_are_none_are_refused(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENCHA_QUIET_HOURS", "25:00-07:00")
    said = bare("settings", "--json")
    assert (said.status, said.json["error"]["faults"][0]["path"]) == (1, "SHENCHA_QUIET_HOURS")
