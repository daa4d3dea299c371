"""The outbox: claimed by one, done once, never dropped."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select

from documents import render
from flows import rendering
from flows.outbox import BACKOFF, LEASE, TOPICS, Claimed, Worked, claim, work_off
from models.archive.tables import Archive
from models.kernel.installation import Installation
from models.kernel.storage.database import Database
from models.kernel.storage.files import FileStore
from models.kernel.tables import Event, Message, Outbox
from models.papers.content import AccountabilityProposal, Paper
from models.papers.tables import Rendition
from tests.stories import Story


def rows(story: Story) -> list[Outbox]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(Outbox).order_by(Outbox.id)))


def undone(story: Story) -> list[str]:
    return [row.key for row in rows(story) if row.done_at is None]


def work(story: Story, worker: str = "one") -> Worked:
    return work_off(story.installation, worker, story.at)


def test_everything_a_case_asked_for_is_done_and_marked(story: Story) -> None:
    case = story.archived()
    assert work(story) == Worked(done=len(rows(story)))
    assert undone(story) == []
    assert work(story) == Worked()
    with story.installation.database.reading() as session:
        rendered = session.scalars(select(Event.data["paper"]).where(Event.kind == "paper_rendered")).all()
        assert sorted(rendered) == story.papers(case)
        assert session.scalar(select(func.count()).select_from(Rendition)) == len(story.papers(case))
        assert session.scalar(select(func.count()).select_from(Message)) == 2
        assert session.scalars(select(Archive.packed_at)).one() == story.at


def test_a_row_whose_effect_exists_is_just_marked(story: Story) -> None:
    story.rectifying()
    work(story)
    with story.installation.database.writing() as session:
        for row in session.scalars(select(Outbox)):
            row.done_at = None
    assert work(story).failed == 0
    assert undone(story) == []
    with story.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Rendition)) == 1


def test_a_claim_holds_until_its_lease_ends(story: Story) -> None:
    story.rectifying()
    database, now = story.installation.database, story.at
    first = claim(database, "one", now, 2)
    second = claim(database, "two", now, 10)
    assert len(first) == 2
    assert {row.key for row in first}.isdisjoint(row.key for row in second)
    assert claim(database, "two", now + LEASE - timedelta(microseconds=1), 10) == []
    again = claim(database, "two", now + LEASE, 10)
    assert {row.key for row in first} <= {row.key for row in again}
    assert {row.tries for row in again} == {2}


def test_who_lost_its_lease_does_not_mark_what_another_holds(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.file()

    def slow(installation: Installation, row: Claimed, now: datetime) -> None:
        claim(installation.database, "two", now + LEASE, 1)

    monkeypatch.setitem(TOPICS, "carry", slow)
    work(story)
    (row,) = rows(story)
    assert (row.done_at, row.claimed_by, row.tries) == (None, "two", 2)


def test_two_workers_never_claim_the_same_row(story: Story) -> None:
    for variant in range(5):
        story.rectifying(variant=variant)
    together = Barrier(2)

    def take(worker: str) -> list[str]:
        database = Database(story.installation.database.url, durable=False)
        together.wait()
        taken = []
        while claimed := claim(database, worker, story.at, 1):
            taken += [row.key for row in claimed]
        database.close()
        return taken

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(take, ["one", "two"])
    assert sorted(one + two) == sorted(row.key for row in rows(story))


@pytest.fixture
def unwritable(story: Story, tmp_path: Path) -> Installation:
    """The story's office with a store in which nothing can be written."""
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    return replace(
        story.installation, settings=story.installation.settings.model_copy(update={"files_url": str(blocked)})
    )


def test_a_failed_rendering_tells_its_error_and_is_tried_again_ever_later(
    story: Story, unwritable: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    story.issue(story.file(), "D1")
    caplog.set_level(logging.CRITICAL)
    now, pauses = story.at, []
    for _ in range(6):
        while work_off(unwritable, "one", now).any:
            pass
        (waiting,) = [row for row in rows(story) if row.topic == "render"]
        assert waiting.done_at is None
        assert waiting.claimed_by is None
        assert waiting.last_error is not None
        assert "blocked" in waiting.last_error
        pauses.append(waiting.due_at - now)
        now = waiting.due_at
    assert pauses == [*BACKOFF, BACKOFF[-1], BACKOFF[-1]]
    assert waiting.tries == 6
    while work_off(story.installation, "one", now + timedelta(hours=1)).any:
        pass
    assert undone(story) == []
    assert {row.last_error for row in rows(story)} == {None}


def test_a_failing_row_keeps_no_other_from_its_turn(
    story: Story, unwritable: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    story.rectifying()
    story.file(variant=1)
    worked = work_off(unwritable, "one", story.at)
    assert worked.failed > 0
    assert "carry:4207-2025-0002/filed" not in undone(story)


def test_nothing_is_claimed_before_it_is_due(story: Story) -> None:
    story.file()
    early: datetime = story.at - timedelta(microseconds=1)
    assert work_off(story.installation, "one", early) == Worked()


def test_a_worker_that_is_told_to_stop_begins_no_further_case(story: Story) -> None:
    first, second = story.rectifying(), story.file(variant=1)
    left = iter([True, False])
    worked = work_off(story.installation, "one", story.at, going=lambda: next(left))
    assert worked == Worked(done=len(rows(story)) - 1)
    assert undone(story) == [f"carry:{second}/filed"]
    assert story.papers(first) == ["D1", "D2", "D3", "D4"]


def test_a_claim_holds_one_case_and_the_next_claim_another(story: Story) -> None:
    cases = [story.rectifying(), story.rectifying(variant=1)]
    claimed = [claim(story.installation.database, "one", story.at, 10) for _ in cases]
    assert [{row.case_number for row in rows} for rows in claimed] == [{case} for case in cases]
    assert [[(row.topic, row.paper) for row in rows] for rows in claimed] == [
        [("carry", None), ("carry", None), ("render", "D1")]
    ] * 2


def test_what_a_case_asks_for_together_is_done_in_one_transaction(story: Story) -> None:
    case = story.rectifying()
    work(story)
    story.issue(case, "D2", "D3", "D4")
    story.wait(hours=1)
    work(story)
    with story.installation.database.reading() as session:
        rendered = session.execute(
            select(Event.data["paper"].as_string(), Event.recorded_at).where(Event.kind == "paper_rendered")
        ).all()
    assert [tuple(row) for row in rendered if row[1] == story.at] == [(ref, story.at) for ref in ("D2", "D3", "D4")]


def test_one_paper_that_cannot_be_rendered_keeps_none_of_its_case_from_its_turn(
    story: Story, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    case = story.rectifying()
    work(story)
    story.issue(case, "D2", "D3", "D4")

    def as_docx(files: FileStore, paper: Paper, template: str | None) -> bytes:
        if isinstance(paper, AccountabilityProposal):
            raise OSError("the template is gone")
        return render(paper)

    monkeypatch.setattr(rendering, "as_docx", as_docx)
    assert work(story) == Worked(done=2, failed=1)
    assert undone(story) == [f"render:{case}/D4"]
    with story.installation.database.reading() as session:
        rendered = session.scalars(select(Event.data["paper"]).where(Event.kind == "paper_rendered")).all()
    assert rendered == ["D1", "D2", "D3"]
    monkeypatch.undo()
    story.wait(seconds=2)
    assert work(story) == Worked(done=1)
