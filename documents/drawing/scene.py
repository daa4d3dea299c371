"""现场图: a plain plan of the place true to scale, from the facts of a scene plan. Stakes rise from left to right."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from models.papers.content import Placed, ScenePlan, Stretch
from models.papers.content.wording import number

from .marks import BLACK, WHITE, Drawing, Mark, Point, Shape, Words, arrow_head, circle, dashed, rectangle, width_of

WIDTH = 156.0
_MARGIN, _HEAD, _TALLEST = 3.0, 16.0, 110.0  # mm: at the sides, above the map, of the map
_SMALL, _WORDS = 2.8, 3.2  # mm: of ticks and numbers, of the legend
_LINE = 4.8  # mm between lines of the legend
_SCALES = (100, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 10_000, 20_000)
_BEYOND, _LEAST = 8.0, 40.0  # metres of road beyond what is placed, and of road at least
_BESIDE = 4.0  # metres beside the road
_STEPS = (5, 10, 20, 50, 100, 200, 500, 1000)
_GREY = 215
_RING = 2.0  # mm, around a number
_VEHICLES = ("车辆最终位置", "碰撞时车辆位置")
_USUAL = 4.6, 1.8  # metres of a car, where nobody gave any


def scene(plan: ScenePlan) -> Drawing:
    """Return the plan as a drawing as wide as the text block."""
    road = _Road(plan)
    sheet = _Sheet(road)
    marks = [*_carriageway(sheet), *_ticks(sheet), *_stretches(sheet), *_placed(sheet)]
    bottom = _HEAD + sheet.height
    legend, height = _legend(sheet.numbered, bottom + 8)
    return Drawing(
        WIDTH, height, (*_edge(height), *marks, *sheet.rings, *_heading(plan), *_north(plan), *_scale(sheet), *legend)
    )


@dataclass(slots=True)
class _Road:
    """The road in metres: where a place along and across it lies on a plain, x to the right and y down."""

    plan: ScenePlan

    def at(self, along: float, across: float) -> Point:
        """A place on the plain; a bend is an arc of its radius about the place of the accident."""
        radius = self.plan.radius
        if not radius:
            return along, across
        away = abs(radius) - across if radius > 0 else abs(radius) + across
        angle = along / abs(radius)
        rise = abs(radius) - away * math.cos(angle)
        return away * math.sin(angle), rise if radius > 0 else -rise

    def turned(self, along: float) -> float:
        """By how many degrees the road has turned clockwise there."""
        return math.degrees(along / self.plan.radius) if self.plan.radius else 0.0

    def line(self, across: float, begin: float, end: float) -> list[Point]:
        """A line along the road."""
        steps = max(1, math.ceil((end - begin) / 2)) if self.plan.radius else 1
        return [self.at(begin + (end - begin) * n / steps, across) for n in range(steps + 1)]

    @property
    def span(self) -> tuple[float, float]:
        """From where to where the road is drawn."""
        places = [0.0, *(one.along for one in self.plan.placed)]
        places += [one.to_along for one in self.plan.placed if one.to_along is not None]
        begin, end = min(places) - _BEYOND, max(places) + _BEYOND
        more = max(0.0, _LEAST - (end - begin)) / 2
        return begin - more, end + more

    @property
    def half(self) -> float:
        """Half of its width."""
        return self.plan.width / 2


@dataclass(slots=True)
class _Sheet:
    """The plain on paper: its scale and what has got a number on it."""

    road: _Road
    begin: float = 0.0
    end: float = 0.0
    denominator: int = 0
    left: float = 0.0
    top: float = 0.0
    height: float = 0.0
    numbered: list[str] = field(default_factory=list)
    taken: list[Point] = field(default_factory=list)
    rings: list[Mark] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.begin, self.end = self.road.span
        points = [*_outline(self.road, self.begin, self.end)]
        west, east = min(x for x, _ in points), max(x for x, _ in points)
        north, south = min(y for _, y in points), max(y for _, y in points)
        self.denominator = next(
            (
                one
                for one in _SCALES
                if (east - west) * 1000 / one <= WIDTH - 2 * _MARGIN and (south - north) * 1000 / one <= _TALLEST
            ),
            _SCALES[-1],
        )
        self.height = (south - north) * self.per_metre
        self.left = WIDTH / 2 - (west + east) / 2 * self.per_metre
        self.top = _HEAD - north * self.per_metre

    @property
    def per_metre(self) -> float:
        """Millimetres on paper for a metre on the road."""
        return 1000 / self.denominator

    def on(self, plain: Point) -> Point:
        """Where a place of the plain lies on paper."""
        return self.left + plain[0] * self.per_metre, self.top + plain[1] * self.per_metre

    def at(self, along: float, across: float) -> Point:
        """Where a place of the road lies on paper."""
        return self.on(self.road.at(along, across))

    def line(self, across: float, begin: float, end: float) -> tuple[Point, ...]:
        """A line along the road on paper."""
        return tuple(self.on(point) for point in self.road.line(across, begin, end))

    def note(self, centre: Point, away: float, label: str) -> None:
        """Give something the next number, in a ring beside it where there is room yet."""
        self.numbered.append(label)
        ring = next(
            (place for place in _around(centre, away) if all(math.dist(place, one) >= 2 * _RING for one in self.taken)),
            centre,
        )
        self.taken.append(ring)
        self.rings += [
            circle(ring, _RING, width=0.15, fill=WHITE),
            Words((ring[0], ring[1] + _SMALL * 0.36), str(len(self.numbered)), _SMALL),
        ]


def _around(centre: Point, away: float) -> Iterator[Point]:
    if away <= 0:
        yield centre
    for ring in (max(away, 0) + _RING + 0.4, max(away, 0) + 3 * _RING + 0.6, max(away, 0) + 5 * _RING + 0.8):
        for degrees in (-90, 90, 0, 180, -45, 45, -135, 135):
            angle = math.radians(degrees)
            yield centre[0] + ring * math.cos(angle), centre[1] + ring * math.sin(angle)


def _outline(road: _Road, begin: float, end: float) -> Iterator[Point]:
    """Points that the map must hold."""
    beside = road.half + _BESIDE
    for side in (-beside, beside):
        yield from road.line(side, begin, end)
    for one in road.plan.placed:
        reach = max(one.length or _USUAL[0], one.breadth or _USUAL[1]) / 2 + 1
        x, y = road.at(one.along, one.across)
        yield from ((x - reach, y - reach), (x + reach, y + reach))
        if one.to_along is not None:
            yield road.at(one.to_along, one.across if one.to_across is None else one.to_across)


def _edge(height: float) -> Iterator[Mark]:
    yield Shape(rectangle((0.2, 0.2), WIDTH - 0.4, height - 0.4), 0.35, closed=True)


def _carriageway(sheet: _Sheet) -> Iterator[Mark]:
    """The edges of the road, its lanes, and which way each half goes where there are two."""
    plan, half = sheet.road.plan, sheet.road.half
    for side in (-half, half):
        yield Shape(sheet.line(side, sheet.begin, sheet.end), 0.5)
    for n in range(1, plan.lanes):
        across = -half + plan.width * n / plan.lanes
        if 2 * n == plan.lanes and plan.middle != "dashed":
            for aside in (-0.15, 0.15) if plan.middle == "double" else (0.0,):
                yield Shape(sheet.line(across + aside, sheet.begin, sheet.end), 0.25)
        else:
            yield from dashed(sheet.line(across, sheet.begin, sheet.end), 4, 3)
    if plan.lanes >= 2:
        yield from _arrow(sheet, half / 2, sheet.begin + 2, sheet.begin + 7)
        yield from _arrow(sheet, -half / 2, sheet.end - 2, sheet.end - 7)


def _arrow(sheet: _Sheet, across: float, begin: float, end: float) -> Iterator[Mark]:
    here, there = sheet.at(begin, across), sheet.at(end, across)
    yield Shape((here, there), 0.3)
    angle = math.atan2(there[1] - here[1], there[0] - here[0])
    yield arrow_head(there, angle, 1.8)


def _ticks(sheet: _Sheet) -> Iterator[Mark]:
    """Stakes beside the road, on the side where less is placed; metres from the place where no stake is known."""
    plan = sheet.road.plan
    step = next((one for one in _STEPS if one * sheet.per_metre >= 22), _STEPS[-1])
    beyond = [one.across for one in plan.placed if abs(one.across) > sheet.road.half]
    beyond += [1.0 if one.right else -1.0 for one in plan.stretches]
    side = -1.0 if sum(1 if across > 0 else -1 for across in beyond) > 0 else 1.0
    origin = plan.stake_metres or 0
    first = math.ceil((origin + sheet.begin) / step)
    for count in range(first, math.floor((origin + sheet.end) / step) + 1):
        metres = count * step
        inner, outer = (sheet.at(metres - origin, side * (sheet.road.half + mm / sheet.per_metre)) for mm in (0.0, 1.5))
        yield Shape((inner, outer), 0.25)
        along = math.atan2(outer[1] - inner[1], outer[0] - inner[0])
        place = outer[0] + 2.4 * math.cos(along), outer[1] + 2.4 * math.sin(along) + _SMALL * 0.36
        sheet.taken += [(place[0] + aside, place[1] - 1) for aside in (-3.5, 0.0, 3.5)]
        yield Words(place, _stake(plan, metres), _SMALL)


def _stake(plan: ScenePlan, metres: int) -> str:
    if plan.stake_metres is None:
        return f"{metres}米"
    return f"K{metres // 1000}+{metres % 1000:03d}"


def _stretches(sheet: _Sheet) -> Iterator[Mark]:
    """Guard rails and the like at the edge: a strong line where they stand, dashes where they are missing."""
    for one in sheet.road.plan.stretches:
        begin, end = max(one.from_along, sheet.begin), min(one.to_along, sheet.end)
        if begin >= end:
            continue
        across = math.copysign(sheet.road.half + 1.2 / sheet.per_metre, 1 if one.right else -1)
        line = sheet.line(across, begin, end)
        yield from (Shape(line, 0.9),) if one.standing else dashed(line, 2, 1.5, width=0.35)
        sheet.note(_beside(sheet, one, (begin + end) / 2), 0.0, one.label)


def _beside(sheet: _Sheet, one: Stretch, along: float) -> Point:
    away = sheet.road.half + (1.8 + _RING) / sheet.per_metre
    return sheet.at(along, math.copysign(away, 1 if one.right else -1))


def _placed(sheet: _Sheet) -> Iterator[Mark]:
    """What is placed: bodies lowest, then where vehicles were, then traces and signs; numbered as it is listed."""
    placed = sheet.road.plan.placed
    sheet.taken += [sheet.at(one.along, one.across) for one in placed if one.kind not in _VEHICLES and not _ends(one)]
    for one in sorted(placed, key=lambda one: _VEHICLES.index(one.kind) if one.kind in _VEHICLES else len(_VEHICLES)):
        if one.kind in _VEHICLES:
            yield from _vehicle(sheet, one)
        elif _ends(one):
            yield from dashed((sheet.at(one.along, one.across), _end(sheet, one)), 1.2, 0.8, width=0.7)
        else:
            yield from _sign(one.kind, sheet.at(one.along, one.across))
    for one in placed:
        sheet.note(*_middle(sheet, one), one.label)


def _ends(one: Placed) -> bool:
    return one.to_along is not None


def _end(sheet: _Sheet, one: Placed) -> Point:
    return sheet.at(one.to_along or 0.0, one.across if one.to_across is None else one.to_across)


def _middle(sheet: _Sheet, one: Placed) -> tuple[Point, float]:
    """The middle of something, and how far from it a number must stay; on a large vehicle it stands inside."""
    here = sheet.at(one.along, one.across)
    if one.kind in _VEHICLES:
        away = (one.breadth or _USUAL[1]) / 2 * sheet.per_metre
        return here, 0.0 if away >= _RING + 0.3 else away
    if _ends(one):
        there = _end(sheet, one)
        return ((here[0] + there[0]) / 2, (here[1] + there[1]) / 2), 0.6
    return here, 1.8


def _vehicle(sheet: _Sheet, one: Placed) -> Iterator[Mark]:
    """Its outline with a mark at its front; dashed where it only says where the vehicle was."""
    length, breadth = one.length or _USUAL[0], one.breadth or _USUAL[1]
    angle = math.radians(one.heading + sheet.road.turned(one.along))
    centre = sheet.at(one.along, one.across)

    def corner(ahead: float, aside: float) -> Point:
        x, y = ahead * length / 2 * sheet.per_metre, aside * breadth / 2 * sheet.per_metre
        turned = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
        return centre[0] + turned[0], centre[1] + turned[1]

    around = (corner(1, -1), corner(1, 1), corner(-1, 1), corner(-1, -1))
    if one.kind == _VEHICLES[0]:
        yield Shape(around, 0.3, BLACK, _GREY, closed=True)
    else:
        yield from dashed((*around, around[0]), 1.0, 0.7, width=0.3)
    yield Shape((corner(0.7, -1), corner(1, 0), corner(0.7, 1)), 0.3)


def _sign(kind: str, here: Point) -> Iterator[Mark]:
    """What is a point: a cross for the impact, a ring for a person, a triangle for debris, a square for a landmark."""
    x, y = here
    if kind == "碰撞点":
        yield circle(here, 1.6, width=0.3, fill=WHITE)
        yield Shape(((x - 1.1, y - 1.1), (x + 1.1, y + 1.1)), 0.4)
        yield Shape(((x - 1.1, y + 1.1), (x + 1.1, y - 1.1)), 0.4)
    elif kind == "人员":
        yield circle(here, 1.2, width=0.4, fill=WHITE)
        yield circle(here, 0.4, width=0.2, fill=BLACK)
    elif kind == "散落物":
        yield Shape(((x, y - 1.3), (x + 1.3, y + 1), (x - 1.3, y + 1)), 0.3, fill=_GREY, closed=True)
    else:
        yield Shape(rectangle((x - 1, y - 1), 2, 2), 0.3, fill=BLACK, closed=True)


def _heading(plan: ScenePlan) -> Iterator[Mark]:
    """What the map is of, in two lines."""
    width = f"路面宽{number(plan.width)}米" if plan.width_known else f"路面宽未测，按{number(plan.width)}米绘"
    bend = None
    if plan.radius:
        bend = f"平曲线半径{number(abs(plan.radius))}米，{'右' if plan.radius > 0 else '左'}弯"
    first = "　".join(filter(None, (plan.road, plan.stake)))
    second = "；".join(filter(None, ("自左向右为桩号增大方向", width, bend, plan.slope)))
    for line, text in enumerate((first, second), 1):
        yield from _lines(text, 128, (_MARGIN, line * 5.6))


def _lines(text: str, most: float, at: Point) -> Iterator[Words]:
    for n, part in enumerate(_wrapped(text, most)):
        yield Words((at[0], at[1] + n * 4.4), part, _WORDS, centred=False)


def _wrapped(text: str, most: float) -> list[str]:
    lines, line = [], ""
    for character in text:
        if line and width_of(line + character, _WORDS) > most:
            lines.append(line)
            line = ""
        line += character
    return [*lines, line] if line else lines


def _north(plan: ScenePlan) -> Iterator[Mark]:
    if plan.north is None:
        return
    centre, angle = (WIDTH - 11.0, 9.5), math.radians(plan.north)
    tip, foot = ((centre[0] + reach * math.cos(angle), centre[1] + reach * math.sin(angle)) for reach in (4.5, -4.5))
    yield Shape((foot, tip), 0.3)
    yield arrow_head(tip, angle, 2.6)
    beyond = centre[0] + 6.8 * math.cos(angle), centre[1] + 6.8 * math.sin(angle)
    yield Words((beyond[0], beyond[1] + 1.1), "北", _WORDS)


def _scale(sheet: _Sheet) -> Iterator[Mark]:
    """A bar of so many metres; a copy of another size stays true to it."""
    metres = next(one for one in reversed(_STEPS) if one * sheet.per_metre <= 45 or one == _STEPS[0])
    length, y = metres * sheet.per_metre, _HEAD + sheet.height + 4
    left = WIDTH - _MARGIN - 12 - length
    yield Shape(((left, y - 1), (left, y), (left + length, y), (left + length, y - 1)), 0.3)
    yield Words((left + length + 1.5, y), f"{metres}米", _SMALL, centred=False)
    note = f"比例1：{sheet.denominator}（按本图原宽）；车辆为示意轮廓"
    yield Words((_MARGIN, y), note, _SMALL, centred=False)


def _legend(labels: Sequence[str], top: float) -> tuple[list[Mark], float]:
    """What each number is, two in a line where both have room; returns the marks and where the sheet ends."""
    marks: list[Mark] = []
    y, column = top + 2, 0
    half = (WIDTH - 2 * _MARGIN) / 2
    for n, label in enumerate(labels, 1):
        text = f"{n}　{label}"
        wide = width_of(text, _WORDS) > half - 2
        if wide and column:
            y, column = y + _LINE, 0
        lines = _wrapped(text, (2 * half if wide else half) - 2)
        marks += (
            Words((_MARGIN + column * half, y + k * _LINE), line, _WORDS, centred=False) for k, line in enumerate(lines)
        )
        column = 0 if wide else 1 - column
        if wide or not column:
            y += _LINE * (len(lines) if wide else 1)
    return marks, y + (_LINE if column else 0) - (_LINE - 3)
