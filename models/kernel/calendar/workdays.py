"""Working days as the State Council arranges them each year: weekends, days off, make-up workdays (调休)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import cache
from types import MappingProxyType

from models.kernel.calendar.moving_festivals import MOVING
from models.kernel.errors import Invalid
from models.kernel.vocabulary import Word

SATURDAY = 5
DAY = timedelta(days=1)
UNPUBLISHED = "暂定"


class DayKind(Word):
    """What the yearly arrangement says of a day that it names."""

    OFF = "off", "放假"
    WORK = "work", "调休上班"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day that the arrangement names; `name` is the festival, e.g. 国庆节, for make-up workdays too."""

    day: date
    kind: DayKind
    name: str


@dataclass(frozen=True, slots=True)
class Statute:
    """全国年节及纪念日放假办法 as it stood from 1 January of `since`: days by solar date, and what moves with the moon.

    `eve` and `new_year` are the days off at 春节: whether 除夕 is one, and how many from 正月初一 on; `traditional`
    whether 清明, 端午 and 中秋 are.
    """

    since: int
    fixed: tuple[tuple[int, int, str], ...]
    eve: bool
    new_year: int
    traditional: bool


def _from(month: int, days: int, name: str) -> tuple[tuple[int, int, str], ...]:
    return tuple((month, day, name) for day in range(1, days + 1))


_STATUTES = (
    Statute(2025, (*_from(1, 1, "元旦"), *_from(5, 2, "劳动节"), *_from(10, 3, "国庆节")), True, 3, True),
    Statute(2014, (*_from(1, 1, "元旦"), *_from(5, 1, "劳动节"), *_from(10, 3, "国庆节")), False, 3, True),
    Statute(2008, (*_from(1, 1, "元旦"), *_from(5, 1, "劳动节"), *_from(10, 3, "国庆节")), True, 2, True),
    Statute(2000, (*_from(1, 1, "元旦"), *_from(5, 3, "劳动节"), *_from(10, 3, "国庆节")), False, 3, False),
    Statute(MINYEAR, (*_from(1, 1, "元旦"), *_from(5, 1, "劳动节"), *_from(10, 2, "国庆节")), False, 3, False),
)


@cache
def statutory_days(year: int) -> Mapping[date, str]:
    """Return the days off that the law itself names for `year`, in order, each with its festival.

    Two festivals on one day are both named. Which weekdays make up for a weekend, and which weekends are worked, only
    the yearly arrangement says. Outside the years of `MOVING` the festivals that move are not known.
    """
    law = next(law for law in _STATUTES if year >= law.since)
    days = [(date(year, month, day), name) for month, day, name in law.fixed]
    moving = MOVING.get(year)
    if moving is not None:
        first = moving.new_year - DAY if law.eve else moving.new_year
        days += [(first + n * DAY, "春节") for n in range(law.new_year + law.eve)]
        if law.traditional:
            days += [(moving.qingming, "清明节"), (moving.dragon_boat, "端午节"), (moving.mid_autumn, "中秋节")]
    found: dict[date, str] = {}
    for day, name in sorted(days, key=lambda entry: entry[0]):
        found[day] = f"{found[day]}、{name}" if day in found else name
    return MappingProxyType(found)


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Which days are worked. Immutable; each year's working days are listed once, on first use.

    `versions` names the published years, each with the version of its arrangement. In any other year only weekends
    and the statutory days are known: dates there are provisional, never an error. A day that is named counts
    even in an unpublished year, because an arrangement may reach back into the last days of the year before.
    """

    days: Mapping[date, CalendarDay]
    versions: Mapping[int, str]
    _ordinals: dict[int, list[int]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, days: Iterable[CalendarDay], versions: Mapping[int, str]) -> Calendar:
        """Build a calendar; Invalid when the same day is named twice."""
        named: dict[date, CalendarDay] = {}
        for entry in days:
            if entry.day in named:
                raise Invalid(f"日历中{entry.day.isoformat()}出现了两次，请只保留一条。", code="calendar_day_twice")
            named[entry.day] = entry
        return cls(MappingProxyType(named), MappingProxyType(dict(versions)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.days == other.days and self.versions == other.versions

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.versions.items())))

    def published(self, year: int) -> bool:
        """Return whether the arrangement of `year` is known.

        The arrangement of the following year has moved days off into the last days of December (2007, 2018, 2022),
        so even a published year is re-counted when the next one is loaded.
        """
        return year in self.versions

    def version(self, first: int, last: int) -> str:
        """Return the versions of the years `first` to `last`, e.g. 2026-1、2027-暂定."""
        return "、".join(self.versions.get(year, f"{year}-{UNPUBLISHED}") for year in range(first, last + 1))

    def is_workday(self, day: date) -> bool:
        """Return whether people work on `day`."""
        named = self.days.get(day)
        if named is not None:
            return named.kind is DayKind.WORK
        return day.weekday() < SATURDAY and (self.published(day.year) or day not in statutory_days(day.year))

    def why(self, day: date) -> str:
        """Return in Chinese what `day` is: 工作日, 周末, 国庆节假期, 国庆节调休上班 …"""
        named = self.days.get(day)
        if named is not None:
            return f"{named.name}假期" if named.kind is DayKind.OFF else f"{named.name}调休上班"
        if not self.published(day.year) and (festival := statutory_days(day.year).get(day)):
            return f"{festival}假期"
        return "工作日" if day.weekday() < SATURDAY else "周末"

    def add_workdays(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day` (before it when negative); `day` itself is not counted."""
        if count == 0:
            return day
        year, ordinals = day.year, self._of(day.year)
        index = bisect_right(ordinals, day.toordinal()) - 1 + count
        if count < 0:
            index = bisect_left(ordinals, day.toordinal()) + count
        while index >= len(ordinals):
            index -= len(ordinals)
            year += 1
            ordinals = self._of(year)
        while index < 0:
            year -= 1
            ordinals = self._of(year)
            index += len(ordinals)
        return date.fromordinal(ordinals[index])

    def next_workday(self, day: date) -> date:
        """Return the first working day after `day`."""
        return self.add_workdays(day, 1)

    def roll(self, day: date) -> date:
        """Return `day` when it is worked, else the next working day."""
        return day if self.is_workday(day) else self.next_workday(day)

    def workdays_between(self, start: date, end: date) -> int:
        """Return how many working days lie after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.workdays_between(end, start)
        count = bisect_right(self._of(end.year), end.toordinal()) - bisect_right(
            self._of(start.year), start.toordinal()
        )
        return count + sum(len(self._of(year)) for year in range(start.year, end.year))

    def _of(self, year: int) -> list[int]:
        """Return the ordinals of the year's working days. Two threads may list a year twice; the lists are equal."""
        ordinals = self._ordinals.get(year)
        if ordinals is None:
            if not MINYEAR <= year <= MAXYEAR:
                raise Invalid("日期超出了可以计算的范围，请检查时限天数。", code="date_out_of_range")
            ordinals = [day.toordinal() for day in _days_of(year) if self.is_workday(day)]
            self._ordinals[year] = ordinals
        return ordinals


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(offset) for offset in range((date(year, 12, 31) - first).days + 1))
