"""Coordinates are converted between datums and back; a point is asked about that cannot lie in its division."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.accident.rules.boxes import outside
from models.accident.rules.datums import Point, converted
from models.accident.rules.places import Position, distance_m
from models.kernel.vocabulary import Datum

KNOWN = [datum for datum in Datum if datum is not Datum.UNKNOWN]
POINTS = st.builds(Point, st.floats(73.5, 135), st.floats(4, 53), st.sampled_from(KNOWN))


def metres(one: Point, other: Point) -> float:
    return distance_m(Position(one.y, one.x), Position(other.y, other.x))


@given(POINTS, st.sampled_from(KNOWN))
def test_there_and_back_is_where_one_began(point: Point, datum: Datum) -> None:
    assert metres(converted(converted(point, datum), point.datum), point) < 0.01


def test_at_ezhou_the_shift_is_some_five_hundred_and_seventy_metres() -> None:
    here = Point(114.87, 30.39, Datum.WGS84)
    assert metres(here, converted(here, Datum.GCJ02)) == pytest.approx(569, abs=5)
    assert 900 < metres(here, converted(here, Datum.BD09)) < 1400


def test_wgs84_and_cgcs2000_count_as_one() -> None:
    here = Point(114.87, 30.39, Datum.WGS84)
    assert converted(here, Datum.CGCS2000) == Point(114.87, 30.39, Datum.CGCS2000)


def test_outside_the_country_nothing_is_shifted() -> None:
    there = Point(2.35, 48.86, Datum.WGS84)
    assert converted(there, Datum.GCJ02) == Point(2.35, 48.86, Datum.GCJ02)


def test_a_point_of_unknown_datum_stays_as_it_is() -> None:
    here = Point(114.87, 30.39, Datum.UNKNOWN)
    assert converted(here, Datum.CGCS2000) is here


@pytest.mark.parametrize(
    ("x", "y", "division", "beyond"),
    [
        (114.87, 30.39, "420704", False),
        (30.39, 114.87, "420704", True),
        (114.87, 30.39, "420702", True),
        (114.87, 30.39, "420799", False),
        (121.47, 31.23, "420704", True),
        (121.47, 31.23, "310101", False),
        (151.2, -33.9, None, True),
    ],
)
def test_a_point_outside_its_division_is_questioned(x: float, y: float, division: str | None, beyond: bool) -> None:
    assert outside(Point(x, min(y, 90), Datum.CGCS2000), division) is beyond
