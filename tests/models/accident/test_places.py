"""How far two places lie apart, and where on its road a stake stands."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.accident.rules.places import Position, box, distance_m, stake_metres

ANYWHERE = st.builds(Position, st.floats(-89.9, 89.9), st.floats(-179.9, 179.9))


@pytest.mark.parametrize(
    ("stake", "metres"),
    [
        ("K145+370", 145_370),
        ("k1309+033", 1_309_033),
        ("K97", 97_000),
        ("97公里500米", 97_500),
        (" K12＋300 ", 12_300),
        ("K0+5", 5),
        ("长下坡", None),
        ("", None),
        (None, None),
        ("K12+3000", None),
        ("K12+300至K12+900", None),
    ],
)
def test_a_stake_is_metres_from_the_beginning_of_the_road(stake: str | None, metres: int | None) -> None:
    assert stake_metres(stake) == metres


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() -> None:
    assert distance_m(Position(30, 114), Position(31, 114)) == pytest.approx(111_195, abs=1)
    assert distance_m(Position(30, 114), Position(30, 115)) == pytest.approx(96_297, abs=5)
    assert distance_m(Position(0, 179.9), Position(0, -179.9)) == pytest.approx(22_239, abs=1)


@given(ANYWHERE, ANYWHERE)
def test_the_way_back_is_as_long(one: Position, other: Position) -> None:
    assert distance_m(one, other) == pytest.approx(distance_m(other, one))
    assert 0 <= distance_m(one, other) <= math.pi * 6_371_009


@given(ANYWHERE, st.floats(0, 360), st.integers(1, 50_000), st.floats(0, 1))
def test_the_box_holds_whatever_lies_within_the_distance(
    around: Position, course: float, metres: int, part: float
) -> None:
    there = walk(around, course, metres * part)
    within = box(around, metres)
    if abs(there.longitude - around.longitude) < 180:  # beyond the date line no road of ours goes on
        assert within.south <= there.latitude <= within.north
        assert within.west <= there.longitude <= within.east


def walk(start: Position, course: float, metres: float) -> Position:
    """Go straight on along a great circle."""
    angle, bearing = metres / 6_371_008.8, math.radians(course)
    north = math.radians(start.latitude)
    there = math.asin(math.sin(north) * math.cos(angle) + math.cos(north) * math.sin(angle) * math.cos(bearing))
    east = math.radians(start.longitude) + math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(north), math.cos(angle) - math.sin(north) * math.sin(there)
    )
    return Position(math.degrees(there), (math.degrees(east) + 180) % 360 - 180)
