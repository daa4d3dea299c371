"""`init`, `settings`, `doctor`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.cli.conftest import Shell


def test_init_creates_and_a_second_time_changes_nothing(bare: Shell, home: Path) -> None:
    assert bare("init", "--json").json["created"] is True
    before = bare("user", "list", "--json").json
    assert bare("init", "--json").json["created"] is False
    assert bare("user", "list", "--json").json == before
    assert (home / "shencha.db").exists()
    assert "已是最新，未作改动" in bare("init").out


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
        *("settings", "database", "worker", "sweep", "outbox", "calendar", "files", "libreoffice", "prefect")
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
