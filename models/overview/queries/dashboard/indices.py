"""四项指数 of the accidents that are investigated, from New Year to a day, beside the same span of the year before.

They are not those of the territory: what nobody investigates stands in no case. An accident that two cases told of is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, not_, null, or_, select, true
from sqlalchemy.orm import Session

from models.accident.tables import Accident
from models.case.tables import Case
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_cases
from models.kernel.vocabulary import Grade

from .as_of import AsOf

HURT = (Accident.serious_injuries, Accident.minor_injuries, Accident.injured_unspecified)
# What is known of the injured: nothing where no figure is given, and not all where a kind is left open.
INJURIES = case(
    (and_(*(kind.is_(None) for kind in HURT)), null()),
    else_=func.coalesce(HURT[0], 0) + func.coalesce(HURT[1], 0) + func.coalesce(HURT[2], 0),
)
INJURIES_KNOWN = or_(
    Accident.injured_unspecified.is_not(None),
    and_(Accident.serious_injuries.is_not(None), Accident.minor_injuries.is_not(None)),
)


@dataclass(frozen=True, slots=True)
class Index:
    """One of the four: this year's figure, last year's, the change in percent, and how many accidents are not (fully) in
    the figures because nobody knows theirs.

    A figure is None where accidents are on file and nothing is known of any: unknown is not 0. The change is None where
    last year's figure is 0 or one of them is None.
    """

    name: str
    figure: int | None
    before: int | None
    change: Decimal | None
    unknown: int = 0
    unknown_before: int = 0


@dataclass(frozen=True, slots=True)
class Month:
    """A month's accidents and deaths, as far as these are known, beside those of the year before."""

    month: int
    accidents: int
    deaths: int
    accidents_before: int
    deaths_before: int


@dataclass(frozen=True, slots=True)
class CountedAccident:
    """An accident that the indices count; what nobody knows is None, the loss is in yuan.

    `injuries` are those known of, all of them where `injuries_known`.
    """

    case_number: str
    title: str
    grade: Grade
    occurred_at: datetime
    place: str
    deaths: int | None
    injuries: int | None
    injuries_known: bool
    property_loss: int | None


Sum = Decimal | int | None  # PostgreSQL adds up whole numbers as a decimal


def once() -> ColumnElement[bool]:
    """Cases whose accident counts: a case that was merged into another is about the same accident, which the case that
    goes on has.

    That is so whatever day is looked at. On a day before they were merged people took it for two; it was one all the same,
    and a year is to be compared with what the year before was, not with what was thought then.
    """
    return Case.merged_into_id.is_(None)


def four_indices(session: Session, actor: Actor, at: AsOf) -> list[Index]:
    """Return accidents, deaths, injuries and property loss in yuan. One statement."""
    now, before = at.year, at.year_before
    this_year = Accident.occurred_at >= now[0]
    figures: tuple[tuple[str, SQLColumnExpression[int | None] | int, ColumnElement[bool]], ...] = (
        ("事故起数", 1, true()),
        ("死亡人数", Accident.deaths, Accident.deaths.is_not(None)),
        ("受伤人数", INJURIES, INJURIES_KNOWN),
        ("直接财产损失", Accident.property_loss, Accident.property_loss.is_not(None)),
    )
    row = session.execute(
        select(
            *(
                one
                for _, figure, known in figures
                for year in (this_year, ~this_year)
                for one in (func.sum(case((year, figure))), func.count(case((and_(year, not_(known)), 1))))
            )
        )
        .select_from(Case)
        .join(Accident, Accident.id == Case.accident_id)
        .where(visible_cases(actor), once(), _within(now) | _within(before))
    ).one()
    counted = zip(row[0::4], row[1::4], row[2::4], row[3::4], strict=True)
    return [_index(name, *told) for (name, _, _), told in zip(figures, counted, strict=True)]


def _index(name: str, figure: Sum, unknown: int, before: Sum, unknown_before: int) -> Index:
    now, last = _known(figure, unknown), _known(before, unknown_before)
    change = (Decimal(now - last) * 100 / last).quantize(Decimal("0.1")) if last and now is not None else None
    return Index(name, now, last, change, unknown, unknown_before)


def _known(figure: Sum, unknown: int) -> int | None:
    """Return a sum; 0 where there is nothing to sum up, None where all there is is unknown."""
    if figure is None:
        return None if unknown else 0
    return int(figure)


def by_month(session: Session, actor: Actor, at: AsOf) -> list[Month]:
    """Return each month up to the day; the last month of both years ends with the day. One statement."""
    rows = session.execute(
        select(
            (this := case((Accident.occurred_at >= at.year[0], 1), else_=0)).label("this"),
            (month := _month(at)).label("month"),
            func.count().label("accidents"),
            func.coalesce(func.sum(Accident.deaths), 0).label("deaths"),
        )
        .select_from(Case)
        .join(Accident, Accident.id == Case.accident_id)
        .where(visible_cases(actor), once(), _within(at.year) | _within(at.year_before))
        .group_by(this, month)
    ).all()
    found = {(row.this, row.month): row for row in rows}
    months = []
    for number in range(1, at.day.month + 1):
        here, before = found.get((1, number)), found.get((0, number))
        months.append(
            Month(
                month=number,
                accidents=here.accidents if here else 0,
                deaths=int(here.deaths) if here else 0,
                accidents_before=before.accidents if before else 0,
                deaths_before=int(before.deaths) if before else 0,
            )
        )
    return months


def counted_accidents(
    session: Session, actor: Actor, at: AsOf, *, before: bool = False, after: str | None = None, limit: int = 50
) -> list[CountedAccident]:
    """Return the accidents that the indices count, of this year or the one `before`, the newest first.

    `after` is the case number of the last row shown. One statement.
    """
    query = (
        select(
            Case.case_number,
            Case.title,
            Case.grade,
            Accident.occurred_at,
            Accident.place,
            Accident.deaths,
            INJURIES.label("injuries"),
            INJURIES_KNOWN.label("injuries_known"),
            Accident.property_loss,
        )
        .join(Accident, Accident.id == Case.accident_id)
        .where(visible_cases(actor), once(), _within(at.year_before if before else at.year))
        .order_by(Accident.occurred_at.desc(), Case.case_number.desc())
        .limit(limit)
    )
    if after is not None:
        last = select(Accident.occurred_at).join(Case, Case.accident_id == Accident.id).where(Case.case_number == after)
        moment = last.scalar_subquery()
        query = query.where(
            (Accident.occurred_at < moment) | ((Accident.occurred_at == moment) & (Case.case_number < after))
        )
    return [CountedAccident(*row) for row in session.execute(query)]


def _within(span: tuple[datetime, datetime]) -> ColumnElement[bool]:
    return (Accident.occurred_at >= span[0]) & (Accident.occurred_at < span[1])


def _month(at: AsOf) -> ColumnElement[int]:
    """The month of either year as a number, without asking a database for its time zones."""
    return case(*_month_ends(at.day.year - 1), *_month_ends(at.day.year), else_=12)


def _month_ends(year: int) -> Sequence[tuple[ColumnElement[bool], int]]:
    """A moment before the end of a month belongs to it, unless an earlier condition took it."""
    first = datetime(year, 1, 1, tzinfo=SHANGHAI)
    ends = [(datetime(year, month + 1, 1, tzinfo=SHANGHAI), month) for month in range(1, 12)]
    ends.append((datetime(year + 1, 1, 1, tzinfo=SHANGHAI), 12))
    return [((Accident.occurred_at >= first) & (Accident.occurred_at < end), month) for end, month in ends]
