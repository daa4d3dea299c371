"""`python -m tests.mutants [NAME …]`: plant each mutant in a copy of the tree and see that its tests fail.

Ends with 1 where one survives. A test counts only where it passes before anything is planted.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.how_to.pages import copied
from tests.how_to.walking import Copy
from tests.mutants.planted import PLANTED, Mutant

PASSED, FAILED = 0, 1
"""What pytest ends with; anything else is no verdict on a mutant, but a program that does not even run."""


def main() -> int:
    """Plant what is named, or everything; print a line for each, and return how the process ends."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(mutant.name for mutant in PLANTED))
    wanted = parser.parse_args().names
    if unknown := set(wanted) - {mutant.name for mutant in PLANTED}:
        parser.error(f"no such mutant: {', '.join(sorted(unknown))}")
    mutants = [mutant for mutant in PLANTED if not wanted or mutant.name in wanted]
    with tempfile.TemporaryDirectory(prefix="shencha-mutants-") as place:
        copy = Copy(copied(Path(place)), ())
        ended, said = run(copy, *dict.fromkeys(test for mutant in mutants for test in mutant.tests))
        if ended != PASSED:
            print(f"the tests fail before anything is planted:\n{said}")
            return 1
        verdicts = [report(mutant, copy) for mutant in mutants]
    print(f"{verdicts.count(True)} of {len(verdicts)} caught")
    return 0 if all(verdicts) else 1


def report(mutant: Mutant, copy: Copy) -> bool:
    """Plant one mutant, print what became of it, take it out again; returns whether it was caught."""
    file = copy.folder / mutant.file
    whole = file.read_text(encoding="utf-8")
    began = time.monotonic()
    file.write_text(planted(whole, mutant), encoding="utf-8")
    ended, said = run(copy, *mutant.tests)
    file.write_text(whole, encoding="utf-8")
    verdict = {PASSED: "SURVIVED", FAILED: "caught"}.get(ended, "DOES NOT RUN")
    print(f"{verdict:<12} {mutant.name:<24} {time.monotonic() - began:5.1f} s  {mutant.wrong}", flush=True)
    if ended not in (PASSED, FAILED):
        print(said)
    return ended == FAILED


def planted(text: str, mutant: Mutant) -> str:
    """Return a file with the mutant in it. Raises ValueError unless its line stands there once."""
    if text.count(mutant.line) != 1:
        raise ValueError(f"{mutant.file} says “{mutant.line}” {text.count(mutant.line)} times")
    return text.replace(mutant.line, mutant.instead)


def run(copy: Copy, *tests: str) -> tuple[int, str]:
    """Run tests of the copy on SQLite until one fails; returns how pytest ended and what it said."""
    done = copy.pytest("-x", "-q", "-k", "not postgresql", *tests)
    return done.returncode, done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(main())
