"""How well each unit does what it was asked: completion, warnings and rank, of all it had on its desk in a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from models.queries.lights import unlit_units
from models.queries.replies import awaited
from models.queries.visible import visible_assignments
from models.queries.visible_clocks import visible_deadlines
from models.rules.lights import standing
from models.rules.policy import Actor
from models.rules.vocabulary import Turn
from models.tables import Assignment, Case, Deadline, Delivery, Measure, Organisation, RungFired

from .as_of import AsOf

WARNED = "warn"  # the rung that counts as a warning


def ranking(session: Session, actor: Actor, at: AsOf) -> list[dict[str, Any]]:
    """Return `{"organisation_id", "organisation", "measures", "closed", "completion", "warnings", "rank"}`, best first.

    Counts measures whose notice was served by the day and that were open at some moment since New Year, those of them
    closed by the day, and the year's warnings that were not taken back. `completion` is a share from 0 to 1. Equal
    units share a rank; superiors, organs of law and other cities have none and come last. Four statements.
    """
    return ranked(completion(session, actor, at), warnings(session, actor, at))


def completion(session: Session, actor: Actor, at: AsOf) -> list[dict[str, Any]]:
    """Return `{"organisation_id", "organisation", "measures", "closed", "lit"}` of each unit, in no order; `lit` are
    those that have a rank. Who sees the same cases gets the same. Three statements."""
    closed = and_(Assignment.closed_at.is_not(None), Assignment.closed_at < at.end)
    # As a sum, which no index is sorted by: SQLite would read every measure there ever was, unit by unit, and not those of
    # the year.
    unit = (Assignment.organisation_id + 0).label("organisation_id")
    counted = (
        select(
            unit,
            func.count().label("measures"),
            func.sum(case((closed, 1), else_=0)).label("closed"),
        )
        .join(Delivery, Delivery.document_id == Assignment.notice_id)
        .where(*_served(at), visible_assignments(actor))
        .group_by(unit)
        # Names are looked up for the units that come out: joined before, SQLite begins with them, unit by unit.
        .cte("counted")
        .prefix_with("MATERIALIZED")
    )
    unlit = unlit_units(session)
    rows = session.execute(
        select(counted, Organisation.name).join(Organisation, Organisation.id == counted.c.organisation_id)
    )
    return [
        {
            "organisation_id": row.organisation_id,
            "organisation": row.name,
            "measures": row.measures,
            "closed": int(row.closed),
            "lit": row.organisation_id not in unlit,
        }
        for row in rows
    ]


def ranked(units: Iterable[Mapping[str, Any]], warned: Mapping[int, int]) -> list[dict[str, Any]]:
    """Return the units of `completion` with their warnings and ranks, best first."""
    told = [
        {
            "organisation_id": unit["organisation_id"],
            "organisation": unit["organisation"],
            "measures": unit["measures"],
            "closed": unit["closed"],
            "completion": unit["closed"] / unit["measures"],
            "warnings": warned.get(unit["organisation_id"], 0),
            "rank": None,
            "lit": unit["lit"],
        }
        for unit in units
    ]
    told.sort(key=lambda unit: (not unit["lit"], *_merit(unit), unit["organisation"]))
    ranks = [unit for unit in told if unit.pop("lit")]
    for place, unit in enumerate(ranks, 1):
        equal = place > 1 and _merit(unit) == _merit(ranks[place - 2])
        unit["rank"] = ranks[place - 2]["rank"] if equal else place
    return told


def _merit(unit: dict[str, Any]) -> tuple[float, int]:
    return -unit["completion"], unit["warnings"]


def _served(at: AsOf) -> tuple[Any, ...]:
    open_in_the_year = or_(Assignment.closed_at.is_(None), Assignment.closed_at >= at.year[0])
    # Who was taken out of a measure neither completed it nor failed to.
    return Delivery.delivered_at < at.end, open_in_the_year, Assignment.released_at.is_(None)


def _warned(actor: Actor, at: AsOf) -> tuple[Any, ...]:
    return (
        RungFired.rung == WARNED,
        RungFired.fired_at >= at.year[0],
        RungFired.fired_at < at.year[1],
        or_(RungFired.withdrawn_at.is_(None), RungFired.withdrawn_at >= at.end),
        Deadline.turn == Turn.THEIRS,
        visible_deadlines(actor),
    )


def warnings(session: Session, actor: Actor, at: AsOf, *conditions: ColumnElement[bool]) -> dict[int, int]:
    """Return the warnings of the year that count, by unit, as far as the actor may know of their clocks and these
    satisfy the conditions on `Deadline`. One statement."""
    rows = session.execute(
        select(Deadline.organisation_id, func.count().label("warnings"))
        .select_from(RungFired)
        .join(Deadline, Deadline.id == RungFired.deadline_id)
        .where(*_warned(actor, at), *conditions)
        .group_by(Deadline.organisation_id)
    )
    return {row.organisation_id: row.warnings for row in rows}


def counted_measures(
    session: Session,
    actor: Actor,
    at: AsOf,
    organisation_id: int,
    *,
    closed: bool | None = None,
    after: int | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Return the measures that a unit's completion counts, all, only the `closed` or only the open ones.

    `after` is the `key` of the last row shown. One statement.
    """
    ended = and_(Assignment.closed_at.is_not(None), Assignment.closed_at < at.end)
    query = (
        select(
            Assignment.id.label("key"),
            Case.case_number,
            Case.title,
            Measure.ref.label("measure"),
            Measure.text.label("measure_text"),
            Assignment.part,
            Assignment.state,
            awaited().label("awaited"),
            Assignment.outcome,
            Assignment.closed_at,
        )
        .join(Delivery, Delivery.document_id == Assignment.notice_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Case, Case.id == Assignment.case_id)
        .where(*_served(at), Assignment.organisation_id == organisation_id, visible_assignments(actor))
        .order_by(Assignment.id.desc())
        .limit(limit)
    )
    if closed is not None:
        query = query.where(ended if closed else ~ended)
    if after is not None:
        query = query.where(Assignment.id < after)
    rows = session.execute(query).all()
    return [{**row._mapping, "standing": standing(row.state, row.awaited)} for row in rows]


def counted_warnings(
    session: Session, actor: Actor, at: AsOf, organisation_id: int, *, after: int | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Return the warnings that a unit's rank counts, the newest first. One statement."""
    query = (
        select(
            RungFired.id.label("key"),
            RungFired.fired_at,
            Deadline.id.label("deadline"),
            Deadline.rule_code,
            Deadline.due_on,
            Deadline.state,
            Case.case_number,
            Case.title,
        )
        .join(Deadline, Deadline.id == RungFired.deadline_id)
        .join(Case, Case.id == Deadline.case_id)
        .where(*_warned(actor, at), Deadline.organisation_id == organisation_id)
        .order_by(RungFired.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(RungFired.id < after)
    return [dict(row._mapping) for row in session.execute(query)]
