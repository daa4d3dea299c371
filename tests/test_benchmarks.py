"""The benches run and measure what they say; how fast anything is on this machine is nobody's test."""

from __future__ import annotations

import pytest

from tests.benchmarks.measuring import Contender, Measured, Row, Size, Target, Unit, take_turns
from tests.benchmarks.report import as_json, markdown
from tests.benchmarks.run import BENCHES, run


@pytest.mark.server
@pytest.mark.xdist_group("prefect")
@pytest.mark.parametrize("name", list(BENCHES))
def test_a_bench_gives_rows(name: str) -> None:
    (measured,) = run([name], Size.TINY)
    if not measured.rows:
        pytest.skip(measured.facts[0])
    assert all(figure > 0 for row in measured.rows for figure in row.figures)
    assert "median" in markdown([measured])
    assert as_json([measured])["benches"][0]["rows"]


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
