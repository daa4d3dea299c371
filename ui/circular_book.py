"""The tables of a circular as a workbook: numbers as numbers, as they were counted when it was drafted."""

from __future__ import annotations

import io

from openpyxl import Workbook

from documents.kinds.circular.accidents import change
from documents.kinds.circular.layout import because, share
from models.kernel.installation import Installation
from models.kernel.vocabulary import Indicator
from models.overview.queries.circulars import circular_figures_of
from models.papers.kinds.circular.content import AccidentCount, AccidentFigures, Figures
from models.register.rules.figures import UNIT, shown
from ui.figures_book import WIDE, sheet

UNKNOWN, NOTHING = "不详", "—"


def circular_file(installation: Installation, account: str | None, case_number: str, ref: str) -> tuple[str, bytes]:
    """Return name and bytes of the tables of a circular. Raises NotFound for one that the reader may not see."""
    with installation.reading(account) as read:
        title, figures = circular_figures_of(read.session, read.actor, case_number, ref)
    return f"{title}（数据表）.xlsx", circular_book(figures)


def circular_book(figures: Figures) -> bytes:
    """Return the tables of a circular as an xlsx file, a sheet each."""
    book = Workbook(write_only=True)
    if figures.accidents is not None:
        _accidents(book, figures.accidents)
    heads = ("单位", "到期", "按期完成", "逾期后完成", "逾期未完成", "按期完成率（95%置信区间）")
    rows = [(one.unit, one.due, one.on_time, one.done_late, one.late, share(one)) for one in figures.units]
    sheet(book, "单位", heads, rows)
    late = [(one.unit, one.matter, one.planned, one.days_late, because(one)) for one in figures.matters]
    sheet(book, "逾期未完成", ("单位", "事项", "原定日期", "逾期天数", "原因（单位说明）"), late)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _accidents(book: Workbook, told: AccidentFigures) -> None:
    heads = ["指标", "单位", "本期", "上年同期", "同比", "不详起数"]
    rows: list[list[object]] = [[*_told(one), one.unknown] for one in told.figures]
    if told.cumulative:
        heads += ["本年累计", "累计上年同期", "累计同比"]
        rows = [[*row, *_told(one)[2:]] for row, one in zip(rows, told.cumulative, strict=True)]
    sheet(book, "事故", heads, rows)
    named = [head for one in Indicator for head in (f"{one.label}（{UNIT[one]}）", "上年同期")]
    lines: list[list[object]] = [
        [line.name, *(cell for one in line.counts for cell in _told(one)[2:4])] for line in told.divisions
    ]
    sheet(book, "区划", ["区划", *named], lines)
    said = (told.note, f"{told.counted_on}按管辖统计", *told.beside)
    sheet(book, "说明", ["说明"], [[line] for line in said], width=WIDE)


def _told(one: AccidentCount) -> list[object]:
    now, before = (
        missing if value is None else float(shown(one.indicator, value))
        for value, missing in ((one.now, UNKNOWN), (one.before, NOTHING))
    )
    return [one.indicator.label, UNIT[one.indicator], now, before, change(one)]
