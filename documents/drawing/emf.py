"""A drawing as an enhanced metafile ([MS-EMF]): lines and words stay sharp in print, in Word, WPS and LibreOffice.

Made of polygons, lines and text in the fonts of the machine that shows it. The same drawing gives the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .marks import BLACK, Drawing, Point, Shape, Words, advance

_UNITS = 100  # device pixels in a millimetre: a unit is 0.01 mm, as the frame of the header counts
_A4 = (210, 297)
_HEADER, _EOF = 1, 14
_POLYGON16, _POLYLINE16 = 86, 87
_BACKGROUND, _TEXT_ALIGN, _TEXT_COLOUR = 18, 22, 24
_SELECT, _PEN, _BRUSH, _DELETE = 37, 38, 39, 40
_FONT, _TEXT = 82, 84
_TRANSPARENT, _BASELINE = 1, 24
_NO_BRUSH, _NO_PEN = 0x80000005, 0x80000008
_GB2312 = 134
_FACE = "宋体"
_OURS = 1  # the only object that is alive at a time


def emf(drawing: Drawing) -> bytes:
    """Return the drawing as the bytes of an .emf file."""
    records = [
        _record(_BACKGROUND, struct.pack("<I", _TRANSPARENT)),
        _record(_TEXT_ALIGN, struct.pack("<I", _BASELINE)),
        _ink(BLACK),
    ]
    for mark in drawing.marks:
        records += _shape(mark) if isinstance(mark, Shape) else _words(mark)
    records.append(_record(_EOF, struct.pack("<III", 0, 16, 20)))
    body = b"".join(records)
    return _header(drawing, len(body), len(records) + 1) + body


def _header(drawing: Drawing, size: int, count: int) -> bytes:
    right, bottom = round(drawing.width * _UNITS), round(drawing.height * _UNITS)
    whole = struct.pack(
        "<4i4iIIIIHHIIIiiii",
        *(0, 0, right, bottom),
        *(0, 0, right, bottom),
        0x464D4520,  # " EMF"
        0x10000,
        88 + size,
        count,
        2,  # handles: the reserved one and ours
        0,
        *(0, 0, 0),
        *(_A4[0] * _UNITS, _A4[1] * _UNITS),
        *_A4,
    )
    return _record(_HEADER, whole)


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<II", kind, 8 + len(data)) + data


def _shape(mark: Shape) -> Iterator[bytes]:
    """The line in its pen, then the area in its brush below it."""
    if mark.closed and mark.fill is not None:
        yield from _with(_record(_BRUSH, struct.pack("<IIII", _OURS, 0, _grey(mark.fill), 0)))
        yield _select(_NO_PEN)
        yield _points(_POLYGON16, mark.points)
        yield _drop()
    if mark.ink is not None:
        width = max(1, round(mark.width * _UNITS))
        yield from _with(_record(_PEN, struct.pack("<IIiiI", _OURS, 0, width, 0, _grey(mark.ink))))
        yield _select(_NO_BRUSH)
        yield _points(_POLYGON16 if mark.closed else _POLYLINE16, mark.points)
        yield _drop()


def _with(made: bytes) -> Iterator[bytes]:
    yield made
    yield _select(_OURS)


def _select(what: int) -> bytes:
    return _record(_SELECT, struct.pack("<I", what))


def _drop() -> bytes:
    return _record(_DELETE, struct.pack("<I", _OURS))


def _points(kind: int, points: tuple[Point, ...]) -> bytes:
    places = [_place(point) for point in points]
    across, down = [x for x, _ in places], [y for _, y in places]
    bounds = struct.pack("<4i", min(across), min(down), max(across), max(down))
    inside = b"".join(struct.pack("<hh", x, y) for x, y in places)
    return _record(kind, bounds + struct.pack("<I", len(places)) + inside)


def _place(point: Point) -> tuple[int, int]:
    """A point in units. What would leave the 16 bits of a file lies far outside any page."""
    x, y = (max(-32_000, min(32_000, round(one * _UNITS))) for one in point)
    return x, y


def _words(mark: Words) -> Iterator[bytes]:
    yield from _with(_font(mark))
    if mark.ink != BLACK:
        yield _ink(mark.ink)
    text = mark.text.encode("utf-16-le")
    padded = text + bytes(-len(text) % 4)
    # Characters beyond the sixteen bits take two places, of which the second moves nothing.
    moves = [
        step
        for one in mark.text
        for step in (round(advance(one, mark.size) * _UNITS), *((0,) if ord(one) > 0xFFFF else ()))
    ]
    head = 8 + 16 + 4 + 8  # the record's beginning, its bounds, its mode, its scales
    string = head + 40
    x, y = _place(mark.start)
    yield _record(
        _TEXT,
        struct.pack("<4iIff", 0, 0, -1, -1, 2, 1.0, 1.0)
        + struct.pack("<iiIII4iI", x, y, len(text) // 2, string, 0, 0, 0, -1, -1, string + len(padded))
        + padded
        + struct.pack(f"<{len(moves)}i", *moves),
    )
    if mark.ink != BLACK:
        yield _ink(BLACK)
    yield _drop()


def _ink(level: int) -> bytes:
    return _record(_TEXT_COLOUR, struct.pack("<I", _grey(level)))


def _font(mark: Words) -> bytes:
    height, turned = -round(mark.size * _UNITS), round(-mark.turned * 10) % 3600
    logfont = struct.pack("<5i8B", height, 0, turned, turned, 700 if mark.bold else 400, 0, 0, 0, _GB2312, 0, 0, 0, 0)
    face = _FACE.encode("utf-16-le").ljust(64, b"\0")
    # What follows the LOGFONT (full name, style, panose …) may be empty, but has to be there.
    return _record(_FONT, struct.pack("<I", _OURS) + logfont + face + bytes(320 - 92))


def _grey(level: int) -> int:
    return level | level << 8 | level << 16
