"""Holiday arrangements of our own making, in the form of the published files: 2027 was not out when this was written."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

SPANS = (
    ("元旦", "2027-01-01", 3),
    ("春节", "2027-02-05", 8),
    ("清明节", "2027-04-03", 3),
    ("劳动节", "2027-05-01", 5),
    ("端午节", "2027-06-09", 1),
    ("中秋节", "2027-09-15", 1),
    ("国庆节", "2027-10-01", 7),
)
MAKE_UP = (("春节", "2027-01-30"), ("春节", "2027-02-20"), ("国庆节", "2027-10-09"))


def arrangement() -> dict[str, Any]:
    """Return an arrangement of 2027."""
    off = [
        {"name": name, "date": (date.fromisoformat(first) + timedelta(offset)).isoformat(), "isOffDay": True}
        for name, first, length in SPANS
        for offset in range(length)
    ]
    work = [{"name": name, "date": day, "isOffDay": False} for name, day in MAKE_UP]
    return {"year": 2027, "papers": [], "days": off + work}


def as_file(said: dict[str, Any]) -> bytes:
    """Return an arrangement as the bytes of its file."""
    return json.dumps(said, ensure_ascii=False).encode()


def without(said: dict[str, Any], festival: str) -> dict[str, Any]:
    """Return the arrangement with one festival left out."""
    return {**said, "days": [day for day in said["days"] if day["name"] != festival]}
