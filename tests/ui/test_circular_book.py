"""The tables of a circular as a workbook: numbers stay numbers, what nobody knows is said, and so is what stands beside."""

from __future__ import annotations

from io import BytesIO

from openpyxl import load_workbook

from tests.documents.kinds.circular import ACCIDENTS, FIGURES
from ui.circular_book import circular_book


def test_every_table_of_the_circular_is_a_sheet_with_its_numbers() -> None:
    loss = ACCIDENTS.figures[3].model_copy(update={"now": None, "before": None})
    figures = (*ACCIDENTS.figures[:3], loss, *ACCIDENTS.figures[4:])
    told = FIGURES.model_copy(update={"accidents": ACCIDENTS.model_copy(update={"figures": figures})})
    book = load_workbook(BytesIO(circular_book(told)))
    assert book.sheetnames == ["事故", "区划", "说明", "单位", "逾期未完成"]
    rows = list(book["事故"].iter_rows(values_only=True))
    assert rows[0][-3:] == ("本年累计", "累计上年同期", "累计同比")
    assert rows[1] == ("事故起数", "起", 42, 45, "下降6.7%", 0, 231, 240, "下降3.8%")
    assert rows[4][2:5] == ("不详", "—", "—")
    assert list(book["区划"].iter_rows(values_only=True))[2][:3] == ("东山区", 30, 31)
    assert "内部参考，以公安交管统计为准" in str(list(book["说明"].iter_rows(values_only=True)))
    assert list(book["单位"].iter_rows(values_only=True))[1][:2] == ("江城市交通运输局", 11)
    assert len(list(book["逾期未完成"].iter_rows(values_only=True))) == 4


def test_a_circular_without_the_register_has_the_tables_of_the_units_alone() -> None:
    assert load_workbook(BytesIO(circular_book(FIGURES))).sheetnames == ["单位", "逾期未完成"]
