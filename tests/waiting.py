"""Waiting for another process by looking often, never by sleeping a fixed time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Return True as soon as the condition holds, False when it did not within `seconds`."""
    give_up_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up_at:
            return False
        threading.Event().wait(0.05)
    return True
