"""The calendar of working days: equal to the State Council's on every day, and an algebra without gaps."""

from __future__ import annotations

import json
import math
import timeit
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clock.rules.calendar_seed import seed_calendar, seed_days, seed_versions
from models.kernel.calendar.moving_festivals import MOVING
from models.kernel.calendar.workdays import Calendar, CalendarDay, DayKind, statutory_days
from models.kernel.errors import Invalid

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


def test_an_unpublished_year_assumes_nothing_of_bridges_and_days_made_up(calendar: Calendar) -> None:
    assert calendar.is_workday(date(2027, 2, 9))
    assert calendar.is_workday(date(2027, 10, 4))
    assert calendar.why(date(2027, 1, 2)) == "周末"


@pytest.mark.parametrize(
    ("year", "spring", "qingming", "dragon_boat", "mid_autumn"),
    [
        (2027, ((2, 5), (2, 8)), (4, 5), (6, 9), (9, 15)),
        (2028, ((1, 25), (1, 28)), (4, 4), (5, 28), (10, 3)),
        (2029, ((2, 12), (2, 15)), (4, 4), (6, 16), (9, 22)),
        (2030, ((2, 2), (2, 5)), (4, 5), (6, 5), (9, 12)),
        (2031, ((1, 22), (1, 25)), (4, 5), (6, 24), (10, 1)),
        (2032, ((2, 10), (2, 13)), (4, 4), (6, 12), (9, 19)),
        (2033, ((1, 30), (2, 2)), (4, 4), (6, 1), (9, 8)),
        (2034, ((2, 18), (2, 21)), (4, 5), (6, 20), (9, 27)),
        (2035, ((2, 7), (2, 10)), (4, 5), (6, 10), (9, 16)),
    ],
)
def test_an_unpublished_year_knows_the_days_that_go_by_moon_and_sun(
    calendar: Calendar,
    year: int,
    spring: tuple[tuple[int, int], tuple[int, int]],
    qingming: tuple[int, int],
    dragon_boat: tuple[int, int],
    mid_autumn: tuple[int, int],
) -> None:
    first, last = (date(year, *day) for day in spring)
    off = {first + timedelta(n): "春节" for n in range((last - first).days + 1)}
    off |= {date(year, *qingming): "清明节", date(year, *dragon_boat): "端午节"}
    off |= {date(year, *mid_autumn): "中秋节"}
    assert len(off) == 7
    for day, festival in off.items():
        assert not calendar.is_workday(day)
        assert festival in calendar.why(day)
    assert not calendar.published(year)  # what is counted over them stays 暂定


def test_every_statutory_day_was_off_in_every_published_year(calendar: Calendar) -> None:
    days = [day for year in seed_versions() for day in statutory_days(year)]
    assert [day for day in days if calendar.is_workday(day)] == []
    assert {year: len(statutory_days(year)) for year in (2004, 2008, 2013, 2014, 2020, 2024, 2025, 2027)} == {
        2004: 10,
        2008: 11,
        2013: 11,
        2014: 11,
        2020: 10,  # 中秋 fell on 1 October
        2024: 11,
        2025: 13,
        2027: 13,
    }


def test_spring_festival_began_with_its_eve_or_without_as_the_law_of_the_year_said() -> None:
    spring = {
        year: [day.isoformat()[5:] for day, name in statutory_days(year).items() if name == "春节"]
        for year in (2005, 2013, 2014, 2024, 2025)
    }
    assert spring == {
        2005: ["02-09", "02-10", "02-11"],
        2013: ["02-09", "02-10", "02-11"],
        2014: ["01-31", "02-01", "02-02"],
        2024: ["02-10", "02-11", "02-12"],
        2025: ["01-28", "01-29", "01-30", "01-31"],
    }
    assert not {"清明节", "端午节", "中秋节"} & set(statutory_days(2007).values())


def test_two_festivals_on_one_day_are_both_named() -> None:
    assert Calendar.of((), {}).why(date(2031, 10, 1)) == "国庆节、中秋节假期"


def test_the_moving_festivals_are_where_moon_and_sun_put_them() -> None:
    assert list(MOVING) == list(range(2000, 2051))
    for year, days in MOVING.items():
        for festival, of_month in ((days.new_year, 1), (days.dragon_boat, 5), (days.mid_autumn, 15)):
            assert new_moon_near(festival - timedelta(of_month - 1)) == festival - timedelta(of_month - 1), festival
        # The first month is the second after the winter solstice's, but for a leap month between them: 21 Jan – 21 Feb.
        assert date(year, 1, 20) < days.new_year < date(year, 2, 22)
        assert (days.dragon_boat - days.new_year).days in range(121, 153)
        assert days.qingming == qingming(year)


def new_moon_near(day: date) -> date:
    """The day (Beijing) of the new moon nearest to `day`: Meeus, Astronomical Algorithms, chapter 49, main terms."""
    k = round((day.toordinal() - date(2000, 1, 6).toordinal()) / 29.530588861)
    t = k / 1236.85
    mean = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t
    sun, moon, node = (
        math.radians(angle)
        for angle in (
            2.5534 + 29.10535670 * k - 0.0000014 * t * t,
            201.5643 + 385.81693528 * k + 0.0107582 * t * t,
            160.7108 + 390.67050284 * k - 0.0016118 * t * t,
        )
    )
    e = 1 - 0.002516 * t
    mean += (
        -0.40720 * math.sin(moon)
        + 0.17241 * e * math.sin(sun)
        + 0.01608 * math.sin(2 * moon)
        + 0.01039 * math.sin(2 * node)
        + 0.00739 * e * math.sin(moon - sun)
        - 0.00514 * e * math.sin(moon + sun)
        + 0.00208 * e * e * math.sin(2 * sun)
        - 0.00111 * math.sin(moon - 2 * node)
        - 0.00057 * math.sin(moon + 2 * node)
        + 0.00056 * e * math.sin(2 * moon + sun)
        - 0.00042 * math.sin(3 * moon)
    )
    return in_beijing(mean)


def qingming(year: int) -> date:
    """The day on which the sun's apparent longitude reaches 15°: Meeus, chapter 25."""
    low, high = (2451544.5 + (date(year, 4, day) - date(2000, 1, 1)).days for day in (2, 8))
    for _ in range(50):
        middle = (low + high) / 2
        t = (middle - 2451545) / 36525
        anomaly = math.radians(357.52911 + 35999.05029 * t)
        centre = (1.914602 - 0.004817 * t) * math.sin(anomaly) + 0.019993 * math.sin(2 * anomaly)
        centre += 0.000289 * math.sin(3 * anomaly)
        node = math.radians(125.04 - 1934.136 * t)
        longitude = (280.46646 + 36000.76983 * t + centre - 0.00569 - 0.00478 * math.sin(node)) % 360
        low, high = (middle, high) if longitude < 15 else (low, middle)
    return in_beijing(low)


def in_beijing(julian: float) -> date:
    """Dynamical time is about 70 seconds ahead."""
    return date(2000, 1, 1) + timedelta(days=math.floor(julian - 2451544.5 + 8 / 24 - 70 / 86400))


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
