"""Garbage is collected after every tenth run, and what lives as long as the process is put out of the collector's sight.

Streamlit would collect all generations when a run is over (`runner.postScriptGC`): with our modules, mappings and
statements in sight that takes longer than the run, and with thirty people at once each run would look at what the
others are just making. Nobody else runs meanwhile.
"""

from __future__ import annotations

import gc
from itertools import count

OFTEN, MANY = 10, 50_000  # so many runs between two looks, so many things that stayed and are worth putting away
EVERY = 500

_runs = count(1)


def after_run() -> None:
    """Count a run; now and then collect whatever is garbage, and let what stays be looked at no more until the next time.

    By what is there and not by runs alone: each person who looks for the first time brings statements that stay.
    """
    run = next(_runs)
    if run % EVERY == 0:
        # What was put away is looked at once more: sessions that have ended since would stay for good.
        gc.unfreeze()
    elif run != 1 and run % OFTEN:
        return
    gc.collect()
    if run == 1 or run % EVERY == 0 or len(gc.get_objects(2)) >= MANY:
        gc.freeze()
