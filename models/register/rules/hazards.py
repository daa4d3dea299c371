"""Hazards (隐患): their numbers, where they lie, what stands for what, and which two may be the same one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from models.accident.rules.boxes import outside
from models.accident.rules.datums import Point, converted
from models.accident.rules.stakes import stake
from models.accident.sheets import points
from models.kernel.errors import Invalid
from models.kernel.text.folded import folded
from models.kernel.vocabulary import Datum, HazardSource, HazardState

from .grid import grid_metres

HAZARD_SERIES, HAZARD_MARK = "hazard", "YH"
"""The series of numbers, and what each begins with: YH2026-0001."""
BY_HAND = (HazardSource.PATROL, HazardSource.LEAD, HazardSource.GRID, HazardSource.CASE)
"""Sources that a person of ours may name; a ledger comes as a file, a warning from its own room."""
BY_OTHERS = (HazardSource.GRID, HazardSource.LEAD)
"""Sources of who is not of the police."""
OPEN_STATES = (HazardState.REPORTED, HazardState.CHECKED, HazardState.ORDERED)
STEPS = {
    "hazard_reported": "登记隐患",
    "hazard_changed": "修改隐患",
    "hazard_checked": "现场核查隐患",
    "hazard_dismissed": "不作隐患处理",
    "hazard_ordered": "交办隐患",
    "hazard_closed": "隐患销号",
    "hazard_reopened": "重新办理",
}
"""What is done about one hazard, by its kind: the last three are on record in the case of its work order, the others in the
office's."""

SAME_WITHIN_M, SAME_WITHIN_DAYS, SAME_FROM = 100, 90, 0.5
"""Two hazards may be one: so near to each other, seen within so many days, and at least so many of their words alike."""
_NUMBER = re.compile(rf"{HAZARD_MARK}\d{{4}}-\d{{4,}}", re.ASCII)
_ROAD = re.compile(r"(?<![A-Z0-9])([GSXYCZ]\d{1,4})(?!\d)", re.ASCII)
_STRETCH = re.compile(r"\s*(?:至|到|[-—–~～]+)\s*")


def hazard_number(prefix: str, year: int, serial: int) -> str:
    """Return a number as lists and papers write it: YH2026-0001."""
    return f"{prefix}{year}-{serial:04d}"


def is_number(text: str) -> bool:
    """Tell whether a text is a number of ours."""
    return _NUMBER.fullmatch(text) is not None


def road_number(text: str | None) -> str | None:
    """Return the number of a road that a text names (G318 沪聂线 → G318); None where it names none."""
    found = _ROAD.search((text or "").upper())
    return found and found[1]


@dataclass(frozen=True, slots=True)
class Staked:
    """A stake as it was written, and its metres from the road's beginning; of a stretch also where it ends."""

    written: str
    metres: int
    end: int | None = None


def staked(text: str) -> Staked:
    """Return the stake, or the stretch between two, that a text names. Raises Invalid for anything else."""
    whole = stake(text)
    if whole is not None:
        return Staked(text.strip(), whole.metres)
    parts = [stake(part) for part in _STRETCH.split(text.strip())]
    if len(parts) == 2 and parts[0] is not None and parts[1] is not None:
        return Staked(text.strip(), parts[0].metres, parts[1].metres)
    raise Invalid(f"“{text.strip()}”不是桩号，请写成 K145+370，或 K12+300至K12+900", code="bad_stake")


@dataclass(frozen=True, slots=True)
class Spot:
    """A point in CGCS2000, in degrees and in metres of the grid."""

    longitude: float
    latitude: float
    east_m: int
    north_m: int


def spot(text: str) -> Spot:
    """Return where coordinates such as 114.871,30.392 GCJ-02 lie. Raises Invalid without a datum, and outside China."""
    given = points.point(points.read(text))
    if given.datum is Datum.UNKNOWN:
        raise Invalid(
            "请在坐标后注明坐标系，如 WGS-84（手机定位）、GCJ-02（高德、腾讯地图）、BD-09（百度地图）",
            code="datum_missing",
        )
    return _placed(converted(given, Datum.CGCS2000))


def _placed(point: Point) -> Spot:
    if outside(point, None):  # mistyped, or the degrees stand the wrong way round
        raise Invalid("坐标不在我国范围内，请核对经度、纬度是否写反", code="point_elsewhere")
    east, north = grid_metres([point.x], [point.y])
    return Spot(point.x, point.y, int(east[0]), int(north[0]))


def likeness(one: str, other: str) -> float:
    """Return how much of the shorter text's pairs of neighbouring characters the other has, too: from 0 to 1."""
    first, second = _pairs(one), _pairs(other)
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0


def _pairs(text: str) -> frozenset[str]:
    plain = folded(text)
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


def may_be_one(first: tuple[str, date], second: tuple[str, date]) -> bool:
    """Tell whether two hazards that lie near each other may be the same one, by their words and the days they were seen."""
    (words, seen), (other_words, other_seen) = first, second
    return abs((seen - other_seen).days) <= SAME_WITHIN_DAYS and likeness(words, other_words) >= SAME_FROM
