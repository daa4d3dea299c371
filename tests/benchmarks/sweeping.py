"""One sweep over many running clocks of which one in a hundred is newly late; one where nothing is due; and its rivals."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from flows.sweep import sweep
from models.clock.rules.due import DAY
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from tests.benchmarks import sweep_rivals
from tests.benchmarks.measuring import Contender, Measured, Row, Size, Target, Unit, take_turns
from tests.benchmarks.seed import FIRST, Plan, moment, multiply_clocks, seed
from tests.benchmarks.workplace import Workplace
from tests.stories import staffed

BENCH = "sweep"
MEASURES = 5
SECONDS = {"PostgreSQL": 2.0, "SQLite": 5.0}
QUIET_MS = 5.0
IN_A_ROW = 10
TIMES = (
    10  # so many more clocks for the sweep that finds nothing; so many more late ones for the one whose memory is read
)
CONSTANT_MB = 16.0


def bench(place: Workplace, size: Size) -> Measured:
    """Sweep one day after the other, a hundredth of the clocks newly late on each; rivals take a sample in the same rounds."""
    rounds, clocks = size.of(5, 2, 1), size.of(100_000, 10_000, 500)
    late = clocks // 100
    days = [FIRST + turn * DAY for turn in range(rounds)]
    memory_days = {
        days[-1] + DAY: late,
        days[-1] + 2 * DAY: min(late * TIMES, clocks // MEASURES - late * (rounds + 1)),
    }
    plan = Plan(clocks // MEASURES, MEASURES, {**dict.fromkeys(days, late), **memory_days})
    sample = {"alone": size.of(100, 20, 2), "jobs": size.of(100, 20, 2), "runs": size.of(10, 3, 1)}
    with ExitStack() as stack:
        offices = {name: _office(place, database) for name, database in _databases(place, stack)}
        for installation in offices.values():
            seed(installation.database, plan)
        rivals = _rivals(place, stack, offices, sample, rounds)
        ours = [
            Contender(f"one sweep, {name}", _sweeps(installation, days, late)) for name, installation in offices.items()
        ]
        seconds = take_turns([*ours, *(Contender(name, work, amount) for name, work, amount, _ in rivals)], rounds)
        grown = {name: _grown(installation, memory_days) for name, installation in offices.items()}
        for installation in offices.values():
            multiply_clocks(installation.database, TIMES)
        quiet_on = days[-1] + 3 * DAY
        quiet = [
            Contender(name, _finds_nothing(installation, quiet_on), IN_A_ROW) for name, installation in offices.items()
        ]
        nothing = take_turns(quiet, size.of(9, 5, 1))
    rows = [
        Row(BENCH, one.name, Unit.SECONDS, tuple(taken), ours=True, group=name)
        for one, name, taken in zip(ours, offices, seconds, strict=False)
    ]
    for (name, _, amount, group), taken in zip(rivals, seconds[len(ours) :], strict=True):
        what = f"{name} ({amount} of them, × {late / amount:g})"
        rows.append(Row(BENCH, what, Unit.SECONDS, tuple(each * late for each in taken), group=group))
    nothing_due = [
        Row(BENCH, f"nothing due of {clocks * TIMES:,}, {name}", Unit.MILLISECONDS, tuple(1000 * one for one in taken))
        for name, taken in zip(offices, nothing, strict=True)
    ]
    return Measured(
        BENCH,
        f"A sweep over {clocks:,} running clocks, {late:,} newly late",
        (*rows, *nothing_due),
        facts=(
            f"each late clock stands in a case of its own and brings a warning, an order drafted over all that is late, "
            f"its messages and three chained events; checked: {late:,} warnings and {late:,} orders a sweep, none failed",
            "the rivals let each clock climb by itself, by the same code; what they cost is a sample, multiplied",
            *(
                f"{name}: a worker's process grew by {small:.1f} MB in its first sweep, with {late:,} newly late, and by "
                f"{large:.1f} MB in its second, with {memory_days[days[-1] + 2 * DAY]:,}"
                for name, (small, large) in grown.items()
            ),
            place.described() if place.server is not None else f"no PostgreSQL: {place.without_postgres}",
        ),
        targets=(
            *(
                Target(f"{name}: at most {SECONDS[name]:g} s", row.median <= SECONDS[name])
                for row, name in zip(rows, offices, strict=False)
            ),
            Target(f"nothing due: at most {QUIET_MS:g} ms", all(row.median <= QUIET_MS for row in nothing_due)),
            Target(
                "memory does not grow with what is late",
                all(large <= small + CONSTANT_MB for small, large in grown.values()),
            ),
        ),
    )


def _databases(place: Workplace, stack: ExitStack) -> Iterator[tuple[str, Database]]:
    for name, on_postgres in (("PostgreSQL", True), ("SQLite", False)):
        if not on_postgres or place.server is not None:
            yield name, stack.enter_context(place.database(on_postgres=on_postgres, prepare=staffed))


def _office(place: Workplace, database: Database) -> Installation:
    return Installation(Settings(database_url=database.url, files_url=str(place.subfolder())), database)


def _sweeps(installation: Installation, days: list[date], late: int) -> Callable[[], None]:
    """Return what sweeps the next day at each call, and refuses the figure of a sweep that did less than it should."""
    left = iter(days)

    def turn() -> None:
        told = sweep(installation, moment(next(left) + DAY))
        done = (len(told.newly_late), len(told.drafted), told.failed)
        if done != (late, late, []):
            raise AssertionError(f"{done} instead of {late} warnings and orders")

    return turn


def _finds_nothing(installation: Installation, day: date) -> Callable[[], None]:
    def turn() -> None:
        for _ in range(IN_A_ROW):
            if sweep(installation, moment(day)).looked_at:
                raise AssertionError("something was due")

    return turn


def _rivals(
    place: Workplace, stack: ExitStack, offices: dict[str, Installation], sample: dict[str, int], rounds: int
) -> list[tuple[str, Callable[[], object], int, str]]:
    """Give each rival a database of its own kind with enough late clocks in it; returns name, work, amount, group."""
    rivals: list[tuple[str, Callable[[], object], int, str]] = []

    def waiting(name: str, amount: int) -> tuple[Installation, Iterator[str]]:
        on_postgres = name == "PostgreSQL"
        database = stack.enter_context(place.database(on_postgres=on_postgres, prepare=staffed))
        seed(database, Plan(rounds * amount, MEASURES, {FIRST: rounds * amount}))
        return _office(place, database), sweep_rivals.late_cases(database)

    for name in offices:
        amount = sample["alone"]
        rivals.append(
            (
                f"case by case, a transaction each, {name}",
                sweep_rivals.alone(*waiting(name, amount), amount),
                amount,
                name,
            )
        )
    name = next(iter(offices))
    installation, cases = waiting(name, sample["jobs"])
    jobs = stack.enter_context(sweep_rivals.scheduled(installation, cases, sample["jobs"]))
    rivals.append((f"one APScheduler job a clock, jobs kept in {name}", jobs, sample["jobs"], name))
    installation, cases = waiting(name, sample["runs"])
    runs = stack.enter_context(sweep_rivals.tracked_runs(installation, cases, sample["runs"], place.subfolder()))
    rivals.append((f"one Prefect run a clock, {name}", runs, sample["runs"], name))
    return rivals


def _grown(installation: Installation, late_on: dict[date, int]) -> tuple[float, float]:
    """Return by how many MB a worker's process grows in a sweep that finds few late, and then in one that finds many."""
    moments = [moment(day + DAY).isoformat() for day in late_on]
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.sweep_memory", installation.database.url, *moments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    few, many = json.loads(told.stdout)
    if [few["rungs"], many["rungs"]] != [2 * late for late in late_on.values()]:
        raise AssertionError(f"{few} and {many}, but late were {late_on}")
    return few["grown_mb"], many["grown_mb"]
