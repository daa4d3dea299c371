"""Cells of other offices' files as values of the register: numbers, money, days and times in the forms that people write.

What cannot be read is refused with `Invalid`, never taken for nothing; what is empty is for the caller to see.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Invalid

ROC_OFFSET = 1911
"""民国 1 is 1912."""
_SERIALS = range(18_264, 109_575)  # 1950 to 2199 in Excel's days
_EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  a day of a spreadsheet, in no zone
_LARGEST_COUNT = 100_000
_SEPARATED = re.compile(r"(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,4})\s*[日号]?[T\s]*(.*)", re.DOTALL)
_DIGITS_DAY = re.compile(r"(\d{3,4})(\d{2})(\d{2})(\d{2}\d{2}(?:\d{2})?)?")
_TIME = re.compile(
    r"(上午|凌晨|早上|中午|下午|晚上|夜间)?\s*(\d{1,2})\s*[:：时點点]\s*(?:(\d{1,2})\s*[:：分]?\s*)?(?:(\d{1,2})(?:\.\d+)?\s*秒?)?"
)
_DIGITS_TIME = re.compile(r"(\d{1,2})(\d{2})(\d{2})?")
_TENS_OF_THOUSANDS = re.compile(r"(.+?)\s*万元?")
_THOUSANDS = re.compile(r"\s*[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?\s*")
_ZONE = re.compile(r"\+08:?00$")
_WORLD = re.compile(r"(?<=\d)(?:Z|\+00:?00)$")
_AT_NIGHT = ("晚上", "夜间")


def count(text: str, *, decimal: str = ".") -> int:
    """Return a number of people or vehicles. Raises Invalid for one that is negative, broken or beyond reason."""
    found = int(text) if text.isdecimal() and text.isascii() else _whole(text, decimal)
    if found > _LARGEST_COUNT:
        raise Invalid(f"“{text}”作为数量过大，请核对是否错列。", code="too_large")
    return found


def _whole(text: str, decimal: str) -> int:
    found = number(text, decimal=decimal)
    if found < 0:
        raise Invalid(f"“{text}”是负数，数量不能小于0。", code="negative")
    if not found.is_integer():
        raise Invalid(f"“{text}”不是整数。", code="not_whole")
    return int(found)


def number(text: str, *, decimal: str = ".") -> float:
    """Return a number, written with `decimal` as its decimal sign. Raises Invalid."""
    try:
        found = float(_unparted(text, decimal))
    except ValueError as error:
        raise Invalid(f"“{text}”不是数字。", code="not_a_number") from error
    if not math.isfinite(found):
        raise Invalid(f"“{text}”不是数字。", code="not_a_number")
    return found


def _unparted(text: str, decimal: str) -> str:
    """Return a number without the commas between its thousands, or with a point for a decimal comma.

    Raises ValueError where a comma can be neither: 3,5 is not 35.
    """
    if decimal == ",":
        return text.replace(",", ".")
    if "_" in text or ("," in text and not _THOUSANDS.fullmatch(text)):
        raise ValueError(text)
    return text.replace(",", "")


def money(text: str, *, decimal: str = ".") -> int:
    """Return an amount in whole yuan, half a yuan rounded up: 1200.50, 3.5万元. Raises Invalid."""
    plain = text.removesuffix("元").strip()
    times = Decimal(1)
    if found := _TENS_OF_THOUSANDS.fullmatch(text):
        plain, times = found[1], Decimal(10_000)
    try:
        amount = Decimal(_unparted(plain, decimal)) * times
    except (ValueError, ArithmeticError) as error:
        raise Invalid(f"“{text}”不是金额。", code="not_a_number") from error
    if not amount.is_finite() or amount > 10**12:
        raise Invalid(f"“{text}”不是金额，或者数额过大。", code="too_large")
    if amount < 0:
        raise Invalid(f"“{text}”是负数，金额不能小于0。", code="negative")
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def moment(text: str, *, calendar: str = "gregorian", order: str = "ymd") -> tuple[datetime, bool]:
    """Return a day with its time, and whether a time was written. Raises Invalid.

    Read are ISO 8601, 2024/3/5 15:20, 2024年3月5日15时20分, 20240305, Excel's serial numbers; `calendar` "roc" counts
    years from 1912, `order` "dmy" says that the day stands first.
    """
    plain = _ZONE.sub("", text.strip())
    if _WORLD.search(plain):
        at, known = moment(_WORLD.sub("", plain), calendar=calendar, order=order)
        return (at.replace(tzinfo=UTC).astimezone(SHANGHAI) if known else at), known
    if _serial(plain):
        return _from_serial(float(plain))
    if found := _SEPARATED.fullmatch(plain):
        day, rest = _day(found[1], found[2], found[3], calendar, order, text), found[4].strip()
    elif found := _DIGITS_DAY.fullmatch(plain):
        day, rest = _day(found[1], found[2], found[3], calendar, "ymd", text), found[4] or ""
    else:
        raise Invalid(f"“{text}”不是可以识别的日期，请写成 2024-03-05 的形式。", code="bad_date")
    return (on(day, clock(rest)), True) if rest else (on(day, None), False)


def year_month_day(year: str, month: str, day: str, *, calendar: str = "gregorian") -> date:
    """Return a day whose parts stand in columns of their own. Raises Invalid."""
    return _day(year, month, day, calendar, "ymd", f"{year}-{month}-{day}")


def on(day: date, at: time | None) -> datetime:
    """Return a moment in official time; midnight where the time is not known."""
    return datetime(
        day.year, day.month, day.day, at.hour if at else 0, at.minute if at else 0, at.second if at else 0, 0, SHANGHAI
    )


def clock(text: str) -> time:
    """Return a time of day: 15:20, 15时20分, 下午3点, 152000, 1520, 15, or Excel's part of a day. Raises Invalid."""
    plain = text.strip()
    if found := _TIME.fullmatch(plain):
        hour = _hour(found[1], int(found[2]), text)
        return _time(hour, int(found[3] or 0), int(found[4] or 0), text)
    if plain.isdecimal() and len(plain) <= 2:
        return _time(int(plain), 0, 0, text)
    if found := _DIGITS_TIME.fullmatch(plain):
        return _time(int(found[1]), int(found[2]), int(found[3] or 0), text)
    if re.fullmatch(r"0?\.\d+(?:[eE]-?\d+)?|0", plain):
        return (_EXCEL_ZERO + timedelta(seconds=round(float(plain) * 86_400))).time()
    raise Invalid(f"“{text}”不是可以识别的时间，请写成 15:20 的形式。", code="bad_time")


def _hour(part: str | None, hour: int, text: str) -> int:
    """Return an hour of 24 by the part of the day that stands before it. Raises Invalid where that leaves it open."""
    if part in _AT_NIGHT and (hour <= 4 or hour == 12):
        raise Invalid(f"“{text}”不能确定是零时前还是零时后，请按24小时制填写。", code="bad_time")
    if part in ("上午", "凌晨", "早上") and hour == 12:
        return 12 if part == "上午" else 0
    later = part in ("下午", *_AT_NIGHT) or (part == "中午" and hour <= 3)
    return hour + 12 if later and hour < 12 else hour


def _time(hour: int, minute: int, second: int, text: str) -> time:
    try:
        return time(hour % 24 if hour == 24 and not minute else hour, minute, second)
    except ValueError as error:
        raise Invalid(f"“{text}”不是一天中的时间。", code="bad_time") from error


def _day(first: str, month: str, last: str, calendar: str, order: str, text: str) -> date:
    year, day = (last, first) if order == "dmy" else (first, last)
    number = int(year) + (ROC_OFFSET if calendar == "roc" else 0)
    if number < 1900:
        raise Invalid(f"“{text}”的年份须写四位；是民国纪年的，请在导入模板中写明。", code="bad_date")
    try:
        return date(number, int(month), int(day))
    except ValueError as error:
        raise Invalid(f"“{text}”不是日历上的日期。", code="bad_date") from error


def _serial(text: str) -> bool:
    head, _, rest = text.partition(".")
    return len(head) in (5, 6) and _figures(head) and int(head) in _SERIALS and _figures(rest or "0")


def _figures(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _from_serial(serial: float) -> tuple[datetime, bool]:
    found = _EXCEL_ZERO + timedelta(seconds=round(serial * 86_400))
    return found.replace(tzinfo=SHANGHAI), not serial.is_integer()
