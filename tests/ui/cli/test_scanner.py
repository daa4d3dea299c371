"""Whoever runs the machine sees what the scanner found, lets a file out for a reason, and hears where it is away."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.security.clamd import MALWARE, NAME, clamd
from tests.security.zoo import docx, relation
from tests.ui.cli.conftest import UNIT, Shell


def _found(shell: Shell) -> dict[str, str]:
    told = {one["part"]: one for one in shell("doctor", "--json").json["findings"]}
    found: dict[str, str] = told["scanner"]
    return found


@pytest.mark.loopback
def test_malware_in_evidence_is_listed_and_let_out_by_an_administrator(
    shell: Shell, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _found(shell)["level"] == "note"
    assert "未设置查杀程序" in _found(shell)["message"]
    evidence = tmp_path / "记录.txt"
    evidence.write_bytes("会议记录。".encode() + MALWARE)
    assert shell("user", "add", "guan", "--organisation", UNIT, "--role", "admin").status == 0
    with clamd(tmp_path) as scanner:
        monkeypatch.setenv("SHENCHA_SCANNER", scanner.address)
        adding = ("case", "do", case, "add-evidence", "--title", "记录", "--file", evidence, "--as", "li")
        assert shell(*adding).status == 0
        assert _found(shell)["level"] == "bad"
        assert "1 个文件查出恶意程序，已不能打开" in _found(shell)["message"]
        refused = shell("scanner", "list", "--as", "li")
        assert (refused.status != 0, "没有此项权限" in refused.err) == (True, True)
        [one] = shell("scanner", "list", "--as", "guan", "--json").json
        assert (one["found"], one["state"]) == (NAME, "found")
        let_out = ("scanner", "release", one["sha256"][:12], "--as", "guan")
        assert shell(*let_out).status != 0, "a reason is asked for"
        assert shell(*let_out, "--reason", "厂家确认为误报。").status == 0
        assert "1 个文件查出" not in _found(shell)["message"]
        assert "1 个文件" in shell("scanner", "again", "--as", "guan").out
        assert shell("scanner", "list", "--state", "waiting", "--as", "guan").out.strip() == "没有这样的文件。"
    assert _found(shell)["level"] == "bad"
    assert "没有应答" in _found(shell)["message"]


def test_what_acts_is_refused_by_name_where_it_is_no_evidence(shell: Shell, case: str, tmp_path: Path) -> None:
    paper = tmp_path / "决定.docx"
    paper.write_bytes(docx(relation("attachedTemplate", "http://evil.example/a.dotm")))
    given = ("--decision-number", "某公交认字〔2025〕1号", "--scan", paper, "--as", "li")
    refused = shell("case", "do", case, "record-liability", *given)
    assert refused.status != 0
    evidence = shell("case", "do", case, "add-evidence", "--title", "决定", "--file", paper, "--as", "li")
    assert evidence.status == 0


@pytest.mark.loopback
def test_a_wrong_address_is_said_with_the_name_of_its_setting(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENCHA_SCANNER", "clamd")
    said = shell("doctor")
    assert said.status != 0
    assert "SHENCHA_SCANNER" in said.out + said.err
    assert "clamd://127.0.0.1:3310" in said.out + said.err
