"""The grid that places are counted on: whole metres of the 3-degree Gauss-Krueger zones, as Chinese surveys use them.

The metres are computed once, when a place is written down, and kept as whole numbers: a cell is then a division of whole
numbers, the same on SQLite, on PostgreSQL and in Python. The zone's number stands before the metres east (zone 38:
38,500,000 is its middle), so that two zones never share a cell. West and south of the meridians that China lies at the
zone's number is counted on (1 to 120), and the metres north carry an offset of 10,000,000, so that no number is negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

ZONES = 120
MIDDLE_M = 500_000
ZONE_M = 1_000_000
NORTH_M = 10_000_000
"""Added to the metres north of the equator."""
NEAR_M, AROUND_M = 150, 500
"""A site and its surroundings; along a road the surroundings are a section of as much to both sides."""


def grid_metres(
    longitude: Sequence[float] | NDArray[np.float64], latitude: Sequence[float] | NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return degrees (CGCS2000 or WGS-84) as whole metres east, the zone before them, and north.

    Both arrays are as long as the given ones. Metres are cut off, never rounded (`floor`).
    """
    along, up = np.asarray(longitude, np.float64), np.asarray(latitude, np.float64)
    # Zone 0 is centred on the meridian of Greenwich; it counts as 120, so that zone 1 is centred on 3 degrees east.
    zones = (np.floor(along / 3 + 0.5).astype(np.int64) - 1) % ZONES + 1
    east, north = np.empty(len(along), np.int64), np.empty(len(along), np.int64)
    for zone in np.unique(zones):
        here = zones == zone
        x, y = _to_zone(int(zone)).transform(along[here], up[here])
        east[here] = np.floor(x).astype(np.int64) + int(zone) * ZONE_M
        north[here] = np.floor(y).astype(np.int64) + NORTH_M
    return east, north


def degrees(east: int, north: int) -> tuple[float, float]:
    """Return metres of the grid as degrees east and north."""
    zone, metres = divmod(east, ZONE_M)
    longitude, latitude = _to_zone(zone).transform(metres, north - NORTH_M, direction="INVERSE")
    return float(longitude), float(latitude)


@cache
def _to_zone(zone: int) -> Transformer:
    meridian = (zone * 3 + 180) % 360 - 180
    return Transformer.from_crs(
        "+proj=longlat +ellps=GRS80 +no_defs",
        f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0={MIDDLE_M} +y_0=0 +ellps=GRS80 +units=m +no_defs",
        always_xy=True,
    )
