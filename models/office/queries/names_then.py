"""What a unit was called when something was written: papers keep their words, and lists about the past say the name of then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.base import Base
from models.office.tables import MovedPointer, Organisation, OrganisationName


def names_then(session: Session, of: str, attribute: str, days: Mapping[int, date]) -> dict[int, str]:
    """Return row number → what the unit was called to which the row of a table pointed on that day.

    `of` is the table, `attribute` its column, `days` the rows with their days. Only what is called otherwise now has an
    entry. Up to four statements, however many rows; one where no unit was ever renamed or merged.
    """
    former = _former(session)
    moved = _moved(session, of, attribute, days)
    if not days or not (former or moved):
        return {}
    table = Base.metadata.tables[of]
    rows = session.execute(select(table.c.id, table.c[attribute]).where(table.c.id.in_(days)))
    pointing: dict[int, int | None] = {row[0]: row[1] for row in rows}
    units = {row: _pointed(moved.get(row, ()), day, pointing.get(row)) for row, day in days.items()}
    called = _called(session, {unit for unit in units.values() if unit is not None})
    found: dict[int, str] = {}
    for row, day in days.items():
        unit, now = units[row], pointing.get(row)
        if unit is None or now is None:
            continue
        name = next((name for until, name in former.get(unit, ()) if until > day), called[unit])
        if unit != now or name != called[unit]:
            found[row] = name
    return found


def _former(session: Session) -> dict[int, list[tuple[date, str]]]:
    """Return unit → the days until which it bore former names, the first first."""
    found: dict[int, list[tuple[date, str]]] = {}
    rows = select(OrganisationName.organisation_id, OrganisationName.until, OrganisationName.name)
    for unit, until, name in session.execute(rows.order_by(OrganisationName.until, OrganisationName.id)):
        found.setdefault(unit, []).append((until, name))
    return found


def _moved(session: Session, of: str, attribute: str, rows: Collection[int]) -> dict[int, list[tuple[date, int]]]:
    """Return row → the days until which it pointed to other units, the first first."""
    found: dict[int, list[tuple[date, int]]] = {}
    query = select(MovedPointer.row_id, MovedPointer.moved_on, MovedPointer.former_id).where(
        MovedPointer.of == of, MovedPointer.attribute == attribute, MovedPointer.row_id.in_(rows)
    )
    for row, until, unit in session.execute(query.order_by(MovedPointer.moved_on, MovedPointer.id)):
        found.setdefault(row, []).append((until, unit))
    return found


def _pointed(moved: Iterable[tuple[date, int]], day: date, now: int | None) -> int | None:
    return next((unit for until, unit in moved if until > day), now)


def _called(session: Session, units: Collection[int]) -> dict[int, str]:
    rows = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(units)))
    return {row.id: row.name for row in rows}
