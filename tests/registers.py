"""Registers of accidents for tests, written straight into the tables: where, when and how bad, and nothing of real people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.vocabulary import PartyLiability
from models.register.tables import RegisteredAccident, RegisteredParty

EAST, NORTH = 38_620_000, 13_360_000
"""A corner of cells of any usual size, in the middle of the territory."""
DIVISION = "420704"
_numbers = count(1)


def accident(day: date, **columns: Any) -> RegisteredAccident:
    """Return a row; nobody was hurt where nothing else is said."""
    number = next(_numbers)
    told = {
        "source": "test",
        "source_key": str(number),
        "occurred_at": datetime(day.year, day.month, day.day, 8, tzinfo=SHANGHAI),
        "occurred_on": day,
        "hour": 8,
        "weekday": day.isoweekday(),
        "division_code": DIVISION,
        "place": "某路口",
        "deaths": 0,
        "serious": 0,
        "light": 1,
        "recorded_at": datetime(day.year, day.month, day.day, 20, tzinfo=SHANGHAI),
        "details": {},
        "edited": [],
    }
    return RegisteredAccident(**{**told, **columns})


def at(day: date, east: int = 0, north: int = 0, **columns: Any) -> RegisteredAccident:
    """Return an accident so many metres from the corner."""
    return accident(day, east_m=EAST + east, north_m=NORTH + north, **columns)


def on_road(day: date, stake_m: int, road: str = "G316", **columns: Any) -> RegisteredAccident:
    """Return an accident at a stake of a road, without a point."""
    return accident(day, road_number=road, stake_m=stake_m, **columns)


def put(session: Session, rows: Iterable[RegisteredAccident]) -> list[int]:
    """Write rows; returns their numbers."""
    written = [*rows]
    session.add_all(written)
    session.flush()
    return [row.id for row in written]


def of_company(
    session: Session, ids: Iterable[int], name: str, blame: PartyLiability | None, *, employer: str | None = None
) -> None:
    """Let a company own a vehicle of each accident."""
    session.add_all(
        RegisteredParty(
            accident_id=number, position=1, owner_name=name, employer_name=employer, liability=blame, details={}
        )
        for number in ids
    )


def town(until: date, years: int, *, sites: int = 400, size: int = 500, seed: int = 7) -> list[RegisteredAccident]:
    """Return a town's register: some places are worse than others for good, and one accident of six is severe."""
    drawn = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(sites)))
    rates = drawn.gamma(0.5, 2.0, sites)
    rows = []
    for site, rate in enumerate(rates):
        for _ in range(int(drawn.poisson(rate * years))):
            day = until - timedelta(days=int(drawn.integers(0, 365 * years)))
            severe = drawn.random() < 1 / 6
            rows.append(
                at(
                    day,
                    site % side * size + int(drawn.integers(0, size)),
                    site // side * size + int(drawn.integers(0, size)),
                    serious=int(severe),
                    deaths=int(severe and drawn.random() < 0.3),
                )
            )
    return rows
