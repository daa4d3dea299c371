"""Map of the year's accidents on the outline of the own districts, or in an empty frame where the unit has given none."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from models.kernel.vocabulary import Grade
from models.overview.queries.dashboard.places import Point
from ui.web.parts.maps import WIDTH, Ground, Outline, border_svg, ground
from ui.web.parts.words import Html, pictured

# Without an outline: so many accidents say how they lie to each other.
ENOUGH = 3
COLOURS = {Grade.EXCEPTIONAL: "#8f1414", Grade.MAJOR: "#b42323", Grade.LARGE: "#b97f00", Grade.ORDINARY: "#2b62b0"}


def drawn(points: Sequence[Point], districts: Sequence[Outline]) -> Html:
    """Return the points on the districts, or in a frame of their own: larger for more deaths, coloured by grade, each leading
    to its case. Nothing where there is neither."""
    below = ground(districts, ((p.longitude, p.latitude) for p in points), fewest=ENOUGH)
    if below is None:
        return Html("")
    inside = [p for p in points if below.shows(p.longitude, p.latitude)]
    dots = "".join(_dot(p, below) for p in reversed(inside))
    outside = len(points) - len(inside)
    legend = "　".join(f'<b style="color:{COLOURS[g]}">●</b> {g.label}' for g in COLOURS)
    note = f"；另有{outside}起在图外" if outside else ""
    if not districts:
        note += "；没有辖区边界，只画出相互位置，管理员可以设置"
    shown = "辖区边界" if districts else "事故位置"
    return Html(
        f'<figure class="sc-drawing"><div class="sc-map">{pictured(border_svg(below), shown)}'
        f"{dots}</div><figcaption>{legend}　圆点越大死亡人数越多{note}</figcaption></figure>"
    )


def _dot(point: Point, below: Ground) -> str:
    x, y = below.at(point.longitude, point.latitude)
    size = 8 + 2 * min(point.deaths or 0, 10)
    title = f"{point.title}，死亡{point.deaths if point.deaths is not None else '—'}人"
    look = (
        f"left:{100 * x / WIDTH:.2f}%;top:{100 * y / below.height:.2f}%;width:{size}px;height:{size}px;"
        f"background:{COLOURS[point.grade]}"
    )
    return (
        f'<a class="sc-in sc-dot" href="/case?number={escape(point.case_number)}" title="{escape(title)}" '
        f'aria-label="{escape(title)}" style="{look}"></a>'
    )
