"""Where the investigated accidents of a year happened: as points, and counted by district."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from models.accident.tables import Accident
from models.case.tables import Case
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_cases
from models.kernel.vocabulary import Grade

from .as_of import AsOf

POINTS = 1000


@dataclass(frozen=True, slots=True)
class Point:
    """An accident on the map, in degrees; deaths are None where nobody knows them."""

    case_number: str
    title: str
    grade: Grade
    longitude: float
    latitude: float
    deaths: int | None
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class DivisionCount:
    """The accidents of a district and their deaths; `unknown` is in how many nobody knows the deaths."""

    division_code: str
    accidents: int
    deaths: int
    unknown: int


def once() -> ColumnElement[bool]:
    """Cases whose accident counts: a case that was merged into another is about the same accident, which the case that
    goes on has, whatever day is looked at."""
    return Case.merged_into_id.is_(None)


def points(session: Session, actor: Actor, at: AsOf, *, limit: int = POINTS) -> list[Point]:
    """Return the newest accidents of the year with a known position. One statement."""
    rows = session.execute(
        select(
            Case.case_number,
            Case.title,
            Case.grade,
            Accident.longitude,
            Accident.latitude,
            Accident.deaths,
            Accident.occurred_at,
        )
        .join(Accident, Accident.id == Case.accident_id)
        .where(
            visible_cases(actor),
            once(),
            Accident.occurred_at >= at.year[0],
            Accident.occurred_at < at.year[1],
            Accident.longitude.is_not(None),
            Accident.latitude.is_not(None),
        )
        .order_by(Accident.occurred_at.desc(), Case.id.desc())
        .limit(limit)
    )
    return [Point(**row._asdict()) for row in rows]


def by_division(session: Session, actor: Actor, at: AsOf) -> list[DivisionCount]:
    """Return the districts of the year, the most accidents first. One statement."""
    rows = session.execute(
        select(
            Accident.division_code,
            func.count().label("accidents"),
            func.coalesce(func.sum(Accident.deaths), 0).label("deaths"),
            func.count(case((Accident.deaths.is_(None), 1))).label("unknown"),
        )
        .select_from(Case)
        .join(Accident, Accident.id == Case.accident_id)
        .where(visible_cases(actor), once(), Accident.occurred_at >= at.year[0], Accident.occurred_at < at.year[1])
        .group_by(Accident.division_code)
        .order_by(func.count().desc(), Accident.division_code)
    )
    return [DivisionCount(row.division_code, row.accidents, int(row.deaths), row.unknown) for row in rows]
