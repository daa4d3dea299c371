"""The operator is told the truth: which tables a database has, that it vanished, who died, where the engine runs."""

from __future__ import annotations

import json
import socket
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from flows.clock import beat, farewell, succeed_the_dead
from models.kernel.storage.schema_version import known_versions
from models.kernel.tables import Outbox
from models.migrations import upgrade
from models.overview.queries.condition import condition
from tests.ui.cli.conftest import Shell
from ui.installation import open_installation
from ui.up import only_one, running_prefect, told_where

PROGRAMS = (("up",), ("web",), ("worker",), ("case", "list"), ("sweep",))


def told(shell: Shell, part: str) -> tuple[str, str]:
    found = {one["part"]: one for one in shell("doctor", "--json").json["findings"]}[part]
    return found["level"], found["message"]


def kept(home: Path, version: str) -> None:
    with sqlite3.connect(home / "shencha.db") as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (version,))
    database.close()


@pytest.mark.loopback
def test_every_program_refuses_tables_of_another_version_and_says_which(bare: Shell, home: Path) -> None:
    bare("init")
    own, older = known_versions()[-1], known_versions()[-2]
    for version, sentence in (
        (older, f"数据库的版本（{older}）比程序的（{own}）旧：请先用 shencha backup 备份，再运行 shencha init 升级。"),
        ("9999", f"数据库由更新的版本（9999）写成，本程序只到 {own}：请升级程序，不要用旧程序打开。"),
    ):
        kept(home, version)
        for program in PROGRAMS:
            said = bare(*program)
            assert (said.status, said.err) == (1, f"{sentence}\n")
        assert told(bare, "database") == ("bad", sentence)
    assert "不要用旧程序打开" in bare("init").err, "init leaves a newer database alone, too"
    kept(home, own)
    assert bare("case", "list").status == 0


def test_the_versions_of_this_program_are_those_of_its_migrations(sqlite_url: str) -> None:
    from alembic.script import ScriptDirectory

    from models.kernel.storage.database import Database
    from models.migrations import config, revision

    database = Database(sqlite_url)
    script = ScriptDirectory.from_config(config(database.engine))
    assert list(known_versions()) == [one.revision for one in reversed(list(script.walk_revisions()))]
    upgrade(database.engine)
    assert revision(database.engine) == known_versions()[-1]
    database.close()


@pytest.mark.loopback
def test_a_database_that_vanished_is_missed_and_nobody_is_told_to_run_init(bare: Shell, home: Path) -> None:
    bare("init")
    (home / "shencha.db").rename(home / "elsewhere.db")
    for program in (*PROGRAMS, ("init",)):
        said = bare(*program)
        assert said.status == 1
        assert said.err.startswith("数据目录或数据库不见了（shencha.db），没有写入任何内容。请检查数据盘是否挂载")
        assert "不要运行 shencha init" in said.err
    assert told(bare, "database")[0] == "bad"
    assert "不要运行 shencha init" in told(bare, "database")[1]
    assert not (home / "shencha.db").exists(), "no empty one is made in its place"
    (home / "elsewhere.db").rename(home / "shencha.db")
    assert bare("case", "list").status == 0


def test_a_database_is_made_anew_only_by_name(bare: Shell, home: Path) -> None:
    bare("init")
    for file in home.glob("shencha.db*"):
        file.unlink()
    assert bare("init", "--new-database", "--json").json["created"] is True


def test_a_database_that_vanishes_under_a_running_program_is_missed(bare: Shell, home: Path) -> None:
    bare("init")
    with open_installation() as installation:
        with installation.reading(None):
            pass
        (home / "shencha.db").rename(home / "elsewhere.db")
        with pytest.raises(Exception, match=r"不见了（.*），没有写入任何内容"), installation.acting(None):
            pytest.fail("nothing may be written where nobody finds it")
        assert not (home / "shencha.db").exists()
        (home / "elsewhere.db").rename(home / "shencha.db")
        with installation.reading(None):
            pass


@pytest.mark.loopback
def test_a_worker_that_died_is_named_and_one_that_said_goodbye_is_not(shell: Shell, case: str) -> None:
    with open_installation() as installation:
        installation, now = installation, installation.clock()
        beat(installation, "died", now - timedelta(hours=2))
        beat(installation, "ended", now - timedelta(hours=3))
        farewell(installation, "ended", now - timedelta(hours=3))
        beat(installation, "runs", now)
    level, message = told(shell, "worker")
    assert level == "bad"
    assert message.startswith(f"{socket.gethostname()} 上的进程 ")
    assert message.endswith("起没有活动，没有正常结束，另有 1 个在运行；请查看其日志并重新启动。")


def test_a_worker_that_begins_takes_the_place_of_one_that_was_killed_here(shell: Shell, case: str) -> None:
    with open_installation() as installation:
        installation, now = installation, installation.clock()
        beat(installation, "runs", now)
        beat(installation, "killed", now)
        with installation.database.writing() as session:
            session.connection().exec_driver_sql("UPDATE heartbeats SET pid = 4194305 WHERE worker = 'killed'")
        assert succeed_the_dead(installation) == ["killed"]
        with installation.database.reading() as session:
            assert [worker.worker for worker in condition(session, now).workers] == ["runs"]


@pytest.mark.loopback
def test_work_that_nobody_gets_done_is_told_by_what_it_is_and_why_on_one_line(shell: Shell, case: str) -> None:
    with open_installation() as installation, installation.database.writing() as session:
        now = installation.clock()
        session.add(
            Outbox(
                key="render:1",
                case_id=1,
                topic="render",
                payload={},
                created_at=now,
                due_at=now,
                tries=3,
                last_error="ValueError: 第一行\n第二行",
            )
        )
    level, message = told(shell, "outbox")
    assert level == "bad"
    assert message == "有 1 项长时间没有办完（文书生成 1 项），最近的原因：ValueError: 第一行 第二行"


def test_where_the_engine_runs_is_known_as_long_as_the_system_does(tmp_path: Path) -> None:
    assert running_prefect(tmp_path) is None
    with only_one(tmp_path), told_where(tmp_path, "http://127.0.0.1:4811/api", "http://127.0.0.1:8512"):
        assert running_prefect(tmp_path) == "http://127.0.0.1:4811/api"
    assert running_prefect(tmp_path) is None
    # What a system that was killed left behind tells nothing.
    (tmp_path / "running.json").write_text(json.dumps({"prefect_api": "http://127.0.0.1:4811/api"}))
    assert running_prefect(tmp_path) is None


@pytest.mark.loopback
def test_the_doctor_asks_the_engine_where_it_really_runs(shell: Shell, home: Path) -> None:
    with only_one(home), told_where(home, "http://127.0.0.1:4811/api", "http://127.0.0.1:8512"):
        assert told(shell, "prefect")[1].startswith("http://127.0.0.1:4811/api ")


@pytest.mark.parametrize("sender", ["办公室", "办公室 <a@b", "a@b, c@d", "a b@c.example", "办公室 <>"])
def test_a_sender_that_is_none_is_refused_by_every_program(
    bare: Shell, monkeypatch: pytest.MonkeyPatch, sender: str
) -> None:
    bare("init")
    monkeypatch.setenv("SHENCHA_MAIL_FROM", sender)
    for program in PROGRAMS:
        said = bare(*program)
        assert said.status == 1
        assert f"SHENCHA_MAIL_FROM：“{sender}”不是可用的发件人，请写成 name@example.com" in said.err
    assert sender in bare("doctor", "--json").json["findings"][0]["message"]


def test_settings_file_is_where_databases_are_remembered_without_their_password(
    bare: Shell, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.kernel.settings import Settings
    from ui.installed import remember, was_here

    monkeypatch.setenv("SHENCHA_DATABASE_URL", "postgresql://shencha:geheim@db/shencha")
    remember(Settings())
    assert was_here(Settings())
    assert "geheim" not in (home / "databases").read_text()
    assert make_url(Settings().database).password == "geheim"
