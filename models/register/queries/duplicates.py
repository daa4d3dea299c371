"""疑似重复: rows of the register that may be one accident, with points and reasons; those told apart are not proposed again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_register
from models.register.rules.duplicates import PROPOSED, WINDOW_MINUTES, Likeness, Record, likeness
from models.register.tables import DistinctAccidents, RegisteredAccident, RegisteredParty

AT_ONCE = 5000
WINDOW = timedelta(minutes=WINDOW_MINUTES)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two rows that may be one accident."""

    one: Record
    other: Record
    likeness: Likeness


def suspected(session: Session, actor: Actor, since: date, until: date, *, limit: int = 50) -> list[Duplicate]:
    """Return the pairs of some days that are proposed as one accident, the most alike first.

    Rows are compared within a window of time; what can reach the score without plates, or with them, is looked at again
    with them. A statement for the rows, some for plates, one for what was told apart.
    """
    records = _records(session, actor, since, until)
    near = [(one, other) for one, other in _pairs(records) if _may_be(one, other)]
    plates = _plates(session, {row.id for pair in near for row in pair})
    found = []
    for pair in near:
        one, other = (replace(row, plates=plates.get(row.id, frozenset())) for row in pair)
        alike = likeness(one, other)
        if alike.score >= PROPOSED:
            found.append(Duplicate(one, other, alike))
    apart = _told_apart(session, {(pair.one.id, pair.other.id) for pair in found})
    proposed = [pair for pair in found if (pair.one.id, pair.other.id) not in apart]
    return sorted(proposed, key=lambda pair: (-pair.likeness.score, pair.one.id, pair.other.id))[:limit]


def duplicates_of(session: Session, actor: Actor, accident: int) -> list[Duplicate]:
    """Return the rows that may be the same accident as one, the most alike first."""
    day = session.scalar(
        select(RegisteredAccident.occurred_on).where(RegisteredAccident.id == accident, visible_register(actor))
    )
    if day is None:
        return []
    around = suspected(session, actor, day - timedelta(days=1), day + timedelta(days=1), limit=1000)
    return [pair for pair in around if accident in (pair.one.id, pair.other.id)]


def _records(session: Session, actor: Actor, since: date, until: date) -> list[Record]:
    row = RegisteredAccident
    injured = func.coalesce(row.serious, 0) + func.coalesce(row.light, 0) + func.coalesce(row.injured_unspecified, 0)
    query = (
        select(
            row.id,
            row.accident_number,
            row.occurred_at,
            row.hour,
            row.division_code,
            row.east_m,
            row.north_m,
            row.road_number,
            row.stake_m,
            row.place,
            row.deaths,
            injured.label("injured"),
        )
        .where(visible_register(actor), row.exclusion.is_(None), row.occurred_on.between(since, until))
        .order_by(row.occurred_at, row.id)
    )
    return [
        Record(
            found.id,
            found.accident_number,
            found.occurred_at,
            found.hour is not None,
            found.division_code,
            found.east_m,
            found.north_m,
            found.road_number,
            found.stake_m,
            found.place,
            found.deaths,
            found.injured,
        )
        for found in session.execute(query)
    ]


def _pairs(records: list[Record]) -> Iterator[tuple[Record, Record]]:
    """Yield what lies within the window of time and not far apart, each pair once, the smaller row number first; the rows
    come in the order of their time."""
    for place, one in enumerate(records):
        reach = WINDOW if one.hour_known else timedelta(days=1)
        for at in range(place + 1, len(records)):
            other = records[at]
            if other.occurred_at - one.occurred_at > reach:
                break
            if not _far(one, other):
                yield (one, other) if one.id < other.id else (other, one)


def _may_be(one: Record, other: Record) -> bool:
    """Whether common plates could make them one."""
    return likeness(one, other).score + 40 >= PROPOSED


def _far(one: Record, other: Record) -> bool:
    if one.east_m is None or other.east_m is None or one.north_m is None or other.north_m is None:
        return False
    return abs(one.east_m - other.east_m) > 2000 or abs(one.north_m - other.north_m) > 2000


def _plates(session: Session, rows: Iterable[int]) -> dict[int, frozenset[str]]:
    ids, found = sorted(rows), dict[int, set[str]]()
    for first in range(0, len(ids), AT_ONCE):
        party = RegisteredParty
        for row in session.execute(
            select(party.accident_id, party.plate).where(
                party.accident_id.in_(ids[first : first + AT_ONCE]), party.plate.is_not(None)
            )
        ):
            if "*" not in row.plate:  # half hidden, it tells no vehicle from another
                found.setdefault(row.accident_id, set()).add(row.plate)
    return {row: frozenset(plates) for row, plates in found.items()}


def _told_apart(session: Session, pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    asked, found = sorted(pairs), set[tuple[int, int]]()
    key = tuple_(DistinctAccidents.first_id, DistinctAccidents.second_id)
    for first in range(0, len(asked), 500):
        rows = session.execute(
            select(DistinctAccidents.first_id, DistinctAccidents.second_id).where(key.in_(asked[first : first + 500]))
        )
        found |= {(row.first_id, row.second_id) for row in rows}
    return found
