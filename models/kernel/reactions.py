"""In-transaction events between rooms: a lower room announces a fact, higher rooms react to it.

A command announces a fact inside its transaction and goes on when every reaction has run, so that all of it is kept or
nothing. Facts are frozen dataclasses in `facts.py` of the room that announces them; reactions stand in `reactions.py`
of the room that reacts, and `REACTING` fixes their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from models.kernel.act import Act

Fact = TypeVar("Fact")
Reaction = Callable[[Act, Fact], None]

# By name: the kernel imports no room. The order is that in which they react.
REACTING = ("models.rectification.reactions", "models.prevention.reactions")

# By the type of the fact: each list holds reactions to that type alone, which no type of Python says.
_reactions: dict[type[Any], list[Reaction[Any]]] = defaultdict(list)


def reacts_to(fact: type[Fact]) -> Callable[[Reaction[Fact]], Reaction[Fact]]:
    """Let a function run whenever a fact of this type is announced."""

    def remember(reaction: Reaction[Fact]) -> Reaction[Fact]:
        _reactions[fact].append(reaction)
        return reaction

    return remember


def announce(act: Act, fact: object) -> None:
    """Tell the rooms above what happened, and let them do what follows from it, in this transaction."""
    for room in REACTING:
        import_module(room)
    for reaction in _reactions[type(fact)]:
        reaction(act, fact)
