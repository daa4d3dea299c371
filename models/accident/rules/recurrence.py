"""整改后又发生: when two accidents lie near each other or on the same section of a road. Places in degrees and stakes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from .stakes import stake as stake_of

EARTH_M = 6_371_008.8  # mean radius


class Position(NamedTuple):
    """Degrees north and east."""

    latitude: float
    longitude: float


class Box(NamedTuple):
    """The least and the greatest degrees that can lie within a distance: what an index can answer."""

    south: float
    north: float
    west: float
    east: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where an accident happened, as far as it is known."""

    division_code: str
    road_name: str | None
    road_number: str | None
    stake: str | None
    latitude: float | None
    longitude: float | None

    @property
    def position(self) -> Position | None:
        """Return the coordinates where both are known."""
        if self.latitude is None or self.longitude is None:
            return None
        return Position(self.latitude, self.longitude)


def stake_metres(stake: str | None) -> int | None:
    """Return the metres from the road's beginning (K145+370: 145,370); None for what is no kilometre stake."""
    found = stake_of(stake)
    return None if found is None else found.metres


def distance_m(one: Position, other: Position) -> float:
    """Return the metres between two places on the earth as a sphere (haversine)."""
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    half_up = math.sin((south - north) / 2)
    half_along = math.sin(math.radians(other.longitude - one.longitude) / 2)
    chord = half_up**2 + math.cos(north) * math.cos(south) * half_along**2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(chord)))


def box(around: Position, metres: float) -> Box:
    """Return the box of degrees that holds everything within a distance; it holds more, which is measured afterwards."""
    angle = metres / EARTH_M * 1.000001  # a place on the rim must not fall to rounding
    up = math.degrees(angle)
    narrowest = math.cos(math.radians(min(90.0, abs(around.latitude) + up)))
    along = 180.0 if narrowest <= math.sin(angle) else math.degrees(math.asin(math.sin(angle) / narrowest))
    return Box(
        around.latitude - up, around.latitude + up, max(-180.0, around.longitude - along), around.longitude + along
    )


def nearby(one: Place, other: Place, radius_m: int) -> int | None:
    """Return the metres between two places that lie within the radius; None beyond it or where one is not known."""
    if one.position is None or other.position is None:
        return None
    apart = distance_m(one.position, other.position)
    return round(apart) if apart <= radius_m else None


class SameSection(NamedTuple):
    """Two places on one section of a road; `metres` where stakes or coordinates tell them."""

    metres: int | None


def same_section(one: Place, other: Place, section_m: int) -> SameSection | None:
    """Return how two places lie on one section of a road; None where they do not.

    The most exact that both have decides: stakes, else coordinates, else that the road is the same within one
    division. A road's number or its name makes it the same; two different numbers never do.
    """
    if not _same_road(one, other):
        return None
    stakes = stake_metres(one.stake), stake_metres(other.stake)
    if stakes[0] is not None and stakes[1] is not None:
        apart = abs(stakes[0] - stakes[1])
        return SameSection(apart) if apart <= section_m else None
    if one.position is not None and other.position is not None:
        metres = nearby(one, other, section_m)
        return None if metres is None else SameSection(metres)
    return SameSection(None) if one.division_code == other.division_code else None


def _same_road(one: Place, other: Place) -> bool:
    if one.road_number is not None and other.road_number is not None:
        return one.road_number == other.road_number
    # A name alone may be borne by another town's road.
    return one.road_name is not None and one.road_name == other.road_name and one.division_code == other.division_code
