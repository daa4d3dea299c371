"""The life of a case here, through the real commands, the outbox, the sweep, the builders and the package."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Select, func, select

from flows.outbox import work_off
from flows.sweep import sweep
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, DocumentStatus
from models.papers.tables import Document
from tests.stories import START, Story

SAMPLE = "ezhou-one-death"
SILENCE = timedelta(days=45)  # nobody answers for so long: everything is overdue and the order drafted


class Lives:
    """Carries cases of one office from dossier to sealed package.

    `working` is how long the worker worked for it in seconds, `signing` how long signing (which draws the number and
    freezes the content) and archiving took.
    """

    def __init__(self, story: Story) -> None:
        self.story, self.carried = story, 0
        self.working = self.signing = 0.0

    @property
    def papers_a_case(self) -> float:
        """Return how many papers a case got."""
        return self._counted(select(func.count()).select_from(Document)) / self.carried

    @property
    def acts_a_case(self) -> float:
        """Return how many acts of people, and not of the system, stand in a case's record."""
        return self._counted(select(func.count()).select_from(Event).where(Event.actor != "system")) / self.carried

    def _counted(self, query: Select[tuple[int]]) -> int:
        with self.story.installation.database.reading() as session:
            return session.scalar(query) or 0

    def carry(self, count: int) -> None:
        """Carry so many more cases through all five documents."""
        self.story.at = START
        cases = [self._opened(self.carried + nth) for nth in range(count)]
        self.carried += count
        self._work()
        for case in cases:
            drafts = self.story.papers(case, DocumentStatus.DRAFT)
            self._issue(case, drafts)
            self._work()
            self.story.deliver(case, *drafts)
        self._work()
        self.story.at += SILENCE
        sweep(self.story.installation, self.story.at)
        for case in cases:
            for order in self.story.papers(case, DocumentStatus.DRAFT, kind=DocumentKind.SUPERVISION_ORDER):
                self.story.do("li", "confirm-no-reply", case, paper=order)
                self._issue(case, [order])
                self._work()
                self.story.deliver(case, order)
            with self._signed():
                self.story.archive(case)
            self._work()

    def _opened(self, variant: int) -> str:
        case = self.story.file(SAMPLE, variant)
        self.story.address(case)
        self._issue(case, ["D1"])
        return case

    def _issue(self, case: str, papers: list[str]) -> None:
        for paper in papers:
            self.story.do("li", "submit", case, paper=paper)
            self.story.do("shen", "approve", case, paper=paper)
            self.story.let_pass(case, paper)
            with self._signed():
                self.story.do("qian", "sign", case, paper=paper)

    def _work(self) -> None:
        began = time.perf_counter()
        worked = work_off(self.story.installation, "bench", self.story.at, limit=1_000_000)
        self.working += time.perf_counter() - began
        if worked.failed:
            raise AssertionError(f"{worked.failed} pieces of work failed")

    @contextmanager
    def _signed(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.signing += time.perf_counter() - began
