"""A database that is away: one line a minute in the worker's log, and the clock finds it again by itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from flows.clock import Ticking, beat, scheduler
from flows.outage import EVERY_SECONDS, Outage
from models.kernel.errors import DatabaseGone
from models.kernel.tables import Heartbeat
from tests.databases import Databases
from tests.stories import Story, staffed, story_in
from tests.waiting import eventually


@pytest.fixture
def story(sqlite_databases: Databases, tmp_path: Path) -> Iterator[Story]:
    """A staffed office on the embedded database."""
    with story_in(sqlite_databases.fresh(staffed), tmp_path / "home") as story:
        yield story


def test_a_worker_whose_database_is_away_says_so_once_a_minute_and_works_on_when_it_returns(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    file = Path(make_url(story.installation.database.url).database or "")
    away, stop = file.with_name("away.db"), threading.Event()
    beat(story.installation, "one", story.at)
    file.rename(away)
    ticks = scheduler(Ticking(story.installation, "one", lambda: story.at, stop))
    with caplog.at_level(logging.INFO):
        ticks.start()
        try:
            assert eventually(lambda: "the database does not answer" in caplog.text, 10)
            stop.wait(2.5)  # several ticks of each kind
            assert not file.exists(), "no empty one is made in its place"
            away.rename(file)
            assert eventually(lambda: "the database answers again" in caplog.text, 10)
        finally:
            stop.set()
            ticks.shutdown(wait=True)
    assert caplog.text.count("the database does not answer") == 1
    assert "Traceback" not in caplog.text


def test_the_line_comes_again_after_a_minute_and_other_errors_come_through(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    outage = Outage(lambda: now[0])

    def gone() -> None:
        raise DatabaseGone("shencha.db")

    for at in (0.0, 1.0, EVERY_SECONDS - 1, EVERY_SECONDS, EVERY_SECONDS + 1):
        now[0] = at
        outage.outlived(gone)
    assert [record.args[0] for record in caplog.records if record.args] == [1, 4]
    outage.outlived(lambda: None)
    outage.outlived(gone)
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(told) == 2, "what comes back within the minute leaves no further line"
    with pytest.raises(ZeroDivisionError):
        outage.outlived(lambda: 1 // 0 and None)


def heart_of(story: Story) -> Heartbeat | None:
    with story.installation.database.reading() as session:
        return session.get(Heartbeat, "one")


def test_a_worker_that_ends_says_goodbye(story: Story) -> None:
    from flows.worker import run

    stop = threading.Event()
    threading.Timer(0.0, lambda: eventually(lambda: heart_of(story) is not None, 10) and stop.set()).start()
    run(story.installation, lambda: story.at, worker="one", stop=stop)
    heart = heart_of(story)
    assert heart is not None
    assert heart.ended_at is not None
