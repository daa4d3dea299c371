"""The sweep finds what became late, once, however many sweeps run."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, update

import flows.sweep
from flows.sweep import Swept, anything_due, sweep
from models.case.tables import Case
from models.clock.tables import Deadline, RungFired
from models.kernel.base import Base
from models.kernel.storage.database import Database
from models.kernel.tables import Event, Message
from models.kernel.vocabulary import DocumentKind
from tests.stories import Story


def late_case(story: Story, variant: int = 0) -> str:
    """A case whose recipients were served and then silent until every clock ran out."""
    case = story.rectifying(variant=variant)
    story.prepare(case)
    notices = story.papers(case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    story.deliver(case, *notices)
    return case


def content_of(story: Story) -> dict[str, str]:
    """Return a hash of every row of every table."""
    hashes = {}
    with story.installation.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            rows = sorted(repr(tuple(row)) for row in session.execute(select(table)))
            hashes[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return hashes


def count(story: Story, table: Any) -> int:
    with story.installation.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_silence_becomes_late_and_brings_the_drafts_of_orders(story: Story) -> None:
    case = late_case(story)
    story.wait(days=120)
    told = sweep(story.installation, story.at)
    orders = story.papers(case, kind=DocumentKind.SUPERVISION_ORDER)
    assert orders != []
    assert sorted(order.paper for order in told.drafted) == orders
    assert {late.case_number for late in told.newly_late} == {case}
    assert told.looked_at >= len(told.newly_late) > 0
    assert told.failed == []


def test_a_second_sweep_at_the_same_moment_changes_nothing(story: Story) -> None:
    late_case(story)
    story.wait(days=120)
    sweep(story.installation, story.at)
    before = content_of(story)
    again = sweep(story.installation, story.at)
    assert (again.looked_at, again.newly_late, again.drafted) == (0, [], [])
    assert content_of(story) == before
    assert not anything_due(story.installation, story.at)


def test_a_dry_run_tells_the_same_and_changes_nothing(story: Story) -> None:
    late_case(story)
    story.wait(days=120)
    before = content_of(story)
    dry = sweep(story.installation, story.at, dry_run=True)
    assert content_of(story) == before
    real = sweep(story.installation, story.at)
    assert content_of(story) != before
    assert replace(dry, dry_run=False) == real


def test_on_its_last_day_a_clock_is_not_late_and_on_the_next_it_is(story: Story) -> None:
    late_case(story)
    story.wait(days=120)
    dues = [late.due_on for late in sweep(story.installation, story.at, dry_run=True).newly_late]
    first = min(dues)
    while story.at.date() > first:
        story.wait(days=-1)
    assert [rung.rung for rung in sweep(story.installation, story.at).rungs if rung.rung == "warn"] == []
    story.wait(days=1)
    assert {late.due_on for late in sweep(story.installation, story.at).newly_late} == {first}


def test_sweeps_at_the_same_moment_double_nothing(story: Story) -> None:
    for variant in range(3):
        late_case(story, variant)
    story.wait(days=120)
    together = Barrier(3)

    def one_sweep(_: int) -> Swept:
        database = Database(story.installation.database.url, durable=False)
        together.wait()
        told = sweep(replace(story.installation, database=database), story.at)
        database.close()
        return told

    with ThreadPoolExecutor(3) as pool:
        told = list(pool.map(one_sweep, range(3)))
    assert [one.failed for one in told] == [[], [], []]
    fired = [(rung.deadline, rung.rung) for one in told for rung in one.rungs]
    assert len(fired) == len(set(fired))
    with story.installation.database.reading() as session:
        rows = session.execute(
            select(Deadline.key, RungFired.rung).join(Deadline, Deadline.id == RungFired.deadline_id)
        )
        spent = [tuple(row) for row in rows]
    # An order spends its rung for every clock it lists, and is told once.
    assert len(spent) == len(set(spent))
    assert set(fired) <= set(spent)
    assert {rung for _, rung in set(spent) - set(fired)} <= {"order"}
    with story.installation.database.reading() as session:
        recorded = session.scalar(select(func.count()).select_from(Event).where(Event.kind == "rung_fired"))
    assert recorded == len(fired)
    assert count(story, Message) > 0


def test_many_clocks_are_looked_at_in_batches(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    for variant in range(2):
        late_case(story, variant)
    story.wait(days=120)
    whole = sweep(story.installation, story.at, dry_run=True)
    monkeypatch.setattr(flows.sweep, "BATCH", 1)
    assert sweep(story.installation, story.at, dry_run=True) == whole
    assert sweep(story.installation, story.at).rungs == whole.rungs


def test_a_case_that_cannot_be_looked_at_keeps_no_other_waiting(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    broken, *sound = (late_case(story, variant) for variant in range(3))
    story.wait(days=120)
    with story.installation.database.writing() as session:
        of_broken = select(Case.id).where(Case.case_number == broken).scalar_subquery()
        session.execute(update(Deadline).where(Deadline.case_id == of_broken).values(rule_version=99))
    told = sweep(story.installation, story.at)
    assert [failure.case_number for failure in told.failed] == [broken]
    assert "没有时限规则" in told.failed[0].message
    assert {late.case_number for late in told.newly_late} == set(sound)
    assert broken in caplog.text
    assert not any(case in caplog.text for case in sound)
    assert sweep(story.installation, story.at).rungs == []
