"""Filing cases through the command, on both databases, beside a loop that saves row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

from sqlalchemy import event, func, select

from models.accident.dossier import Dossier
from models.case.commands.filing import file_case
from models.case.tables import Case
from models.kernel.act import acting
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from tests.benchmarks.dossiers import dossiers
from tests.benchmarks.measuring import Contender, Measured, Row, Size, Target, Unit, take_turns
from tests.benchmarks.row_by_row import save_row_by_row
from tests.benchmarks.workplace import AT, Workplace

BENCH = "filing"
SETTINGS = Settings()


def bench(place: Workplace, size: Size) -> Measured:
    """File the same dossiers everywhere, a fifth a round."""
    rounds = size.of(5, 2, 1)
    batch, sample = size.of(1000, 40, 2) // rounds, size.of(200, 20, 2) // rounds
    ours, rivals = [], []
    with ExitStack() as stack:
        for name, on_postgres in [("PostgreSQL", True), ("SQLite", False)]:
            if on_postgres and place.server is None:
                continue
            filed, saved = (stack.enter_context(place.database(on_postgres=on_postgres)) for _ in range(2))
            ours.append((f"file_case, {name}", filed, _file, batch))
            rivals.append((f"row by row, {name}", saved, save_row_by_row, sample))
        contestants = [*ours, *rivals]
        waiting = {name: _batches(rounds, amount) for name, _, _, amount in contestants}
        seconds = take_turns(
            [
                Contender(name, lambda n=name, d=database, w=work: w(d, next(waiting[n])), amount)
                for name, database, work, amount in contestants
            ],
            rounds,
        )
        counted = [_cases(database) for _, database, *_ in ours]
        statements = _statements(ours[-1][1], dossiers(1, now=AT, first=rounds * batch)[0])
    rows = tuple(
        Row(
            BENCH,
            name,
            Unit.CASES,
            tuple(1 / each for each in taken),
            ours=work is _file,
            group=name.rpartition(", ")[2],
        )
        for (name, _, work, _), taken in zip(contestants, seconds, strict=True)
    )
    contents = dossiers(1, now=AT)[0]
    return Measured(
        BENCH,
        f"Filing {rounds * batch:,} cases",
        rows,
        facts=(
            f"each dossier: {len(contents.people)} people, {len(contents.vehicles)} vehicles, "
            f"{len(contents.organisations)} units, {len(contents.findings)} findings, {len(contents.measures)} measures, "
            f"{len(contents.accountability)} accountability items",
            f"file_case also looks for a duplicate, grades, draws a number, starts the clock, appends the event and queues "
            f"the work that follows: {statements} statements a case; row by row does none of this",
            f"durable databases; cases found afterwards: {' and '.join(map(str, counted))}",
        ),
        targets=(Target("every case filed is there", all(found == rounds * batch for found in counted)),),
    )


def _batches(rounds: int, batch: int) -> Iterator[list[Dossier]]:
    ready = [dossiers(batch, now=AT, first=turn * batch) for turn in range(rounds)]
    return iter(ready)


def _file(database: Database, batch: Sequence[Dossier]) -> None:
    for dossier in batch:
        with acting(database, SETTINGS, "console", AT) as act:
            file_case(act, dossier)


def _cases(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def _statements(database: Database, dossier: Dossier) -> int:
    """Return how many statements one filing sends."""
    sent: list[str] = []
    count: Callable[..., None] = lambda _c, _u, statement, *_: sent.append(statement)  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", count)
    _file(database, [dossier])
    event.remove(database.engine, "before_cursor_execute", count)
    return len(sent)
