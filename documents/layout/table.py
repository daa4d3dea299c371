"""Tables across the text block: the header repeats on every page and a row stays whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import count

from documents.layout.measures import CELL, FANG, HEI, TEXT_WIDTH
from documents.layout.text import escape, run, run_properties, split
from models.papers.content.wording import NOTHING, width

_HEADING_RUN, _RUN = run_properties(HEI), run_properties(FANG)
_SIDE, _UPPER = 80, 40  # cell margins in twips
_PAGE_OF_LINES = 24  # a row taller than this must be allowed to break, or it would run off the page
_COUNT = "\ue000"  # for private use: no text has it
_BLANK = '<w:p><w:pPr><w:pStyle w:val="GWCellText"/></w:pPr></w:p>'
AFTER = '<w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:line="120" w:lineRule="exact"/></w:pPr></w:p>'


@cache
def _row_properties(*, header: bool = False, whole: bool = True, height: int = 480) -> str:
    return (
        "<w:trPr>"
        + ("<w:cantSplit/>" if whole else "")
        + f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>'
        + ("<w:tblHeader/>" if header else "")
        + '<w:jc w:val="center"/></w:trPr>'
    )


def _tc(inner: str, cell_width: int) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{cell_width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{inner}</w:tc>'


def _cell(text: str, cell_width: int, heading: bool) -> str:
    lines = split(text)
    fits = all(width(line) * CELL * 10 <= cell_width - 2 * _SIDE for line in lines)
    style = "GWCell" if heading or fits else "GWCellText"
    properties = _HEADING_RUN if heading else _RUN
    inner = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r>{properties}'
        f'<w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in lines or [NOTHING]
    )
    return _tc(inner, cell_width)


def _height(text: str, cell_width: int) -> float:
    """Lines that a text takes in a cell, roughly."""
    return sum(max(1.0, width(line) * CELL * 10 / max(cell_width - 2 * _SIDE, 240)) for line in split(text))


def _row(cells: Sequence[str | None], widths: Sequence[int], *, header: bool = False, height: int = 480) -> str:
    whole = all(_height(t or "", w) < _PAGE_OF_LINES for t, w in zip(cells, widths, strict=True))
    inner = "".join(_tc(_BLANK, w) if t is None else _cell(t, w, header) for t, w in zip(cells, widths, strict=True))
    return f"<w:tr>{_row_properties(header=header, whole=whole, height=height)}{inner}</w:tr>"


def _open(widths: Sequence[int]) -> str:
    columns = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="a3"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="{_UPPER}" w:type="dxa"/>'
        f'<w:left w:w="{_SIDE}" w:type="dxa"/><w:bottom w:w="{_UPPER}" w:type="dxa"/>'
        f'<w:right w:w="{_SIDE}" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
    )


def _shares(parts: Sequence[float]) -> list[int]:
    widths = [int(TEXT_WIDTH * part / sum(parts)) for part in parts]
    widths[-1] += TEXT_WIDTH - sum(widths)
    return widths


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[str | None]],
    parts: Sequence[float],
    *,
    title: str | None = None,
    blank: bool = False,
) -> str:
    """A table with a repeated header; `parts` share out the 156 mm. None is a cell to be filled in by hand.

    A column that is struck in every row is left out; without rows there is no table. `blank` leaves what is struck empty, and
    `title` says what the table is, with a number (`numbered`), as a report has it.
    """
    kept = [at for at in range(len(header)) if any(_says(row[at]) for row in rows)]
    if not kept:
        return ""
    widths = _shares([parts[at] for at in kept])
    return (
        _open(widths)
        + (_titled(title, widths) if title else "")
        + _row([header[at] for at in kept], widths, header=True)
        + "".join(_row([None if blank and not _says(row[at]) else row[at] for at in kept], widths) for row in rows)
        + f"</w:tbl>{AFTER}"
    )


def _says(cell: str | None) -> bool:
    """Whether a cell says something or waits for the pen."""
    return cell is None or any(line != NOTHING for line in split(cell))


def _titled(title: str, widths: Sequence[int]) -> str:
    """The row above a table's header that says what it is, counted among the tables of the text."""
    none = "".join(f'<w:{side} w:val="nil"/>' for side in ("top", "left", "right"))
    across = f'<w:gridSpan w:val="{len(widths)}"/><w:tcBorders>{none}</w:tcBorders>'
    words = f'<w:p><w:pPr><w:pStyle w:val="GWCell"/></w:pPr>{run(f"表{_COUNT}　{title}", _HEADING_RUN)}</w:p>'
    return (
        f'<w:tr>{_row_properties(header=True)}<w:tc><w:tcPr><w:tcW w:w="{sum(widths)}" w:type="dxa"/>{across}'
        f'<w:vAlign w:val="center"/></w:tcPr>{words}</w:tc></w:tr>'
    )


def numbered(text: str) -> str:
    """Return a text whose tables are counted: 表1, 表2."""
    places = count(1)
    return re.sub(_COUNT, lambda _: str(next(places)), text)


def form(rows: Sequence[tuple[str, str, float]], *, label: float = 1, field: float = 3) -> str:
    """A two-column form: label, content (empty to be filled in by hand), height of the field in lines of 3号."""
    widths = _shares((label, field))
    out = [_open(widths)]
    for name, content, lines in rows:
        height = round(480 * lines)
        cell = _cell(content, widths[1], False) if content else _tc(_BLANK, widths[1])
        out.append(f"<w:tr>{_row_properties(height=height)}{_cell(name, widths[0], True)}{cell}</w:tr>")
    return "".join(out) + f"</w:tbl>{AFTER}"
