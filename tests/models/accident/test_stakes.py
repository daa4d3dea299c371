"""Kilometre stakes in the notations of real reports: all of them compare, as metres."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.accident.rules.stakes import Stake, stake


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("K471㎞+300m", 471_300),
        ("305KM+500m", 305_500),
        ("2452KM+300M", 2_452_300),
        ("90KM+850M", 90_850),
        ("335公里400米", 335_400),
        ("1309公里33米", 1_309_033),
        ("K12+318", 12_318),
        ("Ｋ１２＋３１８", 12_318),
        ("K 12 + 318", 12_318),
        ("ZK12+318", 12_318),
        ("605KM处", 605_000),
        ("12.318公里", 12_318),
        ("K12.5", 12_500),
    ],
)
def test_a_stake_is_read_in_every_notation(text: str, metres: int) -> None:
    assert stake(text) == Stake(metres)


@pytest.mark.parametrize(
    "text", ["长下坡", "", "K12+3000", "K12+300至K12+900", "K", "+300", "12+300+5", "某桥头300米", None]
)
def test_what_names_no_single_place_is_no_stake(text: str | None) -> None:
    assert stake(text) is None


@given(st.integers(0, 99_999_999))
def test_a_stake_reads_back_what_it_writes(metres: int) -> None:
    assert stake(str(Stake(metres))) == Stake(metres)


def test_stakes_compare_by_where_they_stand() -> None:
    assert stake("K12+318") == stake("12公里318米")
    assert sorted([Stake(500), Stake(12_318), Stake(90)]) == [Stake(90), Stake(500), Stake(12_318)]
