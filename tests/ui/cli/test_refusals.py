"""How the command line refuses: a sentence, a status, a log for what nobody foresaw."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.samples import dossier_bytes
from tests.ui.cli.conftest import Shell
from ui.cli import boundary
from ui.installed import FIRST


def test_before_init_it_says_what_to_do_and_makes_nothing(bare: Shell, home: Path) -> None:
    said = bare("case", "list")
    assert (said.status, said.out, said.err) == (1, "", f"{FIRST}\n")
    assert not home.exists()


def test_a_database_without_tables_asks_for_init_too(bare: Shell, home: Path) -> None:
    home.mkdir()
    (home / "shencha.db").touch()
    said = bare("case", "list", "--json")
    assert said.status == 1
    assert said.json["error"]["code"] == "not_initialised"


def test_every_fault_of_a_dossier_has_a_line_with_its_path(shell: Shell, tmp_path: Path) -> None:
    dossier = json.loads(dossier_bytes("ezhou-one-death"))
    dossier["accident"]["deaths"] = -1
    dossier["accident"]["division_code"] = "999999"
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(dossier), encoding="utf-8")
    said = shell("case", "file", path)
    assert said.status == 1
    lines = said.err.splitlines()
    assert lines[0].startswith("案情卷有2处不合格")
    assert {line.strip().split("：")[0] for line in lines[1:]} == {"accident.deaths", "accident.division_code"}
    assert shell("case", "list", "--json").json == []


def test_a_refusal_in_json_is_one_document_on_stdout(shell: Shell) -> None:
    said = shell("case", "show", "4207-1999-0001", "--json")
    assert (said.status, said.err) == (1, "")
    assert said.json == {
        "error": {
            "code": "case_not_found",
            "message": "没有编号为“4207-1999-0001”的案件，或您无权查看。",
            "faults": [],
        }
    }


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["bogus"], "没有命令 bogus。"),
        (["case", "lisst"], "没有命令 lisst，您是否要用 list。"),
        (["case", "file"], "缺少参数“案情卷”。"),
        (["case", "list", "--limit", "x"], "选项 --limit填写有误：须为整数。"),
        (["case", "list", "--limit", "0"], "选项 --limit填写有误：不能小于 1。"),
        (["case", "list", "--bogus"], "没有选项 --bogus。"),
        (["case", "list", "more"], "多出了参数：more。"),
        (["document", "export", "4207-2026-0001"], "选项 --out填写有误：请写明正式文件写到哪个文件夹。"),
        (["user", "add", "x", "--organisation", "y"], "缺少选项 --role。"),
    ],
)
def test_wrong_usage_is_told_in_chinese_with_status_2(bare: Shell, typed: list[str], told: str) -> None:
    said = bare(*typed)
    assert said.status == 2
    assert said.err.splitlines()[0] == told
    assert said.out == ""


def test_a_surprise_is_a_sentence_and_a_log(bare: Shell, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(boundary, "_invoke", broken)
    said = bare("case", "list")
    log = home / "logs" / "cli.log"
    assert said.status == 1
    assert said.err == f"程序出现意外错误，未完成本次操作，详情见日志：{log}\n"
    assert "RuntimeError: nobody foresaw this" in log.read_text(encoding="utf-8")


def test_a_surprise_is_told_even_where_no_log_can_be_written(
    bare: Shell, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.write_text("a file where a folder should be")

    def broken(*_: object) -> int:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(boundary, "_invoke", broken)
    said = bare("case", "list")
    assert said.status == 1
    assert "nobody foresaw this" in said.err
    assert len(said.err.splitlines()) == 1


def test_a_wrong_setting_is_named(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENCHA_SCOPE", "all")
    said = bare("case", "list")
    assert said.status == 1
    assert "SHENCHA_SCOPE：值“all”不可用，可用的有：'every'、'injury'、'fatal'、'statutory'" in said.err


def test_an_interrupt_ends_quietly(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(boundary, "_invoke", interrupted)
    said = bare("case", "list")
    assert (said.status, said.err) == (130, "已中断。\n")
