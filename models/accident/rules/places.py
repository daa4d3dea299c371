"""Places of accidents, in degrees and in stakes of a road, and how far they lie apart."""

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
