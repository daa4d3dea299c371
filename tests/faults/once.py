"""Everything exists exactly once: what an office holds in the end, compared with its untouched twin."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from documents.archive.verify import verify
from flows.sweep import anything_due
from models.archive.tables import Archive
from models.case.tables import Case
from models.clock.tables import Deadline, RungFired
from models.kernel.calendar.time import wall_clock
from models.kernel.record import event_chain as chain
from models.kernel.record.event_record import event_record
from models.kernel.tables import Event, Message, Outbox
from models.kernel.vocabulary import Medium, SendState
from models.office.queries.office_chain import office_chain
from models.office.tables import Send
from models.papers.tables import Document, DrawnNumber, Rendition
from tests.faults.scene import MAILBOX, Scene
from tests.stories import Story

UNFINISHED = (SendState.WAITING, SendState.SENDING, SendState.STUCK)
# Notes about messages that did not arrive: the twin, where nothing is broken, has none.
OF_FAULTS = "stuck/%"


@dataclass(frozen=True, slots=True)
class Held:
    """What there is in the end."""

    papers: int
    files: int
    numbers: int
    rungs: int
    messages: int
    mails: int
    mails_again: int
    notes: int
    uncertain: int


def left(story: Story, *, sends: bool = True) -> int:
    """Return how much is still to be done: work, messages, clocks; what is on its way out only where `sends`."""
    with story.installation.database.reading() as session:
        undone = session.scalar(select(func.count()).select_from(Outbox).where(Outbox.done_at.is_(None))) or 0
        unplanned = session.scalar(select(func.count()).where(Message.planned_at.is_(None))) or 0
        unsent = session.scalar(select(func.count()).where(Send.state.in_(UNFINISHED))) or 0
    return undone + unplanned + (unsent if sends else 0) + int(anything_due(story.installation, wall_clock()))


def held(session: Session) -> dict[str, Counter[Any]]:
    """Return what an office holds, each thing by what names it across offices, with how often it is there."""
    papers = select(Case.case_number, Document.kind, Document.recipient_id, Document.number, Document.status).join(
        Case, Case.id == Document.case_id
    )
    files = (
        select(
            Case.case_number, Document.kind, Document.recipient_id, Document.number, Rendition.form, Rendition.version
        )
        .join(Document, Document.id == Rendition.document_id)
        .join(Case, Case.id == Document.case_id)
    )
    rungs = select(Deadline.key, RungFired.deadline_version, RungFired.rung).join(
        Deadline, Deadline.id == RungFired.deadline_id
    )
    numbers = select(DrawnNumber.series_id, DrawnNumber.year, DrawnNumber.number, DrawnNumber.used_for)
    events = select(Case.case_number, Event.kind).join(Case, Case.id == Event.case_id)
    return {
        "papers": Counter(map(tuple, session.execute(papers))),
        "files": Counter(map(tuple, session.execute(files))),
        "numbers": Counter(map(tuple, session.execute(numbers))),
        "rungs": Counter(map(tuple, session.execute(rungs))),
        "messages": Counter(map(tuple, session.execute(select(Message.key).where(Message.key.not_like(OF_FAULTS))))),
        "events": Counter(map(tuple, session.execute(events))),
    }


def check(scene: Scene) -> Held:
    """Compare the office with its twin, and the world outside with the office. Raises AssertionError."""
    story = scene.story
    with story.installation.database.reading() as session, scene.twin.installation.database.reading() as other:
        here, there = held(session), held(other)
        for what, counted in here.items():
            assert counted == there[what], (what, (counted - there[what]), (there[what] - counted))
        for what in ("papers", "files", "numbers", "rungs", "messages"):
            assert set(here[what].values()) == {1}, what
        for file in session.scalars(select(Rendition)):
            assert len(story.installation.files.read(file.sha256)) == file.size
        for case in session.scalars(select(Case)):
            assert chain.verify(event_record(session, case.case_number, until=case.last_seq)).ok
        assert office_chain(session).faults == ()
        archives = session.scalars(select(Archive)).all()
        sends = session.scalars(select(Send)).all()
    for archive in archives:
        assert archive.package_path is not None
        package = story.installation.settings.archives / archive.package_path
        assert verify(package, archive.manifest_sha256).faults == []
    mailed = Counter(str(mail["Message-ID"]) for mail in scene.post.to(MAILBOX))
    mails = [send for send in sends if send.medium is Medium.MAIL]
    assert {send.state for send in mails} <= {SendState.SENT}
    assert len(mailed) == len(mails)  # each at least once, under one name
    notes = Counter(send.state for send in sends if send.medium is Medium.CHAT)
    assert set(notes) <= {SendState.SENT, SendState.UNCERTAIN}
    # Each that is sent arrived, none arrived twice: what is more than sent is what a person is asked about.
    assert notes[SendState.SENT] <= len(scene.chat.notes) <= notes.total()
    return Held(
        papers=here["papers"].total(),
        files=here["files"].total(),
        numbers=here["numbers"].total(),
        rungs=here["rungs"].total(),
        messages=here["messages"].total(),
        mails=len(mailed),
        mails_again=mailed.total() - len(mailed),
        notes=len(scene.chat.notes),
        uncertain=notes[SendState.UNCERTAIN],
    )
