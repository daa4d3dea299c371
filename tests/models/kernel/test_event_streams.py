"""Events are chained in the stream of a case, of an accident, or of the office."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from models.accident.tables import Accident
from models.first_set_up import initialise
from models.kernel.act import acting
from models.kernel.events import record, record_admin
from models.kernel.record import event_chain as chain
from models.kernel.record.event_record import as_record
from models.kernel.tables import AdminEvent, Event
from models.kernel.vocabulary import Door
from models.office.queries.office_chain import OfficeChain, office_chain
from tests.stories import Story

AT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def accident(place: str) -> Accident:
    return Accident(title="事故", occurred_at=AT, division_code="420704", place=place, summary="相撞")


def test_an_accident_without_a_case_has_a_chain_of_its_own(story: Story) -> None:
    with acting(story.installation.database, story.installation.settings, "system", AT, door=Door.CLI) as act:
        first, other = accident("某路"), accident("他路")
        act.session.add_all((first, other))
        act.session.flush()
        for row, reason in ((first, "一"), (other, "二"), (first, "三")):
            record(act, row, "losses_changed", why=reason)
    with story.installation.database.reading() as session:
        for row, whys in ((first, ["一", "三"]), (other, ["二"])):
            kept = session.get_one(Accident, row.id)
            events = session.scalars(select(Event).where(Event.accident_id == row.id).order_by(Event.seq)).all()
            checked = chain.verify([as_record(kept.stream_name, event) | {"hash": event.hash} for event in events])
            assert [event.why for event in events] == whys
            assert {event.data["door"] for event in events} == {"cli"}
            assert (checked.ok, checked.length, checked.head) == (True, kept.last_seq, kept.last_hash)


def test_an_event_belongs_to_one_stream_and_no_other(story: Story) -> None:
    insert = text(
        "INSERT INTO events (seq, kind, happened_at, recorded_at, actor, actor_name, data, prev_hash, hash)"
        " VALUES (1, 'case_filed', '2026-01-01 00:00:00', '2026-01-01 00:00:00', 'a', 'a', '{}', 'p', 'h')"
    )
    with story.installation.database.engine.begin() as connection, pytest.raises(IntegrityError, match="of_one_stream"):
        connection.execute(insert)


def test_acts_of_the_office_are_chained_from_its_making_and_say_their_door(story: Story) -> None:
    with acting(story.installation.database, story.installation.settings, "system", AT, door=Door.PAGE) as act:
        record_admin(act, "user_added", account="wang")
        record_admin(act, "user_disabled", why="调离", account="wang")
    with story.installation.database.reading() as session:
        events = session.scalars(select(AdminEvent).order_by(AdminEvent.id)).all()
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert events[0].kind == "installation_created"
        assert {event.data["door"] for event in events[-2:]} == {"page"}
        assert all(event.data["door"] for event in events)
        found = office_chain(session)
        assert (found.checked, found.earlier, found.faults) == (len(events), 0, ())


def unguarded(story: Story, *statements: str) -> None:
    """Do what only somebody with the database's own rights can do."""
    with story.installation.database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE admin_events DISABLE TRIGGER USER"))
        else:
            for one in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER admin_events_no_{one}"))
        for statement in statements:
            connection.execute(text(statement))


FORGED = {
    "UPDATE admin_events SET actor = 'nobody' WHERE seq = 2": "chain_hash",
    "DELETE FROM admin_events WHERE seq = 2": "chain_gap",
    "DELETE FROM admin_events WHERE seq = (SELECT max(seq) FROM admin_events)": "chain_end",
    "INSERT INTO admin_events (kind, happened_at, actor, data) VALUES ('x', '2026-01-01 00:00:00', 'x', '{}')": (
        "chain_earlier"
    ),
}


@pytest.mark.parametrize("forgery", FORGED)
def test_what_somebody_does_to_the_record_of_the_office_behind_its_back_is_found(story: Story, forgery: str) -> None:
    with acting(story.installation.database, story.installation.settings, "system", AT) as act:
        for account in ("wang", "zhao", "qian"):
            record_admin(act, "user_added", account=account)
    unguarded(story, forgery)
    with story.installation.database.reading() as session:
        assert FORGED[forgery] in {fault.code for fault in office_chain(session).faults}


def test_an_upgraded_office_vouches_at_once_for_what_it_recorded_before_there_was_a_chain(story: Story) -> None:
    nothing = ", ".join(f"{name} = NULL" for name in ("seq", "recorded_at", "actor_name", "prev_hash", "hash"))
    unguarded(
        story,
        f"UPDATE admin_events SET {nothing}",
        f"UPDATE office_stream SET last_seq = 0, last_hash = '{chain.GENESIS}'",
    )
    for _ in range(2):
        initialise(story.installation.database, story.installation.settings, AT)
    with story.installation.database.reading() as session:
        found, kinds = office_chain(session), session.scalars(select(AdminEvent.kind).order_by(AdminEvent.id)).all()
    assert (found.checked, found.earlier, found.faults) == (1, len(kinds) - 1, ())
    assert [kinds[0], kinds[-1]] == ["installation_created", "office_chain_begun"]
    with story.installation.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM admin_events WHERE kind = 'user_added'"))
    with story.installation.database.reading() as session:
        assert {fault.code for fault in office_chain(session).faults} == {"chain_earlier"}


def test_the_end_of_the_record_can_be_checked_alone(story: Story) -> None:
    with acting(story.installation.database, story.installation.settings, "system", AT) as act:
        for account in ("wang", "zhao", "qian"):
            record_admin(act, "user_added", account=account)
    with story.installation.database.reading() as session:
        whole = office_chain(session).checked
        for last in (1, 2, whole, whole + 1):
            assert office_chain(session, last=last) == OfficeChain(min(last, whole), None, ())
    unguarded(story, f"UPDATE admin_events SET actor = 'nobody' WHERE seq = {whole - 1}")
    with story.installation.database.reading() as session:
        assert office_chain(session, last=1).faults == ()
        assert {fault.code for fault in office_chain(session, last=2).faults} == {"chain_hash"}


def test_two_acts_of_the_office_at_once_stand_one_after_the_other(story: Story) -> None:
    # On SQLite a transaction begins with the lock: nobody can wait inside one for another.
    several = story.installation.database.engine.dialect.name == "postgresql"
    together = Barrier(4 if several else 1, timeout=30)

    def add(account: str) -> None:
        with acting(story.installation.database, story.installation.settings, "system", AT) as act:
            together.wait()
            record_admin(act, "user_added", account=account)

    with story.installation.database.reading() as session:
        before = office_chain(session).checked
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, ("wang", "zhao", "qian", "sun")))
    with story.installation.database.reading() as session:
        found = office_chain(session)
    assert (found.checked, found.faults) == (before + 4, ())
