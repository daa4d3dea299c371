"""What people write for numbers, dates and times, read as an office means it: 85万, 2人, 2026年11月5日8时10分, 2026.11.05."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Invalid

# Years outside are typing errors; they also keep date arithmetic away from the ends of the calendar.
YEARS = range(1950, 2200)
_FIGURES = re.compile(r"([+-]?\d+(?:\.\d+)?)(千|万|亿)?(.*)", re.ASCII)
_TIMES = {"千": Decimal(1000), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_DIGITS = {word: figure for figure, word in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_MEASURES = frozenset(
    [
        *"元圆人名辆台起次份户岁米m吨t分个处%℃度",
        "周岁",
        "公里",
        "千米",
        "km",
        "千克",
        "公斤",
        "kg",
        "°C",
        "千米/小时",
        "公里/小时",
        "km/h",
        "千米/时",
        "公里/时",
    ]
)
# What a measure is worth in another: a load in tonnes is wanted in kilograms.
_WORTH = {
    ("吨", "千克"): Decimal(1000),
    ("t", "千克"): Decimal(1000),
    ("公里", "米"): Decimal(1000),
    ("km", "米"): Decimal(1000),
}
_ABOUT = re.compile(
    r"^(?:约|大约|近|逾|超过)|(?<=[\d一二两三四五六七八九十百千万亿])(?:余|多|左右|以上|以下|许|来)(?=[千万亿]?[^\d]*$)"
)

_DAY = re.compile(r"(?P<year>\d{4})(?:[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})[日号]?|(?P<md>\d{4}))", re.ASCII)
_PART = r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚|夜间)?"
_TIME = re.compile(
    rf"{_PART}(?P<hour>\d{{1,2}})(?:[:时点](?:(?P<minute>\d{{1,2}})(?::(?P<second>\d{{1,2}})(?:\.\d+)?|分(?:(?P<s>\d{{1,2}})秒)?)?|整)?)",
    re.ASCII,
)
_ZONE = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$", re.ASCII)
_AFTERNOON = ("下午", "傍晚", "晚上", "晚", "夜间")


TIME_MISSING = "只写了日期，请补充时间（零时写0时0分）；确实不知道时间的，请在“时间掌握程度”中写明"
_ERRORS = frozenset({"#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!", "#CALC!"})


def error_value(text: str) -> bool:
    """Tell whether a text is what a spreadsheet shows where a formula went wrong: nobody means it."""
    return text.strip().upper() in _ERRORS


def plain(text: str) -> str:
    """Return a text in half width without blanks: ２０２６／１１／５　８：１０ is 2026/11/58:10, so dates keep their blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def number(text: str, unit: str | None = None) -> Decimal:
    """Return the number in a text: 1,200.50元, 85万, 2人, 三人, 41.47吨 where kilograms are wanted. Raises Invalid."""
    said = plain(text).replace(",", "").replace("，", "")
    if _ABOUT.search(said):
        raise Invalid(f"“{text.strip()}”不是确切的数，请填写确切数字", code="not_exact")
    found = _FIGURES.fullmatch(_in_figures(said))
    if found is None or (found[3] and found[3] not in _MEASURES):
        raise Invalid(f"“{text.strip()}”不是数字，请只填数字，如 85万、2人、1200.5", code="not_a_number")
    try:
        value = Decimal(found[1]) * _TIMES.get(found[2] or "", Decimal(1))
    except InvalidOperation:  # pragma: no cover - the pattern lets nothing else through
        raise Invalid(f"“{text.strip()}”不是数字", code="not_a_number") from None
    return value * _WORTH.get((found[3], unit or ""), Decimal(1))


def _in_figures(text: str) -> str:
    """Return a text whose leading Chinese numeral up to ninety-nine is written in figures: 十二人 → 12人."""
    found = re.match(
        r"([一二两三四五六七八九]?)(十)?([一二两三四五六七八九零〇]?)(?=[^一二两三四五六七八九十百]|$)", text
    )
    if found is None or not found[0]:
        return text
    tens, ten, ones = found.groups()
    if ten is None:
        return f"{_DIGITS[tens or ones]}{text[found.end() :]}" if not (tens and ones) else text
    return f"{(_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)}{text[found.end() :]}"


def day(text: str) -> date:
    """Return the date in 2026-11-05, 2026/11/5, 2026.11.05, 2026年11月5日 or 20261105. Raises Invalid."""
    said = plain(text)
    found = _DAY.fullmatch(said)
    if found is None:
        # What a program of tables makes of a date without a time.
        found = re.fullmatch(rf"{_DAY.pattern}T?0?0:00(?::00)?", said, re.ASCII)
    if found is None:
        raise Invalid(f"“{text.strip()}”不是可以识别的日期，请写成 2026年11月5日 或 2026-11-05 的形式", code="bad_date")
    return _date(found, text)


def _date(found: re.Match[str], text: str) -> date:
    month, of_month = (found["md"][:2], found["md"][2:]) if found["md"] else (found["month"], found["day"])
    try:
        read = date(int(found["year"]), int(month), int(of_month))
    except ValueError:
        read = None
    if read is None or read.year not in YEARS:
        raise Invalid(f"“{text.strip()}”这个日期不存在，请核对", code="bad_date")
    return read


def moment(text: str) -> datetime:
    """Return the moment, in Asia/Shanghai where no zone is written: 2026/11/5 8:10, 2026年11月5日8时10分许.

    Raises Invalid; a date without a time is asked for its time, for midnight would be invented.
    """
    said = unicodedata.normalize("NFKC", text).strip()
    exact = _exact(said)
    if exact is not None:
        return exact
    spaced = re.sub(r"\s+", " ", said)
    split = re.match(
        r"(\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?[日号]?|\d{8})(?:\s*\([^()]*\))?(?:T|[ ,，]*)",
        spaced,
        re.ASCII,
    )
    if split is None:
        raise Invalid(f"“{text.strip()}”不是可以识别的时间，请写成 2026年11月5日8时10分 的形式", code="bad_datetime")
    on, rest = day(split[1]), spaced[split.end() :]
    if not rest.strip():
        raise Invalid(TIME_MISSING, code="time_missing")
    return datetime.combine(on, clock(rest), SHANGHAI)


def _exact(said: str) -> datetime | None:
    """Return what ISO 8601 says with its zone."""
    if _ZONE.search(said) is None:
        return None
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo is not None and found.year in YEARS else None


def clock(text: str) -> time:
    """Return the time of day in 8:10, 8时10分, 下午3点20分, 17时42分许. Raises Invalid."""
    said = re.sub(r"(?:许|左右)$", "", plain(text))
    found = _TIME.fullmatch(said)
    if found is None:
        raise Invalid(f"“{text.strip()}”不是可以识别的时刻，请写成 8:10 或 8时10分 的形式", code="bad_time")
    hour = int(found["hour"])
    if found["part"] in _AFTERNOON and hour < 12:
        hour += 12
    try:
        return time(hour, int(found["minute"] or 0), int(found["second"] or found["s"] or 0))
    except ValueError:
        raise Invalid(f"“{text.strip()}”这个时刻不存在，请核对", code="bad_time") from None
