"""`shencha worker`: runs the scheduler until it is ended; work in hand is finished first."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flows.clock import Leases, Ticking, farewell, scheduler, succeed_the_dead
from flows.outage import Outage
from models.kernel.calendar.time import Clock
from models.kernel.installation import Installation

log = logging.getLogger("shencha.worker")


def worker_name() -> str:
    """Return the name under which this process claims work; no two that run have the same."""
    return f"{socket.gethostname()}-{os.getpid()}"


def run(
    installation: Installation,
    clock: Clock,
    *,
    worker: str | None = None,
    ready: Callable[[], None] = lambda: None,
    stop: threading.Event | None = None,
    leases: Leases | None = None,
) -> None:
    """Work until SIGTERM, SIGINT or `stop`; returns when the work in hand is finished.

    `ready` is called once the clock runs. Call it in the main thread, where signals arrive. Several workers, here
    or on other machines, may share one database.
    """
    stop = stop or threading.Event()
    ticking = Ticking(installation, worker or worker_name(), clock, stop, leases=leases)
    outage = Outage()
    ticks = scheduler(ticking, outage)
    with _stopped_by_signals(stop):
        outage.outlived(lambda: _succeed(installation))
        ticks.start()
        log.info("worker %s begins", ticking.worker)
        try:
            ready()
            stop.wait()
        finally:
            stop.set()
            ticks.shutdown(wait=True)
            outage.outlived(lambda: farewell(installation, ticking.worker, clock()))
            log.info("worker %s has ended", ticking.worker)


def _succeed(installation: Installation) -> None:
    for dead in succeed_the_dead(installation):
        log.warning("worker %s of this machine had ended without a word", dead)


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, lambda *_: stop.set())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
