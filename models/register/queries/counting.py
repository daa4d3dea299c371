"""What of the register counts, and what it comes to: the one condition and the one set of sums behind every figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from models.kernel.divisions import stem
from models.kernel.errors import NotAllowed
from models.kernel.rights.policy import POLICE, Actor
from models.kernel.vocabulary import Coverage, Indicator, Procedure, Role
from models.office.tables import Organisation
from models.papers.rules.periods import Period
from models.register.rules.figures import Sums
from models.register.tables import RegisteredAccident

ROW = RegisteredAccident
READERS = (*POLICE, Role.ADMIN, Role.SYSTEM)
MOTORWAYS = ("高速", "高速公路")


@dataclass(frozen=True, slots=True)
class Counted:
    """Of which accidents figures are: by coverage, of one division and those below it, on one road.

    `territory` is the division of our own unit, which 按地域 means.
    """

    territory: str
    coverage: Coverage = Coverage.JURISDICTION
    division: str | None = None
    road: str | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is left out: what official totals and those of earlier years are of."""
        return self.coverage is Coverage.JURISDICTION and self.road is None and self.division in (None, self.territory)


def refuse_strangers(actor: Actor) -> None:
    """Refuse who does not read the register: partner bodies and who only audits readings. Raises NotAllowed."""
    if not actor.has(*READERS):
        raise NotAllowed("事故台账和统计数据只供公安机关内部查阅。")


def general() -> ColumnElement[bool]:
    """Accidents that the four indices count by their procedure: the general one, and those of which nobody says it."""
    return or_(ROW.procedure.is_(None), ROW.procedure == Procedure.GENERAL)


def of_those(counted: Counted) -> tuple[ColumnElement[bool], ...]:
    """The accidents, whatever their procedure, that figures of this kind are of: not excluded, ours, there."""
    found: list[ColumnElement[bool]] = [ROW.exclusion.is_(None)]
    if counted.coverage is Coverage.JURISDICTION:
        found.append(_ours())
    else:
        found.append(or_(ROW.division_code.is_(None), _inside(counted.territory)))
    if counted.division is not None:
        found.append(_inside(counted.division))
    if counted.road is not None:
        found.append(or_(ROW.road_number == counted.road, ROW.road_name == counted.road))
    return tuple(found)


def within(period: Period) -> ColumnElement[bool]:
    """Accidents of a span of days."""
    return ROW.occurred_on.between(period.since, period.until)


def behind(indicator: Indicator) -> ColumnElement[bool]:
    """The accidents that a figure counts or adds up, of those that the indices count."""
    return {
        Indicator.FATAL_ACCIDENTS: ROW.deaths >= 1,
        Indicator.SEVERE_ACCIDENTS: ROW.deaths >= 3,
    }.get(indicator, true())


def sums_of(condition: ColumnElement[bool]) -> list[ColumnElement[Any]]:
    """Return what the accidents of a condition come to, in the order of the fields of `Sums`."""
    counts = and_(condition, general())
    hurt = (ROW.serious, ROW.light, ROW.injured_unspecified)
    injured_told = or_(*(kind.is_not(None) for kind in hurt))
    injured_known = or_(hurt[2].is_not(None), and_(hurt[0].is_not(None), hurt[1].is_not(None)))

    def number(*more: ColumnElement[bool]) -> ColumnElement[Any]:
        return func.count(case((and_(counts, *more), 1)))

    def total(*columns: ColumnElement[Any]) -> ColumnElement[Any]:
        value = columns[0]
        for column in columns[1:]:
            value = value + column
        return func.coalesce(func.sum(case((counts, value))), 0)

    return [
        number(),
        number(ROW.procedure.is_(None)),
        total(func.coalesce(ROW.deaths, 0)),
        number(ROW.deaths.is_(None)),
        total(*(func.coalesce(kind, 0) for kind in hurt)),
        number(injured_told),
        number(~injured_known),
        total(func.coalesce(ROW.property_loss, 0)),
        number(ROW.property_loss.is_(None)),
        number(ROW.deaths >= 1),
        number(ROW.deaths >= 3),
        func.count(case((and_(condition, ROW.procedure == Procedure.SIMPLE), 1))),
    ]


def as_sums(values: Iterable[Any]) -> Sums:
    """Return a row of `sums_of`; PostgreSQL adds whole numbers up as decimals."""
    return Sums(*(int(value) for value in values))


WIDTH = len(fields(Sums))


def sums_by_day(session: Session, counted: Counted, spans: Iterable[Period]) -> dict[date, Sums]:
    """Return what the accidents of each day of some spans come to. One statement."""
    rows = session.execute(
        select(ROW.occurred_on, *sums_of(true()))
        .where(*of_those(counted), or_(*(within(span) for span in spans)))
        .group_by(ROW.occurred_on)
    )
    return {row[0]: as_sums(row[1:]) for row in rows}


def added_up(days: dict[date, Sums], period: Period) -> Sums:
    """Return what the days of a span come to."""
    return sum((sums for day, sums in days.items() if period.since <= day <= period.until), Sums())


def sums_in(session: Session, counted: Counted, period: Period, *more: ColumnElement[bool]) -> Sums:
    """Return what the accidents of a span come to, of which further conditions hold. One statement."""
    return as_sums(session.execute(select(*sums_of(true())).where(*of_those(counted), within(period), *more)).one())


def first_day(session: Session) -> date | None:
    """Return the day of the first accident that counts; None while there is none. One statement."""
    return session.scalar(select(func.min(ROW.occurred_on)).where(ROW.exclusion.is_(None)))


def off_motorways() -> ColumnElement[bool]:
    """Accidents that are not said to have happened on a motorway."""
    return or_(ROW.road_class.is_(None), ROW.road_class.not_in(MOTORWAYS))


def _ours() -> ColumnElement[bool]:
    """按管辖: handled by us or a unit below us, or by whom nobody knows; not by one of our list that stands elsewhere."""
    own, below = Organisation, Organisation.__table__.alias("below")
    ours = (
        select(below.c.id)
        .select_from(own)
        .join(below, below.c.path.startswith(own.path, autoescape=False))
        .where(own.issues_as.in_(("bureau", "unit")))
    )
    return or_(ROW.unit_id.is_(None), ROW.unit_id.in_(ours))


def _inside(division: str) -> ColumnElement[bool]:
    return ROW.division_code.startswith(stem(division))
