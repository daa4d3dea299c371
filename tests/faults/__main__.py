"""`python -m tests.faults [--quick] [--seed N]`: break everything once, print, and write docs/faults.md."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.faults.breaking import Survived

PAGE = Path("docs/faults.md")
MOST = 300
HEAD = """# What was broken, and what there was afterwards

Written by `make faults` from one run. Each fault strikes an office in the middle of its work: a third of its cases are
on their way to the archive, a third have served notices that nobody has answered for a year, a third wait for their
notices, so that the sweep finds every open clock late. Afterwards a healthy worker finishes, and the office is compared
with an untouched twin that started from a copy of the same database: every paper, file, number, rung, message row and
event must exist in both, and once. A mail may have gone out again, under the same Message-ID; a chat note never.
"""

STEPS = """Single steps are struck as well: killed before a statement, a commit or a file that gets its name; on a disk that takes
no more; by a clock that runs behind; while the database is moved away. Another process then takes the step again, and what
there is must be what an unhurt one left. A backup and a restore that are killed: `tests/faults/test_keeping.py`.
"""


def main() -> None:
    """Run every fault and write the page."""
    from tests.benchmarks.report import machine, others
    from tests.databases import Databases, Unavailable, postgres
    from tests.faults.breaking import killed, mail_errs, restarted, without_prefect

    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few cases and few kills; writes no page")
    parser.add_argument("--seed", type=int, default=None, help="of the random points; printed where none is given")
    given = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    cases, kills, few = (9, 12, 6) if given.quick else (MOST, 200, 15)
    print(f"seed {seed}\n{machine()}\nat the beginning: {others()}\n", flush=True)
    began, found = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="shencha-faults-") as place:
        folder = Path(place)
        steps = _steps(folder / "steps", few if given.quick else 40, seed)
        print(steps, flush=True)
        sqlite = Databases(folder, server=None, worker="faults")

        def faults() -> Iterator[Survived]:
            try:
                with postgres(folder / "server") as server:
                    own = Databases(folder, server=server, worker="faults")
                    yield restarted(own, folder / "restarted", cases, 3)
                    yield killed(own, folder / "killed-on-postgresql", cases, kills, seed)
            except Unavailable as reason:
                print(f"not on PostgreSQL: {reason}", flush=True)
            yield without_prefect(sqlite, folder / "prefect", few)
            yield mail_errs(sqlite, folder / "mail", few, 3 * few, seed)
            yield killed(sqlite, folder / "killed", cases, kills, seed)

        for survived in faults():
            found.append(survived)
            print(_line(survived), flush=True)
            told = f"{time.monotonic() - began:.0f} s, seed {seed}, {machine()}; at the end {others()}."
            if not given.quick:
                PAGE.write_text(
                    f"{HEAD}\n{_table(found)}\n\n{STEPS}\n{steps}\n\n{told}\n{_missing(found)}", encoding="utf-8"
                )
    print(f"\n{told}")


HEADINGS = (
    *("fault", "database", "cases", "struck", "papers", "files", "numbers", "rungs", "messages"),
    *("mails", "sent again", "chat notes", "uncertain", "missing", "doubled", "seconds"),
)


def _steps(folder: Path, most: int, seed: int) -> str:
    """Strike single steps, and backup and restore, each in processes of their own; returns a table."""
    folder.mkdir()
    command = [sys.executable, "-m", "tests.faults.steps_killed", str(folder), str(most), str(seed)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [
        ("step", "struck", "of points", "seconds"),
        ("---",) * 4,
        *(line.split("\t") for line in told.splitlines()),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _table(found: Sequence[Survived]) -> str:
    lines = [HEADINGS, tuple("---" for _ in HEADINGS), *map(_cells, found)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _missing(found: Sequence[Survived]) -> str:
    """Say what the page does not show, should the run be ended here: a worker killed on SQLite comes last."""
    if any(survived.cases >= MOST and survived.database == "SQLite" for survived in found):
        return ""
    return f"\nThis run was ended before its last fault: a worker killed at 200 points of a run with {MOST} cases.\n"


def _line(survived: Survived) -> str:
    return ", ".join(f"{name} {cell}" for name, cell in zip(HEADINGS, _cells(survived), strict=True))


def _cells(survived: Survived) -> tuple[str, ...]:
    held = survived.held
    # A thing that is missing or there twice ends the run, so that these two are never anything else.
    figures = (
        *(survived.cases, survived.struck, held.papers, held.files, held.numbers, held.rungs, held.messages),
        *(held.mails, held.mails_again, held.notes, held.uncertain, 0, 0),
    )
    return (survived.fault, survived.database, *map(str, figures), f"{survived.seconds:.0f}")


if __name__ == "__main__":
    # Before anything of ours is imported: Prefect reads its environment once, and nobody's own office is touched.
    for name in [name for name in os.environ if name.startswith(("SHENCHA_", "PREFECT_"))]:
        del os.environ[name]
    os.environ["SHENCHA_HOME"] = tempfile.mkdtemp(prefix="shencha-faults-home-")
    os.environ["SHENCHA_PDF"] = "off"  # LibreOffice is not what is broken here
    os.environ["PREFECT_LOGGING_TO_API_ENABLED"] = "false"
    try:
        main()
    finally:
        shutil.rmtree(os.environ["SHENCHA_HOME"], ignore_errors=True)
