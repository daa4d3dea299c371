"""Cached worklists: what waits on a person, for 我的待办 and the number beside it in the menu of every page.

The list is remembered until anything is recorded; the number, which every page asks for, for some seconds. The list
corrects the number, and so does everything that the person does.
"""

from __future__ import annotations

from datetime import date

from models.kernel.rights.policy import Actor
from models.overview.queries.stuck import StuckStep
from models.overview.queries.worklists import Waiting
from ui.web.cache import Memory

Person = tuple[str, Actor]  # in which database, who

WAITING: Memory[Person, int] = Memory(seconds=15, most=2000)

# By person, day, page of the list and newest event; the seconds are for what no case records, as a hand-over.
LISTS: Memory[tuple[Person, date, str | None, int], list[Waiting]] = Memory(seconds=10, most=500)


# By person and day; over every open step of a territory. What changes it is rare, and a chief opens the list all day.
STUCK: Memory[tuple[Person, date], list[StuckStep]] = Memory(seconds=10, most=200)


def forget(person: Person) -> None:
    """Forget what waits on somebody who has just done something."""
    WAITING.forget(person.__eq__)
    LISTS.forget(lambda key: key[0] == person)
    STUCK.forget(lambda key: key[0] == person)
