"""Time is a parameter: whoever acts brings the moment along, so tests, rehearsals and "as of" views share the code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """Return the present moment; the only place where the machine's clock is read."""
    return datetime.now(UTC)


def local_day(moment: datetime) -> date:
    """Return the day in Asia/Shanghai on which an aware moment falls: every limit is counted there."""
    return moment.astimezone(SHANGHAI).date()
