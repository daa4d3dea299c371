"""Accidents on the map: each a dot that leads to its case, with the districts below or without."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from models.kernel.vocabulary import Grade
from models.overview.queries.dashboard.places import Point
from ui.web.leading.places import drawn
from ui.web.parts.maps import Outline

SQUARE = Outline("某区", (((114.0, 30.0), (115.0, 30.0), (115.0, 31.0), (114.0, 31.0)),))


def accident(number: int, longitude: float, latitude: float) -> Point:
    return Point(
        case_number=f"4207-2026-{number:04d}",
        title=f"第{number}起事故",
        grade=Grade.ORDINARY,
        longitude=longitude,
        latitude=latitude,
        deaths=number,
        occurred_at=datetime(2026, 1, number, tzinfo=UTC),
    )


def places(html: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"left:([\d.]+)%;top:([\d.]+)%", html)]


def test_accidents_lie_on_the_districts_and_those_elsewhere_are_counted() -> None:
    html = drawn([accident(1, 114.5, 30.5), accident(2, 120.0, 30.5)], [SQUARE])
    assert re.findall(r'href="([^"]+)"', html) == ["/case?number=4207-2026-0001"]
    assert "另有1起在图外" in html
    assert "没有辖区边界" not in html


def test_without_districts_accidents_lie_as_they_do_to_each_other() -> None:
    html = drawn([accident(1, 114.8, 30.3), accident(2, 114.85, 30.35), accident(3, 114.9, 30.4)], [])
    (east, north), (middle, centre), (west, south) = places(html)  # the last is drawn first
    assert (round(middle), round(centre)) == (50, 50)
    assert west < east
    assert north < south
    assert all(0 < one < 100 for one in (east, north, west, south))
    assert "没有辖区边界" in html
    assert drawn([accident(1, 114.8, 30.3), accident(2, 114.9, 30.4)], []) == ""  # two dots say nothing
