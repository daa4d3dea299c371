"""What the tests of the rules share: the seeded calendar, real holidays, properties that run the same every time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from models.rules.calendar_seed import seed_calendar
from models.rules.workdays import Calendar

settings.register_profile("rules", derandomize=True, database=None, deadline=None)
settings.load_profile("rules")

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return seed_calendar()


@pytest.fixture(scope="session")
def holidays() -> Path:
    shared = Path(os.environ.get("SHENCHA_SHARED_DATA", ROOT.parent / "shared" / "data"))
    folder = shared / "holidays"
    if not folder.is_dir():
        pytest.skip(f"the State Council's holidays are not here: {folder}")
    return folder
