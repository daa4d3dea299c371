"""Many people draw document numbers at once: how fast, and is every number there exactly once?"""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import select

from models.kernel.act import acting
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.office.commands.organisations import own_unit
from models.papers.commands.numbers import draw
from models.papers.tables import DrawnNumber
from tests.benchmarks.measuring import Measured, Row, Size, Target, Unit
from tests.benchmarks.workplace import AT, Workplace

BENCH = "numbers"
PEOPLE = 16
SETTINGS = Settings()


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came of one crowd: its rate, and what is wrong with the numbers."""

    rate: float
    doubles: int
    gaps: int
    unregistered: int

    @property
    def sound(self) -> bool:
        """Whether every number from 1 was given once and stands in the register."""
        return not (self.doubles or self.gaps or self.unregistered)


def bench(place: Workplace, size: Size) -> Measured:
    """Let a crowd draw from one series on each database, each number in a transaction of its own."""
    each = size.of(1000, 40, 4)
    offices = [("SQLite, scratch (synchronous OFF)", False, False), ("SQLite, durable (synchronous FULL)", False, True)]
    if place.server is not None:
        offices.insert(0, ("PostgreSQL", True, True))
    rows, facts, sound = [], [], True
    for name, on_postgres, durable in offices:
        with place.database(on_postgres=on_postgres, durable=durable) as database:
            # A quarter where each number waits for the disk under one writer's lock: the rate shows by then.
            share = each // 4 if durable and not on_postgres else each
            drawn = crowd(database, share)
        rows.append(Row(BENCH, name, Unit.NUMBERS, (drawn.rate,)))
        facts.append(
            f"{name}: {PEOPLE} × {share:,} = {PEOPLE * share:,} numbers, {drawn.doubles} duplicates, {drawn.gaps} gaps, "
            f"{drawn.unregistered} missing in the register"
        )
        sound = sound and drawn.sound
    facts.append(place.described() if place.server is not None else f"no PostgreSQL: {place.without_postgres}")
    return Measured(
        BENCH,
        f"{PEOPLE} threads draw {each:,} numbers each from one series",
        tuple(rows),
        tuple(facts),
        (Target("0 duplicates, 0 unexplained gaps", sound),),
    )


def crowd(database: Database, each: int) -> Drawn:
    """Let PEOPLE threads draw `each` numbers and compare what they were given with what is on record."""

    def person(who: int) -> list[int]:
        return [_draw(database, f"{who}/{nth}") for nth in range(each)]

    began = time.perf_counter()
    with ThreadPoolExecutor(PEOPLE) as people:
        given = [number for numbers in people.map(person, range(PEOPLE)) for number in numbers]
    took = time.perf_counter() - began
    with database.reading() as session:
        registered = set(session.scalars(select(DrawnNumber.number)))
    expected = set(range(1, PEOPLE * each + 1))
    return Drawn(
        rate=len(given) / took,
        doubles=sum(times - 1 for times in Counter(given).values()),
        gaps=len(expected - set(given)),
        unregistered=len(set(given) ^ registered),
    )


def _draw(database: Database, what: str) -> int:
    with acting(database, SETTINGS, "console", AT) as act:
        return draw(act, own_unit(act.session).id, "case", used_for=what)[2]
