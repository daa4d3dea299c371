"""Coordinates of a file as degrees in CGCS2000 and metres of the grid, many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from models.accident.rules.datums import Point, converted
from models.kernel.vocabulary import Datum
from models.register.rules.grid import grid_metres
from models.register.rules.profile import PointAt
from models.register.rules.records import Record, RowFault
from models.register.rules.territory import Territory

COLUMNS = ("longitude", "latitude", "east_m", "north_m")
DIGITS = 7
"""Decimals of a degree that are kept: a centimetre."""


def place_all(where: PointAt, records: Sequence[Record], territory: Territory) -> None:
    """Put degrees and metres into the values of each record, or a fault where it lies outside the bounds that the profile
    gives, else outside the territory.
    """
    territory = territory if where.bounds is None else Territory(where.bounds)
    for record in records:
        record.values.update(dict.fromkeys(COLUMNS))
    placed = [one for one in records if one.coordinates is not None]
    if not placed:
        return
    given = np.array([one.coordinates for one in placed], np.float64)
    longitude, latitude = degrees(where, given[:, 0], given[:, 1])
    wrong = territory.outside(longitude, latitude) | ~np.isfinite(longitude) | ~np.isfinite(latitude)
    safe = np.where(wrong, 0.0, longitude), np.where(wrong, 0.0, latitude)
    east, north = grid_metres(*safe)
    for place, record in enumerate(placed):
        if wrong[place]:
            record.faults.append(_outside(where, record, float(longitude[place]), float(latitude[place])))
            continue
        record.values.update(
            longitude=round(float(longitude[place]), DIGITS),
            latitude=round(float(latitude[place]), DIGITS),
            east_m=int(east[place]),
            north_m=int(north[place]),
        )


def degrees(
    where: PointAt, first: NDArray[np.float64], second: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return coordinates as a file has them (longitude or metres east first) as degrees in CGCS2000, both as long as given."""
    if where.crs is not None:
        longitude, latitude = _from(where.crs).transform(first, second)
        return np.asarray(longitude, np.float64), np.asarray(latitude, np.float64)
    if where.datum in (Datum.WGS84, Datum.CGCS2000):
        return first, second
    moved = [
        converted(Point(x, y, where.datum), Datum.CGCS2000)
        for x, y in zip(first.tolist(), second.tolist(), strict=True)
    ]
    return np.array([one.x for one in moved]), np.array([one.y for one in moved])


@cache
def _from(crs: str) -> Transformer:
    # WGS-84 and CGCS2000 differ by centimetres (GB 22021), and the ways to the former are known best.
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


def _outside(where: PointAt, record: Record, longitude: float, latitude: float) -> RowFault:
    told = f"坐标（经度{longitude:.5f}，纬度{latitude:.5f}）不在辖区范围内，请核对是否写反、错列或者坐标系不符。"
    return RowFault(record.row, "+".join(where.columns), told, "outside_territory")
