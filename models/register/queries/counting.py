"""What of the register counts, and what it comes to: the one condition and the one set of sums behind every figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from models.kernel.divisions import stem
from models.kernel.errors import NotAllowed
from models.kernel.rights.policy import POLICE, Actor
from models.kernel.vocabulary import Coverage, Procedure, Role
from models.office.tables import Organisation
from models.papers.rules.periods import Period
from models.register.rules.figures import DAY, Sums, month_of
from models.register.tables import RegisteredAccident

ROW = RegisteredAccident
READERS = (*POLICE, Role.ADMIN, Role.SYSTEM)
FROM_CASES = "case"
"""Source of accidents that stand in the register only because they are investigated."""
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


def in_the_indices(counted: Counted) -> tuple[ColumnElement[bool], ...]:
    """The accidents that the four indices count: of the general procedure, or of one that nobody says."""
    return (*of_those(counted), or_(ROW.procedure.is_(None), ROW.procedure == Procedure.GENERAL))


def within(period: Period) -> ColumnElement[bool]:
    """Accidents of a span of days."""
    return ROW.occurred_on.between(period.since, period.until)


# What the accidents of a group come to. Grouped by procedure, no sum needs a condition of its own; what a database adds up
# of unknown values only is null, and what it counts of a column are the known ones.
SUMS: tuple[ColumnElement[Any], ...] = (
    func.count(),
    func.sum(ROW.deaths),
    func.count(ROW.deaths),
    func.sum(ROW.serious),
    func.sum(ROW.light),
    func.sum(ROW.injured_unspecified),
    func.count(func.coalesce(ROW.serious, ROW.light, ROW.injured_unspecified)),
    func.count(func.coalesce(ROW.injured_unspecified, ROW.serious + ROW.light)),
    func.sum(ROW.property_loss),
    func.count(ROW.property_loss),
    func.count(func.nullif(ROW.deaths, 0)),
    func.count(case((ROW.deaths >= 3, 1))),
)


def as_sums(procedure: Procedure | None, row: Iterable[Any]) -> Sums:
    """Return what `SUMS` says of the accidents of one procedure; PostgreSQL adds whole numbers up as decimals."""
    accidents, deaths, dead_known, *hurt, told, known, loss, loss_known, fatal, severe = (int(one or 0) for one in row)
    if procedure is Procedure.SIMPLE:
        return Sums(simple=accidents)
    return Sums(
        accidents=accidents,
        procedure_unknown=accidents if procedure is None else 0,
        deaths=deaths,
        deaths_unknown=accidents - dead_known,
        injured=sum(hurt),
        injured_told=told,
        injured_unknown=accidents - known,
        property_loss=loss,
        property_loss_unknown=accidents - loss_known,
        fatal_accidents=fatal,
        severe_accidents=severe,
    )


def sums_by_day(session: Session, counted: Counted, spans: Iterable[Period]) -> dict[date, Sums]:
    """Return what the accidents of each day of some spans come to. One statement for each: of several at once no index
    answers alone."""
    days: defaultdict[date, Sums] = defaultdict(Sums)
    for span in spans:
        rows = session.execute(
            select(ROW.occurred_on, ROW.procedure, *SUMS)
            .where(*of_those(counted), within(span))
            .group_by(ROW.occurred_on, ROW.procedure)
        )
        for day, procedure, *told in rows:
            days[day] += as_sums(procedure, told)
    return days


def added_up(days: Mapping[date, Sums], period: Period) -> Sums:
    """Return what the days of a span come to."""
    return sum((sums for day, sums in days.items() if period.since <= day <= period.until), Sums())


def sums_in(session: Session, counted: Counted, period: Period, *more: ColumnElement[bool]) -> Sums:
    """Return what the accidents of a span come to, of which further conditions hold. One statement."""
    rows = session.execute(
        select(ROW.procedure, *SUMS).where(*of_those(counted), within(period), *more).group_by(ROW.procedure)
    )
    return sum((as_sums(procedure, told) for procedure, *told in rows), Sums())


def first_day(session: Session) -> date | None:
    """Return the day of the first accident that counts; None while there is none. One statement."""
    return session.scalar(select(func.min(ROW.occurred_on)).where(ROW.exclusion.is_(None)))


def kept(session: Session, counted: Counted, period: Period) -> bool:
    """Return whether the register holds all accidents of a span, and not only those that became cases: others are there
    by the end of its first month, and in the last 31 days of it. Two statements."""
    others = (*of_those(counted), ROW.source != FROM_CASES)
    first = session.scalar(select(func.min(ROW.occurred_on)).where(*others))
    if first is None or first > month_of(period.since).until:
        return False
    last = Period(period.until - 30 * DAY, period.until)
    return session.scalar(select(ROW.id).where(*others, within(last)).limit(1)) is not None


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
    # As a sum, which no index answers for: SQLite would look the units up one by one, and not the days.
    return or_(ROW.unit_id.is_(None), (ROW.unit_id + 0).in_(ours))


def _inside(division: str) -> ColumnElement[bool]:
    return ROW.division_code.startswith(stem(division))
