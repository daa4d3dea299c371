"""Working days as the State Council arranges them each year: weekends, days off, make-up workdays (调休)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, timedelta
from types import MappingProxyType

from models.errors import Invalid
from models.rules.vocabulary import Word

SATURDAY = 5


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


# 全国年节及纪念日放假办法: days off fixed by solar date, by the first year in which each version applied.
# Festivals of the lunar calendar and 清明 move, so nothing is assumed of them before they are published.
_STATUTORY: tuple[tuple[int, tuple[tuple[int, int, str], ...]], ...] = (
    (
        2025,
        ((1, 1, "元旦"), (5, 1, "劳动节"), (5, 2, "劳动节"), (10, 1, "国庆节"), (10, 2, "国庆节"), (10, 3, "国庆节")),
    ),
    (2008, ((1, 1, "元旦"), (5, 1, "劳动节"), (10, 1, "国庆节"), (10, 2, "国庆节"), (10, 3, "国庆节"))),
    (
        2000,
        (
            (1, 1, "元旦"),
            (5, 1, "劳动节"),
            (5, 2, "劳动节"),
            (5, 3, "劳动节"),
            (10, 1, "国庆节"),
            (10, 2, "国庆节"),
            (10, 3, "国庆节"),
        ),
    ),
    (MINYEAR, ((1, 1, "元旦"), (5, 1, "劳动节"), (10, 1, "国庆节"), (10, 2, "国庆节"))),
)


def statutory_days(year: int) -> dict[date, str]:
    """Return the days off that the law itself fixes by solar date for `year`, each with its festival."""
    days = next(days for since, days in _STATUTORY if year >= since)
    return {date(year, month, day): name for month, day, name in days}


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Which days are worked. Immutable; each year's working days are listed once, on first use.

    `versions` names the published years, each with the version of its arrangement. In any other year only weekends
    and the statutory fixed days are known: dates there are provisional, never an error. A day that is named counts
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
        return "、".join(self.versions.get(year, f"{year}-暂定") for year in range(first, last + 1))

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

    def is_make_up(self, day: date) -> bool:
        """Return whether `day` is a make-up workday."""
        named = self.days.get(day)
        return named is not None and named.kind is DayKind.WORK

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
