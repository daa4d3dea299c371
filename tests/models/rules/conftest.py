"""What the tests of the rules share: the seeded calendar and the State Council's holidays."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.rules.calendar_seed import seed_calendar
from models.rules.workdays import Calendar


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return seed_calendar()


@pytest.fixture(scope="session")
def holidays(shared_data: Path) -> Path:
    return shared_data / "holidays"
