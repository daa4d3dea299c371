"""The calendar of working days: equal to the State Council's on every day, and an algebra without gaps."""

from __future__ import annotations

import json
import timeit
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Invalid
from models.rules.calendar_seed import seed_calendar, seed_days, seed_versions
from models.rules.workdays import Calendar, CalendarDay, DayKind

DAYS = st.dates(date(2007, 1, 1), date(2026, 12, 31))
SEED = seed_calendar()


def test_it_equals_the_state_council_on_every_day_from_2007_to_2026(calendar: Calendar, holidays: Path) -> None:
    # An arrangement may name days of the year before, so the files are read as one.
    entries = [entry for file in sorted(holidays.glob("*.json")) for entry in json.loads(file.read_text())["days"]]
    off = {date.fromisoformat(entry["date"]): entry["isOffDay"] for entry in entries}
    assert len(off) == len(entries)
    first, last = date(2006, 12, 30), date(2026, 12, 31)
    every_day = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert [day for day in every_day if calendar.is_workday(day) is off.get(day, day.weekday() >= 5)] == []


def test_the_years_2004_to_2026_are_published_and_2027_is_not(calendar: Calendar) -> None:
    assert list(seed_versions()) == list(range(2004, 2027))
    assert calendar.published(2026)
    assert not calendar.published(2027)
    assert not calendar.published(2003)
    assert calendar.version(2025, 2027) == "2025-1、2026-1、2027-暂定"


def test_the_seed_names_each_day_once_and_in_chinese() -> None:
    days = seed_days()
    assert len({entry.day for entry in days}) == len(days)
    assert all("一" <= entry.name[0] <= "鿿" for entry in days)


@pytest.mark.parametrize(
    ("day", "worked", "why"),
    [
        (date(2026, 9, 30), True, "工作日"),
        (date(2026, 10, 1), False, "国庆节假期"),
        (date(2026, 10, 7), False, "国庆节假期"),
        (date(2026, 10, 10), True, "国庆节调休上班"),
        (date(2026, 10, 11), False, "周末"),
        (date(2026, 2, 14), True, "春节调休上班"),
        (date(2025, 4, 4), False, "清明节假期"),
        (date(2007, 12, 31), False, "元旦假期"),
        (date(2007, 12, 29), True, "元旦调休上班"),
        (date(2015, 9, 3), False, "抗战胜利70周年纪念日假期"),
    ],
)
def test_each_day_says_what_it_is(calendar: Calendar, day: date, worked: bool, why: str) -> None:
    assert (calendar.is_workday(day), calendar.why(day)) == (worked, why)


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2031, 5, 1), date(2031, 5, 2), date(2029, 10, 3)])
def test_an_unpublished_year_knows_the_days_fixed_by_law(calendar: Calendar, day: date) -> None:
    assert not calendar.is_workday(day)
    assert calendar.why(day).endswith("假期")


def test_an_unpublished_year_assumes_nothing_of_lunar_festivals_and_bridges(calendar: Calendar) -> None:
    assert calendar.is_workday(date(2027, 2, 8))
    assert calendar.is_workday(date(2027, 10, 4))
    assert calendar.why(date(2027, 1, 2)) == "周末"


def test_labour_day_had_three_days_then_one_then_two() -> None:
    bare = Calendar.of((), {})
    off = {
        year: [d for d in range(1, 6) if "劳动节" in bare.why(date(year, 5, d))] for year in (2007, 2008, 2024, 2025)
    }
    assert off == {2007: [1, 2, 3], 2008: [1], 2024: [1], 2025: [1, 2]}


def test_a_published_year_overrules_what_the_law_alone_would_say() -> None:
    moved = Calendar.of([CalendarDay(date(2030, 10, 3), DayKind.WORK, "国庆节")], {2030: "2030-1"})
    assert moved.is_workday(date(2030, 10, 3))
    assert moved.is_workday(date(2030, 10, 2))


def test_a_day_named_ahead_counts_in_a_year_not_yet_published() -> None:
    early = Calendar.of([CalendarDay(date(2027, 12, 31), DayKind.OFF, "元旦")], {2028: "2028-1"})
    assert early.why(date(2027, 12, 31)) == "元旦假期"
    assert not early.published(2027)


def test_a_day_named_twice_is_refused() -> None:
    twice = [CalendarDay(date(2026, 1, 1), kind, "元旦") for kind in DayKind]
    with pytest.raises(Invalid, match="2026-01-01出现了两次"):
        Calendar.of(twice, {2026: "2026-1"})


def test_the_start_day_is_not_counted_and_holidays_are_skipped(calendar: Calendar) -> None:
    assert calendar.add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert calendar.add_workdays(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert calendar.next_workday(date(2026, 10, 9)) == date(2026, 10, 10)
    assert calendar.roll(date(2026, 10, 10)) == date(2026, 10, 10)
    assert calendar.roll(date(2026, 10, 11)) == date(2026, 10, 12)
    assert calendar.add_workdays(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert calendar.add_workdays(date(2026, 10, 3), 0) == date(2026, 10, 3)


def test_a_date_beyond_the_calendar_is_refused(calendar: Calendar) -> None:
    with pytest.raises(Invalid, match="超出了可以计算的范围"):
        calendar.add_workdays(date(9999, 12, 1), 60)
    with pytest.raises(Invalid, match="超出了可以计算的范围"):
        calendar.add_workdays(date(1, 1, 5), -60)


def test_two_calendars_of_the_same_days_are_the_same_value(calendar: Calendar) -> None:
    again = Calendar.of(seed_days(), seed_versions())
    assert again == calendar
    assert hash(again) == hash(calendar)
    assert Calendar.of((), seed_versions()) != calendar


@given(DAYS, st.integers(1, 400))
def test_going_back_undoes_going_forth(day: date, count: int) -> None:
    start = SEED.roll(day)
    assert SEED.add_workdays(SEED.add_workdays(start, count), -count) == start


@given(DAYS, st.integers(1, 400))
def test_the_count_between_is_what_was_added(day: date, count: int) -> None:
    end = SEED.add_workdays(day, count)
    assert SEED.is_workday(end)
    assert SEED.workdays_between(day, end) == count
    assert SEED.workdays_between(end, day) == -count


@given(DAYS, DAYS, st.integers(-300, 300))
def test_a_later_start_never_ends_earlier(one: date, other: date, count: int) -> None:
    early, late = sorted((one, other))
    if count:
        assert SEED.add_workdays(early, count) <= SEED.add_workdays(late, count)


@given(DAYS, st.integers(0, 200), st.integers(0, 200))
def test_adding_twice_is_adding_once(day: date, one: int, other: int) -> None:
    assert SEED.add_workdays(SEED.add_workdays(day, one), other) == SEED.add_workdays(day, one + other)


def test_adding_sixty_working_days_takes_far_less_than_fifty_microseconds(calendar: Calendar) -> None:
    seconds = min(timeit.repeat(lambda: calendar.add_workdays(date(2026, 9, 25), 60), number=1000, repeat=3))
    assert seconds / 1000 < 50e-6
