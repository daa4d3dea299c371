"""A real worker process, killed at many points: what it was asked for is done in the end, and done once."""

from __future__ import annotations

import os
import random
import signal
from collections import Counter

import pytest
from sqlalchemy import func, select

from documents.archive.verify import verify
from models.archive.tables import Archive
from models.case.tables import Case
from models.clock.tables import RungFired
from models.kernel.record import event_chain as chain
from models.kernel.record.event_record import event_record
from models.kernel.tables import Event, Heartbeat, Message, Outbox
from models.papers.tables import Document, DrawnNumber, Rendition
from tests.flows.nurse import PATIENCE, Nursery, nursery_of
from tests.stories import Story
from tests.waiting import eventually

pytestmark = [pytest.mark.server]

CASES = 4
FATES = [f"{when} {n}" for when in ("before", "after") for n in (1, 2, 3, 4, 6, 9)]
STEPS = range(2, 40)


@pytest.fixture
def asked(story: Story) -> Story:
    """Cases carried by hand to their archive, with nothing rendered, told or packed yet."""
    for variant in range(CASES):
        story.archived(variant=variant)
    return story


def undone(story: Story) -> int:
    with story.installation.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Outbox).where(Outbox.done_at.is_(None))) or 0


def check_that_all_is_done_once(story: Story) -> None:
    installation = story.installation
    with installation.database.reading() as session:
        papers = session.execute(select(Document.id, Document.number, Case.case_number).join(Case)).all()
        assert len(papers) == CASES * 5
        renditions = session.scalars(select(Rendition)).all()
        assert Counter(file.document_id for file in renditions) == Counter(paper.id for paper in papers)
        for file in renditions:
            assert len(installation.files.read(file.sha256)) == file.size
        numbers = [paper.number for paper in papers]
        assert len(set(numbers)) == len(numbers)
        assert session.scalar(select(func.count()).select_from(DrawnNumber)) == len(papers) + CASES
        happened = Counter(session.scalars(select(Event.kind)))
        assert happened["paper_rendered"] == len(papers)
        assert happened["archive_packed"] == CASES
        assert happened["rung_fired"] == session.scalar(select(func.count()).select_from(RungFired))
        # The sweep tells of clocks that outlive an archive, too; each recipient of a notice is told once.
        told = session.scalars(select(Message.key).where(Message.key.contains("/served/"))).all()
        assert len(told) == CASES * 2
        for case in session.scalars(select(Case)):
            assert chain.verify(event_record(session, case.case_number, until=case.last_seq)).ok
        archives = session.scalars(select(Archive)).all()
        assert {row.last_error for row in session.scalars(select(Outbox))} == {None}
    packages = sorted(path.name for path in installation.settings.archives.iterdir())
    assert packages == sorted(str(archive.package_path) for archive in archives)
    for archive in archives:
        assert archive.package_path is not None
        checked = verify(installation.settings.archives / archive.package_path, archive.manifest_sha256)
        assert checked.faults == []


def finish(story: Story, nursery: Nursery) -> None:
    """Let one healthy worker do the rest, and end it as a person would."""
    worker = nursery.bring_up()
    assert eventually(lambda: undone(story) == 0, PATIENCE)
    os.kill(worker, signal.SIGTERM)
    assert nursery.end() == 0


def test_a_worker_killed_again_and_again_does_everything_once(asked: Story) -> None:
    fates = FATES + [f"steps {n}" for n in random.Random(7).sample(STEPS, 12)]
    random.Random(1).shuffle(fates)
    deaths = 0
    with nursery_of(asked) as nursery:
        for fate in fates:
            nursery.bring_up(fate)
            if undone(asked) == 0:
                break
            assert nursery.end() == -signal.SIGKILL
            deaths += 1
        left = undone(asked)
        finish(asked, nursery)
    assert deaths >= 10
    assert left > 0
    check_that_all_is_done_once(asked)


def test_two_workers_side_by_side_share_the_work(asked: Story) -> None:
    with nursery_of(asked) as one, nursery_of(asked) as two:
        workers = [one.bring_up(), two.bring_up()]
        assert eventually(lambda: undone(asked) == 0, PATIENCE)
        for worker in workers:
            os.kill(worker, signal.SIGTERM)
        assert [one.end(), two.end()] == [0, 0]
    check_that_all_is_done_once(asked)
    with asked.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Heartbeat)) == 2


def test_ctrl_c_ends_a_worker_cleanly(story: Story) -> None:
    with nursery_of(story) as nursery:
        worker = nursery.bring_up()
        assert nursery.read() == "ready"
        os.kill(worker, signal.SIGINT)
        assert nursery.end() == 0
