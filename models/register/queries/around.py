"""A place of the register: what lies within some metres of a point of the grid, or of a stake on a road."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, and_, cast

from models.register.rules.grid import AROUND_M, NEAR_M
from models.register.tables import Hazard, RegisteredAccident

Placed = type[RegisteredAccident] | type[Hazard]
"""A table whose rows have a place."""


@dataclass(frozen=True, slots=True)
class Around:
    """Within `reach` metres of a point of the grid (`rules.grid`)."""

    east_m: int
    north_m: int
    reach: int = NEAR_M

    def holds(self, rows: Placed) -> ColumnElement[bool]:
        """Return which rows lie there: a square that an index finds, and in it the circle."""
        # As wide numbers: PostgreSQL may square before it looks into the square, and then across the whole country.
        east, north = (cast(column, BigInteger) for column in (rows.east_m, rows.north_m))
        return and_(
            rows.east_m.between(self.east_m - self.reach, self.east_m + self.reach),
            rows.north_m.between(self.north_m - self.reach, self.north_m + self.reach),
            (east - self.east_m) * (east - self.east_m) + (north - self.north_m) * (north - self.north_m)
            <= self.reach * self.reach,
        )


@dataclass(frozen=True, slots=True)
class Section:
    """Within `reach` metres of a stake along a road."""

    road_number: str
    stake_m: int
    reach: int = AROUND_M

    def holds(self, rows: Placed) -> ColumnElement[bool]:
        """Return which rows lie there."""
        return and_(
            rows.road_number == self.road_number,
            rows.stake_m.between(self.stake_m - self.reach, self.stake_m + self.reach),
        )


Place = Around | Section


def place_of(
    east_m: int | None, north_m: int | None, road_number: str | None, stake_m: int | None, reach: int
) -> Place | None:
    """Return the place of something: by its point where it has one, else by its stake; None where neither is known."""
    if east_m is not None and north_m is not None:
        return Around(east_m, north_m, reach)
    if road_number is not None and stake_m is not None:
        return Section(road_number, stake_m, reach)
    return None
