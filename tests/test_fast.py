"""`make test-fast` takes every step that the registry knows: who changes a command hears of it within two minutes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from models.actions import ACTIONS, OFFICE_FORMS
from tests.conftest import ROOT

HELPERS = ("tests/stories.py", "tests/arrangements.py", "tests/models/world.py")


def files() -> list[Path]:
    """Return the files of the tests of `make test-fast`."""
    told = subprocess.run(
        ["make", "-n", "-s", "test-fast"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    places = [ROOT / word for word in told.split() if word.startswith("tests/")]
    assert [place for place in places if not place.exists()] == []
    return [file for place in places for file in (place.rglob("*.py") if place.is_dir() else [place])]


def fast() -> str:
    """Return what these tests, and the helpers that act for them, say."""
    return "\n".join(file.read_text("utf-8") for file in (*files(), *(ROOT / name for name in HELPERS)))


def test_the_fast_tests_take_every_step_of_the_registry() -> None:
    text = fast()
    steps = {**ACTIONS, **OFFICE_FORMS}
    untaken = [
        name for name, step in steps.items() if f'"{name}"' not in text and not re.search(rf"\b{step.__name__}\(", text)
    ]
    assert untaken == []
