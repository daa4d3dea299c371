"""Map of the year's accidents on the outline of the own districts, or in an empty frame where the unit has given none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from html import escape
from math import cos, radians
from pathlib import Path
from typing import Any, NamedTuple

from models.kernel.errors import Invalid
from models.kernel.vocabulary import Grade
from models.overview.queries.dashboard.places import Point
from ui.web.parts.words import Html, pictured

WIDTH, MARGIN, TALLEST = 600, 16, 520
# Without an outline: so many accidents say how they lie to each other, and the room around them, in degrees (a kilometre).
ENOUGH, AROUND = 3, 0.01
COLOURS = {Grade.EXCEPTIONAL: "#8f1414", Grade.MAJOR: "#b42323", Grade.LARGE: "#b97f00", Grade.ORDINARY: "#2b62b0"}

Ring = tuple[tuple[float, float], ...]
Projection = Callable[[float, float], tuple[float, float]]  # from degrees to the place in the picture


class Outline(NamedTuple):
    """One district: its name and the rings of its border, in degrees."""

    name: str
    rings: tuple[Ring, ...]


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


def drawn(points: Sequence[Point], districts: Sequence[Outline]) -> Html:
    """Return the points on the districts, or in a frame of their own: larger for more deaths, coloured by grade, each leading
    to its case. Nothing where there is neither."""
    ground = districts or _frame(points)
    corners = [corner for district in ground for ring in district.rings for corner in ring]
    if not corners:
        return Html("")
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    narrowing = cos(radians((south + north) / 2))
    room = WIDTH - 2 * MARGIN
    scale = min(room / max((east - west) * narrowing, 1e-3), (TALLEST - 2 * MARGIN) / max(north - south, 1e-3))
    height, left = (north - south) * scale + 2 * MARGIN, (WIDTH - (east - west) * narrowing * scale) / 2

    def at(x: float, y: float) -> tuple[float, float]:
        return left + (x - west) * narrowing * scale, MARGIN + (north - y) * scale

    inside = [p for p in points if west <= p.longitude <= east and south <= p.latitude <= north]
    dots = "".join(_dot(p, *at(p.longitude, p.latitude), height) for p in reversed(inside))
    outside = len(points) - len(inside)
    legend = "　".join(f'<b style="color:{COLOURS[g]}">●</b> {g.label}' for g in COLOURS)
    note = f"；另有{outside}起在图外" if outside else ""
    if not districts:
        note += "；没有辖区边界，只画出相互位置，管理员可以设置"
    shown = "辖区边界" if districts else "事故位置"
    return Html(
        f'<figure class="sc-drawing"><div class="sc-map">{pictured(_ground(ground, at, height), shown)}'
        f"{dots}</div><figcaption>{legend}　圆点越大死亡人数越多{note}</figcaption></figure>"
    )


def _frame(points: Sequence[Point]) -> tuple[Outline, ...]:
    """Return a rectangle around the points as the one district there is, none around too few."""
    if len(points) < ENOUGH:
        return ()
    across, along = [p.longitude for p in points], [p.latitude for p in points]
    west, east, south, north = min(across) - AROUND, max(across) + AROUND, min(along) - AROUND, max(along) + AROUND
    return (Outline("", (((west, south), (east, south), (east, north), (west, north)),)),)


def _ground(districts: Sequence[Outline], at: Projection, height: float) -> str:
    """Return the districts as a drawing."""
    borders = "".join(
        f'<path d="{_path(at(*corner) for corner in ring)}" fill="#eef2f7" stroke="#8593a8"/>'
        for district in districts
        for ring in district.rings
    )
    names = "".join(_name(district, at) for district in districts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" font-family="sans-serif" '
        f'font-size="14">{borders}{names}</svg>'
    )


def _path(corners: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z"


def _name(district: Outline, at: Projection) -> str:
    widest = max(district.rings, key=len, default=())
    if not widest:
        return ""
    x, y = at(sum(x for x, _ in widest) / len(widest), sum(y for _, y in widest) / len(widest))
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" fill="#4b5563">{escape(district.name)}</text>'


def _dot(point: Point, x: float, y: float, height: float) -> str:
    size = 8 + 2 * min(point.deaths or 0, 10)
    title = f"{point.title}，死亡{point.deaths if point.deaths is not None else '—'}人"
    look = (
        f"left:{100 * x / WIDTH:.2f}%;top:{100 * y / height:.2f}%;width:{size}px;height:{size}px;"
        f"background:{COLOURS[point.grade]}"
    )
    return (
        f'<a class="sc-in sc-dot" href="/case?number={escape(point.case_number)}" title="{escape(title)}" '
        f'aria-label="{escape(title)}" style="{look}"></a>'
    )
