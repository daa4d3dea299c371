"""A year's arrangement of holidays as a file: {"year": 2026, "days": [{"name", "date", "isOffDay"}]}, read strictly."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from models.kernel.base import Json
from models.kernel.calendar.workdays import CalendarDay, DayKind
from models.kernel.errors import Fault, Invalid

LARGEST = 1_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2100
DECEMBER = 12
# Each arrangement names these; a file in which one is missing was cut off or not finished. Since 2008 the three
# traditional festivals are days off too (全国年节及纪念日放假办法, 2007 revision).
FESTIVALS = (
    (FIRST_YEAR, "元旦", ("元旦",), "1月"),
    (FIRST_YEAR, "春节", ("春节",), "1月至2月"),
    (2008, "清明节", ("清明",), "4月"),
    (FIRST_YEAR, "劳动节", ("劳动节", "五一"), "5月"),
    (2008, "端午节", ("端午",), "5月至6月"),
    (2008, "中秋节", ("中秋",), "9月至10月"),
    (FIRST_YEAR, "国庆节", ("国庆", "十一"), "10月"),
)


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What a file says: the year and its days in order."""

    year: int
    days: tuple[CalendarDay, ...]


def read_calendar(data: bytes) -> CalendarFile:
    """Return what a calendar file says. Raises Invalid with every fault at once."""
    document = _parse(data)
    year = document.get("year")
    if isinstance(year, bool) or not isinstance(year, int) or not FIRST_YEAR <= year <= LAST_YEAR:
        raise _refused([Fault("year", f"年份必须是{FIRST_YEAR}至{LAST_YEAR}之间的整数，请修改。", "calendar_year")])
    entries = document.get("days")
    if not isinstance(entries, list) or not entries:
        raise _refused([Fault("days", "没有列出任何放假或者调休的日期，请补充。", "calendar_days")])
    faults: list[Fault] = []
    days: dict[date, CalendarDay] = {}
    for place, entry in enumerate(entries):
        read = _day(f"days[{place}]", entry, year, faults)
        if read is None:
            continue
        if read.day in days:
            faults.append(
                Fault(f"days[{place}].date", f"{read.day.isoformat()}出现了两次，请只保留一条。", "calendar_day_twice")
            )
        days[read.day] = read
    if not faults:
        faults += _missing(year, days)
    if faults:
        raise _refused(faults)
    return CalendarFile(year, tuple(days[day] for day in sorted(days)))


def _parse(data: bytes) -> Json:
    if len(data) > LARGEST:
        raise _refused([Fault("", "文件超过1MB，不是放假安排文件，请核对。", "too_large")])
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _refused([Fault("", "文件不是UTF-8编码，请另存为UTF-8。", "not_utf8")]) from None
    except (json.JSONDecodeError, RecursionError):
        raise _refused([Fault("", "文件不是JSON格式，请核对。", "not_json")]) from None
    if not isinstance(document, dict):
        raise _refused([Fault("", "文件应是一个含有year和days的JSON对象，请核对。", "not_calendar")])
    return document


def _refused(faults: list[Fault]) -> Invalid:
    return Invalid(f"放假安排文件有{len(faults)}处错误，未载入。", faults=faults, code="calendar_file")


def _day(path: str, entry: object, year: int, faults: list[Fault]) -> CalendarDay | None:
    if not isinstance(entry, dict):
        faults.append(Fault(path, "应是含有name、date、isOffDay的对象，请修改。", "calendar_day"))
        return None
    before = len(faults)
    name, text, off = entry.get("name"), entry.get("date"), entry.get("isOffDay")
    if not isinstance(name, str) or not name.strip():
        faults.append(Fault(f"{path}.name", "缺少节日名称，请补充。", "calendar_name"))
    if not isinstance(off, bool):
        faults.append(Fault(f"{path}.isOffDay", "必须是true（放假）或者false（调休上班），请修改。", "calendar_off"))
    day = _date(text)
    if day is None:
        faults.append(Fault(f"{path}.date", "日期必须写成2026-10-01的形式，请修改。", "calendar_date"))
    elif day.year != year and (day.year, day.month) != (year - 1, DECEMBER):
        faults.append(
            Fault(f"{path}.date", f"{text}不在{year}年（上一年12月除外），请核对年份。", "calendar_other_year")
        )
    if len(faults) > before or day is None:
        return None
    return CalendarDay(day, DayKind.OFF if off else DayKind.WORK, str(name).strip())


def _date(text: object) -> date | None:
    try:
        day = date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return day if day is not None and day.isoformat() == text else None


def _missing(year: int, days: dict[date, CalendarDay]) -> list[Fault]:
    off = [day.name for day in days.values() if day.kind is DayKind.OFF]
    return [
        Fault("days", f"缺少{month}的{festival}假期，放假安排不完整，请补齐后再载入。", "calendar_month_missing")
        for since, festival, spellings, month in FESTIVALS
        if year >= since and not any(spelling in name for spelling in spellings for name in off)
    ]
