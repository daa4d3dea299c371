"""What a drawing consists of: shapes and words in millimetres from its upper left corner, in greys that print."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

BLACK, WHITE = 0, 255
Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """A line through points, closed or not. `ink` and `fill` are greys from 0 black to 255 white; None draws none."""

    points: tuple[Point, ...]
    width: float = 0.25
    ink: int | None = BLACK
    fill: int | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Words whose baseline is centred at a point or begins there, turned clockwise by degrees; `size` is their height,
    `ink` a grey as of a shape."""

    at: Point
    text: str
    size: float = 3.0
    centred: bool = True
    turned: float = 0.0
    ink: int = BLACK
    bold: bool = False

    @property
    def start(self) -> Point:
        """Where the baseline begins."""
        if not self.centred:
            return self.at
        half = width_of(self.text, self.size) / 2
        angle = math.radians(self.turned)
        return self.at[0] - half * math.cos(angle), self.at[1] - half * math.sin(angle)


Mark: TypeAlias = Shape | Words


@dataclass(frozen=True, slots=True)
class Drawing:
    """Marks on a sheet of so many millimetres, the first lowest."""

    width: float
    height: float
    marks: tuple[Mark, ...]


def width_of(text: str, size: float) -> float:
    """Return how wide words are: a Chinese character is a square, any other half of one."""
    return sum(advance(character, size) for character in text)


def advance(character: str, size: float) -> float:
    """Return how far a character takes the pen."""
    return size if ord(character) > 0x2000 else size / 2


def circle(centre: Point, radius: float, *, width: float = 0.25, fill: int | None = None) -> Shape:
    """A circle as a polygon of 32 sides, which every reader draws alike."""
    corners = (2 * math.pi * n / 32 for n in range(32))
    points = tuple((centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in corners)
    return Shape(points, width, BLACK, fill, closed=True)


def rectangle(corner: Point, width: float, height: float, rounding: float = 0.0) -> tuple[Point, ...]:
    """The points around a rectangle from its upper left corner, clockwise; each corner an arc of `rounding`, if any."""
    (left, top), (right, bottom) = corner, (corner[0] + width, corner[1] + height)
    if not rounding:
        return (left, top), (right, top), (right, bottom), (left, bottom)
    left, top, right, bottom = left + rounding, top + rounding, right - rounding, bottom - rounding
    return tuple(
        (x + rounding * math.cos(math.radians(angle)), y + rounding * math.sin(math.radians(angle)))
        for x, y, begin in ((left, top, 180), (right, top, 270), (right, bottom, 0), (left, bottom, 90))
        for angle in range(begin, begin + 91, 15)
    )


def arrow_head(tip: Point, angle: float, size: float) -> Shape:
    """The head of an arrow that points in the direction of an angle in radians, so long."""
    wings = ((tip[0] - size * math.cos(angle + turn), tip[1] - size * math.sin(angle + turn)) for turn in (0.4, -0.4))
    return Shape((tip, *wings), 0.2, fill=BLACK, closed=True)


def dashed(points: Sequence[Point], on: float, off: float, *, width: float = 0.25, ink: int = BLACK) -> Iterator[Shape]:
    """The dashes along a line, each a line of its own: readers draw the dashed pens of files differently."""
    pending: list[Point] = [points[0]]
    left, drawing = on, True
    for here, there in pairwise(points):
        length, done = math.dist(here, there), 0.0
        while length - done > left:
            done += left
            share = done / length
            stop = (here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share)
            if drawing:
                yield Shape((*pending, stop), width, ink)
            pending, drawing = [stop], not drawing
            left = on if drawing else off
        left -= length - done
        pending.append(there)
    if drawing and len(pending) > 1:
        yield Shape(tuple(pending), width, ink)
