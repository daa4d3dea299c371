"""A reply in the very second in which a clock turns late: whichever transaction commits first decides, and only it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from threading import Barrier
from time import monotonic, sleep

import pytest
from sqlalchemy import select

from flows.sweep import sweep
from models.clock.tables import Deadline, RungFired
from models.kernel.act import Act, acting
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind
from models.papers.commands.delivery import acknowledge
from models.rectification.commands.escalation import climb
from tests.stories import Story


class Brink:
    """A receipt that is due, in the first second in which it is late."""

    def __init__(self, story: Story, variant: int = 0) -> None:
        self.story = story
        self.case = story.rectifying(variant=variant)
        papers = story.do("li", "prepare", self.case, kind=DocumentKind.RECTIFICATION_NOTICE)
        story.issue(self.case, *papers)
        story.deliver(self.case, *papers)
        with story.installation.database.reading() as session:
            of_case = Deadline.key.startswith(f"{self.case}/notice.acknowledge/")
            self.clock = session.scalars(select(Deadline).where(of_case).order_by(Deadline.id).limit(1)).one()
        self.paper = self.clock.key.rsplit("/", 1)[1]
        self.late_from = datetime.combine(self.clock.due_on + timedelta(days=1), time(), SHANGHAI)
        story.at = self.late_from

    def answer(self) -> None:
        self.story.do("li", "acknowledge", self.case, paper=self.paper, received_by="周某")

    def sweep(self) -> None:
        assert sweep(self.story.installation, self.story.at).failed == []

    def outcome(self) -> tuple[str, list[str], list[str]]:
        """Return the clock's state, the rungs that stand for being late, and what happened, in the chain's order."""
        with self.story.installation.database.reading() as session:
            state = session.get_one(Deadline, self.clock.id).state
            rungs = session.scalars(
                select(RungFired.rung).where(
                    RungFired.deadline_id == self.clock.id, RungFired.rung == "warn", RungFired.withdrawn_at.is_(None)
                )
            ).all()
            events = session.scalars(select(Event).where(Event.case_id == self.clock.case_id).order_by(Event.seq)).all()
        about = [
            event.kind
            for event in events
            if (event.kind == "paper_acknowledged" and event.data["paper"] == self.paper)
            or (event.kind == "rung_fired" and (event.data["deadline"], event.data["rung"]) == (self.clock.key, "warn"))
        ]
        return state, list(rungs), about


ANSWERED = ("met", [], ["paper_acknowledged"])
WARNED = ("met", ["warn"], ["rung_fired", "paper_acknowledged"])


def test_an_answer_that_commits_first_leaves_nothing_to_warn_of(story: Story) -> None:
    brink = Brink(story)
    brink.answer()
    brink.sweep()
    assert brink.outcome() == ANSWERED


def test_a_warning_that_commits_first_stands_for_the_answer_came_after_the_due_date(story: Story) -> None:
    brink = Brink(story)
    brink.sweep()
    brink.answer()
    assert brink.outcome() == WARNED


@pytest.mark.parametrize("_attempt", range(3))
def test_both_at_once_end_in_one_of_the_two_and_never_in_between(story: Story, _attempt: int) -> None:
    brink = Brink(story)
    ready = Barrier(2)

    def at_once(act: str) -> None:
        ready.wait(timeout=30)
        getattr(brink, act)()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(at_once, act) for act in ("answer", "sweep")]:
            done.result(timeout=60)
    assert brink.outcome() in (ANSWERED, WARNED)


@contextmanager
def begun_first(brink: Brink, account: str, act: Callable[[Act], object]) -> Iterator[Callable[[], None]]:
    """Let an act change its rows in a thread of its own, and commit only when it is told to."""
    done, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with acting(
            brink.story.installation.database, brink.story.installation.settings, account, brink.story.at
        ) as held:
            act(held)
            done.set()
            assert go_on.wait(timeout=30)

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        assert done.wait(timeout=30)
        try:
            yield go_on.set
        finally:
            go_on.set()
            holding.result(timeout=60)


def poll(seen: Callable[[], bool]) -> None:
    """Wait until something is to be seen from outside."""
    until = monotonic() + 30
    while not seen():
        assert monotonic() < until
        sleep(0.02)


def test_the_sweep_goes_round_a_case_that_somebody_is_answering_in_and_then_finds_it_answered(story: Story) -> None:
    brink, other = Brink(story), Brink(story, variant=1)
    story.at = max(brink.late_from, other.late_from)

    def answer(act: Act) -> None:
        acknowledge(act, brink.case, paper=brink.paper, received_by="周某")

    with begun_first(brink, "li", answer) as commit, ThreadPoolExecutor(1) as pool:
        sweeping = pool.submit(brink.sweep)
        if story.installation.database.engine.dialect.name == "postgresql":
            # SQLite has one writer: there the sweep waits before its first batch, which comes to the same.
            poll(lambda: other.outcome()[1] == ["warn"])
        assert not sweeping.done()
        commit()
        sweeping.result(timeout=60)
    assert brink.outcome() == ANSWERED
    assert other.outcome()[1] == ["warn"]


def test_an_answer_given_while_the_sweep_holds_the_case_comes_after_the_warning(story: Story) -> None:
    brink = Brink(story)
    with begun_first(brink, "system", lambda act: climb(act, brink.case)) as commit, ThreadPoolExecutor(1) as pool:
        answering = pool.submit(brink.answer)
        with pytest.raises(TimeoutError):
            answering.result(timeout=0.3)
        commit()
        answering.result(timeout=60)
    assert brink.outcome() == WARNED
