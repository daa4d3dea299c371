"""Where an accident can have happened at all: bounds that a profile gives, the outline of the own territory, or the country."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import GEOSException
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from models.accident.rules.boxes import outside
from models.accident.rules.datums import Point
from models.kernel.errors import Invalid
from models.kernel.vocabulary import Datum

TOLERANCE = 0.02
"""Degrees, some two kilometres: outlines are coarse, or drawn in a datum that lies half a kilometre off."""


@dataclass(frozen=True, slots=True)
class Territory:
    """Where points may lie. `bounds` (west, south, east, north) go before the outline, both before the country."""

    bounds: tuple[float, float, float, float] | None = None
    outline: BaseGeometry | None = None

    def outside(self, longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell of each point (degrees, CGCS2000) whether it lies where no accident of this file can have happened."""
        if self.bounds is not None:
            west, south, east, north = self.bounds
            return ~((west <= longitude) & (longitude <= east) & (south <= latitude) & (latitude <= north))
        if self.outline is not None:
            return ~np.asarray(shapely.contains_xy(self.outline, longitude, latitude), bool)
        pairs = zip(longitude.tolist(), latitude.tolist(), strict=True)
        return np.array([outside(Point(x, y, Datum.CGCS2000), None) for x, y in pairs], bool)


def outline(geojson: str) -> BaseGeometry:
    """Return the outline that a GeoJSON text draws, a little widened. Raises Invalid."""
    try:
        told = json.loads(geojson)
        parts: Sequence[object] = (
            [one["geometry"] for one in told["features"]] if "features" in told else [told.get("geometry", told)]
        )
        joined = shapely.union_all([shape(part) for part in parts]).buffer(TOLERANCE)
    except (ValueError, KeyError, TypeError, AttributeError, GEOSException) as error:
        raise Invalid("辖区边界文件不能读取，请提供 GeoJSON 文件。", code="bad_outline") from error
    shapely.prepare(joined)
    return joined
