"""The figures of the leaders' page: remembered for some seconds, those of whole years once for all who see the same.

What waits for a decision is no figure, and is read anew each time; whoever decides something sees figures that were
counted afterwards.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.queries.dashboard.as_of import AsOf
from models.queries.dashboard.indices import Index, by_month, four_indices
from models.queries.dashboard.lateness import lateness
from models.queries.dashboard.places import by_division
from models.queries.dashboard.ranking import completion, warnings
from models.queries.rulebook import rulebook
from models.queries.scope import scope
from models.rules.policy import Actor
from ui.desk import Desk
from ui.web.memory import Memory

SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Years:
    """What whole years sum up to, the same for everybody of a scope."""

    counted_at: datetime
    indices: list[Index]
    months: list[dict[str, Any]]
    completion: list[dict[str, Any]]
    divisions: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Late:
    """What is late, and who was warned: of restricted papers only what the person may know."""

    counted_at: datetime
    cells: list[dict[str, Any]]
    warnings: dict[int, int]


YEARS: Memory[tuple[str, Hashable, AsOf], Years] = Memory(SECONDS, most=200)
LATE: Memory[tuple[str, Actor, AsOf], Late] = Memory(SECONDS, most=1000)


def years(desk: Desk, actor: Actor, at: AsOf) -> Years:
    """Return the figures of the year and the one before, at most `SECONDS` old."""
    with desk.reading(actor.account) as reader:
        seen = scope(reader.session, reader.actor)
    return YEARS.of((desk.settings.database, seen, at), lambda: _years(desk, actor, at))


def late(desk: Desk, actor: Actor, at: AsOf) -> Late:
    """Return what is late as far as the person may know, at most `SECONDS` old."""
    return LATE.of((desk.settings.database, actor, at), lambda: _late(desk, actor, at))


def forget(database: str) -> None:
    """Forget every figure of an installation: somebody who reads them decided something."""
    YEARS.forget(lambda key: key[0] == database)
    LATE.forget(lambda key: key[0] == database)


def _years(desk: Desk, actor: Actor, at: AsOf) -> Years:
    with desk.reading(actor.account) as reader:
        return Years(
            reader.at,
            four_indices(reader.session, reader.actor, at),
            by_month(reader.session, reader.actor, at),
            completion(reader.session, reader.actor, at),
            by_division(reader.session, reader.actor, at),
        )


def _late(desk: Desk, actor: Actor, at: AsOf) -> Late:
    with desk.reading(actor.account) as reader:
        return Late(
            reader.at,
            lateness(reader.session, reader.actor, rulebook(reader.session), at),
            warnings(reader.session, reader.actor, at),
        )
