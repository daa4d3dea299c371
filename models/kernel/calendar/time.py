"""The clock as a parameter: every act brings its moment along, so tests, rehearsals and "as of" views share the code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from models.kernel.calendar.local_time import SHANGHAI, local_date

__all__ = ["SHANGHAI", "Clock", "local_date", "wall_clock"]

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """Return the present moment; the only place where the machine's clock is read."""
    return datetime.now(UTC)
