"""Maps drawn by ourselves: the districts' outline, cells shaded by what was counted in them, numbered sites.

Nothing is asked of the outside: no tiles, no script. Shades go from light to dark, so that they tell the same in grey, and
a figure always has its text alternative; the table of the same numbers stands beside it, by whoever shows the map.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from math import cos, radians
from pathlib import Path
from typing import Any, NamedTuple

from models.kernel.errors import Invalid
from ui.web.parts.words import Html, pictured

WIDTH, MARGIN, TALLEST = 600, 16, 520
AROUND = 0.01
"""Room around what is shown where no outline is given, in degrees: a kilometre."""
SHADES = ("#fde3d2", "#f9b98f", "#ee8050", "#c8441f", "#7d1a0b")
"""From few to many; on a grey printer as light to dark."""
SMALLEST = 5.0
"""Side of a shaded cell in the picture, however small it is in the world."""
KILOMETRE = 1 / 111.32
"""In degrees of latitude."""

Ring = tuple[tuple[float, float], ...]


class Outline(NamedTuple):
    """One district: its name and the rings of its border, in degrees."""

    name: str
    rings: tuple[Ring, ...]


class Shaded(NamedTuple):
    """A cell: the degrees of its south-western and north-eastern corners, and what was counted or expected in it."""

    west: float
    south: float
    east: float
    north: float
    amount: float


class Site(NamedTuple):
    """A numbered place: its degrees, the mark in its circle, what it is in words, and where a click leads."""

    longitude: float
    latitude: float
    mark: str
    told: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What a map is drawn on: the districts, the corners that are shown, and how degrees become places in the picture."""

    districts: tuple[Outline, ...]
    west: float
    south: float
    east: float
    north: float

    @property
    def narrowing(self) -> float:
        """How much shorter a degree east is than one north, in the middle of the map."""
        return cos(radians((self.south + self.north) / 2))

    @property
    def scale(self) -> float:
        """Units of the picture for a degree north."""
        across = max((self.east - self.west) * self.narrowing, 1e-3)
        return min((WIDTH - 2 * MARGIN) / across, (TALLEST - 2 * MARGIN) / max(self.north - self.south, 1e-3))

    @property
    def height(self) -> float:
        """Height of the picture; its width is `WIDTH`."""
        return (self.north - self.south) * self.scale + 2 * MARGIN

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return the place in the picture, from its upper left corner."""
        wide = (self.east - self.west) * self.narrowing * self.scale
        x = (WIDTH - wide) / 2 + (longitude - self.west) * self.narrowing * self.scale
        return x, MARGIN + (self.north - latitude) * self.scale

    def shows(self, longitude: float, latitude: float) -> bool:
        """Whether a place lies on the map."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


def outline(path: Path | None) -> tuple[Outline, ...]:
    """Return the districts of a GeoJSON file; none where no file is named. Raises Invalid for a file that is none."""
    if path is None:
        return ()
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Invalid(f"辖区边界文件 {path.name} 不能读取，请提供 GeoJSON 文件。", code="bad_outline") from error


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> tuple[Outline, ...]:
    told = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Outline(str(feature["properties"].get("name", "")), tuple(_rings(feature["geometry"])))
        for feature in told["features"]
    )


def _rings(geometry: Any) -> Iterator[Ring]:  # as JSON was read; the caller answers for what is wrong in it
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            yield tuple((float(x), float(y)) for x, y, *_ in ring)


def ground(districts: Sequence[Outline], places: Iterable[tuple[float, float]], *, fewest: int = 1) -> Ground | None:
    """Return the districts as what a map is drawn on; without any, a frame around the places (degrees east and north).

    None where there is neither: no district and less than `fewest` places.
    """
    corners = [corner for district in districts for ring in district.rings for corner in ring]
    around = 0.0
    if not corners:
        corners, around = list(places), AROUND
        if len(corners) < fewest:
            return None
    across, along = [x for x, _ in corners], [y for _, y in corners]
    return Ground(
        tuple(districts), min(across) - around, min(along) - around, max(across) + around, max(along) + around
    )


def map_svg(districts: Sequence[Outline], cells: Sequence[Shaded], sites: Sequence[Site]) -> str:
    """Return a map as SVG: outline, shaded cells, numbered sites, scale. Empty where there is nothing to draw."""
    below = ground(districts, _places(cells, sites))
    return "" if below is None else _svg(below, cells, sites)


def map_figure(
    districts: Sequence[Outline], cells: Sequence[Shaded], sites: Sequence[Site], *, told: str, unit: str = "起"
) -> Html:
    """Return a map for a page, read out as `told`, with a link on every site and the legend below it; empty where there is
    nothing to draw. `unit` stands behind whole amounts; others are shares of one and shown in per cent."""
    below = ground(districts, _places(cells, sites))
    if below is None:
        return Html("")
    dots = "".join(
        _link(below, site) for site in sites if site.address is not None and below.shows(site.longitude, site.latitude)
    )
    outside = sum(not below.shows(site.longitude, site.latitude) for site in sites)
    notes = [
        *([_legend(cells, unit)] if cells else []),
        *([f"另有{outside}处在图外"] if outside else []),
        *([] if districts else ["没有辖区边界，只画出相互位置，管理员可以设置"]),
    ]
    return Html(
        f'<figure class="sc-drawing"><div class="sc-map">{pictured(_svg(below, cells, sites), told)}{dots}</div>'
        f"<figcaption>{'；'.join(notes)}</figcaption></figure>"
    )


def border_svg(below: Ground) -> str:
    """Return the districts alone as SVG, their names on them."""
    return _document(below, _borders(below) + "".join(_name(below, one) for one in below.districts))


def _places(cells: Sequence[Shaded], sites: Sequence[Site]) -> Iterator[tuple[float, float]]:
    for cell in cells:
        yield cell.west, cell.south
        yield cell.east, cell.north
    for site in sites:
        yield site.longitude, site.latitude


def _svg(below: Ground, cells: Sequence[Shaded], sites: Sequence[Site]) -> str:
    steps = _steps(cells)
    shades = "".join(_cell(below, cell, steps) for cell in sorted(cells, key=lambda cell: cell.amount))
    names = "".join(_name(below, one) for one in below.districts)
    marks = "".join(_mark(below, site) for site in reversed(sites) if below.shows(site.longitude, site.latitude))
    return _document(below, _borders(below) + shades + names + marks + _bar(below))


def _document(below: Ground, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {below.height:.0f}" font-family="sans-serif" '
        f'font-size="14">{inside}</svg>'
    )


def _borders(below: Ground) -> str:
    if not below.districts:
        return (
            f'<rect x="1" y="1" width="{WIDTH - 2}" height="{below.height - 2:.0f}" fill="#eef2f7" stroke="#8593a8"/>'
        )
    return "".join(
        f'<path d="{_path(below.at(*corner) for corner in ring)}" fill="#eef2f7" stroke="#8593a8"/>'
        for district in below.districts
        for ring in district.rings
    )


def _path(corners: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z"


def _name(below: Ground, district: Outline) -> str:
    widest = max(district.rings, key=len, default=())
    if not widest:
        return ""
    x, y = below.at(sum(x for x, _ in widest) / len(widest), sum(y for _, y in widest) / len(widest))
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" fill="#4b5563">{escape(district.name)}</text>'


def _steps(cells: Sequence[Shaded]) -> list[float]:
    """Return from which amount on each shade is used, the last ones of `SHADES`: a shade for as many as there are."""
    most = max((cell.amount for cell in cells), default=0.0)
    if _whole(cells):
        shades = min(len(SHADES), max(int(most), 1))
        return [1.0 + shade * int(most) // shades for shade in range(shades)]
    return [most * shade / len(SHADES) for shade in range(len(SHADES))]


def _whole(cells: Sequence[Shaded]) -> bool:
    return all(float(cell.amount).is_integer() for cell in cells)


def _shade(amount: float, steps: Sequence[float]) -> str:
    reached = max(sum(amount >= step for step in steps), 1)
    return SHADES[len(SHADES) - len(steps) + reached - 1]


def _cell(below: Ground, cell: Shaded, steps: Sequence[float]) -> str:
    left, bottom = below.at(cell.west, cell.south)
    right, top = below.at(cell.east, cell.north)
    wide, high = max(right - left, SMALLEST), max(bottom - top, SMALLEST)
    x, y = (left + right - wide) / 2, (top + bottom - high) / 2
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{_shade(cell.amount, steps)}"/>'


def _mark(below: Ground, site: Site) -> str:
    x, y = below.at(site.longitude, site.latitude)
    return (
        f'<g><circle cx="{x:.1f}" cy="{y:.1f}" r="9" fill="#17324d" fill-opacity=".88" stroke="#fff" stroke-width="1.5"/>'
        f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" font-size="11" fill="#fff">{escape(site.mark)}</text>'
        f"</g>"
    )


def _bar(below: Ground) -> str:
    """Draw how long a round number of kilometres is, at most a quarter of the map."""
    lengths = [
        length for length in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if length * KILOMETRE * below.scale <= 150
    ]
    length = lengths[-1] if lengths else 0.1
    wide, y = length * KILOMETRE * below.scale, below.height - 8
    told = f"{length:g}公里" if length >= 1 else f"{length * 1000:.0f}米"
    return (
        f'<path d="M{MARGIN} {y - 4:.0f}V{y:.0f}H{MARGIN + wide:.1f}V{y - 4:.0f}" fill="none" stroke="#1f2937"/>'
        f'<text x="{MARGIN + 4}" y="{y - 6:.0f}" font-size="11" fill="#1f2937">{told}</text>'
    )


def _legend(cells: Sequence[Shaded], unit: str) -> str:
    steps = _steps(cells)
    return "　".join(
        f'<span class="sc-shade" style="background:{_shade(step, steps)}"></span>{told}'
        for step, told in zip(steps, _from(steps, unit if _whole(cells) else "%"), strict=True)
    )


def _from(steps: Sequence[float], unit: str) -> Iterator[str]:
    """Say of each shade from where to where it reaches."""
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if following is None:
            yield f"{_amount(step, unit)}及以上" if len(steps) > 1 else _amount(step, unit)
        elif unit == "%":
            yield f"{_amount(step, unit)}以上"
        else:
            yield _amount(step, unit) if following - step == 1 else f"{step:.0f}～{_amount(following - 1, unit)}"


def _amount(amount: float, unit: str) -> str:
    return f"{amount:.1%}" if unit == "%" else f"{amount:.0f}{unit}"


def _link(below: Ground, site: Site) -> str:
    x, y = below.at(site.longitude, site.latitude)
    look = f"left:{100 * x / WIDTH:.2f}%;top:{100 * y / below.height:.2f}%"
    told = escape(f"{site.mark}：{site.told}")
    return (
        f'<a class="sc-in sc-site" href="{escape(site.address or "")}" title="{told}" aria-label="{told}" '
        f'style="{look}"></a>'
    )
