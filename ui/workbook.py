"""Rows as a workbook: Chinese heads, dates as dates, and no cell that a spreadsheet could take for a formula."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from models.kernel.calendar.local_time import local_date

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
Row = TypeVar("Row")
Columns = Sequence[tuple[str, Callable[[Row], object], int]]
"""Of each column its head, what it tells of a row, and its width."""


def workbook(title: str, columns: Columns[Row], rows: Iterable[Row], *, note: str | None = None) -> bytes:
    """Return rows as an xlsx file of one sheet; a `note` stands in a line of its own below them."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, (_, _, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    heads = [plain_cell(sheet, head) for head, _, _ in columns]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        sheet.append([plain_cell(sheet, told(row)) for _, told, _ in columns])
    if note is not None:
        sheet.append([plain_cell(sheet, note)])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def plain_cell(sheet: WriteOnlyWorksheet, value: object) -> WriteOnlyCell:
    """Return a cell with a value: a day as a day, a whole number as a number, everything else as a text that stays one."""
    if isinstance(value, datetime):
        value = local_date(value)
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, harmless(str(getattr(value, "label", value))))
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def harmless(text: str) -> str:
    """Return a text that stays one: also after the workbook is saved as CSV and opened again."""
    plain = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{plain}" if plain.startswith(FORMULA_STARTS) else plain
