"""Carrying cases through their five papers: here with Prefect and without, and as five steps on DBOS and SpiffWorkflow."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import count

from prefect.settings import PREFECT_API_URL, temporary_settings
from sqlalchemy import func, make_url, select

from flows.server import prefect_server
from models.archive.tables import Archive
from models.kernel.tables import Outbox
from models.kernel.vocabulary import RenditionForm
from models.papers.tables import Document, Rendition
from tests.benchmarks import rivals
from tests.benchmarks.life import Lives
from tests.benchmarks.measuring import Contender, Measured, Row, Size, Target, Unit, take_turns
from tests.benchmarks.same_paper import Block, blocks
from tests.benchmarks.workplace import Workplace
from tests.stories import Story, staffed, story_in

BENCH = "carrying"
TITLE = "Carrying a case through its five papers"
TIMES = 5


@dataclass
class Shares:
    """Seconds a case, round by round, that parts of its life took."""

    working: list[float] = field(default_factory=list)
    with_signing: list[float] = field(default_factory=list)


def bench(place: Workplace, size: Size) -> Measured:
    """Carry cases in turns; every contender has a database of its own on the same server."""
    if place.server is None:
        return Measured(BENCH, TITLE, (), (f"not measured, for there is no PostgreSQL: {place.without_postgres}",))
    rounds, amount = size.of(5, 2, 1), size.of(2, 1, 1)
    with ExitStack() as stack:
        plain, followed = (Lives(stack.enter_context(_story(place))) for _ in range(2))
        api, _ = stack.enter_context(prefect_server(os.environ, place.subfolder() / "prefect.log"))
        plain.carry(1)
        with temporary_settings({PREFECT_API_URL: api}):
            followed.carry(1)
        papers = _papers(plain.story)
        on_dbos, on_spiff = (
            stack.enter_context(closing(rivals.NaiveOffice(place.empty(), place.subfolder(), papers))) for _ in range(2)
        )
        durable = stack.enter_context(rivals.dbos(on_dbos, _as_postgresql(place.empty())))
        bpmn = rivals.spiff(on_spiff)
        alone, tracked = Shares(), Shares()
        contenders = (
            Contender("here", _lives(plain, None, amount, alone), amount),
            Contender("here with Prefect", _lives(followed, api, amount, tracked), amount),
            Contender("DBOS", _cases(durable, amount), amount),
            Contender("SpiffWorkflow", _cases(bpmn, amount), amount),
        )
        seconds = take_turns(contenders, rounds)
        runs = _verified(plain, followed)
        papers_a_case, acts_a_case = plain.papers_a_case, plain.acts_a_case
        assert on_dbos.done() == on_spiff.done() == rounds * amount * len(rivals.STEPS)
    whole, whole_followed, dbos, spiff = seconds
    rows = (
        _row("here, the worker: draft, render, store, record, tell, pack", alone.working, ours=True),
        _row("here, the worker, each step a tracked Prefect run", tracked.working),
        _row("here, signing and archiving too: number, frozen content", alone.with_signing),
        _row("here, the whole life: every act of every person", whole),
        _row("here, the whole life with Prefect", whole_followed),
        _row("DBOS: five durable steps, naive papers", dbos),
        _row("SpiffWorkflow: five script tasks, naive papers", spiff),
    )
    lead, signed_lead, whole_lead = (rows[5].behind(rows[n]) for n in (0, 2, 3))
    return Measured(
        BENCH,
        TITLE,
        rows,
        facts=(
            f"here a case has {papers_a_case:g} papers and {acts_a_case:g} acts of people, each a transaction with "
            "policy, clocks and hash-chained events; the rivals write five papers and five rows, and know no acts",
            f"with signing {signed_lead:.2f} ×, the whole life {whole_lead:.2f} × the cases per second of DBOS's five steps",
            f"afterwards: every case of ours in a sealed package, {runs} Prefect runs on record, all the rivals' papers there",
            place.described(),
        ),
        targets=(Target(f"at least {TIMES} times DBOS's cases per second with naive papers", lead >= TIMES),),
    )


def _row(what: str, seconds: list[float], *, ours: bool = False) -> Row:
    return Row(BENCH, what, Unit.CASES, tuple(1 / each for each in seconds), ours=ours)


@contextmanager
def _story(place: Workplace) -> Iterator[Story]:
    with (
        place.database(on_postgres=True, prepare=staffed) as database,
        story_in(database.url, place.subfolder()) as told,
    ):
        yield told


def _lives(lives: Lives, api: str | None, amount: int, shares: Shares) -> Callable[[], None]:
    """Carry `amount` cases a call, with Prefect where its address is given."""

    def turn() -> None:
        working, signing = lives.working, lives.signing
        with temporary_settings({PREFECT_API_URL: api}):
            lives.carry(amount)
        shares.working.append((lives.working - working) / amount)
        shares.with_signing.append((lives.working + lives.signing - working - signing) / amount)

    return turn


def _cases(carry: Callable[[str], None], amount: int) -> Callable[[], None]:
    names = count(1)

    def turn() -> None:
        for _ in range(amount):
            carry(f"case-{next(names)}")

    return turn


def _papers(story: Story) -> dict[str, tuple[Block, ...]]:
    """Return what one paper of each kind says, from the files of a case that was carried here."""
    with story.installation.database.reading() as session:
        rows = session.execute(
            select(Document.kind, Rendition.sha256)
            .join(Rendition, Rendition.document_id == Document.id)
            .where(Rendition.form == RenditionForm.FINAL_DOCX)
            .order_by(Document.id.desc())
        ).all()
    found = {}
    for kind, sha256 in rows:
        with story.installation.files.open(sha256) as stored:
            found[kind.value] = blocks(stored.read())
    return found


def _as_postgresql(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _verified(plain: Lives, followed: Lives) -> int:
    """Refuse figures of unfinished work; returns how many runs Prefect was told of."""
    runs = []
    for lives in (plain, followed):
        with lives.story.installation.database.reading() as session:
            packed = session.scalar(select(func.count()).select_from(Archive).where(Archive.packed_at.is_not(None)))
            left = session.scalar(select(func.count()).select_from(Outbox).where(Outbox.done_at.is_(None)))
            runs.append(session.scalar(select(func.count(Outbox.flow_run_id.distinct()))) or 0)
        if packed != lives.carried or left:
            raise AssertionError(f"{packed} of {lives.carried} cases packed, {left} pieces of work left")
    if runs[0] or not runs[1]:
        raise AssertionError(f"{runs} runs tracked: Prefect took part where it should not, or not where it should")
    return runs[1]
