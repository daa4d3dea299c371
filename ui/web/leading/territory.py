"""Figures of the territory, the same for every reader: remembered until the register, or what is entered beside it, changes."""

from __future__ import annotations

from datetime import date

from models.kernel.installation import Installation, Reading
from models.kernel.vocabulary import Breakdown
from models.overview.queries.circular_accidents import accident_figures
from models.papers.kinds.circular.content import AccidentFigures
from models.papers.rules.periods import Period
from models.register.queries.counting import Counted, refuse_strangers
from models.register.queries.figures import Month, Report, report, stamp, trend
from ui.web.cache import Memory

SECONDS = 600.0
REPORTS: Memory[tuple[str, tuple[object, ...], Counted, Period, date, Breakdown | None], Report] = Memory(
    SECONDS, most=500
)
TRENDS: Memory[tuple[str, tuple[object, ...], Counted, int, date], list[Month]] = Memory(SECONDS, most=200)
WEEKS: Memory[tuple[str, tuple[object, ...], str, Period, date], AccidentFigures | None] = Memory(SECONDS, most=50)
MEMORIES = (REPORTS, TRENDS, WEEKS)


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


def week(installation: Installation, read: Reading, period: Period, today: date) -> AccidentFigures | None:
    """Return the accidents of a week, None where the register does not hold it. Raises NotAllowed for who does not read it."""
    refuse_strangers(read.actor)
    ours = installation.settings.unit_division
    key = installation.settings.database, stamp(read.session), ours, period, today
    return WEEKS.of(key, lambda: accident_figures(read.session, read.actor, ours, period, today))
