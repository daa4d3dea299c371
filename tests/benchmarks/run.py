"""The benches by name, and how they are run one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tests.benchmarks import (
    carrying,
    explaining,
    figures,
    filing,
    importing,
    notice,
    numbers,
    proving,
    replanning,
    screening,
    searching,
    starting,
    sweeping,
    verifying,
    watching,
    working,
)
from tests.benchmarks.measuring import Measured, Size
from tests.benchmarks.workplace import Workplace, workplace

BENCHES: dict[str, Callable[[Workplace, Size], Measured]] = {
    notice.BENCH: notice.bench,
    filing.BENCH: filing.bench,
    importing.BENCH: importing.bench,
    numbers.BENCH: numbers.bench,
    carrying.BENCH: carrying.bench,
    starting.BENCH: starting.bench,
    sweeping.BENCH: sweeping.bench,
    replanning.BENCH: replanning.bench,
    explaining.BENCH: explaining.bench,
    working.BENCH: working.bench,
    proving.BENCH: proving.bench,
    screening.BENCH: screening.bench,
    searching.BENCH: searching.bench,
    figures.BENCH: figures.bench,
    verifying.BENCH: verifying.bench,
    watching.BENCH: watching.bench,
}


def run(names: Sequence[str], size: Size) -> Iterator[Measured]:
    """Run benches one after the other in one workplace."""
    with workplace() as place:
        for name in names:
            yield BENCHES[name](place, size)


__all__ = ["BENCHES", "Size", "run"]
