"""Many cases in one transaction give what each alone would have given; a killed or hindered sweep loses and doubles nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

import flows.installation
import flows.sweep
from flows.sweep import SweepCounted, Swept, sweep, sweep_deadlines
from models.case.tables import Case
from models.clock.tables import Deadline, RungFired
from models.kernel.act import acting
from models.kernel.base import Base
from models.kernel.record import event_chain as chain
from models.kernel.record.event_record import event_record
from models.kernel.storage.database import Database
from models.kernel.tables import Message
from models.kernel.vocabulary import DocumentKind, DocumentStatus, OrganisationKind
from models.office.commands.organisations import register
from tests.conftest import ROOT
from tests.databases import Databases
from tests.stories import Story, staffed, story_in

UNORDERABLE = "鄂州市某纪检机关"


def silent_case(story: Story, variant: int) -> str:
    """A case whose recipients were served and then silent; one of them may get no order."""
    case = story.file(variant=variant)
    story.do("li", "add-measure", case, text="督促有关单位履职。", organisation=UNORDERABLE)
    story.address(case)
    story.issue(case, "D1")
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    story.deliver(case, *notices)
    return case


def silent_cases(story: Story, count: int, first: int = 0) -> list[str]:
    if not first:
        with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
            register(act, UNORDERABLE, OrganisationKind.DISCIPLINE_INSPECTION, division_code="420700")
    return [silent_case(story, variant) for variant in range(first, first + count)]


def rows(story: Story) -> dict[str, list[str]]:
    """Return every row of every table; but not how often a case was written, which no outcome depends on."""
    found = {}
    with story.installation.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            columns = [column for column in table.columns if column is not Case.__table__.c.version]
            found[table.name] = sorted(repr(tuple(row)) for row in session.execute(select(*columns)))
    return found


def climb_to_the_top(story: Story) -> tuple[dict[str, list[str]], list[Swept]]:
    """Let two cases go through every rung, orders served and talks held on the way; returns all rows and what was told."""
    cases, told = silent_cases(story, 2), []
    for days in (3, 9, 15, 30, 40, 20, 3):
        story.wait(days=days)
        told.append(sweep(story.installation, story.at))
        for case in cases:
            orders = story.papers(case, DocumentStatus.DRAFT, kind=DocumentKind.SUPERVISION_ORDER)
            for order in orders:
                story.do("li", "confirm-no-reply", case, paper=order)
            story.issue(case, *orders)
            story.deliver(case, *orders)
    return rows(story), told


def test_one_batch_writes_row_for_row_what_case_by_case_writes(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = []
    for batch in (500, 1):
        monkeypatch.setattr(flows.sweep, "BATCH", batch)
        url = databases.fresh(staffed)
        with story_in(url, tmp_path / str(batch)) as story:
            outcomes.append(climb_to_the_top(story))
        databases.drop(url)
    (together, told_together), (alone, told_alone) = outcomes
    assert told_together == told_alone
    assert together == alone
    rungs = {rung.rung for told in told_together for rung in told.rungs}
    # What concerns accountability fires too, and is kept from whoever runs the sweep.
    assert rungs == {"remind.half", "remind.near", "warn", "order", "order.again", "talk"}
    assert any("account" in row for row in together["rungs_fired"])
    papers = together["documents"]
    assert any("supervision_order" in paper for paper in papers)
    assert any("late_report" in paper for paper in papers)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Gather what is asked of a database."""
    sent: list[str] = []

    def gather(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", gather)
    yield sent
    event.remove(database.engine, "before_cursor_execute", gather)


def test_more_cases_take_no_more_questions(story: Story) -> None:
    asked = []
    for first, count in ((0, 1), (1, 3)):
        silent_cases(story, count, first)
        story.wait(days=120)
        with statements(story.installation.database) as sent:
            told = sweep(story.installation, story.at)
        assert told.cases == count
        assert len(told.drafted) >= count
        asked.append(sum(statement.startswith("SELECT") for statement in sent))
    assert asked[1] == asked[0]


def test_every_chain_of_a_batch_holds(story: Story) -> None:
    cases = silent_cases(story, 2)
    story.wait(days=120)
    sweep(story.installation, story.at)
    with story.installation.database.reading() as session:
        for case in cases:
            last = session.execute(select(Case.last_seq, Case.last_hash).where(Case.case_number == case)).one()
            checked = chain.verify(event_record(session, case, until=last.last_seq))
            assert checked.ok, checked.faults
            assert (checked.length, checked.head) == tuple(last)


def test_a_dry_run_waits_for_nobody(story: Story) -> None:
    [case] = silent_cases(story, 1)
    story.wait(days=120)
    with story.installation.database.writing() as session:
        session.execute(select(Case).where(Case.case_number == case).with_for_update())
        told = sweep(story.installation, story.at, dry_run=True)
    assert {late.case_number for late in told.newly_late} == {case}
    assert told.drafted != []


def test_a_dry_run_for_a_later_day_tells_what_one_sweep_would_do_on_that_day(story: Story) -> None:
    """It climbs from the rows as they stand: no order is thought of as served that nobody has signed."""
    silent_cases(story, 1)
    later = story.at.replace(year=2027)
    told = sweep(story.installation, later, dry_run=True)
    assert {rung.rung for rung in told.rungs} == {"warn", "order"}
    story.at = later
    assert sweep(story.installation, later).rungs == told.rungs


def test_the_flow_tells_counts_and_keeps_no_rung(story: Story) -> None:
    silent_cases(story, 1)
    story.wait(days=120)
    expected = sweep(story.installation, story.at, dry_run=True)
    with flows.installation.working_in(story.installation):
        told = sweep_deadlines.fn(story.at.isoformat())
    assert told == SweepCounted(
        as_of=story.at, looked_at=expected.looked_at, cases=1, rungs=len(expected.rungs), failed=[]
    )


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
import flows.installation
import flows.sweep
from models.rectification.commands import escalation
from tests.stories import story_in

flows.sweep.BATCH = 1
write, batches = escalation.write, []

def write_and_die(*said):
    write(*said)
    batches.append(said)
    if len(batches) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

escalation.write = write_and_die
url, home, at = sys.argv[1:]
with story_in(url, Path(home)) as story:
    flows.sweep.sweep(story.installation, datetime.fromisoformat(at))
"""


def test_a_sweep_killed_before_its_second_batch_commits_loses_and_doubles_nothing(story: Story, tmp_path: Path) -> None:
    silent_cases(story, 3)
    story.wait(days=120)
    expected = sweep(story.installation, story.at, dry_run=True).rungs
    died = swept_in_another_process(story.installation.database.url, tmp_path, story.at)
    assert died.returncode == -signal.SIGKILL, died.stderr
    first = fired(story)
    assert first, "the first batch was committed"
    rest = sweep(story.installation, story.at).rungs
    assert 0 < len(rest) < len(expected)
    # A case that the killed one still holds, until its database notices, is looked at after the others.
    assert all(rung in expected for rung in rest)
    assert len({(rung.deadline, rung.rung) for rung in rest}) == len(rest)
    told = {(rung.deadline, rung.rung) for rung in expected}
    assert len(fired(story)) == len(set(fired(story)))
    assert told <= set(fired(story))
    assert sweep(story.installation, story.at).looked_at == 0
    with story.installation.database.reading() as session:
        keys = session.scalars(select(Message.key).where(Message.key.like("%/v1/%"))).all()
    assert {tuple(key.rsplit("/", 3)[:1]) for key in keys} == {(deadline,) for deadline, _ in told}


def swept_in_another_process(url: str, home: Path, at: datetime) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", KILLED, url, str(home / "other"), at.isoformat()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def fired(story: Story) -> list[tuple[str, str]]:
    with story.installation.database.reading() as session:
        query = select(Deadline.key, RungFired.rung).join(Deadline, Deadline.id == RungFired.deadline_id)
        return [tuple(row) for row in session.execute(query)]
