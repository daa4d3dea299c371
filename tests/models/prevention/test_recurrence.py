"""When an accident happened near an earlier one, or on its section of a road."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from models.accident.rules.places import Place, Position, distance_m
from models.prevention.rules.recurrence import SameSection, nearby, same_section

HERE = Place("420704", "环湖公路", None, "K12+300", 30.36, 114.87)


def test_the_radius_includes_its_rim_and_nothing_is_near_an_unknown_place() -> None:
    other = replace(HERE, latitude=30.364)
    apart = distance_m(Position(30.36, 114.87), Position(30.364, 114.87))
    assert nearby(HERE, other, math.ceil(apart)) == round(apart)
    assert nearby(HERE, other, math.floor(apart)) is None
    assert nearby(HERE, replace(HERE, latitude=None), 50_000) is None


@pytest.mark.parametrize(
    ("changes", "section"),
    [
        ({"stake": "K14+300"}, SameSection(2000)),
        ({"stake": "K14+301"}, None),
        ({"stake": "K10+300"}, SameSection(2000)),
        ({"stake": "K14+301", "latitude": 30.36}, None),  # stakes are more exact than coordinates
        ({"stake": None, "latitude": 30.37}, SameSection(1112)),
        ({"stake": None, "latitude": 30.39}, None),
        ({"stake": None, "latitude": None}, SameSection(None)),
        ({"stake": None, "latitude": None, "division_code": "420703"}, None),
        ({"road_name": "滨湖路"}, None),
        ({"road_name": None}, None),
        ({"division_code": "420703"}, None),  # another town's road of the same name
    ],
)
def test_the_most_exact_that_both_places_have_decides(changes: dict[str, object], section: SameSection | None) -> None:
    other = replace(HERE, **changes)  # type: ignore[arg-type]
    assert same_section(HERE, other, 2000) == section
    assert same_section(other, HERE, 2000) == section


def test_a_roads_number_makes_it_the_same_across_divisions_and_two_numbers_never_do() -> None:
    numbered = replace(HERE, road_number="G316")
    assert same_section(numbered, replace(numbered, road_name="三环线", division_code="420703"), 2000) == SameSection(0)
    assert same_section(numbered, replace(numbered, road_number="G106"), 2000) is None
