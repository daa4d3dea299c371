"""Sites are fixed, and counted as a child would count them: one accident after the other."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from models.kernel.storage.database import Database
from models.prevention.rules.cells import cells, history, periods_back, sections, windows
from models.register.tables import RegisteredAccident

POINTS = st.lists(st.tuples(st.integers(38_000_000, 38_003_000), st.integers(13_000_000, 13_003_000)), min_size=1)
STAKES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3_000)), min_size=1)


def _columns(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([one for one, _ in pairs]), np.array([other for _, other in pairs])


@given(POINTS, st.sampled_from([1, 100, 150, 500, 1000]))
def test_every_accident_counts_in_the_one_cell_it_lies_in_and_neighbours_are_the_eight_around(
    points: list[tuple[int, int]], size: int
) -> None:
    found = cells(*_columns(points), size)
    counts = found.count()
    expected = Counter((east // size, north // size) for east, north in points)
    assert dict(zip(zip(found.across, found.along, strict=True), counts, strict=True)) == expected
    assert [(found.across[i], found.along[i]) for i in found.of] == [(e // size, n // size) for e, n in points]
    around = [
        sum(expected[x + dx, y + dy] for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy)
        for x, y in zip(found.across.tolist(), found.along.tolist(), strict=True)
    ]
    assert found.around(counts).tolist() == around
    assert (np.diff(found.keys) > 0).all()


@given(POINTS)
def test_places_far_apart_are_the_same_cells_as_places_in_one_table(points: list[tuple[int, int]]) -> None:
    # One more accident so far away that no table holds both.
    near, far = cells(*_columns(points), 150), cells(*_columns([*points, (120_000_000, 19_999_999)]), 150)
    assert far.count()[:-1].tolist() == near.count().tolist()
    assert far.keys[:-1].tolist() == near.keys.tolist()
    assert far.of[:-1].tolist() == near.of.tolist()


@given(STAKES, st.sampled_from([100, 500, 1000]))
def test_sections_and_windows_of_a_road_know_nothing_of_the_next_road(stakes: list[tuple[int, int]], size: int) -> None:
    road, stake = _columns(stakes)
    found = sections(road, stake, size)
    expected = Counter((r, s // size) for r, s in stakes)
    assert found.count().tolist() == [expected[key] for key in sorted(expected)]
    assert found.around(found.count()).tolist() == [
        expected[r, s - 1] + expected[r, s + 1] for r, s in sorted(expected)
    ]
    in_window = [sum(r == road_ and s <= other < s + size for road_, other in stakes) for r, s in stakes]
    assert windows(road, stake, size).tolist() == in_window
    weights = np.arange(len(stakes))
    assert windows(road, stake, size, weights).tolist() == [
        sum(w for w, (road_, other) in enumerate(stakes) if r == road_ and s <= other < s + size) for r, s in stakes
    ]


@pytest.mark.parametrize("metres", [[-1], [0.5], [1 << 31]])
def test_what_is_no_whole_metre_is_refused(metres: list[float]) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        cells(metres, [0], 150)
    with pytest.raises(ValueError, match="one metre"):
        cells([1], [1], 0)


def test_a_history_counts_each_period_and_what_it_sums_ends_with_the_period_asked_for() -> None:
    sites = cells([10, 10, 10, 700], [10, 10, 10, 10], 500)
    told = history(sites, [2019, 2021, 2021, 2022], [False, True, False, False])
    assert (told.first, told.last) == (2019, 2022)
    assert told.every.tolist() == [[1, 0], [0, 0], [2, 0], [0, 1]]
    assert told.severe.tolist() == [[0, 0], [0, 0], [1, 0], [0, 0]]
    assert told.around.tolist() == [[0, 1], [0, 0], [0, 2], [1, 0]]
    assert told.known(2021).tolist() == [True, False]
    assert told.sum(told.every, 2021, 3).tolist() == [3, 0]
    assert told.sum(told.every, 2020, 9).tolist() == [1, 0]


def test_periods_end_with_yesterday() -> None:
    assert periods_back([999, 635, 634, 1000], 1000).tolist() == [0, 0, -1, 1]


def test_the_database_counts_the_same_cells(database_url: str) -> None:
    drawn = np.random.default_rng(5)
    east, north = drawn.integers(38_400_000, 38_402_000, 60), drawn.integers(13_300_000, 13_302_000, 60)
    database = Database(database_url, durable=False)
    with database.writing() as session:
        rows = zip(range(60), east.tolist(), north.tolist(), strict=True)
        session.execute(insert(RegisteredAccident), [_row(*row) for row in rows])
        for size in (150, 500):
            column, row = RegisteredAccident.east_m // size, RegisteredAccident.north_m // size
            counted = session.execute(select(column, row, func.count()).group_by(column, row).order_by(column, row))
            found = cells(east, north, size)
            assert [tuple(one) for one in counted] == list(zip(found.across, found.along, found.count(), strict=True))
    database.close()


def _row(number: int, east: int, north: int) -> dict[str, object]:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    told = {"occurred_at": at, "occurred_on": at.date(), "weekday": 7, "recorded_at": at}
    return {"source": "hand", "source_key": str(number), "east_m": east, "north_m": north, **told}
