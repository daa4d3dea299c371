"""Who acts at the command line shows who they are, and each event says by which door it came."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from models.samples import dossier_bytes
from tests.ui.cli.conftest import UNIT, Shell


@pytest.fixture
def nobody_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody whose script names no file with a password, and who sits at no terminal."""
    monkeypatch.delenv("SHENCHA_PASSWORD_FILE")
    monkeypatch.setattr("sys.stdin", io.StringIO())


def test_another_account_is_asked_for_its_password_and_the_console_is_not(
    shell: Shell, case: str, nobody_asked: None
) -> None:
    assert shell("case", "list").status == 0
    for verb in (("case", "list"), ("case", "do", case, "submit", "--paper", "D1")):
        said = shell(*verb, "--as", "li")
        assert said.status == 1
        assert said.err.startswith("以账号“li”办理须核对其密码：请在终端中运行，或者用 SHENCHA_PASSWORD_FILE")
    assert shell("case", "show", case, "--json").json["events"][-1]["kind"] == "case_filed"


def test_the_setting_that_names_an_account_opens_no_other_door(
    shell: Shell, case: str, nobody_asked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHENCHA_ACTOR", "li")
    assert "须核对其密码" in shell("case", "list").err


def test_a_wrong_password_is_refused_and_each_further_one_waits_longer(
    shell: Shell, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("bu-shi-zhege\n")
    monkeypatch.setenv("SHENCHA_PASSWORD_FILE", str(wrong))
    said = [shell("case", "list", "--as", "li", "--json") for _ in range(12)]
    assert {one.status for one in said} == {1}
    assert said[0].json["error"]["message"] == "账号“li”的密码不正确。"
    told = [one.json["error"] for one in said if one.json["error"]["code"] == "too_soon"]
    assert told
    assert all(one["message"].startswith("密码输错次数较多，请于") for one in told)
    # Nobody else is held up by that, and the right one counts as soon as the wait is over.
    monkeypatch.setenv("SHENCHA_PASSWORD_FILE", str(tmp_path / "password"))
    assert shell("case", "list", "--as", "shen").status == 0


def test_the_system_is_nobody_whom_a_person_could_be(shell: Shell, case: str) -> None:
    said = shell("case", "do", case, "prepare", "--kind", "analysis_report", "--as", "system")
    assert (said.status, said.err) == (1, "system 是系统自身的账号，不能由人员使用。\n")


def test_who_approves_is_asked_even_as_the_console_and_even_in_a_demo(
    bare: Shell, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first administrator gets a password from the console; everybody else from the administrator."""
    dossier = tmp_path / "dossier.json"
    dossier.write_bytes(dossier_bytes("ezhou-one-death"))
    bare("init")
    case = bare("case", "file", dossier, "--json").json["case_number"]
    bare("user", "add", "shen", "--organisation", UNIT, "--role", "reviewer")
    monkeypatch.setenv("SHENCHA_DEMO", "1")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert bare("case", "do", case, "submit", "--paper", "D1").status == 0
    assert bare("case", "list", "--as", "shen").status == 0, "a demo asks nobody for everyday work"
    said = bare("case", "do", case, "approve", "--paper", "D1")
    assert said.err.startswith("账号“console”没有设置密码，不能从命令行以其名义办理；")
    said = bare("case", "do", case, "approve", "--paper", "D1", "--as", "shen", "--json")
    assert said.json["error"]["code"] == "no_password"
    told = bare("user", "reset-password", "shen", "--json").json["password"]
    password = tmp_path / "password"
    password.write_text(told)
    monkeypatch.setenv("SHENCHA_PASSWORD_FILE", str(password))
    said = bare("case", "do", case, "approve", "--paper", "D1", "--as", "shen", "--json")
    assert "须由本人先登录网页修改" in said.json["error"]["message"]


def test_the_console_gives_the_first_administrator_a_password_and_later_the_only_one_a_new_one(
    shell: Shell, nobody_asked: None
) -> None:
    shell("user", "add", "guan", "--organisation", UNIT, "--role", "admin")
    assert shell("user", "reset-password", "guan").status == 0
    assert shell("user", "reset-password", "li").status == 1, "from then on that is the administrator's"


def test_an_event_says_by_which_door_it_came(shell: Shell, case: str) -> None:
    assert shell("case", "do", case, "submit", "--paper", "D1", "--as", "li").status == 0
    events = shell("case", "show", case, "--json").json["events"]
    assert [event["data"]["door"] for event in events] == ["cli"] * len(events)
    assert "（李某，命令行）" in shell("case", "show", case).out
