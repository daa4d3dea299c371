"""How long a person waits for `shencha --help`: fresh processes, one after the other."""

from __future__ import annotations

import subprocess
import sys

from tests.benchmarks.measuring import Contender, Measured, Row, Size, Target, Unit, take_turns
from tests.benchmarks.workplace import Workplace

BENCH = "help"
SECONDS = 0.4
COMMANDS = {
    "shencha --help": [sys.executable, "-m", "ui.cli", "--help"],
    "shencha case --help": [sys.executable, "-m", "ui.cli", "case", "--help"],
    "python -c pass": [sys.executable, "-c", "pass"],
    "prefect --help": [sys.executable, "-m", "prefect", "--help"],
}


def bench(_place: Workplace, size: Size) -> Measured:
    """Start each command in turns."""
    rounds = size.of(11, 5, 1)
    seconds = take_turns([Contender(name, lambda c=command: _start(c)) for name, command in COMMANDS.items()], rounds)
    rows = tuple(Row(BENCH, name, Unit.SECONDS, tuple(taken)) for name, taken in zip(COMMANDS, seconds, strict=True))
    return Measured(
        BENCH,
        "`shencha --help` in a fresh process",
        rows,
        targets=(Target(f"under {SECONDS:g} s", rows[0].median < SECONDS),),
    )


def _start(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
