"""疑似重复: how much two rows of the register speak of one accident, with the reasons, in points of a hundred."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import hypot

PROPOSED = 60
"""Points from which two rows are proposed as one accident."""
WINDOW_MINUTES = 120
"""Accidents further apart in time are never compared, unless only the day of one is known."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is compared of a row. Plates are those of its parties."""

    id: int
    number: str | None
    occurred_at: datetime
    hour_known: bool
    division_code: str | None
    east_m: int | None
    north_m: int | None
    road_number: str | None
    stake_m: int | None
    place: str | None
    deaths: int | None
    injured: int | None
    plates: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two rows are, at most 100, and why in words."""

    score: int
    reasons: tuple[str, ...]


Point = tuple[int, str]


def likeness(one: Record, other: Record) -> Likeness:
    """Return how much two rows speak of one accident: 事故编号, time, place, plates, casualties."""
    if one.number is not None and one.number == other.number:
        return Likeness(100, (f"事故编号相同（{one.number}）",))
    told = [*_time(one, other), *_place(one, other), *_plates(one, other), *_casualties(one, other)]
    score = sum(points for points, _ in told)
    return Likeness(max(0, min(score, 99)), tuple(reason for _, reason in told))


def _time(one: Record, other: Record) -> Iterator[Point]:
    if not (one.hour_known and other.hour_known):
        yield 10, "同一日（具体时间不详）"
        return
    minutes = abs(one.occurred_at - other.occurred_at).total_seconds() / 60
    for most, points in ((5, 35), (30, 25), (WINDOW_MINUTES, 10)):
        if minutes <= most:
            yield points, "时间相同" if minutes < 1 else f"时间相差{minutes:.0f}分钟"
            return


def _place(one: Record, other: Record) -> Iterator[Point]:
    apart, how = _apart(one, other)
    if apart is not None:
        for most, points in ((50, 35), (150, 25), (500, 10)):
            if apart <= most:
                yield points, f"{how}{apart}米"
                return
        yield -30, f"{how}{apart}米"
    elif one.place is not None and one.place == other.place:
        yield 25, "地点文字相同"
    elif None not in (one.division_code, other.division_code) and one.division_code != other.division_code:
        yield -20, "行政区划不同"


def _apart(one: Record, other: Record) -> tuple[int | None, str]:
    if one.east_m is not None and other.east_m is not None and one.north_m is not None and other.north_m is not None:
        return round(hypot(one.east_m - other.east_m, one.north_m - other.north_m)), "相距"
    if one.stake_m is not None and other.stake_m is not None and one.road_number == other.road_number is not None:
        return abs(one.stake_m - other.stake_m), "桩号相差"
    return None, ""


def _plates(one: Record, other: Record) -> Iterator[Point]:
    common = sorted(one.plates & other.plates)
    if common:
        yield 40, f"号牌相同（{'、'.join(common)}）"
    elif one.plates and other.plates:
        yield -40, "号牌各不相同"


def _casualties(one: Record, other: Record) -> Iterator[Point]:
    if None in (one.deaths, other.deaths, one.injured, other.injured):
        return
    if (one.deaths, one.injured) == (other.deaths, other.injured):
        if one.deaths or one.injured:
            yield 10, f"伤亡相同（死亡{one.deaths}人、受伤{one.injured}人）"
    else:
        yield -10, "伤亡人数不同"
