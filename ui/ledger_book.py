"""整改台账 as a workbook: Chinese heads, dates as dates, and no cell that a spreadsheet could take for a formula."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from models.kernel.calendar.local_time import local_date
from models.rectification.queries.agency import MeasureInHand

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

COLUMNS: tuple[tuple[str, Callable[[MeasureInHand], object], int], ...] = (
    ("通知书文号", lambda row: row.number, 22),
    ("通知书", lambda row: row.notice, 36),
    ("案件编号", lambda row: row.case_number, 16),
    ("措施编号", lambda row: row.measure, 10),
    ("整改措施", lambda row: row.measure_text, 60),
    ("责任单位", lambda row: row.organisation, 24),
    ("分工", lambda row: row.part, 8),
    ("转办单位", lambda row: row.delegated_to, 24),
    ("送达日期", lambda row: row.delivered_at, 12),
    ("签收日期", lambda row: row.acknowledged_at, 12),
    ("签收人", lambda row: row.received_by, 12),
    ("当前要办的事", lambda row: row.why, 20),
    ("期限", lambda row: row.due_on, 12),
    ("预警", lambda row: row.light, 10),
    ("状态", lambda row: row.standing, 12),
    ("最近反馈", lambda row: row.reply_kind, 18),
    ("反馈日期", lambda row: row.replied_at, 12),
    ("研判意见", lambda row: row.verdict, 14),
    ("研判理由", lambda row: row.verdict_reason, 40),
    ("办结方式", lambda row: row.outcome, 18),
    ("办结说明", lambda row: row.outcome_reason, 40),
    ("办结日期", lambda row: row.closed_at, 12),
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def ledger_book(rows: Iterable[MeasureInHand]) -> bytes:
    """Return the rows of `models.rectification.queries.agency.ledger` as an xlsx file."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("整改台账")
    sheet.freeze_panes = "A2"
    for place, (_, _, width) in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    heads = [plain_cell(sheet, head) for head, _, _ in COLUMNS]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        sheet.append([plain_cell(sheet, told(row)) for _, told, _ in COLUMNS])
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
    if value is None or isinstance(value, int):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, harmless(str(getattr(value, "label", value))))
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def harmless(text: str) -> str:
    """Return a text that stays one: also after the workbook is saved as CSV and opened again."""
    plain = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{plain}" if plain.startswith(FORMULA_STARTS) else plain
