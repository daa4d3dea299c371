"""How many steps wait on a person, beside 我的待办 in the menu of every page: counted, and remembered for some seconds.

The list itself is read anew each time, and corrects what is remembered; so does everything that the person does.
"""

from __future__ import annotations

from models.rules.policy import Actor
from ui.web.memory import Memory

Person = tuple[str, Actor]  # in which database, who

WAITING: Memory[Person, int] = Memory(seconds=15, most=2000)
