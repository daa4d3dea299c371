"""A dossier as a spreadsheet says the same as its JSON, and every fault is told by sheet, row and column."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from models.accident.dossier import Dossier, read, workbook
from models.accident.dossier.workbook import SINGLE, _columns, _title, blank, read_workbook, sections
from models.kernel.errors import Invalid
from tests.first_format import first_format
from tests.models.accident.dossier.conftest import NOW


def filled(name: str = "ezhou-one-death", change: Callable[[Workbook], Any] | None = None) -> bytes:
    """Return a sample written into the blank workbook, as an office would fill it in."""
    book = load_workbook(io.BytesIO(blank()))
    raw = json.loads(first_format(name))
    for section, model in sections().items():
        sheet = book[_title(Dossier, section)]
        columns = _columns(model)
        for item in [raw[section]] if section in SINGLE else raw.get(section, []):
            cells = [item.get(columns[head.value]) for head in sheet[1]]
            sheet.append(["；".join(cell) if isinstance(cell, list) else cell for cell in cells])
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def faults(data: bytes) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        read_workbook(data, now=NOW)
    return {fault.path: fault.message for fault in refused.value.faults}


def test_a_workbook_says_the_same_as_the_json() -> None:
    assert read_workbook(filled(), now=NOW) == read(first_format("ezhou-one-death"), now=NOW)


def test_words_lists_and_times_are_read_as_people_write_them() -> None:
    def change(book: Workbook) -> None:
        book["问题"]["B2"] = "间接原因"
        book["问题"]["D2"] = "超速、疲劳驾驶"
        book["问题"]["I2"] = "是"
        book["事故"]["B2"] = "2025/06/03 21:15"

    dossier = read_workbook(filled(change=change), now=NOW)
    first = dossier.findings[0]
    assert (first.level.label, first.cause_tags, first.duty_failure) == ("间接原因", ("超速", "疲劳驾驶"), True)
    assert dossier.accident.occurred_at.isoformat() == "2025-06-03T21:15:00+08:00"


def test_every_fault_is_told_by_sheet_row_and_column() -> None:
    def change(book: Workbook) -> None:
        book["事故"]["C2"] = "999999"
        book["问题"]["C3"] = "天"
        book["整改措施"]["B2"] = "F9"
        book["整改措施"].insert_rows(2)

    found = faults(filled(change=change))
    assert "不存在" in found["工作表“事故”第2行“行政区划代码”"]
    assert "人" in found["工作表“问题”第3行“方面”"]
    assert "没有这个编号的问题" in found["工作表“整改措施”第3行“针对问题编号”"]


def test_a_column_or_sheet_that_is_not_ours_is_named() -> None:
    def change(book: Workbook) -> None:
        book["问题"]["B1"] = "层级"
        del book["来源"]

    assert set(faults(filled(change=change))) == {"工作表“来源”", "工作表“问题”第1行"}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"not a zip at all"])
def test_what_is_no_workbook_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(Invalid, match="打不开"):
        read_workbook(data, now=NOW)


def test_a_small_file_that_hides_a_large_one_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b" " * 101_000_000)
    with pytest.raises(Invalid, match="解开后过大"):
        read_workbook(out.getvalue(), now=NOW)


def test_nothing_that_stands_in_a_workbook_goes_unread() -> None:
    def change(book: Workbook) -> None:
        book["事故"].append([cell.value for cell in book["事故"][2]])
        book.create_sheet("整改 措施").append(["加装护栏"])
        book.create_sheet("Sheet1")  # empty ones come from the program and say nothing

    assert faults(filled(change=change)) == {
        "工作表“事故”第3行": "一份表格只写一起事故，其余的请另存一份（可以一次上传多份）",
        "工作表“整改 措施”": "没有这个名称的工作表；与本案无关的请删除",
    }


def test_a_line_beyond_the_last_that_is_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)

    def change(book: Workbook) -> None:
        for _ in range(5):
            book["问题"].append([cell.value for cell in book["问题"][2]])

    assert faults(filled(change=change))["工作表“问题”第4行"] == "最多3行，请拆分"
