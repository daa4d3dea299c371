"""The tables of this room, one file per aggregate."""

from .deadlines import CalendarDay, CalendarYear, Deadline, DeadlineRuleRow, LadderRung, RungFired
from .registers import Register, RegisteredNotice

__all__ = [
    "CalendarDay",
    "CalendarYear",
    "Deadline",
    "DeadlineRuleRow",
    "LadderRung",
    "Register",
    "RegisteredNotice",
    "RungFired",
]
