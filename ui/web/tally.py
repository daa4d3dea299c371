"""How many steps wait on a person, beside 我的待办 in the menu of every page: counted, and remembered for some seconds.

The list itself is read anew each time, and corrects what is remembered; so does everything that the person does.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock

from models.rules.policy import Actor

SECONDS = 15.0
PEOPLE = 2000

Person = tuple[str, Actor]  # in which database, who

_known: OrderedDict[Person, tuple[float, int]] = OrderedDict()
_lock = Lock()


def known(person: Person) -> int | None:
    """Return the number that is remembered; None where there is none that is young enough."""
    counted_at, count = _known.get(person, (float("-inf"), 0))
    return count if time.monotonic() - counted_at < SECONDS else None


def remember(person: Person, count: int) -> None:
    """Remember a number that was just counted; who was counted longest ago is forgotten."""
    with _lock:
        _known[person] = (time.monotonic(), count)
        _known.move_to_end(person)
        while len(_known) > PEOPLE:
            _known.popitem(last=False)


def forget(person: Person) -> None:
    """Forget the number: the person did something."""
    with _lock:
        _known.pop(person, None)
