"""`shencha import accidents` and its neighbours: dry run, quarantine, profiles, exit codes; a program that is killed."""

from __future__ import annotations

import csv
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.models.register.files import HEADS, PLAIN
from tests.ui.cli.conftest import Shell
from tests.waiting import eventually

AS = ("--as", "li")
GOOD, BAD = "A1,2024-03-05 08:20,滨湖路,1,晴,114.88,30.39", "A2,2024-03-05,滨湖路,-1,晴,,"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A register of an office, in its encoding."""
    made = tmp_path / "台账.csv"
    made.write_text("\n".join((HEADS, GOOD, BAD, "")), "gb18030")
    return made


@pytest.fixture
def profile(shell: Shell, tmp_path: Path) -> str:
    """A profile that is in force, by its name."""
    written = tmp_path / "plain.toml"
    written.write_text(PLAIN, "utf-8")
    said = shell("import", "profile", "set", written, "--reason", "本单位台账", *AS)
    assert said.status == 0, said.err
    return "plain"


def test_a_dry_run_tells_every_bad_row_and_writes_nothing(
    shell: Shell, profile: str, file: Path, tmp_path: Path
) -> None:
    faults = tmp_path / "错误.csv"
    said = shell(*("import", "accidents", file, "--profile", profile), "--dry-run", "--faults", faults, *AS)
    assert (said.status, "新增1起" in said.out, "没有写入" in said.out) == (1, True, True)
    assert "第3行“死亡”列：“-1”是负数，数量不能小于0。" in said.err
    with faults.open(encoding="utf-8-sig") as read:
        assert [row[:2] for row in csv.reader(read)] == [["行", "列"], ["3", "死亡"]]
    assert shell("import", "runs", *AS, "--json").json == []


def test_good_rows_come_in_and_bad_ones_are_mended_or_dropped(shell: Shell, profile: str, file: Path) -> None:
    none = shell("import", "accidents", file, "--profile", profile, "--all-or-none", *AS)
    assert (none.status, "全部不导入" in none.err) == (1, True)
    said = shell("import", "accidents", file, "--profile", profile, *AS)
    assert (said.status, "隔离1起" in said.out) == (1, True)
    (waiting,) = shell("import", "quarantine", "list", *AS, "--json").json
    wrong = shell("import", "quarantine", "mend", waiting["id"], "--set", "3:死亡=很多", *AS)
    assert (wrong.status, "仍有错误" in wrong.err) == (1, True)
    assert shell("import", "quarantine", "mend", waiting["id"], "--set", "死亡", *AS).status == 1
    mended = shell("import", "quarantine", "mend", waiting["id"], "--set", "3:死亡=2", *AS)
    assert (mended.status, mended.out) == (0, f"隔离区的{waiting['id']}号已导入。\n")
    assert shell("import", "quarantine", "drop", waiting["id"], "--reason", "重复", *AS).status == 1
    (run,) = shell("import", "runs", *AS, "--json").json
    assert (run["added"], run["quarantined"], run["open_rows"]) == (1, 1, 0)
    assert shell("import", "differences", run["id"], *AS, "--json").json == []
    assert shell("import", "proposed", *AS, "--json").json == []
    assert shell("import", "give-up", run["id"], *AS).status == 1


def test_a_wrong_profile_is_one_sentence(shell: Shell, profile: str, file: Path) -> None:
    other = shell("import", "accidents", file, "--profile", "office-register", *AS, "--json")
    assert (other.status, other.json["error"]["code"]) == (1, "other_columns")
    unknown = shell("import", "accidents", file, "--profile", "nothing", *AS, "--json")
    assert (unknown.status, unknown.json["error"]["code"]) == (1, "profile_not_found")
    assert shell("import", "accidents", file, "--profile", profile, "--as", "ling").status == 1


def test_a_profile_is_suggested_shown_and_listed(shell: Shell, profile: str, file: Path, tmp_path: Path) -> None:
    said = shell("import", "suggest", file)
    assert (said.status, "plain" in said.err) == (0, True)
    other = tmp_path / "别的.csv"
    other.write_text("案件编号,发生日期,发生地点,死亡\nA1,2024/3/5,滨湖路,0\n", "utf-8")
    drafted = shell("import", "suggest", other, "--out", tmp_path / "新.toml")
    assert drafted.status == 0, drafted.err
    assert shell("import", "profile", "set", tmp_path / "新.toml", "--reason", "试用", *AS).status == 0
    assert "our-register" in {one["name"] for one in shell("import", "profile", "list", "--json").json}
    assert 'name = "plain"' in shell("import", "profile", "show", profile).out


@pytest.mark.long
def test_an_import_that_is_killed_goes_on_and_nothing_is_doubled(shell: Shell, profile: str, tmp_path: Path) -> None:
    made, accidents = tmp_path / "长.csv", 20_000
    rows = (f"A{number},2024-03-05,滨湖路{number}号,0,晴,," for number in range(accidents))
    made.write_text("\n".join((HEADS, *rows, "")), "utf-8")
    command = (sys.executable, "-m", "ui.cli", "import", "accidents", str(made), "--profile", profile, *AS)
    database = os.environ["SHENCHA_DATABASE_URL"].removeprefix("sqlite:///")

    def position() -> int:
        with closing(sqlite3.connect(database)) as read:
            found = read.execute("SELECT max(position) FROM import_runs").fetchone()
        return int(found[0] or 0)

    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as importing:
        eventually(lambda: position() > 0, seconds=60)
        importing.send_signal(signal.SIGKILL)
    assert 0 < position() < accidents
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"新增{accidents}起" in done.stdout
    with closing(sqlite3.connect(database)) as read:
        (counted,) = read.execute("SELECT count(*) FROM registered_accidents WHERE source = 'plain'").fetchone()
        (runs,) = read.execute("SELECT count(*) FROM import_runs").fetchone()
    assert (counted, runs) == (accidents, 1)
