"""The three ways in which the agencies of a rehearsal behave, and how far a rehearsal has come."""

from __future__ import annotations

from collections.abc import Callable

from models.kernel.vocabulary import Word

# Called with the part that is done (0 to 1) and the simulated day in words.
Progress = Callable[[float, str], None]


class Scenario(Word):
    """Who answers, and when."""

    ON_TIME = "on-time", "各单位按时办理"
    LATE = "late", "一个单位逾期，督办后落实"
    SILENT = "silent", "各单位始终不答复"
