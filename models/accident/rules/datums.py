"""坐标系: a point is kept as it was given, with its datum, and converted when somebody needs another one.

WGS-84 comes from receivers, GCJ-02 from maps on the market (高德, 腾讯), BD-09 from 百度, CGCS2000 from surveys. The first and
the last differ by centimetres (GB 22021) and count as one here; GCJ-02 lies some 500 m away from them, BD-09 some
1,000 m. The shifted datums are not published: the formulas are those in general use, good to a metre or so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from models.kernel.vocabulary import Datum

# The ellipsoid of Krasovsky 1940, on which the shift is defined.
_AXIS, _ECCENTRICITY = 6_378_245.0, 0.006_693_421_622_965_943
_BAIDU = math.pi * 3000 / 180
# Where the shift applies; outside the two datums are the same.
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
_CLOSE_ENOUGH = 1e-9  # degrees, a tenth of a millimetre


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees east and north in a datum."""

    x: float
    y: float
    datum: Datum


def converted(point: Point, datum: Datum) -> Point:
    """Return a point in another datum; one whose datum nobody knows stays as it is."""
    if Datum.UNKNOWN in (point.datum, datum) or point.datum is datum:
        return point
    x, y = _from_wgs84(*_to_wgs84(point), datum)
    return Point(x, y, datum)


def _to_wgs84(point: Point) -> tuple[float, float]:
    if point.datum is Datum.BD09:
        return _unshifted(*_from_baidu(point.x, point.y))
    if point.datum is Datum.GCJ02:
        return _unshifted(point.x, point.y)
    return point.x, point.y


def _from_wgs84(x: float, y: float, datum: Datum) -> tuple[float, float]:
    if datum is Datum.BD09:
        return _to_baidu(*_shifted(x, y))
    return _shifted(x, y) if datum is Datum.GCJ02 else (x, y)


def _shifted(x: float, y: float) -> tuple[float, float]:
    """Return WGS-84 as GCJ-02."""
    if not (WEST <= x <= EAST and SOUTH <= y <= NORTH):
        return x, y
    along, up = _wave_along(x - 105, y - 35), _wave_up(x - 105, y - 35)
    latitude = math.radians(y)
    magic = 1 - _ECCENTRICITY * math.sin(latitude) ** 2
    root = math.sqrt(magic)
    up = up * 180 / ((_AXIS * (1 - _ECCENTRICITY)) / (magic * root) * math.pi)
    along = along * 180 / (_AXIS / root * math.cos(latitude) * math.pi)
    return x + along, y + up


def _unshifted(x: float, y: float) -> tuple[float, float]:
    """Return GCJ-02 as WGS-84: the shift has no inverse in closed form, so it is come near to."""
    wgs_x, wgs_y = x, y
    for _ in range(30):
        there_x, there_y = _shifted(wgs_x, wgs_y)
        wgs_x, wgs_y = wgs_x + x - there_x, wgs_y + y - there_y
        if abs(x - there_x) < _CLOSE_ENOUGH and abs(y - there_y) < _CLOSE_ENOUGH:
            break
    return wgs_x, wgs_y


def _waves(angle: float) -> float:
    return (20 * math.sin(6 * angle * math.pi) + 20 * math.sin(2 * angle * math.pi)) * 2 / 3


def _wave_up(x: float, y: float) -> float:
    shift = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    shift += _waves(x)
    shift += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    return shift + (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3


def _wave_along(x: float, y: float) -> float:
    shift = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    shift += _waves(x)
    shift += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    return shift + (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3


def _to_baidu(x: float, y: float) -> tuple[float, float]:
    length = math.hypot(x, y) + 0.00002 * math.sin(y * _BAIDU)
    angle = math.atan2(y, x) + 0.000003 * math.cos(x * _BAIDU)
    return length * math.cos(angle) + 0.0065, length * math.sin(angle) + 0.006


def _from_baidu(x: float, y: float) -> tuple[float, float]:
    """Return BD-09 as GCJ-02; come near to, for the usual inverse is off by half a metre."""
    gcj_x, gcj_y = x - 0.0065, y - 0.006
    for _ in range(30):
        there_x, there_y = _to_baidu(gcj_x, gcj_y)
        gcj_x, gcj_y = gcj_x + x - there_x, gcj_y + y - there_y
        if abs(x - there_x) < _CLOSE_ENOUGH and abs(y - there_y) < _CLOSE_ENOUGH:
            break
    return gcj_x, gcj_y
