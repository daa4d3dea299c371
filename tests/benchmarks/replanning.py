"""Counting every running clock again because the State Council moved a holiday: versions, events and messages included."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta

from sqlalchemy import func, select

from models.clock.commands.calendars import load_year
from models.clock.tables import CalendarDay
from models.kernel.act import acting
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.tables import Event
from tests.benchmarks.measuring import Contender, Measured, Row, Size, Target, Unit, take_turns
from tests.benchmarks.seed import COUNTED, SERVED, Plan, seed
from tests.benchmarks.workplace import Workplace
from tests.stories import staffed

BENCH = "replan"
SECONDS = 10.0
SETTINGS = Settings()
YEAR = 2026
MEASURES = 5


def bench(place: Workplace, size: Size) -> Measured:
    """Turn the day on which all clocks end into a day off and back again, on each database in turns."""
    rounds, clocks = size.of(2, 2, 1), size.of(100_000, 5_000, 50)
    with ExitStack() as stack:
        contenders, databases = [], {}
        for name, on_postgres in (("PostgreSQL", True), ("SQLite", False)):
            if on_postgres and place.server is None:
                continue
            database = stack.enter_context(place.database(on_postgres=on_postgres, prepare=staffed))
            seed(database, Plan(clocks // MEASURES, MEASURES, counted=True))
            databases[name] = database
            contenders.append(Contender(name, _changes(database, clocks)))
        seconds = take_turns(contenders, rounds)
        events = [_events(database) for database in databases.values()]
    rows = tuple(
        Row(BENCH, f"a holiday moves {clocks:,} dates, {one.name}", Unit.SECONDS, tuple(taken))
        for one, taken in zip(contenders, seconds, strict=True)
    )
    return Measured(
        BENCH,
        f"Re-planning {clocks:,} running clocks",
        rows,
        facts=(
            "every date moves: a new version, an event in its case's chain, messages to the officer and the unit of each "
            f"case; events found afterwards: {' and '.join(f'{found:,}' for found in events)}",
            place.described() if place.server is not None else f"no PostgreSQL: {place.without_postgres}",
        ),
        targets=(
            Target(f"under {SECONDS:g} s each", all(row.median < SECONDS for row in rows)),
            Target("every move is on record", all(found == rounds * clocks for found in events)),
        ),
    )


def _changes(database: Database, clocks: int) -> Callable[[], None]:
    """Return what loads the year again at each call, the last day of all clocks turned into its opposite."""
    turns = 0

    def turn() -> None:
        nonlocal turns
        turns += 1
        data = _arrangement(database, off=turns % 2 == 1)
        with acting(database, SETTINGS, "console", SERVED + timedelta(hours=turns)) as act:
            moved = load_year(act, data, reason="国务院办公厅调整放假安排", replace=True).replanned.moved
        if moved != clocks:
            raise AssertionError(f"{moved} of {clocks} dates moved")

    return turn


def _arrangement(database: Database, *, off: bool) -> bytes:
    with database.reading() as session:
        named = session.execute(
            select(CalendarDay.day, CalendarDay.off, CalendarDay.name).where(
                CalendarDay.year == YEAR, CalendarDay.day != COUNTED
            )
        ).all()
    days = [{"name": row.name, "date": row.day.isoformat(), "isOffDay": row.off} for row in named]
    if off:
        days.append({"name": "临时调整", "date": COUNTED.isoformat(), "isOffDay": True})
    return json.dumps({"year": YEAR, "days": days}, ensure_ascii=False).encode()


def _events(database: Database) -> int:
    with database.reading() as session:
        query = select(func.count()).select_from(Event).where(Event.kind == "deadline_replanned")
        return session.scalar(query) or 0
