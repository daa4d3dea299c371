"""Days, times, numbers and money as other offices write them."""

from __future__ import annotations

from datetime import date, time

import pytest

from models.kernel.errors import Invalid
from models.register.rules import values


@pytest.mark.parametrize(
    ("written", "read", "timed"),
    [
        ("2024-03-05", "2024-03-05T00:00:00+08:00", False),
        ("2024/3/5", "2024-03-05T00:00:00+08:00", False),
        ("2024.3.5 8:07", "2024-03-05T08:07:00+08:00", True),
        ("2024年3月5日", "2024-03-05T00:00:00+08:00", False),
        ("2024年3月5日15时20分", "2024-03-05T15:20:00+08:00", True),
        ("2024年3月5日下午3点", "2024-03-05T15:00:00+08:00", True),
        ("2024-03-05T15:20:31+08:00", "2024-03-05T15:20:31+08:00", True),
        ("2024-03-05T15:20:31Z", "2024-03-05T23:20:31+08:00", True),
        ("2024-03-05T20:20Z", "2024-03-06T04:20:00+08:00", True),
        ("2024-03-05 15:20:31.0", "2024-03-05T15:20:31+08:00", True),
        ("20240305", "2024-03-05T00:00:00+08:00", False),
        ("202403051520", "2024-03-05T15:20:00+08:00", True),
        ("45356", "2024-03-05T00:00:00+08:00", False),
        ("45356.5", "2024-03-05T12:00:00+08:00", True),
    ],
)
def test_a_day_is_read_in_the_forms_that_people_write(written: str, read: str, timed: bool) -> None:
    at, known = values.moment(written)
    assert (at.isoformat(), known) == (read, timed)


def test_years_of_the_republic_and_days_that_stand_first_are_read_where_a_profile_says_so() -> None:
    assert values.moment("112/01/05", calendar="roc")[0].date() == date(2023, 1, 5)
    assert values.moment("1120105", calendar="roc")[0].date() == date(2023, 1, 5)
    assert values.moment("05/03/2024", order="dmy")[0].date() == date(2024, 3, 5)
    assert values.year_month_day("112", "2", "28", calendar="roc") == date(2023, 2, 28)


@pytest.mark.parametrize(
    "written", ["", "5/3", "2024-13-01", "2023-02-29", "112/01/05", "昨天", "2024-03-05 25:00", "７"]
)
def test_what_is_no_day_is_refused_and_never_guessed(written: str) -> None:
    with pytest.raises(Invalid):
        values.moment(written)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("8:07", time(8, 7)),
        ("15时20分", time(15, 20)),
        ("080731", time(8, 7, 31)),
        ("807", time(8, 7)),
        ("19", time(19)),
        ("0.5", time(12)),
        ("下午3点20分", time(15, 20)),
        ("24", time(0)),
        ("0", time(0)),
        ("144312", time(14, 43, 12)),
        ("凌晨12点30分", time(0, 30)),
        ("中午1点", time(13)),
        ("中午12点", time(12)),
        ("晚上8点", time(20)),
    ],
)
def test_a_time_is_read_in_the_forms_that_people_write(written: str, read: time) -> None:
    assert values.clock(written) == read


def test_a_time_that_may_be_of_two_days_is_asked_about() -> None:
    for written in ("晚上12点", "夜间1点"):
        with pytest.raises(Invalid, match="24小时制"):
            values.clock(written)


def test_numbers_are_whole_and_never_negative() -> None:
    assert values.count("12") == 12
    assert values.count("3.0") == 3
    for wrong, code in (("-1", "negative"), ("1.5", "not_whole"), ("一", "not_a_number"), ("9999999", "too_large")):
        with pytest.raises(Invalid) as refusal:
            values.count(wrong)
        assert refusal.value.code == code
    for wrong in ("nan", "inf", "1e400", "177,3", "1_000", "1,2345"):
        with pytest.raises(Invalid):
            values.number(wrong)


def test_money_is_whole_yuan() -> None:
    assert [values.money(text) for text in ("1200.5", "1,200.49", "3万", "3.5万元", "80元")] == [
        *(1201, 1200, 30_000, 35_000, 80)
    ]
    assert values.money("1.200,5".replace(".", ""), decimal=",") == 1201
    for wrong in ("-5", "很多", "1e15", "3,5万元", "1e999999万"):
        with pytest.raises(Invalid):
            values.money(wrong)
