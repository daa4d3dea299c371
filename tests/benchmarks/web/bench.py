"""The bench: every page in turn with its rival, thirty people at once, a real browser, and two thousand runs in a row."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import select

from models.accident.tables import Accident
from models.case.commands.cases import assign_sponsor
from models.case.tables import Case
from models.kernel.act import acting
from models.kernel.calendar.time import wall_clock
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.vocabulary import Stage
from models.office.tables import User
from models.prevention.queries.recurrences import happened_before
from tests.benchmarks.measuring import Measured, Row, Size, Target, Unit
from tests.benchmarks.web.clients import Ask, Run, at_once, click, clicks, sign_in, window
from tests.benchmarks.web.pages import DASHBOARD, Page, pages
from tests.benchmarks.web.servers import Server, naive, ours
from tests.benchmarks.web.sight import painted
from tests.benchmarks.web.stores import Store
from tests.benchmarks.web.town import LEADER, LEADERS, PASSWORD

BENCH = "web"
TOGETHER_MS, PAINT_SECONDS, FLAT_MB = 500.0, 1.5, 24.0
WARM = 3
RELOAD = 50  # so many clicks, then the window is opened anew
LOOKS = 10  # so often memory is read


@dataclass(frozen=True, slots=True)
class Amount:
    """How often each thing is done."""

    runs: int
    rivals: int
    together: int
    paints: int
    many: int
    lookups: int


def amount(size: Size) -> Amount:
    """Return how often each thing is done at a size."""
    return Amount(
        runs=size.of(100, 10, 2),
        rivals=size.of(3, 2, 1),
        together=size.of(10, 2, 1),
        paints=size.of(15, 3, 0),
        many=size.of(2000, 100, 20),
        lookups=size.of(50, 5, 1),
    )


class Findings:
    """What comes of it: rows, facts, targets; a page that failed fails the bench."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.rows: list[Row] = []
        self.facts: list[str] = []
        self.targets: list[Target] = []

    def row(self, what: str, seconds: Iterable[float], *, ours: bool = False, group: str = "", ms: bool = True) -> None:
        """Add a row in milliseconds, or in seconds."""
        figures = tuple(one * 1000 if ms else one for one in seconds)
        self.rows.append(Row(BENCH, what, Unit.MILLISECONDS if ms else Unit.SECONDS, figures, ours, group))

    def wish(self, what: str, met: bool) -> None:
        """Add a target."""
        self.targets.append(Target(what, met))


def bench(store: Store, size: Size, home: Path, *, browser: bool = True) -> Measured:
    """Measure every page on a seeded database."""
    found, times = Findings(store), amount(size)
    database = Database(store.url)
    with database.reading() as session:
        wanted = pages(session)
    with ours(home / "ours", store.url) as server:
        cookies = {page.account: sign_in(server.address, page.account, PASSWORD) for page in wanted}
        for page in wanted:
            _page(found, server, page, cookies[page.account], times)
        for page in wanted:
            if page.live:
                _page_while_others_act(found, server, page, cookies[page.account], times, elsewhere(database))
        _together(found, server, times)
        if browser and times.paints:
            _paint(found, server, cookies[LEADER], times)
        _flat(found, server, wanted, cookies, times)
    _rivals(found, home / "naive", wanted, times)
    _lookup(found, database, times)
    database.close()
    return _told(found)


def _told(found: Findings) -> Measured:
    store = found.store
    found.facts.append(
        f"{store.cases:,} cases, {5 * store.cases:,} measures, {50 * store.cases:,} events, {store.size_mb:,.0f} MB; "
        f"seeding took {store.seconds:,.0f} s"
    )
    return Measured(
        f"web, {store.name}",
        f"The pages over {store.cases:,} cases, {store.name}",
        tuple(sorted(found.rows, key=lambda row: row.group)),
        tuple(found.facts),
        tuple(found.targets),
    )


def _page(found: Findings, server: Server, page: Page, cookie: str, times: Amount) -> None:
    asks = list(itertools.islice(itertools.cycle(page.asks), WARM + times.runs))
    first, *further = _sound(asyncio.run(clicks(server.address, cookie, asks)))
    runs = further[WARM - 1 :]
    seconds = [run.seconds for run in runs]
    found.row(page.name, seconds, ours=True, group=page.name)
    last = ninety_fifth(seconds) * 1000
    found.facts.append(
        f"{page.name}: 95 of 100 runs within {last:,.0f} ms, {runs[-1].size / 1000:,.0f} kB a run; "
        f"the first look took {first.seconds * 1000:,.0f} ms"
    )
    found.wish(f"{page.name}: 95 of 100 within {page.limit:g} ms", last <= page.limit)


def _page_while_others_act(
    found: Findings, server: Server, page: Page, cookie: str, times: Amount, act: Callable[[], None]
) -> None:
    """Something is recorded before each click, so that nothing which is remembered will do."""
    asks = list(itertools.islice(itertools.cycle(page.asks), WARM + times.runs))
    seconds = [run.seconds for run in _sound(asyncio.run(clicks(server.address, cookie, asks, act)))[WARM:]]
    what = f"{page.name}, each time after an act of somebody else"
    found.row(what, seconds, ours=True, group=page.name)
    last = ninety_fifth(seconds) * 1000
    found.facts.append(f"{what}: 95 of 100 runs within {last:,.0f} ms")
    found.wish(f"{what}: 95 of 100 within {page.limit:g} ms", last <= page.limit)


def elsewhere(database: Database) -> Callable[[], None]:
    """Return an act at another desk: the sponsor of a case changes, in turn between two leaders."""
    with database.reading() as session:
        case = session.execute(
            select(Case.case_number, User.account)
            .join(User, User.id == Case.officer_id)
            .where(Case.stage == Stage.RECTIFYING)
            .order_by(Case.id)
            .limit(1)
        ).one()
    sponsors = itertools.cycle(("leader1", "leader2"))

    def act() -> None:
        with acting(database, Settings(), case.account, wall_clock()) as work:
            assign_sponsor(work, case.case_number, sponsor=next(sponsors))

    return act


def _sound(runs: Sequence[Run]) -> Sequence[Run]:
    failures = [failure for run in runs for failure in run.failures]
    if failures:
        raise AssertionError(f"{len(failures)} failures in {len(runs)} runs, the first: {failures[0]}")
    return runs


def _together(found: Findings, server: Server, times: Amount) -> None:
    cookies = [sign_in(server.address, f"leader{nth}", PASSWORD) for nth in range(1, LEADERS + 1)]
    first, *later = asyncio.run(at_once(server.address, cookies, DASHBOARD, 1 + times.together))
    found.row(
        f"dashboard, the first look of {LEADERS} leaders at once, nothing remembered",
        [run.seconds for run in _sound(first)],
        group="dashboard, together",
    )
    seconds = [run.seconds for runs in later for run in _sound(runs)]
    found.row(f"dashboard, {LEADERS} leaders click at the same moment", seconds, group="dashboard, together")
    middle = median(seconds) * 1000
    found.wish(f"dashboard, {LEADERS} at once: median within {TOGETHER_MS:g} ms", middle <= TOGETHER_MS)


def _paint(found: Findings, server: Server, cookie: str, times: Amount) -> None:
    first, whole = painted(server.address, cookie, "/dashboard", times.paints)
    found.row("a browser opens the dashboard: first paint", first, group="paint")
    found.row("a browser opens the dashboard: its heading and tables stand", whole, group="paint")
    found.wish(f"dashboard in chromium: stands within {PAINT_SECONDS:g} s", median(whole) <= PAINT_SECONDS)


def _flat(found: Findings, server: Server, wanted: Sequence[Page], cookies: dict[str, str], times: Amount) -> None:
    """Run the pages in turn, with a new window every so often, and read the memory of the server between."""
    held = asyncio.run(_many(server, wanted, cookies, times.many))
    found.facts.append(f"memory of the server over {times.many:,} runs: {', '.join(f'{one:,.0f}' for one in held)} MB")
    grown = held[-1] - held[len(held) // 4]
    found.wish(
        f"memory flat over {times.many:,} runs: at most {FLAT_MB:g} MB more at the end than after the first quarter",
        grown <= FLAT_MB,
    )


async def _many(server: Server, wanted: Sequence[Page], cookies: dict[str, str], many: int) -> list[float]:
    asks: itertools.cycle[tuple[str, Ask]] = itertools.cycle(
        [(page.account, ask) for page in wanted for ask in page.asks[:3]]
    )
    held = [server.memory_mb]
    for nth in range(0, many, RELOAD):
        by_account: dict[str, list[Ask]] = {}
        for account, ask in itertools.islice(asks, min(RELOAD, many - nth)):
            by_account.setdefault(account, []).append(ask)
        for account, theirs in by_account.items():
            async with window(server.address, cookies[account]) as socket:
                _sound([await click(socket, ask) for ask in theirs])
        if (nth + RELOAD) % max(many // LOOKS, RELOAD) == 0:
            held.append(server.memory_mb)
    return [*held, server.memory_mb]


def _rivals(found: Findings, home: Path, wanted: Sequence[Page], times: Amount) -> None:
    """The obvious pages one after the other, a few runs each: they take as long as the tables are."""
    with naive(home, found.store.url) as server:
        for page in wanted:
            if not page.obvious:
                continue
            asks = list(page.obvious) * times.rivals
            seconds = [run.seconds for run in _sound(asyncio.run(clicks(server.address, "", asks)))]
            found.row(f"{page.name.split(',')[0]}, built the obvious way", seconds, group=page.name)
        found.facts.append(f"memory of the obvious server at the end: {server.memory_mb:,.0f} MB")


def _lookup(found: Findings, database: Database, times: Amount) -> None:
    """What is asked at each filing: which measures of earlier cases does this accident come after?"""
    taken, measures = [], 0
    with database.reading() as session:
        accidents = session.scalars(select(Accident.id).order_by(Accident.id.desc()).limit(times.lookups)).all()
        for accident in accidents:
            began = time.perf_counter()
            measures += len(happened_before(session, accident, Settings()))
            taken.append(time.perf_counter() - began)
    found.row("did it happen again? the look-up at a filing", taken, group="recurrence")
    found.facts.append(f"such a look-up finds {measures / len(taken):,.0f} measures of earlier cases here")


def ninety_fifth(figures: Sequence[float]) -> float:
    """Return what 95 of 100 stay below."""
    return quantiles(figures, n=20)[-1] if len(figures) > 1 else figures[0]
