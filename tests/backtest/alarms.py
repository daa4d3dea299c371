"""Alarms of bursts over eight years, and what came in the thirty days after each."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from models.prevention.rules.bursts import BACK_DAYS, BUSIEST, WINDOW_DAYS, Burst, bursts, followed, per_10_000
from models.prevention.rules.cells import cells
from tests.backtest.barcelona import Accidents


@dataclass(frozen=True, slots=True)
class Alarms:
    """How many, per 30 days and 10,000 accidents a year, and how many times the expectation came next.

    `busy` is the same for places that expect an accident of the kind in 30 days, and give no alarm for that reason.
    """

    number: int
    rate: float
    times: float
    busy: float | None


def alarms(accidents: Accidents, size_m: int) -> Alarms:
    """Raise the alarms of every day that has three whole years before it and thirty days after it."""
    sites = cells(accidents.east, accidents.north, size_m)
    since, last = int(accidents.day.min()), int(accidents.day.max())
    begin, end = since + BACK_DAYS + WINDOW_DAYS, last - WINDOW_DAYS

    def times(some: list[Burst]) -> float:
        return followed(sites, accidents.day, accidents.kind, some).times

    everywhere = bursts(sites, accidents.day, accidents.kind, since, begin, busiest=inf)
    raised = [one for one in everywhere if one.day <= end and one.expected < BUSIEST]
    busy = [one for one in everywhere if one.day <= end and one.expected >= BUSIEST]
    rate = per_10_000(len(raised), end - begin + 1, len(accidents) / (last - since + 1) * 365)
    return Alarms(len(raised), rate, times(raised), times(busy) if busy else None)
