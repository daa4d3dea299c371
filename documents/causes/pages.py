"""致因图 laid out on pages: boxes with broken text and lines between them, in tenths of a millimetre, from the upper left.

Read from the top: the accident, its direct causes, the indirect ones by aspect; in each row from the left: the cause, the
unit whose duty was not done, the measures. What does not fit on one page is folded: first each chain's measures into one
box with their numbers, then its causes; what still does not fit goes on, on pages of its own under the same heads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Literal

from models.kernel.vocabulary import Aspect, FindingLevel
from models.papers.content.causes import Causes
from models.papers.content.wording import accident_name, casualties, width

from .chains import Chain, Item, chains, with_causes_folded, with_measures_folded

WIDTH = 1560  # the text block of a page
HEIGHT = 2000  # its height, less a caption and the sentence above
LETTER, LINE = 31.75, 42  # 9 points, and from line to line
PAD_X = 14  # from the left edge of a box to its words
_PAD_Y, _BETWEEN = 12, 14
_LEVEL, _ASPECT, _CAUSE, _UNIT, _MEASURE = (0, 90), (100, 80), (210, 450), (740, 300), (1120, 440)  # x and width
_HEADS, _RISE = 60, 50  # height of the row of heads; of the arrow above a level

Look = Literal["accident", "label", "head", "direct", "indirect", "unit", "measure"]
Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Style:
    """How boxes of one look are drawn: greys from 0 black to 255 white, None for no ground; the border in points."""

    ground: int | None
    border: float
    ink: int = 0
    heavy: bool = False
    rounded: bool = False


STYLES: Mapping[Look, Style] = {
    "accident": Style(0x40, 1.0, ink=255, heavy=True),
    "label": Style(0xD0, 0.75, heavy=True),
    "head": Style(None, 0.0, heavy=True),
    "direct": Style(0xEC, 1.75),
    "indirect": Style(255, 0.75),
    "unit": Style(0xDC, 0.75),
    "measure": Style(255, 0.75, rounded=True),
}
"""Greys and borders that tell the looks apart in print; the same for page and paper."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its lines of text, centred in it or from its left edge; `item` is what it stands for."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]
    look: Look
    item: Item | None = None

    @property
    def centred(self) -> bool:
        """Whether its lines are centred: labels are, sentences are not."""
        return self.look in ("accident", "label", "head", "unit")

    @property
    def style(self) -> Style:
        """How it is drawn."""
        return STYLES[self.look]


@dataclass(frozen=True, slots=True)
class Line:
    """A line from one point to another, with a head at its end where it leads somewhere."""

    start: Point
    end: Point
    arrow: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the picture."""

    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: int = WIDTH


def pages_of(causes: Causes, *, height: int | None = HEIGHT) -> tuple[Page, ...]:
    """Return the picture on pages of at most `height`, or on one as high as it must be for None; none without causes."""
    every = chains(causes)
    if not every:
        return ()
    top = _accident(causes)
    if height is None:
        return (_page(top, _rows(every)),)
    room = height - top.height
    shown = _folded(_folded(every, with_measures_folded, room), with_causes_folded, room)
    whole = _page(top, _rows(shown))
    if whole.height <= height:
        return (whole,)
    return tuple(_page(top if n == 0 else _again(top), rows) for n, rows in enumerate(_paged(shown, room)))


def _folded(every: Sequence[Chain], fold: Callable[[Chain], Chain], room: int) -> tuple[Chain, ...]:
    """Fold one chain after the other, the one that saves most first, until all fit on a page."""
    shown = list(every)
    saved = [_row(chain).height - _row(fold(chain)).height for chain in every]
    for at in sorted(range(len(shown)), key=lambda at: (-saved[at], at)):
        if _high(_rows(shown)) <= room or saved[at] <= 0:
            break
        shown[at] = fold(shown[at])
    return tuple(shown)


def told(causes: Causes) -> tuple[str, ...]:
    """Return the picture in words, a chain a sentence: for who does not see it, and for who does not see it drawn."""
    name = f"{accident_name(causes.accident)}：{causes.accident.place}，{casualties(causes.accident)}。"
    return (name, *(_told(chain) for chain in chains(causes)))


def _told(chain: Chain) -> str:
    """A chain in words; one without an aspect has measures alone."""
    parts = []
    if chain.aspect and chain.causes:
        parts.append(f"{chain.level.label}（{chain.aspect.label}）：{_listed(chain.causes)}")
    if chain.unit:
        parts.append(f"职责未履行：{chain.unit.whole}")
    if chain.answers:
        parts.append(f"{'措施' if chain.aspect else _OTHER}：{_listed(chain.answers)}")
    return "。".join(parts) + "。"


def _listed(items: Iterable[Item]) -> str:
    return "；".join(one.words for one in items)


# ---- text -----------------------------------------------------------------------------------------------------------

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.%/+\-]*|.", re.DOTALL)
_WIDER = 0.12
_NEVER_FIRST = "，。、；：？！）》〕”’…—%"


@lru_cache(maxsize=4096)
def broken(text: str, letters: float, most: int) -> tuple[str, ...]:
    """Break a text into at most so many lines of so many letters; what was left out is marked by … at the end.

    No mark begins a line, and no figure or Latin word is torn that would fit on a line of its own. It is remembered: rows
    are measured over and over while chains are folded, and a paper is laid out at each look and each check.
    """
    lines = [""]
    for word in _words(" ".join(text.split()), letters):
        if _room(lines[-1] + word) <= letters:
            lines[-1] += word
        elif word in _NEVER_FIRST and len(lines[-1]) > 1:
            lines[-1], carried = lines[-1][:-1], lines[-1][-1]
            lines.append(carried + word)
        else:
            lines.append(word.lstrip())
    if len(lines) <= most:
        return tuple(lines)
    last = lines[most - 1]
    while _room(last) > letters - 1:
        last = last[:-1]
    return (*lines[: most - 1], f"{last.rstrip(_NEVER_FIRST)}…")


def _words(text: str, letters: float) -> Iterator[str]:
    for word in _WORD.findall(text):
        yield from (word,) if _room(word) <= letters else word


def _room(text: str) -> float:
    """Return the room that a line takes in letters: figures of a font without serifs are wider than half a letter."""
    return width(text) + _WIDER * 2 * (len(text) - width(text))


def _balanced(lines: tuple[str, ...], letters: float) -> tuple[str, ...]:
    """Break a name anew into as many lines of much the same length."""
    least = max(int(sum(width(line) for line in lines) / len(lines)), 4)
    for narrower in range(least, int(letters)):
        anew = broken("".join(lines), narrower, len(lines))
        if not anew[-1].endswith("…"):
            return anew
    return lines


def _letters(box_width: int) -> float:
    return (box_width - 2 * PAD_X) / LETTER


def _box(item: Item, x: int, box_width: int, look: Look) -> Box:
    lines = broken(item.words, _letters(box_width), item.most)
    if look == "unit":
        lines = _balanced(lines, _letters(box_width))
    return Box(x, 0, box_width, len(lines) * LINE + 2 * _PAD_Y, lines, look, item)


# ---- rows -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """A chain with its boxes, whose places down the page are not given yet."""

    chain: Chain
    causes: tuple[Box, ...]
    unit: Box | None
    measures: tuple[Box, ...]
    height: int


def _rows(every: Iterable[Chain]) -> list[_Row]:
    return _grown([_row(chain) for chain in every])


def _row(chain: Chain) -> _Row:
    right = _UNIT[0] + _UNIT[1] if chain.answers else WIDTH
    cause_width = _CAUSE[1] if chain.unit else right - _CAUSE[0]
    look: Look = "direct" if chain.level is FindingLevel.DIRECT else "indirect"
    causes = tuple(_box(one, _CAUSE[0], cause_width, look) for one in chain.causes)
    unit = _box(chain.unit, *_UNIT, "unit") if chain.unit else None
    x, wide = _MEASURE if chain.causes or chain.unit else (_CAUSE[0], WIDTH - _CAUSE[0])
    measures = tuple(_box(one, x, wide, "measure") for one in chain.answers)
    heights = (_stacked(causes), unit.height if unit else 0, _stacked(measures))
    return _Row(chain, causes, unit, measures, max(heights) + _BETWEEN)


def _stacked(boxes: Sequence[Box]) -> int:
    return sum(box.height for box in boxes) + _BETWEEN * max(len(boxes) - 1, 0)


def _grown(rows: list[_Row]) -> list[_Row]:
    """Give the last row of each label what its letters need, written downward."""
    for label in (_aspect_of, _level_of):
        grown: list[_Row] = []
        for name, span in groupby(rows, label):
            of_label = list(span)
            lacking = len(name[-1]) * LINE + 2 * _PAD_Y + _BETWEEN - sum(row.height for row in of_label)
            grown += of_label[:-1]
            grown.append(replace(of_label[-1], height=of_label[-1].height + max(lacking, 0)))
        rows = grown
    return rows


def _level_of(row: _Row) -> tuple[str, ...]:
    return (row.chain.level.label if row.chain.aspect else _OTHER,)


def _aspect_of(row: _Row) -> tuple[str, ...]:
    return (*_level_of(row), _NAMES[row.chain.aspect] if row.chain.aspect else "")


_OTHER = "其他措施"
_NAMES = {
    Aspect.PERSON: "人",
    Aspect.VEHICLE: "车",
    Aspect.ROAD: "路",
    Aspect.ENVIRONMENT: "环境",
    Aspect.MANAGEMENT: "管理",
}


def _paged(every: Iterable[Chain], height: int) -> list[list[_Row]]:
    """Return the rows of each page; a folded chain is never higher than one."""
    pages: list[list[Chain]] = [[]]
    for chain in every:
        if pages[-1] and _high(_rows([*pages[-1], chain])) > height:
            pages.append([])
        pages[-1].append(chain)
    return [_rows(page) for page in pages]


def _high(rows: Sequence[_Row]) -> int:
    """Return how high a page is below the accident."""
    levels = len(list(groupby(rows, _level_of)))
    return _HEADS + levels * _RISE + sum(row.height for row in rows)


# ---- a page ---------------------------------------------------------------------------------------------------------


def _accident(causes: Causes) -> Box:
    told = broken(f"{causes.accident.place}，{casualties(causes.accident)}", _letters(WIDTH), 2)
    lines = (f"事故：{accident_name(causes.accident)}", *told)
    return Box(0, 0, WIDTH, len(lines) * LINE + 2 * _PAD_Y, lines, "accident")


def _again(top: Box) -> Box:
    """The accident on a further page, on one line."""
    return replace(top, lines=(f"{top.lines[0]}（续）",), height=LINE + 2 * _PAD_Y)


def _page(top: Box, rows: Sequence[_Row]) -> Page:
    boxes, lines = [top, *_heads(top.height + _PAD_Y)], list[Line]()
    y, above = top.height + _HEADS, top.height
    for (level,), of_level in groupby(rows, _level_of):
        y += _RISE
        begins = y
        for (_, name), span in groupby(of_level, _aspect_of):
            from_here = y
            for row in span:
                placed, between = _placed(row, y)
                boxes += placed
                lines += between
                y += row.height
            if name:
                boxes.append(_label(name, _ASPECT, from_here, y - _BETWEEN))
        boxes.append(_label(level, _LEVEL, begins, y - _BETWEEN))
        if level != _OTHER:
            middle = _LEVEL[0] + _LEVEL[1] // 2
            lines.append(Line((middle, begins), (middle, above), arrow=True))
            above = y - _BETWEEN
    return Page(y, tuple(boxes), tuple(lines))


def _heads(y: int) -> list[Box]:
    told = (("原因", _CAUSE), ("职责未履行的单位", _UNIT), ("整改措施", _MEASURE))
    return [Box(x, y, wide, LINE + _PAD_Y, (words,), "head") for words, (x, wide) in told]


def _label(words: str, place: tuple[int, int], y: int, end: int) -> Box:
    return Box(place[0], y, place[1], end - y, tuple(words), "label")


def _placed(row: _Row, y: int) -> tuple[list[Box], list[Line]]:
    """Return a row's boxes at their place, each column in the middle of its height, and the lines between them."""
    room = row.height - _BETWEEN
    causes, measures = _column(row.causes, y, room), _column(row.measures, y, room)
    units = _column((row.unit,) if row.unit else (), y, room)
    tied = [Line((box.x, _mid(box)), (_ASPECT[0] + _ASPECT[1], _mid(box))) for box in causes or units]
    if units:
        tied += _bundle(causes, units, backward=True)
        tied += _bundle(units, measures)
    elif causes:
        tied += _bundle(causes, measures)
    return [*causes, *units, *measures], tied


def _column(boxes: Sequence[Box], y: int, room: int) -> list[Box]:
    at, placed = y + (room - _stacked(boxes)) // 2, []
    for box in boxes:
        placed.append(replace(box, y=at))
        at += box.height + _BETWEEN
    return placed


def _mid(box: Box) -> int:
    return box.y + box.height // 2


def _bundle(left: Sequence[Box], right: Sequence[Box], *, backward: bool = False) -> list[Line]:
    """Return lines from every box on the left to every one on the right by one upright between them.

    Their heads are at the right; `backward` at the left, where the right has brought the left about.
    """
    if not left or not right:
        return []
    x = (left[0].x + left[0].width + right[0].x) // 2
    heights = sorted({_mid(box) for box in (*left, *right)})
    upright = [Line((x, heights[0]), (x, heights[-1]))] if len(heights) > 1 else []
    west = [((box.x + box.width, _mid(box)), (x, _mid(box))) for box in left]
    east = [((x, _mid(box)), (box.x, _mid(box))) for box in right]
    return [
        *upright,
        *(Line(*((b, a) if backward else (a, b)), arrow=backward) for a, b in west),
        *(Line(*((b, a) if backward else (a, b)), arrow=not backward) for a, b in east),
    ]
