"""Single steps that are struck in the middle, in a small version of what `make faults` does at every point."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.long


def test_a_step_that_is_struck_anywhere_is_taken_again_and_all_is_there_once(tmp_path: Path) -> None:
    """Killed while it signs, or the database is brought up to date; a full disk; a clock behind; a database moved away."""
    names = ("sign", "migrate", "sign on a full disk", "sign with a clock behind", "sign while the database is moved")
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.steps_killed", str(tmp_path), "2", "11", *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = [line.split("\t") for line in done.stdout.splitlines()]
    assert [name for name, *_ in told] == list(names)
    assert all(int(met) > 0 for _, met, *_ in told)
