"""The second factor at the command line: set up in two steps, asked of who signs and who administers."""

from __future__ import annotations

import io
import stat
from base64 import b32decode
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import update

from models.kernel.calendar.time import wall_clock
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.office.rules.one_time_codes import code_of, step_at
from models.office.tables import SecondFactor
from tests.stories import PASSWORD
from tests.ui.cli.conftest import UNIT, Shell, let_pass

pytestmark = pytest.mark.loopback  # the doctor looks for the other programs of an installation


def set_up(shell: Shell, account: str) -> tuple[bytes, list[str]]:
    begun = shell("user", "second-factor", "--as", account, "--json").json
    secret = b32decode(parse_qs(urlsplit(begun["otpauth"]).query)["secret"][0])
    done = shell("user", "second-factor", "--code", code(secret), "--as", account, "--json").json
    another_moment()
    return secret, done["recovery_codes"]


def code(secret: bytes, **off: float) -> str:
    return code_of(secret, step_at(wall_clock() + timedelta(**off)))


def another_moment() -> None:
    """Let the last code be one of some time ago."""
    database = Database(Settings().database)
    with database.writing() as session:
        session.execute(update(SecondFactor).values(last_step=0))
    database.close()


def second_line(tmp_path: Path, said: str) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\n{said}\n")


def finding(shell: Shell, part: str) -> dict[str, str]:
    told = shell("doctor", "--json").json
    [found] = [one for one in told["findings"] if one["part"] == part]
    return dict(found)


@pytest.fixture
def to_sign(shell: Shell, case: str) -> tuple[str, ...]:
    """The words by which a paper is signed that waits for it."""
    assert shell("case", "do", case, "submit", "--paper", "D1", "--as", "li").status == 0
    assert shell("case", "do", case, "approve", "--paper", "D1", "--as", "shen").status == 0
    let_pass(shell, case, "D1")
    return ("case", "do", case, "sign", "--paper", "D1", "--as", "qian")


def test_a_picture_is_shown_and_the_key_lies_beside_the_data_for_its_owner_alone(shell: Shell) -> None:
    shown = shell("user", "second-factor", "--as", "qian").out
    assert "█" in shown
    assert "otpauth://totp/" in shown
    key = Settings().second_factor_key_file
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_bytes().hex() not in shell("settings", "--json").out


def test_who_signs_shows_password_and_code_and_who_reads_the_password_alone(
    shell: Shell, to_sign: tuple[str, ...], tmp_path: Path
) -> None:
    secret, _ = set_up(shell, "qian")
    assert shell("case", "list", "--as", "qian").status == 0
    refused = shell(*to_sign)
    assert (refused.status, "密码文件（SHENCHA_PASSWORD_FILE）的第二行" in refused.err) == (1, True)
    second_line(tmp_path, code(secret, minutes=10))
    assert "请核对手机时间" in shell(*to_sign).err
    right = code(secret)
    second_line(tmp_path, right)
    assert shell(*to_sign).status == 0
    assert "已经用过" in shell(*to_sign).err  # a replayed code


def test_who_lost_the_telephone_signs_by_a_recovery_code(
    shell: Shell, to_sign: tuple[str, ...], tmp_path: Path
) -> None:
    _, codes = set_up(shell, "qian")
    second_line(tmp_path, codes[0])
    assert shell(*to_sign).status == 0
    more = shell("user", "second-factor", "--new-codes", "--code", codes[1], "--as", "qian", "--json").json
    assert not set(more["recovery_codes"]) & set(codes)
    another_moment()
    again = shell("user", "second-factor", "--new-codes", "--code", more["recovery_codes"][1], "--as", "qian").out
    assert again.startswith("恢复码已换发")
    more = {"recovery_codes": again.split()[-10:]}
    gone = shell("user", "second-factor", "--remove", "--code", more["recovery_codes"][0], "--as", "qian")
    assert gone.out == "动态口令已停用。\n"


def test_new_codes_and_removing_want_a_code(shell: Shell) -> None:
    for words in (("--new-codes",), ("--remove",), ("--new-codes", "--remove", "--code", "123456")):
        assert shell("user", "second-factor", *words, "--as", "qian", "--json").json["error"]["code"] == "code_wanted"
    assert "没有设置动态口令" in shell("user", "second-factor", "--remove", "--code", "123456", "--as", "qian").err


def test_an_administrator_shows_a_code_and_resets_that_of_others(shell: Shell, tmp_path: Path) -> None:
    shell("user", "add", "guan", "--organisation", UNIT, "--role", "admin")
    set_up(shell, "qian")
    secret, _ = set_up(shell, "guan")
    reset = ("office", "reset-second-factor", "--user", "qian", "--reason", "手机丢失。", "--as", "guan")
    assert shell("user", "list", "--as", "guan").status == 0
    assert shell(*reset).status == 1
    second_line(tmp_path, code(secret))
    assert shell(*reset).status == 0
    assert finding(shell, "second_factor")["message"].endswith(
        "管理员、签发人中尚未启用：qian。本人在“我的账号”中设置。"
    )


def test_who_must_have_one_signs_nothing_without(
    shell: Shell, to_sign: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHENCHA_SECOND_FACTOR", "signer")
    assert "请先运行 shencha user second-factor --as qian" in shell(*to_sign).err
    assert finding(shell, "second_factor")["message"].startswith("须启用而未启用：qian（下次登录时须先设置）")
    secret, _ = set_up(shell, "qian")
    second_line(tmp_path, code(secret))
    assert shell(*to_sign).status == 0
    assert finding(shell, "second_factor")["level"] == "good"


@pytest.mark.parametrize(("name", "value"), [("DEMO", "1"), ("SECOND_FACTOR", "off")])
def test_a_demo_and_who_switched_it_off_are_not_bothered(
    shell: Shell, to_sign: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    set_up(shell, "qian")
    monkeypatch.setenv("SHENCHA_SECOND_FACTOR", "signer")
    monkeypatch.setenv(f"SHENCHA_{name}", value)
    assert shell(*to_sign).status == 0
    assert "没有启用" in shell("user", "second-factor", "--as", "li").err


def test_a_setting_that_names_no_role_is_refused_with_those_there_are(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHENCHA_SECOND_FACTOR", "signer,boss")
    said = shell("user", "list")
    assert said.status == 1
    assert "SHENCHA_SECOND_FACTOR" in said.err
    assert "“boss”不可用" in said.err


def test_a_lost_key_is_told_by_the_doctor_with_the_way_out(shell: Shell) -> None:
    set_up(shell, "qian")
    Settings().second_factor_key_file.unlink()
    told = finding(shell, "second_factor")
    assert told["level"] == "bad"
    assert "不见了" in told["message"]
    assert "reset-second-factor" in told["message"]
    assert "密钥与数据库不符" in shell("user", "second-factor", "--as", "li").err


def test_administrators_who_sign_are_told_by_the_doctor_and_no_more_are_made(shell: Shell) -> None:
    assert finding(shell, "duties_apart")["level"] == "good"
    said = shell("user", "add", "both", "--organisation", UNIT, "--role", "admin", "--role", "signer")
    assert (said.status, said.err) == (1, "管理员和签发人应当分设，不能由同一个账号兼任，请分别建立账号。\n")


def test_an_easily_guessed_password_is_refused_with_one_sentence(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Jiaojing@2026\n"))
    said = shell("user", "set-password", "li")
    assert said.status == 1
    assert said.err.startswith("密码容易被猜到：主要由")
