"""Handling of a database outage: logged once a minute while the scheduler goes on and reconnects."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from models.kernel.errors import Conflict, DatabaseGone, DiskFull, Refused

log = logging.getLogger("shencha.worker")

EVERY_SECONDS = 60.0
# What says that the database is away or busy, or the disk full, and not that our program is wrong.
AWAY = (OperationalError, InterfaceError, PoolTimeout, DatabaseGone, DiskFull, Conflict)


class Outage:
    """Keeps the ticks of a clock going while the database is away; shared by all ticks of one worker."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`monotonic` tells how time passes."""
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._missed = 0
        self._told_at: float | None = None
        self._told = False  # of this outage: one that comes and goes within the minute leaves no line at all

    def outlived(self, tick: Callable[[], None]) -> None:
        """Tick; a database that is away leaves a line in the log, at most one a minute."""
        try:
            tick()
        except AWAY as error:
            self._miss(error)
        else:
            self._back()

    def _miss(self, error: Exception) -> None:
        with self._lock:
            self._missed += 1
            now = self._monotonic()
            if self._told_at is not None and now - self._told_at < EVERY_SECONDS:
                return
            self._told_at, self._told = now, True
            what = "the disk is full" if isinstance(error, DiskFull) else "the database does not answer"
            log.error(f"{what}, %d ticks missed so far: %s", self._missed, reason(error))

    def _back(self) -> None:
        with self._lock:
            if not self._missed:
                return
            if self._told:
                log.info("the database answers again, %d ticks were missed", self._missed)
            self._missed, self._told = 0, False


def reason(error: Exception) -> str:
    """Return what went wrong, on one line."""
    told = error.message if isinstance(error, Refused) else str(getattr(error, "orig", error))
    return " ".join(told.split())
