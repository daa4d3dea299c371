"""整改台账 as a workbook: Chinese heads, dates as dates, and no cell that a spreadsheet could take for a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from models.kernel.local_time import local_date

COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("通知书文号", "number", 22),
    ("通知书", "notice", 36),
    ("案件编号", "case_number", 16),
    ("措施编号", "measure", 10),
    ("整改措施", "measure_text", 60),
    ("责任单位", "organisation", 24),
    ("分工", "part", 8),
    ("转办单位", "delegated_to", 24),
    ("送达日期", "delivered_at", 12),
    ("签收日期", "acknowledged_at", 12),
    ("签收人", "received_by", 12),
    ("当前要办的事", "why", 20),
    ("期限", "due_on", 12),
    ("预警", "light", 10),
    ("状态", "standing", 12),
    ("最近反馈", "reply_kind", 18),
    ("反馈日期", "replied_at", 12),
    ("研判意见", "verdict", 14),
    ("研判理由", "verdict_reason", 40),
    ("办结方式", "outcome", 18),
    ("办结说明", "outcome_reason", 40),
    ("办结日期", "closed_at", 12),
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def ledger_book(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the rows of `models.rectification.queries.agency.ledger` as an xlsx file."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("整改台账")
    sheet.freeze_panes = "A2"
    for place, (_, _, width) in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    heads = [_cell(sheet, head) for head, _, _ in COLUMNS]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        sheet.append([_cell(sheet, row[name]) for _, name, _ in COLUMNS])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        value = local_date(value)
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    if value is None:
        return WriteOnlyCell(sheet, None)
    cell = WriteOnlyCell(sheet, _harmless(str(getattr(value, "label", value))))
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _harmless(text: str) -> str:
    """Return a text that stays one: also after the workbook is saved as CSV and opened again."""
    plain = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{plain}" if plain.startswith(FORMULA_STARTS) else plain
