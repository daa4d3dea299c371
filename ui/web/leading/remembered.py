"""The figures of the leaders' page: counted once for all who see the same, and remembered for some seconds.

They sum up whole years. What waits for a decision is no figure, and is read anew each time; whoever decides something
sees figures that were counted afterwards.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from models.queries.dashboard.as_of import AsOf
from models.queries.dashboard.indices import Index, by_month, four_indices
from models.queries.dashboard.lateness import lateness
from models.queries.dashboard.places import by_division
from models.queries.dashboard.ranking import ranking
from models.queries.rulebook import Rulebook
from models.queries.scope import scope
from ui.desk import Reader

SECONDS = 30.0
PAGES = 200


@dataclass(frozen=True, slots=True)
class Figures:
    """What the page counts, and when it was counted."""

    counted_at: datetime
    cells: list[dict[str, Any]]
    indices: list[Index]
    months: list[dict[str, Any]]
    units: list[dict[str, Any]]
    divisions: list[dict[str, Any]]


@dataclass(slots=True)
class _Page:
    """The figures of one page; who comes while they are counted waits for them, and does not count them too."""

    lock: Lock = field(default_factory=Lock)
    figures: Figures | None = None
    counted: float = 0.0


_pages: OrderedDict[tuple[str, Hashable, AsOf], _Page] = OrderedDict()
_lock = Lock()


def figures(reader: Reader, database: str, rules: Rulebook, at: AsOf) -> Figures:
    """Return the figures as of a day, at most `SECONDS` old."""
    key = (database, scope(reader.session, reader.actor), at)
    with _lock:
        page = _pages.setdefault(key, _Page())
        _pages.move_to_end(key)
        while len(_pages) > PAGES:
            _pages.popitem(last=False)
    with page.lock:
        if page.figures is None or time.monotonic() - page.counted >= SECONDS:
            page.figures, page.counted = _count(reader, rules, at), time.monotonic()
        return page.figures


def forget(database: str) -> None:
    """Forget every figure of an installation: somebody who reads them decided something."""
    with _lock:
        for key in [key for key in _pages if key[0] == database]:
            del _pages[key]


def _count(reader: Reader, rules: Rulebook, at: AsOf) -> Figures:
    session, actor = reader.session, reader.actor
    return Figures(
        reader.at,
        lateness(session, actor, rules, at),
        four_indices(session, actor, at),
        by_month(session, actor, at),
        ranking(session, actor, at),
        by_division(session, actor, at),
    )
