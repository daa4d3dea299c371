"""The clock of the worker: twice a second the outbox, every minute the sweep, and a sign of life."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.dialects import postgresql, sqlite

from flows.engine import tracked
from flows.office import Office, present
from flows.outbox import LEASE, work_off
from flows.sweep import anything_due, sweep_deadlines
from models.clock import Clock, wall_clock
from models.rules.local_time import SHANGHAI
from models.tables import Heartbeat

BEAT_SECONDS = 10.0


class Ticking:
    """What the clock does at each of its ticks, in the name of one worker."""

    def __init__(
        self, office: Office, worker: str, clock: Clock, stop: threading.Event, *, lease: timedelta = LEASE
    ) -> None:
        """`clock` tells the present moment; once `stop` is set, the row in hand is finished and no other begun."""
        self.office, self.worker, self.clock, self.stop, self.lease = office, worker, clock, stop, lease

    def outbox(self) -> None:
        """Work until nothing is due."""
        going = True
        while going and not self.stop.is_set():
            worked = work_off(
                self.office, self.worker, self.clock(), lease=self.lease, going=lambda: not self.stop.is_set()
            )
            going = worked.any

    def sweep(self) -> None:
        """Sweep where something is due: a minute in which nothing is shall leave no run behind."""
        if self.stop.is_set():
            return
        now, looked_at = self.clock(), 0
        if anything_due(self.office, now):
            with present(self.office):
                run = tracked(sweep_deadlines, now.isoformat(), tags=["sweep"], run_name=f"sweep {now:%Y-%m-%d %H:%M}")
            looked_at = run.result["looked_at"]
        beat(self.office, self.worker, now, swept=looked_at)

    def beat(self) -> None:
        """Say that this worker lives."""
        beat(self.office, self.worker, self.clock())


def beat(office: Office, worker: str, now: datetime, *, swept: int | None = None) -> None:
    """Write down a worker's sign of life and, after a sweep, how many clocks that looked at."""
    values = {"beat_at": now} if swept is None else {"beat_at": now, "last_sweep_at": now, "looked_at": swept}
    insert = postgresql.insert if office.database.engine.dialect.name == "postgresql" else sqlite.insert
    with office.database.writing() as session:
        session.execute(
            insert(Heartbeat)
            .values(worker=worker, **values)
            .on_conflict_do_update(index_elements=[Heartbeat.worker], set_=values)
        )


def scheduler(ticking: Ticking) -> BackgroundScheduler:
    """Return the clock, not yet started. It remembers nothing: what is due stands in the tables.

    It ticks by the machine's clock, at once for the first time; what a tick does is done at the worker's moment. A
    tick that comes while the one before still works is left out, and a late one is never lost.
    """
    # APScheduler says at every such tick that it left it out; that is as we want it.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    settings = ticking.office.settings
    clock = BackgroundScheduler(
        timezone=SHANGHAI,
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
    )
    for job, seconds in (
        (ticking.outbox, settings.outbox_seconds),
        (ticking.sweep, settings.sweep_seconds),
        (ticking.beat, BEAT_SECONDS),
    ):
        clock.add_job(job, "interval", seconds=seconds, next_run_time=wall_clock(), id=job.__name__)
    return clock
