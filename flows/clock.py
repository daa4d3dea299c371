"""Scheduler of the worker: outbox, slow work, messages and search twice a second, sweep and the record's watch every minute,
circulars and warnings every hour, daily backup, files for the scanner, heartbeat."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.metadata import version

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from flows.daily_backup import daily_backup, due
from flows.engine import tracked
from flows.examining import examine_slice
from flows.fixing import make_up
from flows.installation import working_in
from flows.outage import Outage
from flows.outbox import LEASE, Queue, work_off
from flows.picturing import make_up_copies
from flows.record_watch import daily_checkpoint, look_on
from flows.sends import LEASE as SEND_LEASE
from flows.sends import plan, send_off
from flows.stamping import stamp_owed
from flows.sweep import anything_due, sweep_deadlines
from flows.warnings import anything_due as anything_to_warn_of
from flows.warnings import look_for_warnings
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.calendar.time import Clock, wall_clock
from models.kernel.installation import Installation
from models.kernel.storage.place import lives
from models.kernel.storage.room import refuse_when_full
from models.kernel.tables import Duty, Heartbeat
from models.kernel.vocabulary import Medium
from models.overview.commands.circulars import draft_due_circular
from models.overview.commands.indexing import anything_to_index, index_slice
from models.overview.commands.sends import announce_stuck, anything_stuck
from models.overview.queries.condition import stuck_now

BEAT_SECONDS = 10.0
ANALYSE_SECONDS = 3600.0
MAKE_UP_SECONDS = 600.0
WATCH_SECONDS = 60.0
BACKUP_SECONDS = 60.0
SCAN_SECONDS = 30.0
CIRCULAR_SECONDS = 3600.0
WARNINGS_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Leases:
    """For how long a dead worker holds what it had in hand."""

    work: timedelta = LEASE
    send: timedelta = SEND_LEASE
    # A sweep that takes longer may be begun by a second worker too: what it finds done it leaves.
    sweep: timedelta = timedelta(minutes=5)
    # The same goes for a backup: two at a time write two backups, and each file once.
    backup: timedelta = timedelta(hours=1)


class Ticking:
    """What the clock does at each of its ticks, in the name of one worker."""

    def __init__(
        self,
        installation: Installation,
        worker: str,
        clock: Clock,
        stop: threading.Event,
        *,
        leases: Leases | None = None,
    ) -> None:
        """`clock` tells the present moment; once `stop` is set, the row in hand is finished and no other begun."""
        self.installation, self.worker, self.clock, self.stop = installation, worker, clock, stop
        self.leases = leases or Leases()

    def going(self) -> bool:
        """Return whether another row may be begun."""
        return not self.stop.is_set()

    def outbox(self) -> None:
        """Work until nothing is due that people wait for."""
        self._work_off(Queue.QUICK)

    def slow(self) -> None:
        """The same for what takes long: a tick of its own, so that LibreOffice at work or hanging holds up no paper."""
        self._work_off(Queue.SLOW)

    def _work_off(self, queue: Queue) -> None:
        refuse_when_full(self.installation.settings)
        going = True
        while going and self.going():
            worked = work_off(
                self.installation, self.worker, self.clock(), lease=self.leases.work, queue=queue, going=self.going
            )
            going = worked.any

    def make_up(self) -> None:
        """Queue the papers whose PDF is owed from a time when none could be made, and copy photographs that came before
        copies were kept."""
        refuse_when_full(self.installation.settings)
        make_up(self.installation, self.clock())
        while self.going() and make_up_copies(self.installation, self.clock()):
            pass

    def mail(self) -> None:
        """Decide where new messages go, and hand over the mails that are due."""
        self._send(Medium.MAIL)

    def chat(self) -> None:
        """The same for chats: a tick of its own, so that a mail server that hangs holds up no chat."""
        self._send(Medium.CHAT)

    def _send(self, medium: Medium) -> None:
        plan(self.installation, self.clock(), self.going)
        send_off(self.installation, self.worker, self.clock, medium, lease=self.leases.send, going=self.going)

    def sweep(self) -> None:
        """Sweep where something is due, one worker at a time: a minute in which nothing is shall leave no run behind."""
        now, looked_at = self.clock(), 0
        if self.stop.is_set() or not take(self.installation, "sweep", self.worker, now, self.leases.sweep):
            return
        try:
            if anything_due(self.installation, now):
                with working_in(self.installation):
                    name = f"sweep {now:%Y-%m-%d %H:%M}"
                    run = tracked(sweep_deadlines, now.isoformat(), tags=["sweep"], run_name=name)
                looked_at = run.result.looked_at
            self._announce(now)
        finally:
            give_back(self.installation, "sweep", self.worker)
        beat(self.installation, self.worker, now, swept=looked_at)

    def _announce(self, now: datetime) -> None:
        with self.installation.database.reading() as session:
            stuck = anything_stuck(session)
        if stuck:
            with self.installation.as_system(now) as act:
                announce_stuck(act)

    def checkpoint(self) -> None:
        """Take the day's checkpoint and put it outside, one worker at a time."""
        self._alone("checkpoint", self.leases.sweep, lambda now: daily_checkpoint(self.installation, now))

    def stamp(self) -> None:
        """Ask for the time stamps that checkpoints are owed: a tick of its own, so that a silent service holds up none."""
        self._alone("stamp", self.leases.sweep, self._stamp)

    def _stamp(self, now: datetime) -> None:
        stamp_owed(self.installation, now)

    def watch(self) -> None:
        """Check a slice of the record: a tick of its own, so that a place outside that hangs holds up a round's end only."""
        self._alone("watch", self.leases.sweep, lambda now: look_on(self.installation, now))

    def search(self) -> None:
        """Take a slice of what was written into the index of search, one worker at a time; after an upgrade there are many,
        and between two slices others write."""
        with self.installation.database.reading() as session:
            marked = anything_to_index(session)
        if marked:
            self._alone("search", self.leases.sweep, self._index)

    def _index(self, now: datetime) -> None:
        with self.installation.as_system(now) as act:
            index_slice(act)

    def scanner(self) -> None:
        """Ask the scanner about files that nobody has examined yet, one worker at a time."""
        if self.installation.settings.scanner is not None:
            self._alone("scanner", self.leases.backup, self._examine)

    def _examine(self, _now: datetime) -> None:
        while self.going() and examine_slice(self.installation, self.clock, self.going):
            pass

    def circular(self) -> None:
        """Draft the circular that is due, if one is; a worker that is killed over it leaves none, or a whole one."""
        self._alone("circular", self.leases.sweep, self._draft_circular)

    def _draft_circular(self, now: datetime) -> None:
        with self.installation.as_system(now) as act:
            draft_due_circular(act)

    def warnings(self) -> None:
        """Look for warnings where a pass is due, one worker at a time; it computes for seconds, and holds nothing meanwhile."""
        if anything_to_warn_of(self.installation, self.clock()):
            self._alone("warnings", self.leases.backup, self._look_for_warnings)

    def _look_for_warnings(self, now: datetime) -> None:
        with working_in(self.installation):
            tracked(look_for_warnings, now.isoformat(), tags=["warnings"], run_name=f"warnings {now:%Y-%m-%d %H:%M}")

    def backup(self) -> None:
        """Make the daily backup where its hour has come, one worker at a time."""
        if due(self.installation, self.clock()):
            self._alone(
                "backup", self.leases.backup, lambda _: daily_backup(replace(self.installation, clock=self.clock))
            )

    def _alone(self, duty: str, lease: timedelta, work: Callable[[datetime], None]) -> None:
        now = self.clock()
        if self.stop.is_set() or not take(self.installation, duty, self.worker, now, lease):
            return
        try:
            work(now)
        finally:
            give_back(self.installation, duty, self.worker)

    def beat(self) -> None:
        """Say that this worker lives."""
        beat(self.installation, self.worker, self.clock())

    def analyse(self) -> None:
        """Let the database see how full its tables have become."""
        self.installation.database.analyse()


def take(installation: Installation, duty: str, worker: str, now: datetime, lease: timedelta) -> bool:
    """Return whether the duty is this worker's now: nobody else holds it, or their time has run out."""
    values = {"worker": worker, "held_until": now + lease}
    with installation.database.writing() as session:
        taken = session.execute(
            _insert(installation, Duty)
            .values(name=duty, **values)
            .on_conflict_do_update(
                index_elements=[Duty.name], set_=values, where=(Duty.held_until <= now) | (Duty.worker == worker)
            )
            .returning(Duty.worker)
        )
        return taken.first() is not None


def give_back(installation: Installation, duty: str, worker: str) -> None:
    """Let the next worker have the duty."""
    with installation.database.writing() as session:
        session.execute(delete(Duty).where(Duty.name == duty, Duty.worker == worker))


def beat(installation: Installation, worker: str, now: datetime, *, swept: int | None = None) -> None:
    """Write down a worker's sign of life and, after a sweep, how many clocks that looked at and what is stuck."""
    values: dict[str, object] = {"beat_at": now, "ended_at": None}
    first = {"host": socket.gethostname(), "pid": os.getpid(), "version": version("shencha"), "began_at": now}
    with installation.database.writing() as session:
        if swept is not None:
            stuck = stuck_now(session, now)
            values |= {"last_sweep_at": now, "looked_at": swept, "stuck_work": stuck.work, "stuck_sends": stuck.sends}
        session.execute(
            _insert(installation, Heartbeat)
            .values(worker=worker, **first, **values)
            .on_conflict_do_update(index_elements=[Heartbeat.worker], set_=values)
        )


def farewell(installation: Installation, worker: str, now: datetime) -> None:
    """Write down that a worker ended as it should: whoever stops without this is missed."""
    with installation.database.writing() as session:
        session.execute(update(Heartbeat).where(Heartbeat.worker == worker).values(ended_at=now))


def succeed_the_dead(installation: Installation) -> list[str]:
    """Strike off the workers of this machine that were killed: whoever begins here takes their place. Returns them."""
    with installation.database.writing() as session:
        here = session.execute(
            select(Heartbeat.worker, Heartbeat.pid).where(
                Heartbeat.ended_at.is_(None), Heartbeat.host == socket.gethostname()
            )
        ).all()
        dead = [row.worker for row in here if not lives(row.pid)]
        if dead:
            session.execute(update(Heartbeat).where(Heartbeat.worker.in_(dead)).values(ended_at=Heartbeat.beat_at))
    return dead


def _insert(installation: Installation, table: type[Duty | Heartbeat]) -> postgresql.Insert | sqlite.Insert:
    of_postgresql = installation.database.engine.dialect.name == "postgresql"
    return postgresql.insert(table) if of_postgresql else sqlite.insert(table)


def scheduler(ticking: Ticking, outage: Outage | None = None) -> BackgroundScheduler:
    """Return the clock, not yet started. It remembers nothing: what is due stands in the tables.

    It ticks by the machine's clock, at once for the first time; what a tick does is done at the worker's moment. A
    tick that comes while the one before still works is left out, and a late one is never lost.
    """
    # APScheduler says at every such tick that it left it out; that is as we want it.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    settings = ticking.installation.settings
    clock = BackgroundScheduler(
        timezone=SHANGHAI,
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
    )
    outage = outage or Outage()
    for job, seconds in (
        (ticking.outbox, settings.outbox_seconds),
        (ticking.slow, settings.outbox_seconds),
        (ticking.make_up, MAKE_UP_SECONDS),
        (ticking.mail, settings.outbox_seconds),
        (ticking.chat, settings.outbox_seconds),
        (ticking.sweep, settings.sweep_seconds),
        (ticking.checkpoint, WATCH_SECONDS),
        (ticking.stamp, WATCH_SECONDS),
        (ticking.watch, WATCH_SECONDS),
        (ticking.backup, BACKUP_SECONDS),
        (ticking.circular, CIRCULAR_SECONDS),
        (ticking.warnings, WARNINGS_SECONDS),
        (ticking.scanner, SCAN_SECONDS),
        (ticking.search, settings.outbox_seconds),
        (ticking.beat, BEAT_SECONDS),
        (ticking.analyse, ANALYSE_SECONDS),
    ):
        clock.add_job(
            outage.outlived, "interval", args=[job], seconds=seconds, next_run_time=wall_clock(), id=job.__name__
        )
    return clock
