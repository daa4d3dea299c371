"""Grade, trigger and casualty window at every boundary."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.accident.rules.grading import Casualties, counts, grade, grade_basis, trigger, window_ends
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Invalid
from models.kernel.vocabulary import Grade, Scope, Trigger

BY_SEVERITY = [Grade.ORDINARY, Grade.LARGE, Grade.MAJOR, Grade.EXCEPTIONAL]
FIGURES = st.none() | st.integers(0, 200_000_000)


@pytest.mark.parametrize(
    ("deaths", "serious", "loss", "expected"),
    [
        (0, 0, 0, Grade.ORDINARY),
        (2, 9, 9_999_999, Grade.ORDINARY),
        (3, 0, 0, Grade.LARGE),
        (0, 10, 0, Grade.LARGE),
        (0, 0, 10_000_000, Grade.LARGE),
        (9, 49, 49_999_999, Grade.LARGE),
        (10, 0, 0, Grade.MAJOR),
        (0, 50, 0, Grade.MAJOR),
        (0, 0, 50_000_000, Grade.MAJOR),
        (29, 99, 99_999_999, Grade.MAJOR),
        (30, 0, 0, Grade.EXCEPTIONAL),
        (0, 100, 0, Grade.EXCEPTIONAL),
        (0, 0, 100_000_000, Grade.EXCEPTIONAL),
        (0, 0, Decimal("9999999.99"), Grade.ORDINARY),
    ],
)
def test_each_grade_begins_at_its_number(deaths: int, serious: int, loss: int | Decimal, expected: Grade) -> None:
    assert grade(Casualties(deaths, serious, loss)) == (expected, False)


def test_a_grade_is_provisional_while_a_figure_is_unknown_and_could_raise_it() -> None:
    assert grade(Casualties(4, None, 4_300_000)) == (Grade.LARGE, True)
    assert grade(Casualties()) == (Grade.ORDINARY, True)
    assert grade(Casualties(54, 4, None)) == (Grade.EXCEPTIONAL, False)


def test_a_negative_figure_is_refused() -> None:
    for casualties, label in (((-1, 0, 0), "死亡人数"), ((0, -1, 0), "重伤人数"), ((0, 0, -1), "直接经济损失")):
        with pytest.raises(Invalid, match=f"{label}不能为负数"):
            Casualties(*casualties)


@given(FIGURES, FIGURES, FIGURES, st.integers(0, 2), st.integers(0, 200_000_000))
def test_a_worse_indicator_never_lowers_the_grade(
    deaths: int | None, serious: int | None, loss: int | None, which: int, more: int
) -> None:
    figures = [deaths, serious, loss]
    worse = list(figures)
    worse[which] = (worse[which] or 0) + more
    before, after = grade(Casualties(*figures)), grade(Casualties(*worse))
    assert BY_SEVERITY.index(after.grade) >= BY_SEVERITY.index(before.grade)
    assert before.provisional or not after.provisional


@pytest.mark.parametrize("scope", list(Scope))
def test_three_deaths_must_be_investigated_in_every_scope(scope: Scope) -> None:
    assert trigger(Casualties(3), scope) is Trigger.STATUTORY


@pytest.mark.parametrize(
    ("scope", "casualties", "other_injuries", "in_scope"),
    [
        (Scope.EVERY, Casualties(0, 0, 0), 0, True),
        (Scope.INJURY, Casualties(0, 0, 0), 0, False),
        (Scope.INJURY, Casualties(0, 1, 0), 0, True),
        (Scope.INJURY, Casualties(0, 0, 0), 1, True),
        (Scope.INJURY, Casualties(1, 0, 0), 0, True),
        (Scope.FATAL, Casualties(0, 9, 0), 9, False),
        (Scope.FATAL, Casualties(1, 0, 0), 0, True),
        (Scope.FATAL, Casualties(None, 0, 0), None, False),
        (Scope.STATUTORY, Casualties(2, 99, 0), 0, False),
    ],
)
def test_the_scope_decides_below_three_deaths(
    scope: Scope, casualties: Casualties, other_injuries: int | None, in_scope: bool
) -> None:
    expected = Trigger.SCOPE if in_scope else Trigger.DISCRETIONARY
    assert trigger(casualties, scope, other_injuries=other_injuries, reason="社会影响大") is expected


def test_out_of_scope_needs_a_reason() -> None:
    with pytest.raises(Invalid, match=r"不属于本单位调查范围（有人员死亡）.*请写明理由"):
        trigger(Casualties(0, 9, 0), Scope.FATAL, reason="  ")


def test_the_window_runs_through_the_seventh_day_after_the_accident() -> None:
    accident = datetime(2014, 7, 19, 2, 57, tzinfo=SHANGHAI)
    assert window_ends(accident) == date(2014, 7, 26)
    assert window_ends(accident, accident_day_counts=True) == date(2014, 7, 25)
    assert counts(date(2014, 7, 19), accident)
    assert counts(date(2014, 7, 26), accident)
    assert not counts(date(2014, 7, 27), accident)
    assert counts(date(2014, 7, 25), accident, accident_day_counts=True)
    assert not counts(date(2014, 7, 26), accident, accident_day_counts=True)


def test_the_accident_day_is_a_day_of_shanghai() -> None:
    assert window_ends(datetime(2026, 3, 4, 16, 30, tzinfo=UTC)) == date(2026, 3, 12)


def test_a_death_before_the_accident_is_refused() -> None:
    with pytest.raises(Invalid, match="死亡日期早于事故日期2026年3月5日"):
        counts(date(2026, 3, 4), datetime(2026, 3, 5, 9, tzinfo=SHANGHAI))


@pytest.mark.parametrize(("decided", "mark"), [(True, "依据"), (False, "参照"), (None, "参照")])
def test_only_a_production_safety_accident_rests_on_the_regulation(decided: bool | None, mark: str) -> None:
    basis = grade_basis(production_safety=decided)
    assert basis.text.startswith(mark)
    assert basis.borrowed is (mark == "参照")
