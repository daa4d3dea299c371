"""Figures of the territory, the same for every reader: remembered until the register, or what is entered beside it, changes."""

from __future__ import annotations

from datetime import date

from models.kernel.installation import Installation, Reading
from models.kernel.vocabulary import Breakdown
from models.papers.rules.periods import Period
from models.register.queries.counting import Counted, refuse_strangers
from models.register.queries.figures import Month, Report, report, stamp, trend
from ui.web.cache import Memory

SECONDS = 600.0
REPORTS: Memory[tuple[str, tuple[object, ...], Counted, Period, date, Breakdown | None], Report] = Memory(
    SECONDS, most=500
)
TRENDS: Memory[tuple[str, tuple[object, ...], Counted, int, date], list[Month]] = Memory(SECONDS, most=200)
MEMORIES = (REPORTS, TRENDS)


def figures(
    installation: Installation,
    read: Reading,
    counted: Counted,
    period: Period,
    today: date,
    by: Breakdown | None = None,
) -> Report:
    """Return the figures of a span. Raises NotAllowed for who does not read the register."""
    refuse_strangers(read.actor)
    key = installation.settings.database, stamp(read.session), counted, period, today, by
    return REPORTS.of(key, lambda: report(read.session, read.actor, counted, period, today, by=by))


def months(installation: Installation, read: Reading, counted: Counted, year: int, today: date) -> list[Month]:
    """Return the months of a year up to today. Raises NotAllowed for who does not read the register."""
    refuse_strangers(read.actor)
    key = installation.settings.database, stamp(read.session), counted, year, today
    return TRENDS.of(key, lambda: trend(read.session, read.actor, counted, year, today))
