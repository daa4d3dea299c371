"""Checkpoints: history that was rewritten is seen, and one chain can be proved to have been among all of them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from models.case.tables import Case
from models.kernel.errors import Refused
from models.kernel.record import event_chain as chain
from models.kernel.record import merkle
from models.kernel.record.checking import check_case, check_cases, check_checkpoints, missing_streams
from models.kernel.record.checkpoints import check_line, proof_for, take_checkpoint
from models.kernel.record.event_record import as_record
from models.kernel.record.merkle import ChainEnd, Inclusion
from models.kernel.record.signatures import Signer, make_key, signer_in
from models.kernel.tables import Checkpoint, Event
from tests.stories import Story

ENDS = [ChainEnd(f"4207-2026-{number:04d}", number, f"{number:064x}") for number in range(1, 40)]


@given(st.integers(1, len(ENDS)), st.data())
def test_a_proof_leads_from_its_own_chain_to_the_root_and_from_no_other(count: int, data: st.DataObject) -> None:
    ends = ENDS[:count]
    index = data.draw(st.integers(0, count - 1))
    proof = merkle.inclusion(ends, index)
    assert merkle.root_from(ends[index], proof) == merkle.root(ends)
    other = ChainEnd(ends[index].stream, ends[index].events + 1, ends[index].head)
    assert merkle.root_from(other, proof) != merkle.root(ends)


@pytest.mark.parametrize(
    "proof", [Inclusion(5, 5, ()), Inclusion(-1, 5, ()), Inclusion(0, 5, ()), Inclusion(0, 1, ("ab" * 32,))]
)
def test_a_proof_of_another_size_leads_nowhere(proof: Inclusion) -> None:
    assert merkle.root_from(ENDS[0], proof) is None


def test_a_leaf_never_passes_for_a_node() -> None:
    assert merkle.root(ENDS[:2]) != merkle.leaf(ENDS[0]).hex()
    assert merkle.root([]) != merkle.root(ENDS[:1])


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    make_key(tmp_path / "checkpoint.key")
    made = signer_in(tmp_path / "checkpoint.key")
    assert made is not None
    return made


def taken(story: Story, signer: Signer | None, *, daily: bool = False) -> int:
    with story.installation.as_system(story.at) as act:
        return take_checkpoint(act, signer, daily=daily).number


def test_a_checkpoint_is_taken_where_something_has_moved_or_a_day_has_passed(story: Story, signer: Signer) -> None:
    story.file("ezhou-one-death")
    assert taken(story, signer) == 1
    assert taken(story, signer) == 1
    assert taken(story, signer, daily=True) == 1
    story.at += timedelta(days=1)
    assert taken(story, signer) == 1
    assert taken(story, signer, daily=True) == 2
    story.file("ezhou-one-death", variant=1)
    assert taken(story, signer) == 3
    with story.installation.database.reading() as session:
        assert list(check_checkpoints(session, signer.public)) == []


def test_the_chain_of_a_case_is_proved_by_the_checkpoint_at_which_it_ended_so(story: Story, signer: Signer) -> None:
    number = story.file("ezhou-one-death")
    taken(story, signer)
    with story.installation.database.reading() as session:
        case = session.scalars(select(Case).where(Case.case_number == number)).one()
        end = ChainEnd(number, case.last_seq, case.last_hash)
        proof = proof_for(session, end)
        assert proof is not None
        said = json.loads(proof.line)
        assert merkle.root_from(end, proof.inclusion) == said["root"]
        assert list(check_line(proof.line, previous=chain.GENESIS, public=signer.public)) == []
        assert proof_for(session, ChainEnd(number, case.last_seq + 1, case.last_hash)) is None


def unlocked(story: Story, table: str) -> None:
    """Take away what keeps a table, as who holds the database can."""
    with story.installation.database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            return
        for one in ("update", "delete", "replace"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{one}"))


def rewritten(story: Story, number: str, by: str) -> None:
    """Say of the first event of a case that somebody else did it, and write its whole chain anew."""
    unlocked(story, "events")
    with story.installation.database.writing() as session:
        case = session.scalars(select(Case).where(Case.case_number == number)).one()
        head = chain.GENESIS
        for event in session.scalars(select(Event).where(Event.case_id == case.id).order_by(Event.seq)):
            event.actor_name = by if event.seq == 1 else event.actor_name
            event.prev_hash, head = head, chain.link(head, as_record(number, event))
            event.hash = head
        case.last_hash = head


def codes(story: Story, number: str) -> set[str]:
    with story.installation.database.reading() as session:
        return {fault.code for fault in check_case(session, number)}


def test_a_chain_that_was_written_anew_holds_by_itself_and_not_against_a_checkpoint(
    story: Story, signer: Signer
) -> None:
    number = story.file("ezhou-one-death")
    rewritten(story, number, "别某")
    assert codes(story, number) == set()  # nobody can know yet
    taken(story, signer)
    with story.installation.database.writing() as session:
        session.execute(text("UPDATE events SET actor_name = '他某' WHERE seq = 1"))
    assert codes(story, number) == {"chain_hash"}
    rewritten(story, number, "他某")
    assert codes(story, number) == {"chain_checkpoint"}


def test_the_last_events_of_a_case_cannot_be_cut_off(story: Story, signer: Signer) -> None:
    number = story.file("ezhou-one-death")
    taken(story, signer)
    unlocked(story, "events")
    with story.installation.database.writing() as session:
        case = session.scalars(select(Case).where(Case.case_number == number)).one()
        last = session.scalars(select(Event).where(Event.case_id == case.id).order_by(Event.seq.desc())).first()
        assert last is not None
        case.last_seq, case.last_hash = last.seq - 1, last.prev_hash
        session.execute(delete(Event).where(Event.id == last.id))
    assert codes(story, number) == {"chain_checkpoint"}


def test_a_case_that_vanishes_is_missed(story: Story, signer: Signer) -> None:
    number = story.file("ezhou-one-death")
    taken(story, signer)
    with story.installation.database.writing() as session:
        session.execute(update(Case).where(Case.case_number == number).values(case_number="4207-2099-0001"))
    with story.installation.database.reading() as session:
        assert [fault.path for fault in missing_streams(session)] == [number]
        assert check_cases(session, after=0, limit=10).faults.keys() == {"4207-2099-0001"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            "UPDATE checkpoints SET line = replace(line, 'point/1', 'point/2') WHERE number = 1",
            "checkpoint_link",
        ),
        ("UPDATE checkpoints SET root = line_sha256 WHERE number = 2", "checkpoint_row"),
        ("UPDATE checkpoint_ends SET events = events + 1 WHERE number = 1", "checkpoint_root"),
        ("DELETE FROM checkpoints WHERE number = 2", "checkpoint_link"),
    ],
)
def test_a_checkpoint_that_was_changed_is_found(story: Story, signer: Signer, change: str, code: str) -> None:
    for _ in range(3):
        taken(story, signer, daily=True)
        story.at += timedelta(days=1)
    unlocked(story, "checkpoints")
    unlocked(story, "checkpoint_ends")
    with story.installation.database.writing() as session:
        session.execute(text(change))
    with story.installation.database.reading() as session:
        assert code in {fault.code for fault in check_checkpoints(session, signer.public)}


def test_the_databases_refuse_to_change_a_checkpoint(story: Story, signer: Signer) -> None:
    taken(story, signer)
    for change in ("UPDATE checkpoints SET root = 'x'", "DELETE FROM checkpoint_ends"):
        with pytest.raises(DBAPIError, match="append-only"), story.installation.database.writing() as session:
            session.execute(text(change))


def test_another_key_and_a_missing_signature_are_found(story: Story, signer: Signer, tmp_path: Path) -> None:
    taken(story, None)
    with story.installation.database.reading() as session:
        line = session.scalars(select(Checkpoint.line)).one()
    assert [one.code for one in check_line(line, previous=None, public=signer.public)] == ["checkpoint_unsigned"]
    make_key(tmp_path / "other.key")
    other = signer_in(tmp_path / "other.key")
    story.at += timedelta(days=1)
    taken(story, other, daily=True)
    with story.installation.database.reading() as session:
        line = session.scalars(select(Checkpoint.line).where(Checkpoint.number == 2)).one()
    assert [one.code for one in check_line(line, previous=None, public=signer.public)] == ["checkpoint_key"]
    forged = json.loads(line) | {"events": 1}
    assert [one.code for one in check_line(chain.canonical(forged).decode(), previous=None)] == ["checkpoint_signature"]


def test_a_file_that_is_no_key_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "checkpoint.key").write_text("abc")
    with pytest.raises(Refused, match="PEM"):
        signer_in(tmp_path / "checkpoint.key")
