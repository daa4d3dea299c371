"""The calendar that a new database starts with: the arrangements 2004 to the last one the package knows."""

from __future__ import annotations

from functools import cache

from chinese_calendar import constants

from models.kernel.calendar.workdays import Calendar, CalendarDay, DayKind

DECEMBER = 12
_FESTIVALS: dict[str, str] = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}


@cache
def seed_days() -> tuple[CalendarDay, ...]:
    """Return every day off and make-up workday in order of date; the festival of each in Chinese.

    The package agrees with the State Council's data on every day from 2007 on (a test compares them), so no
    correction table stands here; a fault found later belongs here, with its source.
    """
    kinds = ((DayKind.OFF, constants.holidays), (DayKind.WORK, constants.workdays))
    days = (CalendarDay(day, kind, _FESTIVALS[name]) for kind, named in kinds for day, name in named.items())
    return tuple(sorted(days, key=lambda entry: entry.day))


def arranged_in(entry: CalendarDay) -> int:
    """Return the year whose arrangement names a day: 元旦 in December is the next year's."""
    return entry.day.year + (entry.day.month == DECEMBER and entry.name == "元旦")


def seed_versions() -> dict[int, str]:
    """Return the published years, each with the version of its first loading, e.g. {2026: "2026-1"}."""
    # A year is published by its own 国庆节: a stray day of January would not make it one.
    years = {day.year for day, name in constants.holidays.items() if name == constants.Holiday.national_day.value}
    return {year: f"{year}-1" for year in sorted(years)}


@cache
def seed_calendar() -> Calendar:
    """Return the calendar value of the seed."""
    return Calendar.of(seed_days(), seed_versions())
