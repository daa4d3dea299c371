"""Where a division can lie at all: the least and greatest degrees of its outline, to question a point that lies outside.

Known are the divisions named here; of every other one the country's own box is asked. The outlines were taken from public
maps and rounded outwards: a box never tells that a point lies in the division, only that it cannot.
"""

from __future__ import annotations

from models.kernel.vocabulary import Datum

from .datums import Point, converted

# Code → degrees west, south, east, north in CGCS2000.
_BOXES = {
    "420700": (114.49, 30.01, 115.09, 30.62),
    "420702": (114.49, 30.01, 114.74, 30.37),
    "420703": (114.57, 30.34, 114.85, 30.62),
    "420704": (114.65, 30.20, 115.09, 30.45),
}
_COUNTRY = (73.4, 3.8, 135.1, 53.6)


def outside(point: Point, division_code: str | None) -> bool:
    """Tell whether a point cannot lie in a division; in one that nobody drew here, whether it lies outside the country."""
    west, south, east, north = _box(division_code or "")
    there = converted(point, Datum.CGCS2000)
    return not (west <= there.x <= east and south <= there.y <= north)


def _box(code: str) -> tuple[float, float, float, float]:
    return _BOXES.get(code) or _BOXES.get(f"{code[:4]}00") or _COUNTRY
