"""A reply in the very second in which a clock turns late: whichever transaction commits first decides, and only it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from flows.sweep import sweep
from models.clock import SHANGHAI
from models.rules.vocabulary import DocumentKind
from models.tables import Deadline, Event, RungFired
from tests.stories import Story


class Brink:
    """A receipt that is due, in the first second in which it is late."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.case = story.rectifying()
        papers = story.do("li", "prepare", self.case, kind=DocumentKind.RECTIFICATION_NOTICE)
        story.issue(self.case, *papers)
        story.deliver(self.case, *papers)
        with story.office.database.reading() as session:
            query = select(Deadline).where(Deadline.rule_code == "notice.acknowledge").order_by(Deadline.id).limit(1)
            self.clock = session.scalars(query).one()
        self.paper = self.clock.key.rsplit("/", 1)[1]
        story.at = datetime.combine(self.clock.due_on + timedelta(days=1), time(), SHANGHAI)

    def answer(self) -> None:
        self.story.do("li", "acknowledge", self.case, paper=self.paper, received_by="周某")

    def sweep(self) -> None:
        assert sweep(self.story.office, self.story.at)["failed"] == []

    def outcome(self) -> tuple[str, list[str], list[str]]:
        """Return the clock's state, the rungs that stand for being late, and what happened, in the chain's order."""
        with self.story.office.database.reading() as session:
            state = session.get_one(Deadline, self.clock.id).state
            rungs = session.scalars(
                select(RungFired.rung).where(
                    RungFired.deadline_id == self.clock.id, RungFired.rung == "warn", RungFired.withdrawn_at.is_(None)
                )
            ).all()
            events = session.scalars(select(Event).order_by(Event.seq)).all()
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
