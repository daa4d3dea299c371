"""四项指数 of the cases' accidents, from New Year to a day, beside the same span of the year before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from models.queries.visible import visible_cases
from models.rules.local_time import SHANGHAI
from models.rules.policy import Actor
from models.tables import Accident, Case

from .as_of import AsOf

INJURIES = (
    func.coalesce(Accident.serious_injuries, 0)
    + func.coalesce(Accident.minor_injuries, 0)
    + func.coalesce(Accident.injured_unspecified, 0)
)


class Index(NamedTuple):
    """One of the four: this year's figure, last year's, and the change in percent; None where last year's is 0."""

    name: str
    figure: int
    before: int
    change: Decimal | None


def four_indices(session: Session, actor: Actor, at: AsOf) -> list[Index]:
    """Return accidents, deaths, injuries and property loss in yuan. What is unknown counts as nothing. One statement."""
    now, before = at.year, at.year_before
    this_year = Accident.occurred_at >= now[0]
    row = session.execute(
        select(
            *(
                func.coalesce(func.sum(case((condition, figure), else_=0)), 0)
                for figure in (1, func.coalesce(Accident.deaths, 0), INJURIES, func.coalesce(Accident.property_loss, 0))
                for condition in (this_year, ~this_year)
            )
        )
        .select_from(Case)
        .join(Accident, Accident.id == Case.accident_id)
        .where(visible_cases(actor), _within(now) | _within(before))
    ).one()
    names = ("事故起数", "死亡人数", "受伤人数", "直接财产损失")
    pairs = zip(row[0::2], row[1::2], strict=True)
    return [_index(name, int(figure), int(last)) for name, (figure, last) in zip(names, pairs, strict=True)]


def _index(name: str, figure: int, before: int) -> Index:
    change = (Decimal(figure - before) * 100 / before).quantize(Decimal("0.1")) if before else None
    return Index(name, figure, before, change)


def by_month(session: Session, actor: Actor, at: AsOf) -> list[dict[str, Any]]:
    """Return `{"month", "accidents", "deaths", "accidents_before", "deaths_before"}` for each month up to the day.

    The last month of both years ends with the day. One statement.
    """
    rows = session.execute(
        select(
            (this := case((Accident.occurred_at >= at.year[0], 1), else_=0)).label("this"),
            (month := _month(at)).label("month"),
            func.count().label("accidents"),
            func.coalesce(func.sum(Accident.deaths), 0).label("deaths"),
        )
        .select_from(Case)
        .join(Accident, Accident.id == Case.accident_id)
        .where(visible_cases(actor), _within(at.year) | _within(at.year_before))
        .group_by(this, month)
    ).all()
    found = {(row.this, row.month): row for row in rows}
    months = []
    for number in range(1, at.day.month + 1):
        here, before = found.get((1, number)), found.get((0, number))
        months.append(
            {
                "month": number,
                "accidents": here.accidents if here else 0,
                "deaths": int(here.deaths) if here else 0,
                "accidents_before": before.accidents if before else 0,
                "deaths_before": int(before.deaths) if before else 0,
            }
        )
    return months


def counted_accidents(
    session: Session, actor: Actor, at: AsOf, *, before: bool = False, after: str | None = None, limit: int = 50
) -> list[dict[str, Any]]:
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
            Accident.property_loss,
        )
        .join(Accident, Accident.id == Case.accident_id)
        .where(visible_cases(actor), _within(at.year_before if before else at.year))
        .order_by(Accident.occurred_at.desc(), Case.case_number.desc())
        .limit(limit)
    )
    if after is not None:
        last = select(Accident.occurred_at).join(Case, Case.accident_id == Accident.id).where(Case.case_number == after)
        moment = last.scalar_subquery()
        query = query.where(
            (Accident.occurred_at < moment) | ((Accident.occurred_at == moment) & (Case.case_number < after))
        )
    return [dict(row._mapping) for row in session.execute(query)]


def _within(span: tuple[datetime, datetime]) -> Any:
    return (Accident.occurred_at >= span[0]) & (Accident.occurred_at < span[1])


def _month(at: AsOf) -> Any:
    """The month of either year as a number, without asking a database for its time zones."""
    return case(*_month_ends(at.day.year - 1), *_month_ends(at.day.year), else_=12)


def _month_ends(year: int) -> Sequence[tuple[Any, int]]:
    """A moment before the end of a month belongs to it, unless an earlier condition took it."""
    first = datetime(year, 1, 1, tzinfo=SHANGHAI)
    ends = [(datetime(year, month + 1, 1, tzinfo=SHANGHAI), month) for month in range(1, 12)]
    ends.append((datetime(year + 1, 1, 1, tzinfo=SHANGHAI), 12))
    return [((Accident.occurred_at >= first) & (Accident.occurred_at < end), month) for end, month in ends]
