"""`export ledger`: an agency takes its ledger away at the command line; nobody else has one."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from tests.ui.cli.conftest import UNIT, Shell


def test_an_agency_gets_its_ledger_and_others_are_refused(shell: Shell, tmp_path: Path) -> None:
    shell("user", "add", "ju", "--organisation", UNIT, "--role", "agency")
    said = shell("export", "ledger", "--out", tmp_path / "out", "--as", "ju", "--json").json
    rows = list(load_workbook(said["path"]).active.values)
    assert rows[0][:3] == ("通知书文号", "通知书", "案件编号")
    refused = shell("export", "ledger", "--out", tmp_path / "out", "--as", "li", "--json")
    assert refused.status != 0
    assert "not_an_agency" in refused.out + refused.err
    (tmp_path / "file").write_text("here")
    assert "不能写入文件夹" in shell("export", "ledger", "--out", tmp_path / "file", "--as", "ju").err
