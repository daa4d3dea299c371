"""The clock of the worker: what it does at each tick, and that no tick is lost or doubled."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import select

from flows.clock import Leases, Ticking, beat, scheduler, take
from flows.worker import run
from models.kernel.errors import DiskFull
from models.kernel.tables import AdminEvent, Duty, Heartbeat, Outbox
from models.papers.tables import CircularRow
from tests.databases import Databases
from tests.journeys.test_a_circular import Quarter
from tests.stories import Story, staffed, story_in
from tests.waiting import eventually


@pytest.fixture
def story(sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A staffed office on the embedded database: the clock is the same on both."""
    with story_in(sqlite_databases.fresh(staffed), tmp_path_factory.mktemp("home")) as story:
        yield story


def ticking(story: Story, stop: threading.Event | None = None) -> Ticking:
    return Ticking(story.installation, "one", lambda: story.at, stop or threading.Event())


def heart(story: Story) -> Heartbeat | None:
    with story.installation.database.reading() as session:
        return session.get(Heartbeat, "one")


def undone(story: Story) -> int:
    with story.installation.database.reading() as session:
        return len(session.scalars(select(Outbox.id).where(Outbox.done_at.is_(None))).all())


def test_a_tick_of_the_outbox_works_until_nothing_is_due(story: Story) -> None:
    for variant in range(12):
        story.rectifying(variant=variant)
    assert undone(story) > 20
    ticking(story).outbox()
    assert undone(story) == 0


def test_after_the_stop_no_tick_begins_anything(story: Story) -> None:
    story.rectifying()
    before, stop = undone(story), threading.Event()
    stop.set()
    ticking(story, stop).outbox()
    ticking(story, stop).sweep()
    assert undone(story) == before
    assert heart(story) is None


def test_a_sweep_says_how_many_clocks_it_looked_at(story: Story) -> None:
    story.file()
    story.wait(days=365)
    ticking(story).sweep()
    swept = heart(story)
    assert swept is not None
    assert (swept.beat_at, swept.last_sweep_at, swept.looked_at) == (story.at, story.at, 1)
    ticking(story).sweep()
    again = heart(story)
    assert again is not None
    assert again.looked_at == 0


def test_one_worker_at_a_time_sweeps_and_a_dead_ones_turn_is_taken_over(story: Story) -> None:
    story.file()
    story.wait(days=365)
    lease = Leases().sweep
    assert take(story.installation, "sweep", "dead", story.at, lease)
    ticking(story).sweep()
    assert heart(story) is None
    story.at += lease
    assert not take(story.installation, "sweep", "two", story.at - timedelta(microseconds=1), lease)
    ticking(story).sweep()
    swept = heart(story)
    assert swept is not None
    assert (swept.looked_at, swept.stuck_work, swept.stuck_sends) == (1, 1, 0)
    assert take(story.installation, "sweep", "two", story.at, lease)


def test_a_sweep_that_fails_gives_its_turn_back(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bool:
        raise RuntimeError("broken")

    monkeypatch.setattr("flows.clock.anything_due", broken)
    with pytest.raises(RuntimeError):
        ticking(story).sweep()
    assert take(story.installation, "sweep", "two", story.at, Leases().sweep)


def test_a_beat_keeps_what_the_last_sweep_said(story: Story) -> None:
    beat(story.installation, "one", story.at, swept=7)
    swept_at = story.at
    story.wait(minutes=1)
    ticking(story).beat()
    row = heart(story)
    assert row is not None
    assert (row.beat_at, row.last_sweep_at, row.looked_at) == (story.at, swept_at, 7)


def test_each_job_runs_alone_is_never_lost_and_remembered_nowhere(story: Story) -> None:
    clock: BackgroundScheduler = scheduler(ticking(story))
    clock.start(paused=True)
    jobs = clock.get_jobs()
    assert {job.id: job.trigger.interval.total_seconds() for job in jobs} == {
        **{"outbox": 0.5, "slow": 0.5, "mail": 0.5, "chat": 0.5},
        **{"sweep": 60, "circular": 3600, "beat": 10, "analyse": 3600, "make_up": 600, "backup": 60},
        **{"checkpoint": 60, "stamp": 60, "watch": 60, "search": 0.5, "scanner": 30, "warnings": 3600},
    }
    assert {(job.max_instances, job.coalesce, job.misfire_grace_time) for job in jobs} == {(1, True, None)}
    assert list(clock._jobstores) == ["default"]
    assert type(clock._jobstores["default"]).__name__ == "MemoryJobStore"
    clock.shutdown()


def test_a_worker_says_that_it_is_ready_works_and_ends_when_told(story: Story) -> None:
    story.rectifying()
    stop = threading.Event()

    def watch() -> None:
        eventually(lambda: undone(story) == 0)
        stop.set()

    watcher = threading.Thread(target=watch)
    run(story.installation, lambda: story.at, worker="one", ready=watcher.start, stop=stop)
    watcher.join()
    assert undone(story) == 0
    assert heart(story) is not None


def kept(story: Story) -> list[tuple[str, str | None]]:
    with story.installation.database.reading() as session:
        asked = select(AdminEvent.kind, AdminEvent.why).where(AdminEvent.kind.startswith("backup_"))
        return [(kind, why) for kind, why in session.execute(asked.order_by(AdminEvent.id))]


def test_the_daily_backup_is_made_once_a_day_and_a_failure_stops_no_worker(story: Story, tmp_path: Path) -> None:
    ticking(story).backup()
    assert kept(story) == [], "no place is set"
    to = tmp_path / "to"
    to.write_text("a file where a folder should be")
    settings = story.installation.settings.model_copy(update={"backup_to": str(to)})
    story.installation = replace(story.installation, settings=settings)
    ticking(story).backup()
    ticking(story).backup()
    ((kind, why),) = kept(story)
    assert (kind, (why or "").startswith("备份位置不能读写")) == ("backup_failed", True)
    to.unlink()
    story.wait(hours=1)
    ticking(story).backup()
    ticking(story).backup()
    assert [kind for kind, _ in kept(story)] == ["backup_failed", "backup_made"]
    assert len(list((to / "backups").iterdir())) == 1
    story.wait(days=1)
    ticking(story).backup()
    assert len(list((to / "backups").iterdir())) == 2


def test_a_worker_does_nothing_more_on_a_full_disk_and_goes_on_when_there_is_room(story: Story) -> None:
    story.rectifying()
    before, settings = undone(story), story.installation.settings
    story.installation = replace(story.installation, settings=settings.model_copy(update={"disk_stop_mb": 10**9}))
    with pytest.raises(DiskFull, match="已暂停写入"):
        ticking(story).outbox()
    assert undone(story) == before
    story.installation = replace(story.installation, settings=settings)
    ticking(story).outbox()
    assert undone(story) == 0


def circulars_of(story: Story) -> int:
    with story.installation.database.reading() as session:
        return len(session.scalars(select(CircularRow.document_id)).all())


def test_the_circular_of_a_quarter_is_drafted_once_however_many_workers_ask(story: Story) -> None:
    lived = Quarter(story)
    ticking(story).circular()
    assert circulars_of(story) == 1
    with story.installation.database.reading() as session:
        assert session.scalars(select(Duty.name)).all() == []
    Ticking(story.installation, "two", lambda: story.at, threading.Event()).circular()
    lived.on(date(2026, 4, 2))
    ticking(story).circular()
    assert circulars_of(story) == 1


def test_a_worker_that_is_to_stop_or_has_not_the_duty_drafts_no_circular(story: Story) -> None:
    Quarter(story)
    stop = threading.Event()
    stop.set()
    ticking(story, stop).circular()
    assert take(story.installation, "circular", "two", story.at, timedelta(minutes=5))
    ticking(story).circular()
    assert circulars_of(story) == 0
