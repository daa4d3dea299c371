"""Tests run in any order that a seed draws, the same for the same seed, and a file of them stays together."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from tests.conftest import ROOT, TOGETHER, shuffled

PLACES = ("tests/browser/b.py", "tests/models/m.py", "tests/models/n.py", "tests/ui/u.py", "tests/ui/v.py")


class Named(pytest.Item):
    """A test that has a name and does nothing."""

    def runtest(self) -> None:
        """Do nothing."""


@pytest.fixture
def items(request: pytest.FixtureRequest) -> list[pytest.Item]:
    """Twenty tests in each of some places."""
    return [
        Named.from_parent(request.session, name=f"test_{number}", nodeid=f"{place}::test_{number}")
        for place in PLACES
        for number in range(20)
    ]


def names(items: list[pytest.Item]) -> list[str]:
    return [item.nodeid for item in items]


def place(name: str) -> str:
    return name.partition("::")[0]


def test_the_same_seed_gives_the_same_order_and_another_one_another(items: list[pytest.Item]) -> None:
    assert names(shuffled(items, "7")) == names(shuffled([*items], "7"))
    assert names(shuffled(items, "7")) != names(shuffled(items, "8"))


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_nothing_is_lost_files_stay_together_and_what_takes_longest_comes_first(
    items: list[pytest.Item], seed: str
) -> None:
    drawn = names(shuffled(items, seed))
    assert sorted(drawn) == sorted(names(items))
    files = [file for file, _ in groupby(drawn, place)]
    assert sorted(files) == sorted(PLACES)
    assert files[0] == "tests/browser/b.py"


def test_where_files_start_servers_their_tests_keep_their_order(items: list[pytest.Item]) -> None:
    drawn = names(shuffled(items, "7"))
    assert [name for name in drawn if place(name) == "tests/ui/u.py"] == [f"tests/ui/u.py::test_{n}" for n in range(20)]
    models = [name for name in drawn if place(name) == "tests/models/m.py"]
    assert models != sorted(models, key=lambda name: int(name.rpartition("_")[2]))


def test_every_place_that_stays_together_exists() -> None:
    assert [name for names in TOGETHER.values() for name in names if not Path(ROOT, name).exists()] == []
