"""The obvious other ways to let clocks climb: case by case, one scheduled job a clock, one Prefect run a clock."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from prefect import flow
from prefect.settings import PREFECT_API_URL, temporary_settings
from sqlalchemy import select

from flows.engine import tracked
from flows.server import prefect_server
from models.case.tables import Case
from models.clock.rules.due import DAY
from models.kernel.installation import Installation
from models.kernel.storage.database import Database
from models.rectification.commands.escalation import climb
from tests.benchmarks.seed import FIRST, moment

AT = moment(FIRST + DAY)


def late_cases(database: Database) -> Iterator[str]:
    """Return the case numbers one after the other; a clock of each is late at AT."""
    with database.reading() as session:
        return iter(session.scalars(select(Case.case_number).order_by(Case.id)).all())


def climb_one(installation: Installation, case_number: str) -> None:
    """Let one case climb in a transaction of its own."""
    with installation.as_system(AT) as act:
        if not climb(act, case_number):
            raise AssertionError(f"nothing was due in {case_number}")


def alone(installation: Installation, cases: Iterator[str], amount: int) -> Callable[[], None]:
    """Return what lets so many cases climb, one after the other."""

    def turn() -> None:
        for case_number in islice(cases, amount):
            climb_one(installation, case_number)

    return turn


_waited_on: dict[str, tuple[Installation, threading.Semaphore]] = {}


def run_job(url: str, case_number: str) -> None:
    """Do what a stored job says; jobs hold plain values, so the office is found by its database."""
    installation, done = _waited_on[url]
    try:
        climb_one(installation, case_number)
    finally:
        done.release()


@contextmanager
def scheduled(installation: Installation, cases: Iterator[str], amount: int) -> Iterator[Callable[[], None]]:
    """Give what adds a job for each of so many clocks to a stored schedule and waits until all have run.

    Four threads: the pool of the database and two cores carry no more.
    """
    url, done = installation.database.url, threading.Semaphore(0)
    _waited_on[url] = installation, done
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(engine=installation.database.engine)},
        executors={"default": ThreadPoolExecutor(4)},
        job_defaults={"misfire_grace_time": None},
        timezone=UTC,
    )
    scheduler.start(paused=True)

    def turn() -> None:
        scheduler.pause()
        due = datetime.now(UTC)
        for case_number in islice(cases, amount):
            scheduler.add_job(run_job, "date", run_date=due, args=[url, case_number])
        scheduler.resume()
        for _ in range(amount):
            if not done.acquire(timeout=120):
                raise AssertionError("a job did not run")

    try:
        yield turn
    finally:
        scheduler.shutdown()
        del _waited_on[url]


_offices: dict[str, Installation] = {}


@flow(name="climb-one")
def climb_flow(url: str, case_number: str) -> None:
    """Let one case climb."""
    climb_one(_offices[url], case_number)


@contextmanager
def tracked_runs(
    installation: Installation, cases: Iterator[str], amount: int, folder: Path
) -> Iterator[Callable[[], None]]:
    """Give what makes a tracked Prefect run, here in the process, of each of so many clocks."""
    url = installation.database.url
    _offices[url] = installation
    with prefect_server(os.environ, folder / "prefect.log") as (api, _):

        def turn() -> None:
            with temporary_settings({PREFECT_API_URL: api}):
                for case_number in islice(cases, amount):
                    if tracked(climb_flow, url, case_number, tags=["sweep"]).flow_run_id is None:
                        raise AssertionError("Prefect took no part")

        yield turn
    del _offices[url]
