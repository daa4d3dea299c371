"""The register as columns: read once for a pass, in portions, whole numbers only."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import null, select
from sqlalchemy.orm import Session

from models.kernel.text.folded import folded
from models.kernel.vocabulary import PartyLiability, WarningKind
from models.office.tables import Organisation
from models.prevention.rules.accident_rows import NOWHERE, Accidents, Involved
from models.prevention.rules.cells import Ints
from models.register.tables import RegisteredAccident as Row
from models.register.tables import RegisteredParty

PORTION = 50_000
IN_DIVISION = "@"
"""Stands between the name of a road and its division: another town's road of the same name is another road."""
UNKNOWN_BLAME = len(PartyLiability)
_BLAME = {word: place for place, word in enumerate(PartyLiability)}
_NUMBERS = (Row.deaths, Row.serious, Row.east_m, Row.north_m, Row.stake_m)


class _Words:
    """Numbers words in the order in which they come."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, word: str | None) -> int:
        return NOWHERE if word is None else self.numbers.setdefault(word, len(self.numbers))

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(self.numbers)


def accident_columns(session: Session, until: date, *, since: date | None = None) -> Accidents:
    """Return the counted accidents up to the end of a day, from a day or from the first on, the earliest first.

    A road is known by its number, else by its name inside its division.
    """
    query = select(
        Row.id,
        Row.occurred_on,
        *_NUMBERS,
        Row.division_code,
        Row.cause,
        Row.road_number,
        Row.road_name,
    ).where(Row.exclusion.is_(None), Row.occurred_on <= until)
    if since is not None:
        query = query.where(Row.occurred_on >= since)
    divisions, roads, causes = _Words(), _Words(), _Words()
    portions = []
    for rows in session.execute(query.order_by(Row.occurred_on, Row.id)).partitions(PORTION):
        portions.append(
            np.array(
                [
                    (
                        row[0],
                        row[1].toordinal(),
                        *(NOWHERE if value is None else value for value in row[2:7]),
                        divisions.number(row[7]),
                        causes.number(row[8]),
                        roads.number(row[9] or (f"{row[10]}{IN_DIVISION}{row[7] or ''}" if row[10] else None)),
                    )
                    for row in rows
                ],
                np.int64,
            )
        )
    ids, days, deaths, serious, east, north, stake, where, cause, road = (
        np.concatenate(portions).T if portions else np.empty((10, 0), np.int64)
    )
    return Accidents(
        ids, days, deaths, serious, where, east, north, road, stake, cause, divisions.words, roads.words, causes.words
    )


def involved_units(session: Session, accidents: Accidents, kind: WarningKind) -> Involved:
    """Return the units that own a vehicle of these accidents, or employ a driver; for other kinds none.

    A unit of our list is named `#` and its row, another one by its name in its folded form.
    """
    if kind not in (WarningKind.ENTERPRISE, WarningKind.EMPLOYER):
        nobody = np.empty(0, np.int64)
        return Involved(nobody, nobody, nobody, ())
    owner = kind is WarningKind.ENTERPRISE
    name = RegisteredParty.owner_name if owner else RegisteredParty.employer_name
    on_list: Any = RegisteredParty.owner_id if owner else null()
    told = name.is_not(None) | RegisteredParty.owner_id.is_not(None) if owner else name.is_not(None)
    order = np.argsort(accidents.ids)
    sorted_ids = accidents.ids[order]
    units = _Words()
    portions = []
    query = select(RegisteredParty.accident_id, on_list, name, RegisteredParty.liability).where(told)
    for rows in session.execute(query).partitions(PORTION):
        portions.append(
            np.array(
                [
                    (
                        row[0],
                        units.number(f"#{row[1]}" if row[1] is not None else folded(row[2])),
                        _BLAME.get(row[3], UNKNOWN_BLAME),
                    )
                    for row in rows
                ],
                np.int64,
            )
        )
    accident, unit, blame = np.concatenate(portions).T if portions else np.empty((3, 0), np.int64)
    place = np.minimum(np.searchsorted(sorted_ids, accident), max(0, len(order) - 1))
    here = _among(sorted_ids, place, accident)
    return Involved(unit[here], order[place[here]], blame[here], units.words)


def _among(sorted_ids: Ints, place: Ints, wanted: Ints) -> Any:
    return sorted_ids[place] == wanted if len(sorted_ids) else np.zeros(len(wanted), np.bool_)


def unit_names(session: Session, keys: list[str], kind: WarningKind) -> dict[str, str]:
    """Return how units that `involved_units` names are called; of one that is not on our list as the register says."""
    on_list = [int(key[1:]) for key in keys if key.startswith("#")]
    rows = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(on_list)))
    names = {f"#{row.id}": row.name for row in rows} if on_list else {}
    wanted = {key for key in keys if not key.startswith("#")}
    if wanted:
        column = RegisteredParty.owner_name if kind is WarningKind.ENTERPRISE else RegisteredParty.employer_name
        for told in session.scalars(select(column).where(column.is_not(None)).distinct()):
            if told is not None and folded(told) in wanted:
                names.setdefault(folded(told), told)
    return names
