"""`case file|template|list|show|schema`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from models.samples import dossier_bytes
from tests.models.accident.dossier.test_workbook import filled, put, putting, two
from tests.ui.cli.conftest import Shell


def test_filing_prints_number_grade_and_trigger(shell: Shell, dossier: Path) -> None:
    said = shell("case", "file", dossier, "--json")
    assert said.status == 0
    assert set(said.json) == {"case_number", "grade", "grade_provisional", "trigger"}
    assert (said.json["grade"], said.json["trigger"]) == ("ordinary", "scope")


def test_a_person_reads_number_grade_and_what_to_check(shell: Shell, dossier: Path) -> None:
    said = shell("case", "file", dossier)
    assert said.out.splitlines()[0].startswith("已立案：4207-")
    assert "一般事故" in said.out


def test_the_same_accident_is_refused_with_a_pointer_to_the_first(shell: Shell, case: str, dossier: Path) -> None:
    said = shell("case", "file", dossier, "--json")
    assert said.status == 1
    assert said.json["error"]["code"] == "duplicate_accident"
    assert case in said.json["error"]["message"]


def test_an_accident_out_of_scope_wants_a_reason(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "injuries.json"
    path.write_bytes(dossier_bytes("ezhou-injuries"))
    assert shell("case", "file", path).status == 1
    said = shell("case", "file", path, "--reason", "同一路段多次发生", "--json")
    assert said.json["trigger"] == "discretionary"


def test_a_dossier_comes_through_a_pipe_too(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(dossier_bytes("ezhou-one-death"))

    monkeypatch.setattr("sys.stdin", Stdin)
    assert shell("case", "file", "-").status == 0


def test_a_dossier_that_is_missing_a_folder_or_not_json_is_refused(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{")
    assert "找不到文件" in shell("case", "file", tmp_path / "none.json").err
    assert "是文件夹" in shell("case", "file", tmp_path).err
    assert shell("case", "file", tmp_path / "x.json").status == 1


def test_a_spreadsheet_is_filed_with_its_remarks_by_cell(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "卷.xlsx"
    path.write_bytes(filled(change=putting(("整改措施", "牵头单位", None))))
    said = shell("case", "file", path)
    assert said.out.startswith("已立案：4207-")
    assert "提示：工作表“整改措施”第2行“牵头单位”：未指明责任单位，发出通知前须确认" in said.out


def test_faults_of_a_spreadsheet_are_told_by_cell_and_nothing_is_filed(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "卷.xlsx"
    path.write_bytes(filled(change=putting(("整改措施", "完成期限", "=DATE(2026,12,31)"))))
    said = shell("case", "file", path)
    assert (said.status, "工作表“整改措施”第2行“完成期限”：公式没有保存计算结果" in said.err) == (1, True)
    assert shell("case", "list", "--json").json == []


def test_several_accidents_of_a_spreadsheet_are_all_filed_or_none_is(shell: Shell, case: str, tmp_path: Path) -> None:
    path = tmp_path / "卷.xlsx"
    path.write_bytes(filled(change=two))
    assert shell("case", "file", path, "--json").json["error"]["code"] == "duplicate_accident"
    assert len(shell("case", "list", "--json").json) == 1

    def another(book: Workbook) -> None:
        two(book)
        put(book, "事故", "发生时间", "2025年5月1日7时")
        put(book, "事故", "事故编号", "4207042025000099")

    path.write_bytes(filled(change=another))
    assert len(shell("case", "file", path, "--json").json) == 2
    assert shell("case", "compare", case, path, "--json").json["error"]["code"] == "more_than_one"


def test_the_blank_spreadsheet_is_written_where_it_can_be(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "案情卷.xlsx"
    assert "填写后用" in shell("case", "template", out).out
    assert shell("case", "file", out).status == 1
    assert "不能写入" in shell("case", "template", tmp_path / "none" / "x.xlsx").err


def test_a_list_has_the_keys_that_others_rely_on(shell: Shell, case: str) -> None:
    [row] = shell("case", "list", "--json").json
    assert row["case_number"] == case
    assert {"title", "stage", "light", "progress"} <= set(row)


def test_a_list_can_be_narrowed_and_continued(shell: Shell, case: str) -> None:
    assert shell("case", "list", "--stage", "归档", "--json").json == []
    assert shell("case", "list", "--after", case, "--json").json == []
    assert len(shell("case", "list", "--stage", "filed", "--limit", "1", "--json").json) == 1


def test_an_empty_list_says_what_to_do(shell: Shell) -> None:
    assert shell("case", "list").out == "没有案件。用 shencha case file 案情卷.json 立案。\n"


def test_a_case_is_shown_with_the_keys_that_others_rely_on(shell: Shell, case: str) -> None:
    shown = shell("case", "show", case, "--json").json
    assert {"case_number", "grade", "stage", "documents", "measures", "deadlines", "events"} <= set(shown)


def test_a_case_is_shown_to_people_without_codes(shell: Shell, case: str) -> None:
    said = shell("case", "show", case)
    lines = said.out.splitlines()
    assert lines[0].startswith(case)
    assert lines[1].startswith("一般事故 · 立案 · 预警：")
    assert lines[2] == "待提交审批：调查分析报告书。"
    assert lines[3].startswith("◔ 调查分析报告书  ○ 整改报告通知书")
    assert lines[-1].endswith("立案（控制台，命令行）")
    assert not any(line != line.rstrip() for line in lines)
    assert "\x1b" not in said.out


def test_the_number_of_events_is_chosen(shell: Shell, case: str) -> None:
    shell("case", "do", case, "submit", "--paper", "D1")
    assert "提交审批 D1" in shell("case", "show", case, "--events", "1").out
    assert "最近事项" not in shell("case", "show", case, "--events", "0").out


def test_the_schema_is_one_json_document(bare: Shell) -> None:
    schema = bare("case", "schema").json
    assert schema["title"] == "案情卷"
    assert json.loads(bare("case", "schema", "--json").out) == schema
