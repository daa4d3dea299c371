"""致因图 as marks in millimetres, for the writers of drawings."""

from __future__ import annotations

import math
from collections.abc import Iterator

from documents.drawing.marks import Drawing, Mark, Shape, Words, arrow_head, rectangle

from .pages import LETTER, LINE, PAD_X, Box, Line, Page

_UNIT = 10  # of a page in a millimetre
_EDGE = 4  # around the page, so that no border is cut in half
_POINT = 25.4 / 72  # millimetres
_LINE_WIDTH, _CORNER, _HEAD = 0.75 * _POINT, 2.0, 2.2
_RISE = 31  # from the upper edge of a line of text to what its letters stand on


def share(box: Box, page: Page) -> tuple[float, float, float, float]:
    """Return where a box lies in the drawing: left, top, width and height in percent of it."""
    wide, high = page.width + 2 * _EDGE, page.height + 2 * _EDGE
    return (
        100 * (box.x + _EDGE) / wide,
        100 * (box.y + _EDGE) / high,
        100 * box.width / wide,
        100 * box.height / high,
    )


def drawing(page: Page) -> Drawing:
    """Return a page as a drawing, lines below boxes."""
    lines = (mark for line in page.lines for mark in _line(line))
    boxes = (mark for box in page.boxes for mark in _box(box))
    return Drawing(_mm(page.width + 2 * _EDGE), _mm(page.height + 2 * _EDGE), (*lines, *boxes))


def _mm(length: float) -> float:
    return length / _UNIT


def _at(x: float, y: float) -> tuple[float, float]:
    return _mm(x + _EDGE), _mm(y + _EDGE)


def _line(line: Line) -> Iterator[Mark]:
    start, end = _at(*line.start), _at(*line.end)
    yield Shape((start, end), _LINE_WIDTH)
    if line.arrow:
        yield arrow_head(end, math.atan2(end[1] - start[1], end[0] - start[0]), _HEAD)


def _box(box: Box) -> Iterator[Mark]:
    style = box.style
    if style.border or style.ground is not None:
        corner = _CORNER if style.rounded else 0.0
        around = rectangle(_at(box.x, box.y), _mm(box.width), _mm(box.height), corner)
        yield Shape(around, style.border * _POINT, fill=style.ground, closed=True)
    x = box.x + (box.width / 2 if box.centred else PAD_X)
    first = box.y + (box.height - len(box.lines) * LINE) // 2 + _RISE
    for n, words in enumerate(box.lines):
        at = _at(x, first + n * LINE)
        yield Words(at, words, _mm(LETTER), centred=box.centred, ink=style.ink, bold=style.heavy)
