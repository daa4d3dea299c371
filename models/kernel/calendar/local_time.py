"""Official time: days are those of Asia/Shanghai, whatever zone a moment is written in."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.kernel.errors import Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local_date(at: datetime) -> date:
    """Return the day on which `at` falls in Asia/Shanghai; Invalid when `at` names no zone."""
    if at.tzinfo is None:
        raise Invalid("时间缺少时区，请写明时区，例如 2026-03-05T09:00:00+08:00。", code="naive_datetime")
    return at.astimezone(SHANGHAI).date()


def chinese_date(day: date) -> str:
    """Return the date as official papers write it: Arabic figures, no padding (2026年3月5日)."""
    return f"{day.year}年{day.month}月{day.day}日"
