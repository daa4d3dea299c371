"""What lives as long as the process is put out of the collector's sight, which looks at everything after every run.

Streamlit collects garbage, all generations of it, when a run is over: with our modules, mappings and statements in
sight that takes longer than the run, and nobody else runs meanwhile.
"""

from __future__ import annotations

import gc
from itertools import count

# Screens are imported and statements written in the first runs; afterwards little is added that stays.
EARLY = (1, 10, 50)
EVERY = 500

_runs = count(1)


def after_run() -> None:
    """Count a run; now and then collect whatever is garbage, and let the rest be looked at no more until the next time."""
    run = next(_runs)
    if run in EARLY or run % EVERY == 0:
        # What was put away is looked at once more: sessions that have ended since would stay for good.
        gc.unfreeze()
        gc.collect()
        gc.freeze()
