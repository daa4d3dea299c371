"""Figures of a span as a workbook for a 通报: numbers as numbers, and what must be said beside them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from models.kernel.vocabulary import Indicator
from models.papers.rules.periods import Period
from models.register.queries.figures import Report
from models.register.queries.sentences import beside
from models.register.rules.figures import UNIT, change_in_words, shown
from ui.figure_words import compared
from ui.workbook import harmless

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

WIDTH, WIDE = 16, 60


def figures_book(told: Report) -> bytes:
    """Return the figures, their breakdown where there is one, and the remarks, a sheet each, as an xlsx file."""
    book = Workbook(write_only=True)
    heads = ["指标", "单位", "本期", "不详起数"]
    for change in told.figures[0].changes:
        heads += [f"{change.comparison.label}基数", change.comparison.label]
    rows: list[list[object]] = []
    for one in told.figures:
        row: list[object] = [one.indicator.label, UNIT[one.indicator], _number(one.indicator, one.value), one.unknown]
        for change in one.changes:
            row += [_number(one.indicator, change.before), compared(one, change)]
        rows.append(row)
    sheet(book, "指标", heads, rows)
    if told.by is not None:
        indicators = list(Indicator)
        named = [f"{one.label}（{UNIT[one]}）" for one in indicators]
        lines = [
            [
                line.label,
                *(_number(one, line.figures[one]) for one in indicators),
                *(change_in_words(one, line.figures[one], line.before[one]) for one in indicators[:2]),
            ]
            for line in told.lines
        ]
        sheet(book, told.by.label, [told.by.label, *named, *(f"{one.label}同比" for one in indicators[:2])], lines)
    span = Period(told.since, told.until).called
    said = [f"{span}（{told.coverage.label}）", told.note, *beside(told)]
    sheet(book, "说明", ["说明"], [[line] for line in said], width=WIDE)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _number(indicator: Indicator, value: int | None) -> object:
    return "不详" if value is None else float(shown(indicator, value))


def sheet(
    book: Workbook, title: str, heads: Sequence[str], rows: Iterable[Sequence[object]], width: int = WIDTH
) -> None:
    """Add a sheet: heads in bold, numbers as numbers, everything else as a text that stays one."""
    added = book.create_sheet(title)
    added.freeze_panes = "A2"
    for place in range(1, len(heads) + 1):
        added.column_dimensions[get_column_letter(place)].width = width
    top = [_cell(added, head) for head in heads]
    for cell in top:
        cell.font = Font(bold=True)
    added.append(top)
    for row in rows:
        added.append([_cell(added, value) for value in row])


def _cell(sheet: WriteOnlyWorksheet, value: object) -> WriteOnlyCell:
    if isinstance(value, int | float):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, harmless(str(value)))
    cell.data_type = "s"
    return cell
