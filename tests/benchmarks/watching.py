"""The watch over the record: what a slice of the worker's round costs, and how long the whole takes by that rate."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from contextlib import ExitStack

from sqlalchemy import func, select, text

from flows.record_watch import SLICES_A_DAY, look_on
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.tables import Event, RecordWatch
from tests.benchmarks.measuring import Measured, Row, Size, Target, Unit
from tests.benchmarks.seed import Plan, seed
from tests.benchmarks.workplace import AT, Workplace
from tests.stories import staffed

BENCH = "watch"
EVENTS, CASES = 5_000_000, 100_000
OF_A_CASE = 46  # and the four that a seeded case begins with: fifty, as 5,000,000 in 100,000 cases
HOURS = 24


def bench(place: Workplace, size: Size) -> Measured:
    """Let the worker go round the whole record once, slice by slice, and read and hash the same events in a bare loop."""
    cases, rounds = size.of(4_000, 400, 60), size.of(3, 3, 1)
    rows: list[Row] = []
    facts: list[str] = []
    hours: list[float] = []
    for name, on_postgres in (("PostgreSQL", True), ("SQLite", False)):
        if on_postgres and place.server is None:
            continue
        with ExitStack() as stack:
            database = stack.enter_context(place.database(on_postgres=on_postgres, prepare=staffed))
            seed(database, Plan(cases, 1, events=OF_A_CASE))
            installation = Installation(Settings(home=place.subfolder()), database)
            with database.reading() as session:
                events = session.scalar(select(func.count()).select_from(Event)) or 0
            ours, bare = [], []
            for _ in range(rounds):
                bare.append(_spent(lambda of=database: _bare(of)) / events)
                ours.append(_spent(lambda of=installation: _round(of)) / events)
        rows += [
            Row(
                BENCH,
                f"a round of the worker, a thousand events, {name}",
                Unit.MILLISECONDS,
                _ms(ours),
                ours=True,
                group=name,
            ),
            Row(
                BENCH,
                f"a bare loop over the table, a thousand events, {name}",
                Unit.MILLISECONDS,
                _ms(bare),
                group=name,
            ),
        ]
        hours.append(EVENTS * max(ours) / 3600)
        facts.append(
            f"{name}: {EVENTS:,} events of {CASES:,} cases take {60 * hours[-1]:.0f} minutes of the processor by that rate, "
            f"{3600 * hours[-1] / SLICES_A_DAY:.2f} s in each of {SLICES_A_DAY} slices a day"
        )
    return Measured(
        BENCH,
        "The watch over the whole record",
        tuple(rows),
        facts=(
            "processor time of our process; without the files in the store, which a disk gives as fast as it can",
            *facts,
        ),
        targets=(Target(f"{EVENTS:,} events within {HOURS} hours", all(one <= HOURS for one in hours)),),
    )


def _round(installation: Installation) -> None:
    while True:
        look_on(installation, AT)
        with installation.database.reading() as session:
            if session.get_one(RecordWatch, 1).begun_at is None:
                return


def _bare(database: Database) -> None:
    covered = ("seq", "kind", "happened_at", "recorded_at", "actor", "actor_name", "why", "data", "prev_hash")
    with database.engine.connect() as connection:
        asked = text(f"SELECT {', '.join(covered)} FROM events ORDER BY case_id, seq")
        for row in connection.execute(asked.execution_options(yield_per=1000)):
            told = [str(value) for value in row]
            hashlib.sha256(json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _ms(figures: list[float]) -> tuple[float, ...]:
    """Return what a thousand events take in milliseconds, of seconds an event."""
    return tuple(1_000_000 * one for one in figures)
