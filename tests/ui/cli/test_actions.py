"""`case do`: every step of the registry can be taken from the command line, with everything it wants to know."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from models.actions import ACTIONS, OFFICE_ACTIONS, OFFICE_FORMS, REGISTRY
from tests.ui.cli.conftest import Shell, let_pass
from ui import action_words
from ui.action_shape import parameters
from ui.cli.actions import verb

CHINESE = re.compile(r"[一-鿿]")
STEPS = {**ACTIONS, **OFFICE_ACTIONS}


@pytest.mark.parametrize("action", STEPS)
def test_every_step_has_a_verb_that_says_in_chinese_what_it_does(action: str) -> None:
    assert CHINESE.search(verb(action).help)


@pytest.mark.parametrize("action", STEPS)
def test_every_parameter_of_a_step_is_an_option_or_follows_from_a_file(action: str) -> None:
    step = STEPS[action]
    wanted = {
        name for name, p in inspect.signature(step).parameters.items() if p.kind is inspect.Parameter.KEYWORD_ONLY
    }
    options = {param.name for param in verb(action).params}
    follow = wanted - set(parameters(step))
    assert wanted - options == follow
    assert follow <= {"file_name", "photo_name", "proof_name", "receipt_name", "scan_name", "media_type", "picture"}
    assert {"account", "json"} <= options


@pytest.mark.parametrize("action", STEPS)
def test_every_option_is_explained_in_chinese(action: str) -> None:
    for param in verb(action).params:
        assert CHINESE.search(param.help), param.name


@pytest.mark.parametrize("action", STEPS)
def test_what_a_step_cannot_do_without_is_required(action: str) -> None:
    for name, parameter in parameters(STEPS[action]).items():
        option = next(param for param in verb(action).params if param.name == name)
        assert option.required is (parameter.default is inspect.Parameter.empty), name


def test_the_help_of_the_group_lists_every_step(shell: Shell) -> None:
    said = shell("case", "do", "4207-2026-0001", "--help")
    assert said.status == 0
    assert all(f"  {action} " in said.out for action in ACTIONS)


def test_a_step_is_taken_and_its_result_told(shell: Shell, case: str) -> None:
    said = shell(
        *("case", "do", case, "add-finding", "--text", "路口照明不足", "--aspect", "road", "--level", "间接原因"),
        *("--tag", "照明", "--tag", "路口", "--no-duty-failure", "--as", "li", "--json"),
    )
    assert said.status == 0
    assert (said.json["case_number"], said.json["action"]) == (case, "add-finding")
    shown = shell("case", "show", case, "--json").json
    assert shown["events"][-1]["data"]["finding"] == said.json["result"]


def test_lists_repeat_their_option(shell: Shell, case: str) -> None:
    findings = [f for _ in range(2) for f in [_finding(shell, case)]]
    said = shell(
        *("case", "do", case, "add-measure", "--text", "增设路灯", "--finding", findings[0], "--finding", findings[1]),
        "--json",
    )
    assert said.json["result"].startswith("M")


def _finding(shell: Shell, case: str) -> str:
    said = shell("case", "do", case, "add-finding", "--text", "x", "--aspect", "road", "--level", "direct", "--json")
    return str(said.json["result"])


def test_a_file_is_recognised_stored_and_named(shell: Shell, case: str, tmp_path: Path) -> None:
    photo = tmp_path / "现场.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 20)
    said = shell("case", "do", case, "add-evidence", "--title", "现场照片", "--file", photo, "--json")
    assert said.status == 0, said
    sha256 = shell("case", "show", case, "--json").json["events"][-1]["data"]["sha256"]
    assert list((tmp_path / "home" / "files" / sha256[:2]).glob(f"{sha256[2:]}"))


def test_a_file_that_is_not_what_its_name_says_is_refused(shell: Shell, case: str, tmp_path: Path) -> None:
    fake = tmp_path / "照片.png"
    fake.write_bytes(b"MZ" + b"0" * 20)
    said = shell("case", "do", case, "add-evidence", "--title", "照片", "--file", fake)
    assert (said.status, said.err) == (1, "“照片.png”是可执行程序，不能上传。\n")
    assert shell("case", "show", case, "--json").json["events"][-1]["kind"] == "case_filed"


def test_a_missing_file_is_named(shell: Shell, case: str, tmp_path: Path) -> None:
    said = shell("case", "do", case, "add-evidence", "--title", "照片", "--file", tmp_path / "没有.png")
    assert said.status == 1
    assert "找不到文件" in said.err


@pytest.mark.parametrize("moment", ["2026-03-05", "2026-03-05T09:00:00"])
def test_a_moment_without_zone_is_refused(shell: Shell, case: str, moment: str) -> None:
    said = shell("case", "do", case, "deliver", "--paper", "D1", "--happened-at", moment, "--json")
    assert said.status == 1
    assert said.json["error"]["code"] == "naive_datetime"


def test_a_date_that_is_none_is_refused(shell: Shell, case: str) -> None:
    said = shell("case", "do", case, "record-death", "--died-on", "2026-02-30")
    assert (said.status, "不是可以识别的日期" in said.err) == (1, True)


def test_a_word_that_is_not_on_the_list_is_wrong_usage_and_the_list_is_shown(shell: Shell, case: str) -> None:
    said = shell("case", "do", case, "prepare", "--kind", "letter")
    assert said.status == 2
    assert "rectification_notice 整改报告通知书" in said.err


def test_who_acts_is_said_or_set(shell: Shell, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell("case", "do", case, "submit", "--paper", "D1").status == 0
    refused = shell("case", "do", case, "approve", "--paper", "D1")
    assert refused.status == 1
    assert "审核" in refused.err
    monkeypatch.setenv("SHENCHA_ACTOR", "shen")
    assert shell("case", "do", case, "approve", "--paper", "D1").status == 0
    let_pass(shell, case, "D1")
    signed = shell("case", "do", case, "sign", "--paper", "D1", "--as", "qian", "--json")
    assert signed.json["result"].startswith("鄂州公交调〔")


def test_an_unknown_account_is_refused(shell: Shell, case: str) -> None:
    said = shell("case", "do", case, "submit", "--paper", "D1", "--as", "nobody")
    assert (said.status, said.err) == (1, "没有账号“nobody”。\n")


def test_a_mistyped_step_is_answered_with_the_nearest(shell: Shell, case: str) -> None:
    said = shell("case", "do", case, "sing", "--paper", "D1")
    assert said.status == 2
    assert said.err.startswith("没有动作 sing，您是否要用 sign。")


def test_no_words_are_kept_for_what_is_gone() -> None:
    told = {name for action in REGISTRY.values() for name in parameters(action.command)}  # pages read forms off all
    assert set(action_words.PARAMETERS) == told


def test_the_office_sets_a_chain_and_shows_it(shell: Shell, case: str) -> None:
    unit = shell("office", "show", "--json").json["chains"][1]["issuer"]
    refused = shell("office", "set-chain", "--issuer", unit, "--step", f"签发:{unit}", "--reason", "试行", "--json")
    assert (refused.status, refused.json["error"]["code"]) == (1, "chain_invalid")
    steps = [f"reviewer:{unit}:shen", f"signer:{unit}"]
    typed = [word for step in steps for word in ("--step", step)]
    done = shell("office", "set-chain", "--issuer", unit, *typed, "--kind", "supervision_order", "--reason", "试行")
    assert done.out.startswith("设置审批流程（审核、会签、签发），已办理：")
    shown = shell("office", "show", "--json").json["chains"]
    assert {"issuer": unit, "kind": "supervision_order", "steps": steps} in shown


def test_a_mistyped_step_of_the_office_is_answered_with_the_nearest(shell: Shell, case: str) -> None:
    said = shell("office", "hand-ovr")
    assert said.status == 2
    assert said.err.startswith("没有命令 hand-ovr，您是否要用 hand-over。")


def test_what_a_word_means_in_one_step_alone_is_asked_for_there_alone() -> None:
    for action, particular in action_words.PARTICULAR.items():
        assert set(particular) <= set(parameters({**ACTIONS, **OFFICE_FORMS}[action])), action
    assert action_words.meaning("deliver", "proof").startswith("送达回证扫描件")
    assert action_words.meaning("add-measure", "proof") == "完成的证明方式"
