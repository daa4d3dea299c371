"""From the commit of a signature to the finished paper: through the outbox and a worker that runs beside."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import quantiles

from sqlalchemy import select

from flows.clock import Ticking, scheduler
from models.case.tables import Case
from models.kernel.settings import Settings
from models.kernel.vocabulary import DocumentKind, RenditionForm
from models.papers.tables import Document, Rendition
from tests.benchmarks.measuring import Measured, Row, Size, Target, Unit
from tests.benchmarks.workplace import Workplace
from tests.stories import Story, staffed, story_in

BENCH = "outbox"
SECONDS = 1.0
LONGEST = 60.0
POLL = 0.005


def bench(place: Workplace, size: Size) -> Measured:
    """Sign papers one after the other, each when the one before is finished, while a worker ticks as it does in use."""
    cases = size.of(20, 4, 1)
    rows, facts = [], []
    for name, on_postgres in (("PostgreSQL", True), ("SQLite", False)):
        if on_postgres and place.server is None:
            facts.append(f"no PostgreSQL: {place.without_postgres}")
            continue
        with ExitStack() as stack:
            database = stack.enter_context(place.database(on_postgres=on_postgres, prepare=staffed))
            story = stack.enter_context(story_in(database.url, place.subfolder(), durable=True))
            stack.enter_context(worker(story))
            taken = [seconds for variant in range(cases) for seconds in _waits(story, variant)]
        rows.append(Row(BENCH, f"from the signature to the file, {name}", Unit.SECONDS, tuple(taken)))
    last = {row.what: _ninety_fifth(row.figures) for row in rows}
    facts += [f"{what}: 95 of 100 within {seconds:.2f} s" for what, seconds in last.items()]
    facts.append(
        "a paper is finished when its file lies in the store and is on record; each is signed right after the one before "
        f"was finished, so that nearly the {Settings().outbox_seconds:g} s between two looks into the outbox are waiting; "
        "Prefect is not there"
    )
    return Measured(
        BENCH,
        f"A signed paper becomes a file, {len(rows[0].figures)} papers one after the other",
        tuple(rows),
        tuple(facts),
        (Target(f"95 of 100 within {SECONDS:g} s", all(seconds <= SECONDS for seconds in last.values())),),
    )


def _ninety_fifth(figures: tuple[float, ...]) -> float:
    return quantiles(figures, n=20)[-1] if len(figures) > 1 else figures[0]


@contextmanager
def worker(story: Story) -> Iterator[None]:
    """Let the worker's clock tick in this process, at the story's moment."""
    stop = threading.Event()
    clock = scheduler(Ticking(story.installation, "bench", lambda: story.at, stop))
    clock.start()
    try:
        yield
    finally:
        stop.set()
        clock.shutdown(wait=True)


def _waits(story: Story, variant: int) -> Iterator[float]:
    """File a case, and sign its report and its notices; yields how long each took to be a file."""
    case = story.file(variant=variant)
    story.address(case)
    yield _wait(story, case, "D1")
    for notice in story.papers(case, kind=DocumentKind.RECTIFICATION_NOTICE) or story.do(
        "li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE
    ):
        yield _wait(story, case, notice)


def _wait(story: Story, case: str, paper: str) -> float:
    story.do("li", "submit", case, paper=paper)
    story.do("shen", "approve", case, paper=paper)
    story.let_pass(case, paper)
    story.do("qian", "sign", case, paper=paper)
    committed = time.perf_counter()
    finished = (
        select(Rendition.id)
        .join(Document, Document.id == Rendition.document_id)
        .join(Case, Case.id == Document.case_id)
        .where(Case.case_number == case, Document.ref == paper, Rendition.form == RenditionForm.FINAL_DOCX)
    )
    while True:
        with story.installation.database.reading() as session:
            if session.scalar(finished) is not None:
                return time.perf_counter() - committed
        if time.perf_counter() - committed > LONGEST:
            raise AssertionError(f"{paper} of {case} was not finished in {LONGEST:g} s")
        time.sleep(POLL)
