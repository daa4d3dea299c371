"""`python -m tests.faults.keeping_killed back-up|restore PLACE AT…`: begin, be killed at each of the points, and say so.

A point is the number of the step at which the process ends itself with SIGKILL: a file that gets its name, or a table
that is filled. What lies there after each is printed: the backups that count, and whether there is a database.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from typing import Any

from models.keeping import load
from models.keeping.backing_up import back_up
from models.keeping.restoring import chosen, restore
from models.keeping.vault import open_vault
from models.kernel.calendar.time import wall_clock
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.storage.place import Place
from ui.installation import missing


def dying(step: Callable[..., Any], at: int, steps: count[int]) -> Callable[..., Any]:
    """Return the step, before whose `at`-th time the process is killed."""

    def taken(*args: Any, **options: Any) -> Any:
        if next(steps) == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return step(*args, **options)

    return taken


def begin(what: str, place: str) -> None:
    """Make a backup of the home of the settings, or bring the latest one back into it."""
    settings = Settings()
    if what == "back-up":
        back_up(Installation(settings, Database(settings.database, create=False)), place, None, wall_clock())
    else:
        vault = open_vault(place, None)
        restore(vault, chosen(vault, None), settings)


def main() -> None:
    """Let one child after the other be killed."""
    what, place, *points = sys.argv[1:]
    for point in map(int, points):
        child = os.fork()
        if not child:
            steps = count(1)
            Place.settle = dying(Place.settle, point, steps)  # type: ignore[method-assign]  # of this process, which dies
            load._fill = dying(load._fill, point, steps)
            try:
                begin(what, place)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        names = open_vault(place, None).names() if point > 1 or what == "restore" else []
        print("killed" if killed else "ended", len(names), "missing" if missing(Settings()) else "there", flush=True)


if __name__ == "__main__":
    main()
