"""In-transaction events between rooms: a lower room makes an announcement, higher rooms react to it.

A command announces what happened inside its transaction and goes on when every reaction has run, so that all of it is
kept or nothing. Announcements are frozen dataclasses in `announcements.py` of the room that makes them; reactions stand
in `reactions.py` of the room that reacts, and `REACTING` fixes their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from models.kernel.act import Act

Announcement = TypeVar("Announcement")
Reaction = Callable[[Act, Announcement], None]

# By name: the kernel imports no room. The order is that in which they react.
REACTING = (
    "models.rectification.reactions",
    "models.register.reactions",
    "models.prevention.reactions",
    "models.archive.reactions",
)

# By the type of the announcement: each list holds reactions to that type alone, which no type of Python says.
_reactions: dict[type[Any], list[Reaction[Any]]] = defaultdict(list)


def reacts_to(announcement: type[Announcement]) -> Callable[[Reaction[Announcement]], Reaction[Announcement]]:
    """Let a function run whenever an announcement of this type is made."""

    def remember(reaction: Reaction[Announcement]) -> Reaction[Announcement]:
        _reactions[announcement].append(reaction)
        return reaction

    return remember


def announce(act: Act, announcement: object) -> None:
    """Tell the rooms above what happened, and let them do what follows from it, in this transaction."""
    for room in REACTING:
        import_module(room)
    for reaction in _reactions[type(announcement)]:
        reaction(act, announcement)
