"""Where accidents happened: counted by cells of the grid, the busiest first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import BindParameter, bindparam, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_register
from models.register.rules.grid import degrees
from models.register.tables import RegisteredAccident


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A square of the grid: its south-western corner in metres, its side, and what happened in it."""

    east_m: int
    north_m: int
    side: int
    accidents: int
    severe: int
    deaths: int
    place: str | None

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north in degrees."""
        west, south = degrees(self.east_m, self.north_m)
        east, north = degrees(self.east_m + self.side, self.north_m + self.side)
        return west, south, east, north

    @property
    def middle(self) -> tuple[int, int]:
        """Return the middle in metres of the grid."""
        return self.east_m + self.side // 2, self.north_m + self.side // 2


@dataclass(frozen=True, slots=True)
class Heat:
    """The cells of some days, the busiest first, and how many counted accidents have no point."""

    cells: tuple[HeatCell, ...]
    without_point: int


def heat(session: Session, actor: Actor, since: date, until: date, *, side: int = 500, named: int = 10) -> Heat:
    """Return the counted accidents of some days by cells of `side` metres with a fixed origin; the `named` busiest with the
    place of one of their accidents. Three statements."""
    row = RegisteredAccident
    # Whole numbers that are never negative: both databases cut what is left over, as `floor` does.
    # The side stands in the text of the statement: PostgreSQL would take two parameters for two groupings.
    by: BindParameter[int] = bindparam("side", side, literal_execute=True)
    column, line = row.east_m.op("/")(by), row.north_m.op("/")(by)
    severe = case((func.coalesce(row.deaths, 0) + func.coalesce(row.serious, 0) > 0, 1), else_=0)
    counted = (visible_register(actor), row.exclusion.is_(None), row.occurred_on.between(since, until))
    found = session.execute(
        select(
            column.label("column"),
            line.label("line"),
            func.count().label("accidents"),
            func.sum(severe).label("severe"),
            func.sum(func.coalesce(row.deaths, 0)).label("deaths"),
        )
        .where(*counted, row.east_m.is_not(None))
        .group_by(column, line)
        .order_by(func.count().desc(), func.sum(severe).desc(), column, line)
    )
    cells = [
        HeatCell(one.column * side, one.line * side, side, one.accidents, int(one.severe), int(one.deaths), None)
        for one in found
    ]
    cells[:named] = _named(session, cells[:named])
    without = session.scalar(select(func.count()).select_from(row).where(*counted, row.east_m.is_(None)))
    return Heat(tuple(cells), without or 0)


def _named(session: Session, cells: list[HeatCell]) -> list[HeatCell]:
    """Return cells with the place of one of their accidents."""
    row = RegisteredAccident
    asked = [
        select(literal(number).label("number"), func.max(row.place).label("place")).where(
            row.east_m.between(one.east_m, one.east_m + one.side - 1),
            row.north_m.between(one.north_m, one.north_m + one.side - 1),
            row.exclusion.is_(None),
        )
        for number, one in enumerate(cells)
    ]
    if not asked:
        return []
    places = {found.number: found.place for found in session.execute(union_all(*asked))}
    return [replace(one, place=places[number]) for number, one in enumerate(cells)]
