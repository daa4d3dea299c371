"""Coordinates as people write them, and as they are stored: a pair of degrees with its datum."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from models.accident.rules.datums import Point
from models.kernel.errors import Invalid
from models.kernel.vocabulary import Datum

_PAIR = re.compile(
    r"(?:东经|E)?(-?\d{1,3}(?:\.\d+)?)°?E?(?:[,，;；/ ]|北纬)+(?:北纬|N)?(-?\d{1,2}(?:\.\d+)?)°?N?(.*)", re.ASCII
)
_SPELLINGS = {
    Datum.GCJ02: ("gcj02", "gcj", "火星", "高德", "腾讯"),
    Datum.BD09: ("bd09", "bd", "百度"),
    Datum.WGS84: ("wgs84", "wgs", "gps"),
    Datum.CGCS2000: ("cgcs2000", "cgcs", "国家2000", "2000国家大地坐标系", "天地图"),
    Datum.UNKNOWN: ("坐标系不详", "不详", "unknown"),
}


def read(text: str) -> dict[str, Any]:
    """Return `{"x", "y", "datum"}` of a text such as 114.871,30.392 GCJ-02. Raises Invalid.

    A pair without a datum is taken, with its datum unknown: it is asked for, never guessed.
    """
    said = unicodedata.normalize("NFKC", text).strip()
    found = _PAIR.fullmatch(said)
    if found is None:
        raise Invalid("坐标应写成 经度,纬度 坐标系，如 114.871,30.392 GCJ-02", code="bad_coordinates")
    return {"x": float(found[1]), "y": float(found[2]), "datum": _datum(found[3]).value}


def _datum(text: str) -> Datum:
    said = re.sub(r"[\s()（）\-_]|坐标系?", "", text).lower()
    if not said:
        return Datum.UNKNOWN
    for datum, spellings in _SPELLINGS.items():
        if said in spellings or any(said.startswith(one) for one in spellings):
            return datum
    known = "、".join(one.label for one in Datum if one is not Datum.UNKNOWN)
    raise Invalid(f"不认识坐标系“{text.strip()}”，可写：{known}", code="unknown_datum")


def point(value: Mapping[str, Any]) -> Point:
    """Return a stored pair as a point. Raises Invalid for what is none."""
    x, y, datum = value.get("x"), value.get("y"), value.get("datum", Datum.UNKNOWN)
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (x, y))
    if not numbers or set(value) - {"x", "y", "datum"}:
        raise Invalid("坐标应有经度 x、纬度 y 和坐标系 datum 三项", code="bad_coordinates")
    assert isinstance(x, int | float)
    assert isinstance(y, int | float)
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        raise Invalid("经度应在 -180 至 180、纬度应在 -90 至 90 之间，请核对是否写反", code="out_of_range")
    if datum not in {one.value for one in Datum}:
        raise Invalid(f"不认识坐标系“{datum}”", code="unknown_datum")
    return Point(float(x), float(y), Datum(datum))


def shown(value: Mapping[str, Any]) -> str:
    """Return a stored pair as it is written: 114.871,30.392 GCJ-02."""
    datum = Datum(value.get("datum", Datum.UNKNOWN))
    return f"{value['x']},{value['y']} {datum.label}"
