"""Contenders take turns, round by round, so that whatever else the machine does falls on all of them alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum


class Size(Enum):
    """How much is measured: enough for a figure, a glance, or just enough to see that it runs."""

    FULL = "full"
    QUICK = "quick"
    TINY = "tiny"

    def of(self, full: int, quick: int, tiny: int) -> int:
        """Return the amount that belongs to this size."""
        return {Size.FULL: full, Size.QUICK: quick, Size.TINY: tiny}[self]


class Unit(Enum):
    """What a figure counts, and whether less of it is better."""

    MILLISECONDS = "ms"
    SECONDS = "s"
    CASES = "cases/s"
    NUMBERS = "numbers/s"
    ROWS = "rows/s"

    @property
    def less_is_better(self) -> bool:
        """Tell a duration from a rate."""
        return self in (Unit.MILLISECONDS, Unit.SECONDS)


@dataclass(frozen=True, slots=True)
class Row:
    """One contender's figures, one for each round; `ours` marks what the others of its group are compared with."""

    bench: str
    what: str
    unit: Unit
    figures: tuple[float, ...]
    ours: bool = False
    group: str = ""

    @property
    def median(self) -> float:
        """Return the middle figure."""
        return statistics.median(self.figures)

    def behind(self, ours: Row) -> float:
        """Return how many times better `ours` is, by the medians of the same rounds."""
        return self.median / ours.median if self.unit.less_is_better else ours.median / self.median


@dataclass(frozen=True, slots=True)
class Target:
    """What was wished for, and whether this run shows it."""

    wish: str
    met: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """A bench's outcome: its rows, what was checked on the way (not timed), and how it stands to its targets."""

    bench: str
    title: str
    rows: tuple[Row, ...]
    facts: tuple[str, ...] = ()
    targets: tuple[Target, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Contender:
    """Something that does `amount` of work at each call."""

    name: str
    work: Callable[[], object]
    amount: int = 1


def take_turns(contenders: Sequence[Contender], rounds: int) -> list[list[float]]:
    """Return the seconds per unit of work of each contender, round by round.

    Everyone goes first equally often; garbage is collected between turns and not inside them.
    """
    seconds: list[list[float]] = [[] for _ in contenders]
    for turn in range(rounds):
        for place in _order(len(contenders), turn):
            contender = contenders[place]
            with _quiet():
                began = time.perf_counter()
                contender.work()
                seconds[place].append((time.perf_counter() - began) / contender.amount)
    return seconds


def _order(count: int, turn: int) -> Iterator[int]:
    return ((turn + step) % count for step in range(count))


class _quiet:
    """No collection of the predecessor's garbage at the expense of whoever is on."""

    def __enter__(self) -> None:
        gc.collect()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        gc.enable()
