"""The benches run and measure what they say; how fast anything is on this machine is nobody's test."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from models.case.tables import Case
from models.clock.rules.due import DAY
from models.clock.tables import Deadline
from models.kernel.record import event_chain as chain
from models.kernel.record.event_record import event_record
from models.kernel.storage.database import Database
from tests.benchmarks.measuring import Contender, Measured, Row, Size, Target, Unit, take_turns
from tests.benchmarks.report import as_json, markdown
from tests.benchmarks.run import BENCHES, run
from tests.benchmarks.seed import FIRST, Plan, seed
from tests.stories import staffed


@pytest.mark.server
@pytest.mark.long
@pytest.mark.parametrize("name", list(BENCHES))
def test_a_bench_gives_rows(name: str) -> None:
    (measured,) = run([name], Size.TINY)
    if not measured.rows:
        pytest.skip(measured.facts[0])
    assert all(figure > 0 for row in measured.rows for figure in row.figures)
    assert "median" in markdown([measured])
    assert as_json([measured])["benches"][0]["rows"]


def test_seeded_cases_have_sound_chains_and_their_clocks_run_out_on_the_planned_days(database_url: str) -> None:
    staffed(database_url)
    database = Database(database_url, durable=False)
    seed(database, Plan(6, 2, {FIRST: 2, FIRST + DAY: 1}, events=3))
    with database.reading() as session:
        for case in session.execute(select(Case.case_number, Case.last_seq, Case.last_hash)):
            checked = chain.verify(event_record(session, case.case_number, until=case.last_seq))
            assert (checked.ok, checked.length, checked.head) == (True, 7, case.last_hash)
        due = select(Deadline.due_on, func.count()).where(Deadline.due_on < FIRST + 9 * DAY).group_by(Deadline.due_on)
        assert {row[0]: row[1] for row in session.execute(due)} == {FIRST: 2, FIRST + DAY: 1}
    database.close()


def test_contenders_take_turns_and_each_goes_first_equally_often() -> None:
    order: list[str] = []
    contenders = [Contender(name, lambda n=name: order.append(n), amount=2) for name in "abc"]
    seconds = take_turns(contenders, 3)
    assert "".join(order) == "abcbcacab"
    assert [len(rounds) for rounds in seconds] == [3, 3, 3]


@pytest.mark.parametrize(
    ("unit", "ours", "theirs", "lead"), [(Unit.MILLISECONDS, 2.0, 30.0, 15), (Unit.CASES, 50.0, 10.0, 5)]
)
def test_a_lead_reads_the_same_for_durations_and_rates(unit: Unit, ours: float, theirs: float, lead: float) -> None:
    assert Row("b", "theirs", unit, (theirs,)).behind(Row("b", "ours", unit, (ours,), ours=True)) == lead


def test_a_missed_target_is_said() -> None:
    told = markdown(
        [Measured("b", "B", (Row("b", "x", Unit.SECONDS, (1.0,), ours=True),), (), (Target("fast", False),))]
    )
    assert "fast: **missed**" in told
