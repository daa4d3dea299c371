"""What figures are asked for, as an address says it: the same for the page and for its file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

from models.kernel import divisions
from models.kernel.vocabulary import Breakdown, Coverage, Word
from models.papers.rules.periods import Period
from models.register.queries.counting import Counted
from models.register.queries.figures import asked_period

W = TypeVar("W", bound=Word)


def period_in(asked: Mapping[str, str], today: date) -> Period:
    """Return the span that an address asks for; a day that is none is not asked for. Raises Invalid as `asked_period`."""
    return asked_period(_day(asked.get("from", "")), _day(asked.get("to", "")), today)


def counted_in(asked: Mapping[str, str], territory: str) -> Counted:
    """Return of which accidents; what is no division or no coverage is not asked for."""
    code = asked.get("division")
    return Counted(
        territory,
        _word(Coverage, asked.get("coverage"), Coverage.JURISDICTION),
        code if code and divisions.known(code) else None,
        asked.get("road") or None,
    )


def by_in(asked: Mapping[str, str]) -> Breakdown:
    """Return by what figures are broken down: by division where nothing is said."""
    return _word(Breakdown, asked.get("by"), Breakdown.DIVISION)


def in_address(period: Period, counted: Counted, **more: str) -> str:
    """Return how an address asks for figures."""
    asked: dict[str, str | None] = {
        "from": period.since.isoformat(),
        "to": period.until.isoformat(),
        "coverage": None if counted.coverage is Coverage.JURISDICTION else counted.coverage.value,
        "division": counted.division,
        "road": counted.road,
        **more,
    }
    return urlencode({name: value for name, value in asked.items() if value})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _word(words: type[W], value: str | None, usual: W) -> W:
    return words(value) if value in list(words) else usual
