"""Cells of a workbook as the text that a person sees in them; what cannot be read is refused, never taken for nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from openpyxl.utils.datetime import from_excel

from models.accident.sheets import QUESTIONS, Field, FieldKind, Value, parse, written
from models.accident.sheets.fields import NUMBERS
from models.kernel.errors import Invalid

_DAYS = (FieldKind.DATE, FieldKind.MOMENT)
_SERIALS = range(18_264, 109_575)  # 1950 to 2199; 20261105 is a date written without signs
_HALVES = [f"D{figure}" for figure in "89ABCDEF"]
_EXACT_DIGITS = 10**15
Cells = tuple[Any, Any]
"""One cell twice: as the program that saved it last computed it, and as it was typed."""


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def escaped(text: str) -> str:
    """Return a text of which no part is taken for a sign written as `_x000D_` (ECMA-376 part 1, 22.4.2.4)."""
    return _ESCAPED.sub(r"_x005F\g<0>", text)


def unescaped(text: str) -> str:
    """Return a text with the signs that were written as `_x000D_`; half a character stays as it was written."""
    return _ESCAPED.sub(lambda found: found[0] if found[1][:2].upper() in _HALVES else chr(int(found[1], 16)), text)


def empty(cells: Cells) -> bool:
    """Tell whether a cell holds nothing at all; one with a formula that has no result holds something."""
    computed, typed = cells
    return typed.data_type != "f" and (computed.value is None or not str(computed.value).strip())


def text(cells: Cells, field: Field, epoch: datetime) -> str:
    """Return what stands in a cell as a person would write it into the field. Raises Invalid."""
    computed, typed = cells
    value = computed.value
    if typed.data_type == "f" and value is None:
        raise Invalid(
            "公式没有保存计算结果，请用表格程序打开并保存后重试，或直接填写结果", code="formula_without_result"
        )
    if computed.data_type == "e":
        raise Invalid(f"单元格是错误值“{value}”，请改正后重试", code="error_value")
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    formatted = _format(computed)
    if isinstance(value, int | float):
        return _figure(value, field, formatted, epoch)
    if isinstance(value, timedelta):
        value = (datetime(2000, 1, 1) + value).time()  # noqa: DTZ001  a time of day
    if isinstance(value, date | time):
        return _written(value, field, timed="h" in formatted.lower())
    return unescaped(str(value)).strip()


def _format(cell: Any) -> str:
    """Return how a cell shows its number; one whose format the workbook does not have shows it plainly."""
    try:
        return str(cell.number_format or "")
    except (IndexError, TypeError):
        return ""


def _figure(value: int | float, field: Field, formatted: str, epoch: datetime) -> str:
    if field.kind in _DAYS and int(value) in _SERIALS:
        return _written(from_excel(value, epoch), field, timed=value != int(value))
    if field.kind in NUMBERS and "%" in formatted:
        return f"{value * 100:.12g}%"
    if field.kind not in NUMBERS and abs(value) >= _EXACT_DIGITS:
        raise Invalid("数字超过15位，表格中末几位已经失真，请把单元格设为文本后重填", code="digits_lost")
    return f"{Decimal(f'{value:.15g}'):f}" if isinstance(value, float) else str(value)


def _written(value: date | time, field: Field, *, timed: bool) -> str:
    """Return a date or time in words.

    A spreadsheet keeps a date without a time as its midnight: that is no moment, and a text shows it only where the cell did.
    """
    if isinstance(value, time):
        return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"
    if not isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    at = value.replace(microsecond=0) + timedelta(seconds=round(value.microsecond / 1_000_000))
    if (at.hour, at.minute, at.second) == (0, 0, 0) and (field.kind in _DAYS or not timed):
        return f"{at:%Y-%m-%d}" if field.kind in _DAYS else f"{at.year}年{at.month}月{at.day}日"
    return f"{at:%Y-%m-%d %H:%M:%S}"


def value(cells: Cells, field: Field, epoch: datetime, rows: Mapping[str, str]) -> Value:
    """Return the value of a cell. Raises Invalid; what may stand in its own words is kept and asked about later."""
    said = text(cells, field, epoch)
    try:
        return parse(field, said, rows)
    except Invalid as refusal:
        if refusal.code in QUESTIONS:
            return said
        if refusal.code == "time_missing":
            return written.day(said).isoformat()  # whether a day is enough is known where the whole row is read
        raise
