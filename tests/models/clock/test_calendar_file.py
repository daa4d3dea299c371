"""Calendar files: the published ones are read, and each fault of a bad one is told, all at once."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from models.clock.rules.calendar_file import read_calendar
from models.kernel.calendar.workdays import Calendar, DayKind
from models.kernel.errors import Invalid
from tests.arrangements import arrangement, as_file, without


def codes(data: bytes) -> list[str]:
    with pytest.raises(Invalid) as refused:
        read_calendar(data)
    return [fault.code for fault in refused.value.faults]


def test_every_published_year_is_read_and_agrees_with_the_seeded_calendar(holidays: Path, calendar: Calendar) -> None:
    for path in sorted(holidays.glob("*.json")):
        file = read_calendar(path.read_bytes())
        assert file.year == int(path.stem)
        assert all(calendar.is_workday(day.day) is (day.kind is DayKind.WORK) for day in file.days)


def test_a_file_names_its_days_in_order() -> None:
    days = read_calendar(as_file(arrangement())).days
    assert [day.day for day in days] == sorted(day.day for day in days)
    assert (days[0].day, days[0].kind, days[0].name) == (date(2027, 1, 1), DayKind.OFF, "元旦")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"year,2027", "not_json"),
        ("节".encode("gb18030"), "not_utf8"),
        (b"[]", "not_calendar"),
        (b" " * 1_000_001, "too_large"),
        (b"[" * 100_000, "not_json"),
        (b'{"year": "2027", "days": []}', "calendar_year"),
        (b'{"year": true, "days": []}', "calendar_year"),
        (b'{"year": 2027}', "calendar_days"),
        (b'{"year": 2027, "days": []}', "calendar_days"),
    ],
)
def test_what_is_no_calendar_file_is_refused(data: bytes, code: str) -> None:
    assert codes(data) == [code]


@pytest.mark.parametrize("festival", ["元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"])
def test_a_missing_festival_makes_the_year_incomplete(festival: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_calendar(as_file(without(arrangement(), festival)))
    [fault] = refused.value.faults
    assert fault.code == "calendar_month_missing"
    assert f"的{festival}假期" in fault.message


def test_every_fault_of_the_days_is_told_at_once_with_its_place() -> None:
    said = arrangement()
    said["days"][0]["isOffDay"] = "yes"
    said["days"][1]["date"] = "2027/01/02"
    said["days"][2]["name"] = " "
    said["days"][3]["date"] = "2028-01-01"
    said["days"][4] = "2027-02-06"
    said["days"].append(dict(said["days"][5]))
    with pytest.raises(Invalid) as refused:
        read_calendar(as_file(said))
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [
        ("days[0].isOffDay", "calendar_off"),
        ("days[1].date", "calendar_date"),
        ("days[2].name", "calendar_name"),
        ("days[3].date", "calendar_other_year"),
        ("days[4]", "calendar_day"),
        (f"days[{len(said['days']) - 1}].date", "calendar_day_twice"),
    ]


def test_an_arrangement_may_reach_back_into_december() -> None:
    said = arrangement()
    said["days"].append({"name": "元旦", "date": "2026-12-31", "isOffDay": True})
    assert read_calendar(as_file(said)).days[0].day == date(2026, 12, 31)
    said["days"].append({"name": "元旦", "date": "2026-11-30", "isOffDay": True})
    assert codes(json.dumps(said).encode()) == ["calendar_other_year"]
