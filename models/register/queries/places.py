"""Everything that is known of a place: its accidents by year, cases, what was promised there, hazards, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.kernel.calendar.local_time import local_date
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_assignments, visible_cases, visible_register
from models.kernel.vocabulary import AssignmentState, HazardState, Outcome
from models.office.tables import Organisation
from models.rectification.tables import Assignment, Measure
from models.register.queries.around import Place
from models.register.tables import Hazard, RegisteredAccident

MOST = 5000
"""Accidents of one place that are read; a busier one is told by its latest."""
BEFORE_AND_AFTER = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class AccidentThere:
    """An accident of the place; `case_number` is told to who may see the case."""

    id: int
    occurred_on: date
    occurred_at: datetime
    place: str | None
    stake: str | None
    pattern: str | None
    deaths: int | None
    serious: int | None
    light: int | None
    injured_unspecified: int | None
    case_number: str | None

    @property
    def injured(self) -> int:
        """Injured of any severity, as far as known."""
        return sum(figure or 0 for figure in (self.serious, self.light, self.injured_unspecified))

    @property
    def severe(self) -> bool:
        """Whether somebody died or was seriously injured."""
        return bool(self.deaths or self.serious)


@dataclass(frozen=True, slots=True)
class YearThere:
    """A year of the place."""

    year: int
    accidents: int
    severe: int
    deaths: int
    injured: int


@dataclass(frozen=True, slots=True)
class PromisedThere:
    """A measure of a case of this place in the hands of a unit, with the accidents in the year before and since it ended."""

    case_number: str
    ref: str
    text: str
    organisation: str
    state: AssignmentState
    outcome: Outcome | None
    closed_on: date | None
    before: int | None
    since: int | None
    days_since: int | None


@dataclass(frozen=True, slots=True)
class HazardThere:
    """A hazard of the place."""

    hazard_number: str
    description: str
    found_on: date
    state: HazardState


@dataclass(frozen=True, slots=True)
class PlaceKnown:
    """What is known of a place; accidents the latest first."""

    accidents: tuple[AccidentThere, ...]
    years: tuple[YearThere, ...]
    promised: tuple[PromisedThere, ...]
    hazards: tuple[HazardThere, ...]


def place_known(session: Session, actor: Actor, place: Place, today: date) -> PlaceKnown:
    """Return everything that is known of a place. Three statements by index."""
    accidents = accidents_there(session, actor, place)
    cases = sorted({one.case_number for one in accidents if one.case_number is not None})
    return PlaceKnown(
        tuple(accidents),
        tuple(_years(accidents)),
        tuple(_promised(session, actor, cases, accidents, today)),
        tuple(_hazards(session, actor, place)),
    )


def accidents_there(
    session: Session, actor: Actor, place: Place, *, before: datetime | None = None, limit: int = MOST
) -> list[AccidentThere]:
    """Return the counted accidents of a place, the latest first; `before` takes those that happened earlier alone."""
    row = RegisteredAccident
    query = (
        select(
            row.id,
            row.occurred_on,
            row.occurred_at,
            row.place,
            row.stake,
            row.pattern,
            row.deaths,
            row.serious,
            row.light,
            row.injured_unspecified,
            Case.case_number,
        )
        .outerjoin(Case, and_(Case.accident_id == row.accident_id, visible_cases(actor)))
        .where(visible_register(actor), place.holds(row), row.exclusion.is_(None))
        .order_by(row.occurred_on.desc(), row.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(row.occurred_at < before)
    return [AccidentThere(**found._mapping) for found in session.execute(query)]


def _years(accidents: Sequence[AccidentThere]) -> list[YearThere]:
    return [
        YearThere(
            year,
            len(found),
            sum(one.severe for one in found),
            sum(one.deaths or 0 for one in found),
            sum(one.injured for one in found),
        )
        for year, of_year in groupby(accidents, key=lambda one: one.occurred_on.year)
        if (found := list(of_year))
    ]


def _promised(
    session: Session, actor: Actor, cases: Sequence[str], accidents: Sequence[AccidentThere], today: date
) -> list[PromisedThere]:
    if not cases:
        return []
    rows = session.execute(
        select(
            Case.case_number,
            Measure.ref,
            Measure.text,
            Organisation.name,
            Assignment.state,
            Assignment.outcome,
            Assignment.closed_at,
        )
        .join(Measure, Measure.case_id == Case.id)
        .join(Assignment, Assignment.measure_id == Measure.id)
        .join(Organisation, Organisation.id == Assignment.organisation_id)
        .where(
            Case.case_number.in_(cases),
            visible_cases(actor),
            visible_assignments(actor),
            Measure.withdrawn_at.is_(None),
            Assignment.released_at.is_(None),
        )
        .order_by(Case.case_number, Measure.position, Assignment.id)
    )
    days = [one.occurred_on for one in accidents]
    promised = []
    for row in rows:
        closed = None if row.closed_at is None else local_date(row.closed_at)
        before, since, over = _around(days, closed, today)
        what = (row.case_number, row.ref, row.text, row.name, row.state, row.outcome)
        promised.append(PromisedThere(*what, closed, before, since, over))
    return promised


def _around(days: Sequence[date], closed: date | None, today: date) -> tuple[int | None, int | None, int | None]:
    """Return the accidents in the year before a day and in the time since, at most a year, with the days of the latter."""
    if closed is None:
        return None, None, None
    until = min(today, closed + BEFORE_AND_AFTER)
    before = sum(closed - BEFORE_AND_AFTER <= day < closed for day in days)
    return before, sum(closed < day <= until for day in days), (until - closed).days


def _hazards(session: Session, actor: Actor, place: Place) -> list[HazardThere]:
    rows = session.execute(
        select(Hazard.hazard_number, Hazard.description, Hazard.found_on, Hazard.state)
        .where(visible_register(actor), place.holds(Hazard))
        .order_by(Hazard.found_on.desc(), Hazard.id.desc())
        .limit(100)
    )
    return [HazardThere(**row._mapping) for row in rows]
