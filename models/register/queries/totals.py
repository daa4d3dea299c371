"""What people entered beside the register: totals of earlier spans, denominators of the years, closings of months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.vocabulary import Coverage, Indicator
from models.papers.rules.periods import Period
from models.register.rules.figures import WAN, differences, month_of, months_of, per
from models.register.tables import Denominator, EarlierTotal, MonthClosing

from .counting import Counted, first_day, off_motorways, sums_in

PEOPLE = 100_000
Figures = dict[str, int | None]
"""Figures by the name of their indicator; None is unknown."""


@dataclass(frozen=True, slots=True)
class Rates:
    """万车死亡率 and deaths per 100,000 residents of a year; None where the denominator is not entered."""

    year: int
    deaths: int | None
    vehicles: int | None
    with_motorcycles: bool
    with_motorways: bool
    residents: int | None
    per_10_000_vehicles: float | None
    per_100_000_people: float | None
    basis: str
    version: int


@dataclass(frozen=True, slots=True)
class Closing:
    """A closed month: the official totals, what the register came to then, and what it has been corrected by since."""

    month: date
    official: Figures
    counted: Figures
    differences: dict[str, int]
    corrected: dict[str, int]
    basis: str
    note: str | None
    closed_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """A total of an earlier span, as it was entered."""

    division_code: str
    since: date
    until: date
    figures: Figures
    basis: str
    version: int


def _figures(row: EarlierTotal) -> Figures:
    return {one.value: getattr(row, one.value) for one in Indicator}


def earlier_totals(session: Session) -> list[Earlier]:
    """Return every total that was entered, the newest span first. One statement."""
    rows = session.scalars(select(EarlierTotal).order_by(EarlierTotal.since.desc(), EarlierTotal.division_code))
    return [Earlier(row.division_code, row.since, row.until, _figures(row), row.basis, row.version) for row in rows]


def entered(totals: list[Earlier], counted: Counted, period: Period) -> Figures | None:
    """Return what was entered of just this span: as one total, else as its months; None where that is not all there.

    Totals are of a division as the official statistics have it: no road has any, nor has the coverage by territory.
    """
    if counted.road is not None or counted.coverage is not Coverage.JURISDICTION:
        return None
    division = counted.division or counted.territory
    of = {(one.since, one.until): one.figures for one in totals if one.division_code == division}
    if whole := of.get((period.since, period.until)):
        return whole
    months = [of.get((month, month_of(month).until)) for month in months_of(period) or ()]
    found = [one for one in months if one is not None]
    if not found or len(found) < len(months):
        return None
    return {one.value: _together([month[one.value] for month in found]) for one in Indicator}


def _together(figures: list[int | None]) -> int | None:
    known = [one for one in figures if one is not None]
    return sum(known) if len(known) == len(figures) else None


def rates(session: Session, counted: Counted, year: int) -> Rates | None:
    """Return the rates of a year that is counted whole; None where no denominator is entered. Two or three statements."""
    division = counted.division or counted.territory
    row = session.scalar(select(Denominator).where(Denominator.division_code == division, Denominator.year == year))
    if row is None:
        return None
    whole = Period(date(year, 1, 1), date(year, 12, 31))
    deaths = _deaths(session, counted, whole, with_motorways=row.with_motorways)
    return Rates(
        year=year,
        deaths=deaths,
        vehicles=row.vehicles,
        with_motorcycles=row.with_motorcycles,
        with_motorways=row.with_motorways,
        residents=row.residents,
        per_10_000_vehicles=per(deaths, row.vehicles, WAN),
        per_100_000_people=per(deaths, row.residents, PEOPLE),
        basis=row.basis,
        version=row.version,
    )


def _deaths(session: Session, counted: Counted, year: Period, *, with_motorways: bool) -> int | None:
    """Return the deaths of a year as they were entered, else of the register; None where it begins later."""
    if with_motorways and (told := entered(earlier_totals(session), counted, year)) is not None:
        return told[Indicator.DEATHS]
    begins = first_day(session)
    if begins is None or begins > year.until:
        return None
    return sums_in(session, counted, year, *(() if with_motorways else (off_motorways(),))).figures[Indicator.DEATHS]


def closings(session: Session, counted: Counted, period: Period) -> list[Closing]:
    """Return the closed months of a span, the first first. One statement, and one for each of them."""
    rows = session.scalars(
        select(MonthClosing)
        .where(MonthClosing.month.between(period.since.replace(day=1), period.until))
        .order_by(MonthClosing.month)
    ).all()
    whole = Counted(counted.territory)
    return [
        Closing(
            month=row.month,
            official=row.official,
            counted=row.counted,
            differences=differences(row.counted, row.official),
            corrected=differences(sums_in(session, whole, month_of(row.month)).figures, row.counted),
            basis=row.basis,
            note=row.note,
            closed_at=row.closed_at,
            version=row.version,
        )
        for row in rows
    ]
