"""A million accidents: cells, windows, lists and probabilities, beside pandas, and the same cells in each database."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import func, select

from models.kernel.storage.database import Database
from models.prevention.rules.bursts import bursts
from models.prevention.rules.cells import Flags, Ints, Sites, cells, history, windows
from models.prevention.rules.screening import screen
from models.register.tables import RegisteredAccident
from tests.benchmarks.measuring import Contender, Measured, Row, Size, Target, Unit, take_turns
from tests.benchmarks.workplace import Workplace

BENCH = "screening"
CELL_M = 150
WINDOW_M = 500
YEARS = range(2016, 2026)
LISTED = 200
MOST_MB = 500
_INSERT = "INSERT INTO registered_accidents (source, source_key, occurred_at, occurred_on, weekday, recorded_at, east_m, north_m)"
_AT = ("2026-03-01 00:00:00", "2026-03-01", 7, "2026-03-01 00:00:00")


@dataclass(frozen=True, slots=True)
class _Region:
    """Accidents around four hundred towns, one number a row in each."""

    east: Ints
    north: Ints
    year: Ints
    day: Ints
    severe: Flags
    road: Ints
    stake: Ints


def bench(place: Workplace, size: Size) -> Measured:
    """Count and screen accidents of ten years in memory, and count their cells in each database."""
    accidents, rounds = size.of(1_000_000, 100_000, 5_000), size.of(7, 3, 1)
    region = _region(accidents)
    frame = pd.DataFrame({"east": region.east, "north": region.north})
    contenders = [
        Contender("cells of 150 m", lambda: _cells(region).count()),
        Contender("pandas groupby", lambda: frame.groupby([frame.east // CELL_M, frame.north // CELL_M]).size()),
        Contender("all windows of 500 m", lambda: windows(region.road, region.stake, WINDOW_M)),
        Contender("history, probability and list", lambda: _screened(region)),
        Contender("alarms of the last month", lambda: _alarms(region)),
    ]
    seconds = take_turns(contenders, rounds)
    groups = ("grid", "grid", "windows", "screening", "alarms")
    rows = [
        Row(
            BENCH,
            one.name,
            Unit.MILLISECONDS,
            tuple(1000 * each for each in turns),
            ours=one.name != "pandas groupby",
            group=group,
        )
        for one, turns, group in zip(contenders, seconds, groups, strict=True)
    ]
    peak = (
        _peak(lambda: _screened(region))
        + sum(column.nbytes for column in (region.east, region.north, region.year)) / 1e6
    )
    sites = _cells(region)
    targets = [
        Target("the grid at most twice pandas", rows[0].median <= 2 * rows[1].median),
        Target("all windows in 1 s", rows[2].median <= 1000),
        Target("screening in 2 s", rows[3].median <= 2000),
        Target(f"at most {MOST_MB} MB", peak <= MOST_MB),
    ]
    facts = [f"{accidents:,} accidents in {len(sites):,} cells", f"screening takes {peak:.0f} MB at its peak"]
    for name, took, processor, equal in _in_databases(place, region, sites, rounds):
        rows.append(Row(BENCH, f"the cells in {name}", Unit.MILLISECONDS, took, ours=True, group=name))
        facts.append(f"{name}: {processor:.0f} ms of this process's processor")
        targets.append(Target(f"the grid of {name} in 1 s", rows[-1].median <= 1000))
        targets.append(Target(f"the same cells and counts in {name}", equal))
    return Measured(BENCH, f"Screening {accidents:,} accidents", tuple(rows), tuple(facts), tuple(targets))


def _region(accidents: int) -> _Region:
    drawn = np.random.default_rng(7)
    towns = drawn.integers(0, 60_000, (400, 2))
    town = towns[drawn.choice(len(towns), accidents, p=drawn.dirichlet(np.full(len(towns), 0.3)))]
    spread = drawn.normal(0, 3_000, (accidents, 2)).astype(np.int64)
    day = drawn.integers(0, 365 * len(YEARS), accidents)
    return _Region(
        38_440_000 + town[:, 0] + spread[:, 0],
        13_340_000 + town[:, 1] + spread[:, 1],
        YEARS[0] + day // 365,
        day,
        drawn.random(accidents) < 0.03,
        drawn.integers(0, 500, accidents),
        drawn.integers(0, 100_000, accidents),
    )


def _cells(region: _Region) -> Sites:
    return cells(region.east, region.north, CELL_M)


def _screened(region: _Region) -> object:
    return screen(history(_cells(region), region.year, region.severe), YEARS[-1], LISTED, 1)


def _alarms(region: _Region) -> object:
    return bursts(_cells(region), region.day, np.zeros(len(region.day), np.int64), 0, 365 * len(YEARS) - 30)


def _peak(work: Callable[[], object]) -> float:
    """Return the megabytes that work holds at most, beyond what it is given."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def _in_databases(
    place: Workplace, region: _Region, sites: Sites, rounds: int
) -> Iterator[tuple[str, tuple[float, ...], float, bool]]:
    expected = list(zip(sites.across.tolist(), sites.along.tolist(), sites.count().tolist(), strict=True))
    for name, on_postgres in (("PostgreSQL", True), ("SQLite", False)):
        if on_postgres and place.server is None:
            continue
        with place.database(on_postgres=on_postgres) as database:
            _filled(database, region, on_postgres=on_postgres)
            database.analyse()
            took, counted = [], list[tuple[int, int, int]]()
            used = time.process_time()
            for _ in range(rounds):
                began = time.perf_counter()
                counted = _counted(database)
                took.append(1000 * (time.perf_counter() - began))
            used = 1000 * (time.process_time() - used) / rounds
            yield name, tuple(took), used, sorted(counted) == expected


def _counted(database: Database) -> list[tuple[int, int, int]]:
    across, along = RegisteredAccident.east_m // CELL_M, RegisteredAccident.north_m // CELL_M
    # Accidents without a place have no cell. Said as a comparison, for SQLite then reads the index alone.
    placed = RegisteredAccident.exclusion.is_(None), RegisteredAccident.east_m >= 0
    grid = select(across, along, func.count()).where(*placed).group_by(across, along)
    with database.reading() as session:
        return [(east, north, count) for east, north, count in session.execute(grid)]


def _filled(database: Database, region: _Region, *, on_postgres: bool) -> None:
    points = zip(region.east.tolist(), region.north.tolist(), strict=True)
    rows = (("bench", str(number), *_AT, east, north) for number, (east, north) in enumerate(points))
    with database.writing() as session:
        raw = session.connection().connection.driver_connection
        assert raw is not None
        if not on_postgres:
            raw.executemany(f"{_INSERT} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
            return
        columns = _INSERT.removeprefix("INSERT INTO ")
        with raw.cursor() as cursor, cursor.copy(f"COPY {columns} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
