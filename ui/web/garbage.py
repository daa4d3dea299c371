"""Garbage collection tuned for Streamlit: every tenth run, with long-lived objects frozen out of the collector's sight.

Streamlit would collect all generations when a run is over (`runner.postScriptGC`): with our modules, mappings and
statements in sight that takes longer than the run, and with thirty people at once each run would look at what the
others are just making. Nobody else runs meanwhile.
"""

from __future__ import annotations

import gc
import time
from itertools import count

OFTEN, EVERY = 10, 500
LONG = 0.01  # seconds: what takes longer to look through is worth putting away

_runs = count(1)


def after_run() -> None:
    """Count a run; now and then collect whatever is garbage, and let what stays be looked at no more until the next time.

    By how long it takes and not by runs alone: each person who looks for the first time brings statements that stay.
    """
    run = next(_runs)
    if run % EVERY == 0:
        # What was put away is looked at once more: sessions that have ended since would stay for good.
        gc.unfreeze()
    elif run != 1 and run % OFTEN:
        return
    # Never by counting `gc.get_objects()`: it takes hold of the tuples that other threads are just making, and these fail.
    began = time.perf_counter()
    gc.collect()
    if run == 1 or run % EVERY == 0 or time.perf_counter() - began > LONG:
        gc.freeze()
