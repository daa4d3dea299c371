"""How long the figures of a territory take: a year with what it is compared with, each breakdown, and six years of months."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, literal, select

from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.rights.policy import SYSTEM
from models.kernel.storage.database import Database
from models.kernel.vocabulary import Breakdown
from models.papers.rules.periods import Period
from models.register.queries.counting import Counted
from models.register.queries.figures import broken_down, report, stamp, trend
from models.register.tables import RegisteredAccident, RegisteredParty
from tests.benchmarks.measuring import Measured, Row, Size, Target, Unit
from tests.benchmarks.workplace import Workplace
from tests.stories import staffed

BENCH = "figures"
ALLOWED_MS = 300.0
BLOCK = 15_625  # times 64 is a million
FIRST, DAYS, TODAY = date(2017, 1, 1), 3652, date(2026, 12, 1)
YEAR = Period(date(2026, 1, 1), date(2026, 11, 30))
COUNTED = Counted("420700")


def bench(place: Workplace, size: Size) -> Measured:
    """Ask for what the page of figures shows, on each database, without what the page remembers."""
    doublings, rounds = size.of(6, 2, 0), size.of(20, 8, 1)
    rows, targets, facts = [], [], []
    accidents = BLOCK * 2**doublings
    with ExitStack() as stack:
        for name, on_postgres in (("PostgreSQL", True), ("SQLite", False)):
            if on_postgres and place.server is None:
                continue
            database = stack.enter_context(place.database(on_postgres=on_postgres, prepare=staffed))
            began = time.perf_counter()
            registered(database, doublings)
            if on_postgres:
                settled(database)
            database.analyse()
            facts.append(f"{name}: {accidents:,} accidents written in {time.perf_counter() - began:.0f} s")
            for what, asked in _questions(database).items():
                took = tuple(_milliseconds(asked) for _ in range(rounds))
                rows.append(Row(BENCH, f"{what}, {name}", Unit.MILLISECONDS, took))
                if what == "page":
                    worst = statistics.quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
                    wish = f"p95 of the figures of a page on {name} at most {ALLOWED_MS:.0f} ms: {worst:.0f} ms"
                    targets.append(Target(wish, worst <= ALLOWED_MS))
    return Measured(BENCH, f"Figures of {accidents:,} accidents", tuple(rows), tuple(facts), tuple(targets))


def settled(database: Database) -> None:
    """Do what PostgreSQL does by itself after many rows have come: until then no index answers alone."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM")


def registered(database: Database, doublings: int) -> None:
    """Fill a register: a block of rows drawn by chance, doubled in the database."""
    draw = random.Random(7)
    with database.writing() as session:
        session.execute(insert(RegisteredAccident), [_row(draw, number) for number in range(1, BLOCK + 1)])
        session.execute(
            insert(RegisteredParty),
            [
                {
                    "accident_id": number,
                    "position": 1,
                    "vehicle_kind": draw.choice(["小型客车", "重型货车"]),
                    "details": {},
                }
                for number in range(1, BLOCK + 1)
            ],
        )
    for _ in range(doublings):
        with database.writing() as session:
            for table, key in (
                (RegisteredAccident.__table__, "source_key"),
                (RegisteredParty.__table__, "accident_id"),
            ):
                many = session.scalar(select(func.max(table.c.id))) or 0
                own = {
                    "id": table.c.id + many,
                    key: table.c[key] + (literal(f"/{many}") if key == "source_key" else many),
                }
                told = {column.name: own.get(column.name, column) for column in table.c}
                session.execute(insert(table).from_select(list(told), select(*told.values())))


def _row(draw: random.Random, number: int) -> dict[str, Any]:
    day, hour = FIRST + timedelta(days=draw.randrange(DAYS)), draw.randrange(24)
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)
    return {
        "id": number,
        "source": "bench",
        "source_key": str(number),
        "occurred_at": moment,
        "occurred_on": day,
        "hour": hour,
        "weekday": day.isoweekday(),
        "division_code": draw.choice(["420702", "420703", "420704"]),
        "procedure": draw.choice(["general", "general", "simple", None]),
        "place": "某某大道与某某路交叉口以东约一百米处",
        "road_number": draw.choice(["G316", "G106", "S203", None]),
        "road_name": "某某大道",
        "road_class": draw.choice(["国道", "省道", "县道", "高速公路", "城市道路"]),
        "pattern": draw.choice(["追尾", "碰撞", "刮擦", "翻车", "撞人"]),
        "cause": draw.choice(["超速", "未让行", "疲劳", None]),
        "deaths": draw.choice([0] * 50 + [1, 2, 3, None]),
        "serious": draw.choice([0, 0, 1, None]),
        "light": draw.choice([0, 1, 2]),
        "property_loss": draw.choice([None, 1000, 25_000]),
        "recorded_at": moment,
        "details": {},
        "edited": [],
    }


def _questions(database: Database) -> dict[str, Callable[[], object]]:
    def asking(question: Callable[[Any], object]) -> Callable[[], object]:
        def ask() -> object:
            with database.reading() as session:
                return question(session)

        return ask

    told: dict[str, Callable[[], object]] = {
        "page": asking(lambda one: (stamp(one), report(one, SYSTEM, COUNTED, YEAR, TODAY, by=Breakdown.DIVISION))),
        "months": asking(lambda one: trend(one, SYSTEM, COUNTED, YEAR.until.year, TODAY)),
    }
    for by in Breakdown:
        told[f"by {by.value}"] = asking(lambda one, by=by: broken_down(one, COUNTED, YEAR, by))
    return told


def _milliseconds(asked: Callable[[], object]) -> float:
    began = time.perf_counter()
    asked()
    return (time.perf_counter() - began) * 1000
