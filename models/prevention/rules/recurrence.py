"""整改后又发生: when two accidents lie near each other or on the same section of a road."""

from __future__ import annotations

from typing import NamedTuple

from models.accident.rules.places import Place, distance_m, stake_metres


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
