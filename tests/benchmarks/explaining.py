"""How long it takes to say why a date is what it is, day by day, among many clocks and through the policy."""

from __future__ import annotations

from contextlib import ExitStack

from sqlalchemy import select

from models.clock.queries.explain import explain_deadline, explain_rule
from models.clock.queries.rulebook import rulebook
from models.clock.tables import Deadline
from models.kernel.act import find_actor
from tests.benchmarks.measuring import Contender, Measured, Row, Size, Target, Unit, take_turns
from tests.benchmarks.seed import FIRST, SERVED, Plan, seed
from tests.benchmarks.workplace import Workplace
from tests.stories import staffed

BENCH = "explain"
MILLISECONDS = 1.0
CODES = ("measure.complete", "notice.plan", "investigation.report")


def bench(place: Workplace, size: Size) -> Measured:
    """Explain stored clocks on each database in turns, and rules from any start without one."""
    rounds, each, cases = size.of(25, 9, 2), size.of(20, 20, 2), size.of(10_000, 200, 4)
    with ExitStack() as stack:
        contenders, days = [], 0
        for name, on_postgres in (("PostgreSQL", True), ("SQLite", False)):
            if on_postgres and place.server is None:
                continue
            database = stack.enter_context(place.database(on_postgres=on_postgres, prepare=staffed))
            seed(database, Plan(cases, 1, {FIRST: cases}))
            session = stack.enter_context(database.reading())
            officer, rules = find_actor(session, "li", SERVED), rulebook(session)
            keys = session.scalars(select(Deadline.key).order_by(Deadline.id).limit(each)).all()
            days = len(explain_deadline(session, officer, keys[0], rules).days)

            def stored(session=session, officer=officer, rules=rules, keys=keys) -> None:  # type: ignore[no-untyped-def]
                for key in keys:
                    explain_deadline(session, officer, key, rules)

            contenders.append(Contender(f"a stored clock, {name}", stored, len(keys)))

        def counted() -> None:
            for code in CODES:
                explain_rule(rules, code, SERVED)

        contenders.append(Contender("a rule from any start, no database", counted, len(CODES)))
        seconds = take_turns(contenders, rounds)
    rows = tuple(
        Row(BENCH, one.name, Unit.MILLISECONDS, tuple(1000 * took for took in taken))
        for one, taken in zip(contenders, seconds, strict=True)
    )
    return Measured(
        BENCH,
        f"Explaining a date among {cases:,} clocks",
        rows,
        facts=(
            f"a stored clock here is told over {days} days, each with its name, and only to who may see it: one statement",
            f"the rules: {', '.join(CODES)}",
        ),
        targets=(Target(f"at most {MILLISECONDS:g} ms", all(row.median <= MILLISECONDS for row in rows)),),
    )
