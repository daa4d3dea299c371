"""Cached figures of the leaders' page: some seconds for current ones, longer and shared for those of whole years.

A figure that is some minutes old is shown with its time and counted anew behind the page, so that the next click has it.

What waits for a decision is no figure, and is read anew as soon as anything was recorded; whoever decides something
sees figures that were counted afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import not_

from models.clock.queries.rulebook import rulebook
from models.clock.queries.visible_clocks import listed_clocks, restricted_clocks
from models.kernel.installation import Installation
from models.kernel.record.event_record import latest_event
from models.kernel.rights.policy import Actor
from models.kernel.rights.scope import scope
from models.overview.queries.cases import CaseListed, case_list
from models.overview.queries.circular_figures import late_items
from models.overview.queries.dashboard.as_of import AsOf
from models.overview.queries.dashboard.lateness import Lateness, lateness, together
from models.overview.queries.dashboard.places import DivisionCount, Point, by_division, points
from models.overview.queries.dashboard.punctuality import OwnPunctuality, own_punctuality, punctuality
from models.overview.queries.dashboard.ranking import Completion, Punctuality, completion, warnings
from models.overview.queries.worklists import Waiting, decisions
from models.papers.kinds.circular.content import LateMatter
from ui.web.cache import Memory

SECONDS, GRACE = 30.0, 300.0
SPONSORED, DECISIONS, LONGEST_LATE = 10, 20, 10


@dataclass(frozen=True, slots=True)
class Years:
    """What whole years sum up to, the same for everybody of a scope."""

    counted_at: datetime
    completion: list[Completion]
    punctuality: Mapping[int, Punctuality]
    own: OwnPunctuality
    divisions: list[DivisionCount]
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Late:
    """What is late, longest late first as `items`, and who was warned: of restricted papers only what the person may know."""

    counted_at: datetime
    cells: list[Lateness]
    warnings: dict[int, int]
    items: tuple[LateMatter, ...] = ()


@dataclass(frozen=True, slots=True)
class Live:
    """What waits for a decision, and the cases that the person sponsors."""

    waiting: list[Waiting]
    sponsored: list[CaseListed]


@dataclass(frozen=True, slots=True)
class Stand:
    """Of what the answers are remembered: who else sees the same (`models/kernel/rights/scope.py`), and the newest event."""

    scope: Hashable
    newest: int


YEARS: Memory[tuple[str, Hashable, AsOf], Years] = Memory(SECONDS, most=200, grace=GRACE)
# What all of a scope know alike, and with it what each person knows: counted anew when the former is.
OPENLY_LATE: Memory[tuple[str, Hashable, AsOf], Late] = Memory(SECONDS, most=200, grace=GRACE)
LATE: Memory[tuple[str, Actor, AsOf, datetime], Late] = Memory(SECONDS, most=1000, grace=GRACE)
LIVE: Memory[tuple[str, Actor, AsOf, int], Live] = Memory(SECONDS, most=1000)
MEMORIES = (YEARS, OPENLY_LATE, LATE, LIVE)


def stand(installation: Installation, actor: Actor) -> Stand:
    """Return of what a person's answers are remembered now."""
    with installation.database.reading() as session:
        return Stand(scope(session, actor), latest_event(session))


def years(installation: Installation, actor: Actor, at: AsOf, now: Stand) -> Years:
    """Return the figures of the year and the one before, at most `SECONDS` old, or within the grace."""
    return YEARS.of((installation.settings.database, now.scope, at), lambda: _years(installation, actor, at))


def late(installation: Installation, actor: Actor, at: AsOf, now: Stand) -> Late:
    """Return what is late as far as the person may know, at most `SECONDS` old, or within the grace."""
    database = installation.settings.database
    openly = OPENLY_LATE.of((database, now.scope, at), lambda: _openly_late(installation, actor, at))
    return LATE.of((database, actor, at, openly.counted_at), lambda: _late(installation, actor, at, openly))


def live(installation: Installation, actor: Actor, at: AsOf, now: Stand) -> Live:
    """Return what waits for a decision today, and the sponsored cases as of the day, as the newest event left them."""
    return LIVE.of((installation.settings.database, actor, at, now.newest), lambda: _live(installation, actor, at))


def forget(database: str) -> None:
    """Forget every figure of an installation: somebody who reads them decided something."""
    for memory in MEMORIES:
        memory.forget(lambda key: key[0] == database)


def _years(installation: Installation, actor: Actor, at: AsOf) -> Years:
    with installation.reading(actor.account) as read:
        return Years(
            read.at,
            completion(read.session, read.actor, at),
            punctuality(read.session, read.actor, at),
            own_punctuality(read.session, read.actor, at),
            by_division(read.session, read.actor, at),
            points(read.session, read.actor, at),
        )


def _openly_late(installation: Installation, actor: Actor, at: AsOf) -> Late:
    openly = not_(restricted_clocks())
    with installation.reading(actor.account) as read:
        return Late(
            read.at,
            lateness(read.session, read.actor, rulebook(read.session), at, openly),
            warnings(read.session, read.actor, at, openly),
        )


def _late(installation: Installation, actor: Actor, at: AsOf, openly: Late) -> Late:
    with installation.reading(actor.account) as read:
        by_list = listed_clocks(read.actor)
        return Late(
            openly.counted_at,
            together(openly.cells, lateness(read.session, read.actor, rulebook(read.session), at, by_list)),
            Counter(openly.warnings) + Counter(warnings(read.session, read.actor, at, by_list)),
            late_items(read.session, read.actor, at, limit=LONGEST_LATE),
        )


def _live(installation: Installation, actor: Actor, at: AsOf) -> Live:
    with installation.reading(actor.account) as read:
        return Live(
            decisions(read.session, read.actor, at.today, limit=DECISIONS),
            case_list(read.session, read.actor, at.day, sponsored=True, limit=SPONSORED),
        )
