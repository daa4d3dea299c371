"""The faults: workers killed at random points, PostgreSQL restarted, Prefect's server killed, a mail server that errs."""

from __future__ import annotations

import functools
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import URL, func, select

from flows.server import prefect_server
from models.kernel.tables import Outbox
from tests.databases import Databases, run_sql
from tests.faults.once import Held, check, left
from tests.faults.scene import Scene, scene
from tests.flows.nurse import Nursery, nursery_of
from tests.stories import Story, staffed
from tests.waiting import eventually

# For a year of sweeps and the papers of all cases, on a busy machine.
PATIENCE = 1800.0
QUIET = {"SHENCHA_QUIET_HOURS": "00:00-23:59", "SHENCHA_SWEEP_SECONDS": "0.5"}


@dataclass(frozen=True, slots=True)
class Survived:
    """One fault: how often it struck, in how many cases, and what there was in the end."""

    fault: str
    database: str
    cases: int
    struck: int
    held: Held
    seconds: float


def killed(databases: Databases, folder: Path, cases: int, kills: int, seed: int) -> Survived:
    """`kill -9` the worker at random points: around commits, between files, between sending and marking."""
    chance = random.Random(seed)
    with _twins(databases, folder, cases) as stage:
        began = time.monotonic()
        with nursery_of(stage.story, stage.environ) as nursery:
            for _ in range(kills):
                # In between the mail server loses a mail after it took it, or refuses.
                stage.post.loses = chance.choice((0, 0, 1))
                stage.post.refuses_all = chance.random() < 0.1
                nursery.bring_up(_fate(chance))
                assert nursery.end() == -signal.SIGKILL
            remained = left(stage.story)
            assert remained > 0, "the workers had nothing left to be killed at"
            stage.post.loses, stage.post.refuses_all = 0, False
            _finish(stage, nursery)
        return _survived("worker killed with `kill -9`", databases, cases, kills, stage, began)


def _fate(chance: random.Random) -> str:
    kind = chance.choice(("before", "after", "steps", "sent"))
    furthest = {"before": 15, "after": 15, "steps": 40, "sent": 3}[kind]
    return f"{kind} {chance.randint(1, furthest)}"


def restarted(databases: Databases, folder: Path, cases: int, restarts: int) -> Survived:
    """Stop PostgreSQL without warning and start it again while a worker works. The server is this test's own."""
    assert databases.server is not None
    # Tests' servers answer a commit before it is written. Stopped at once, such a one forgets what it confirmed: a chat
    # note would be claimed, sent, forgotten and sent again. In earnest it is on, and what is proved here rests on it.
    run_sql(databases.server, "ALTER SYSTEM SET synchronous_commit = 'on'", "SELECT pg_reload_conf()")
    with _twins(databases, folder, cases, together=False) as stage:
        began = time.monotonic()
        with nursery_of(stage.story, stage.environ) as nursery:
            worker = nursery.bring_up()
            for time_of_it in range(1, restarts + 1):
                enough = cases * 2 * time_of_it
                assert eventually(functools.partial(_has_done, stage.story, enough), PATIENCE)
                restart(databases.server)
                stage.story.installation.database.close()
            assert left(stage.story) > 0
            _await_end(stage, nursery, worker)
        return _survived("PostgreSQL restarted (immediate)", databases, cases, restarts, stage, began)


def without_prefect(databases: Databases, folder: Path, cases: int) -> Survived:
    """Kill Prefect's server in the middle: what follows is done all the same, and recorded as untracked."""
    with _twins(databases, folder, cases) as stage:
        began = time.monotonic()
        log = folder / "prefect.log"
        home = {**os.environ, "PREFECT_HOME": str(folder / "prefect")}
        with (
            prefect_server(home, log) as (url, server),
            nursery_of(stage.story, {**stage.environ, "PREFECT_API_URL": url}) as nursery,
        ):
            worker = nursery.bring_up()
            assert eventually(lambda: _done(stage.story, tracked=True) >= cases, PATIENCE)
            server.kill()
            server.wait()
            assert left(stage.story) > 0
            _await_end(stage, nursery, worker)
        assert _done(stage.story, tracked=True) < _done(stage.story)
        return _survived("Prefect's server killed", databases, cases, 1, stage, began)


def mail_errs(databases: Databases, folder: Path, cases: int, rounds: int, seed: int) -> Survived:
    """Let the mail server refuse, hang and lose connections, in turns, while everything is mailed."""
    chance, over = random.Random(seed), threading.Event()
    with _twins(databases, folder, cases) as stage:
        began = time.monotonic()

        def misbehave() -> None:
            for _ in range(rounds):
                how = chance.choice(("refuses", "hangs", "loses", "behaves"))
                stage.post.refuses_all, stage.post.hangs = how == "refuses", how == "hangs"
                stage.post.loses = 3 if how == "loses" else 0
                over.wait(0.7)
            stage.post.refuses_all = stage.post.hangs = False
            stage.post.loses = 0

        with nursery_of(stage.story, stage.environ) as nursery:
            worker, errs = nursery.bring_up(), threading.Thread(target=misbehave)
            errs.start()
            try:
                _await_end(stage, nursery, worker, also=lambda: not errs.is_alive())
            finally:
                over.set()
                errs.join()
        return _survived("mail server refusing, hanging, losing connections", databases, cases, rounds, stage, began)


def restart(server: URL) -> None:
    """Stop a server of this machine in the way of a crash, and start it again. Returns when it answers."""
    dsn = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn) as connection:
        (data,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    folder = Path(data)
    postmaster = int((folder / "postmaster.pid").read_text().split()[0])
    program = Path(f"/proc/{postmaster}/exe").resolve().parent / "pg_ctl"
    user = folder.owner() if os.geteuid() == 0 and folder.owner() != "root" else None
    # Into nowhere and not into a pipe: the server inherits it, and a pipe would be waited for as long as it runs.
    nowhere = subprocess.DEVNULL
    command = [program, "-D", folder, "-m", "immediate", "-w", "restart"]
    subprocess.run(command, check=True, user=user, stdin=nowhere, stdout=nowhere, stderr=nowhere, timeout=120, cwd="/")


@contextmanager
def _twins(databases: Databases, folder: Path, cases: int, *, together: bool = True) -> Iterator[Scene]:
    """Set the scene; a healthy worker does in the twin, meanwhile or before, what is done here under faults."""
    folder.mkdir(parents=True, exist_ok=True)
    with scene(databases, databases.fresh(staffed), folder, cases) as stage, nursery_of(stage.twin, QUIET) as nursery:
        twin = nursery.bring_up()
        if not together:
            _end_twin(stage, nursery, twin)
        yield stage
        if together:
            _end_twin(stage, nursery, twin)


def _end_twin(stage: Scene, nursery: Nursery, worker: int) -> None:
    assert eventually(lambda: left(stage.twin, sends=False) == 0, PATIENCE)
    os.kill(worker, signal.SIGTERM)
    assert nursery.end() == 0


def _finish(stage: Scene, nursery: Nursery) -> None:
    _await_end(stage, nursery, nursery.bring_up())


def _await_end(stage: Scene, nursery: Nursery, worker: int, *, also: Callable[[], bool] = lambda: True) -> None:
    assert eventually(lambda: also() and left(stage.story) == 0, PATIENCE)
    os.kill(worker, signal.SIGTERM)
    assert nursery.end() == 0


def _has_done(story: Story, enough: int) -> bool:
    return _done(story) >= enough


def _done(story: Story, *, tracked: bool = False) -> int:
    query = select(func.count()).select_from(Outbox).where(Outbox.done_at.is_not(None))
    if tracked:
        query = query.where(Outbox.flow_run_id.is_not(None))
    with story.installation.database.reading() as session:
        return session.scalar(query) or 0


def _survived(fault: str, databases: Databases, cases: int, struck: int, stage: Scene, began: float) -> Survived:
    assert eventually(lambda: left(stage.twin, sends=False) == 0, PATIENCE)
    database = "SQLite" if databases.server is None else "PostgreSQL"
    return Survived(fault, database, cases, struck, check(stage), time.monotonic() - began)
