"""Criteria: what fires them, on whole columns at once, as a plain loop over subjects would say; and how they are typed."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.kernel.vocabulary import PartyLiability
from models.prevention.rules.accident_rows import NOWHERE, Accidents, Involved, by_place
from models.prevention.rules.criteria import (
    DEFAULT_CRITERIA,
    Criterion,
    Demand,
    criterion_data,
    criterion_from,
    faults_of,
    read_demands,
    typed,
)
from models.prevention.rules.firing import fired, usual
from models.prevention.rules.tally import Tally
from models.prevention.rules.trial import trial, year_after

SITE, _, SECTION, ENTERPRISE, *_ = DEFAULT_CRITERIA
NOBODY = Involved(*(np.empty(0, np.int64),) * 3, ())
TODAY = 740_000


def columns(*rows: tuple[int, int, int], road: bool = False) -> Accidents:
    """Return accidents of (days ago, deaths, serious) at one cell, or at stakes given instead of the serious."""
    days = np.array([TODAY - ago for ago, _, _ in rows], np.int64)
    order = np.argsort(days, kind="stable")
    deaths, third = (np.array([row[at] for row in rows], np.int64)[order] for at in (1, 2))
    zeros, away = np.zeros(len(rows), np.int64), np.full(len(rows), NOWHERE)
    return Accidents(
        np.arange(len(rows)),
        days[order],
        deaths,
        zeros if road else third,
        zeros,
        away if road else zeros + 38_500_100,
        away if road else zeros + 13_000_100,
        zeros if road else away,
        third if road else away,
        zeros,
        ("420704",),
        ("G316",),
        ("超速",),
    )


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        (((10, 3, 0),), True),
        (((10, 2, 0),), False),
        (((10, 1, 0), (364, 1, 0)), True),
        (((10, 1, 0), (365, 1, 0)), False),  # the 365 days end with today
        (((10, 1, 0), (20, 0, 1), (30, 0, 2)), True),
        (((10, 1, 1), (20, 0, 1)), False),  # who died in it and who was hurt in it is one accident
        (tuple((ago, 0, 1) for ago in range(5)), True),
        (tuple((ago, 0, 1) for ago in range(4)), False),
        (((-1, 3, 0),), False),  # tomorrow is not known today
    ],
)
def test_a_place_is_named_at_the_limits_of_its_criterion(rows: tuple[tuple[int, int, int], ...], names: bool) -> None:
    assert bool(fired(SITE, columns(*rows), NOBODY, TODAY)) is names


def test_a_section_is_named_wherever_it_begins_and_once() -> None:
    accidents = columns((1, 1, 700), (2, 1, 1200), (3, 1, 1699), (4, 1, 9000), (5, 1, 1701), road=True)
    [one] = fired(SECTION, accidents, NOBODY, TODAY)
    assert (one.along, len(one.evidence)) == (700, 3)
    assert fired(SECTION, columns((1, 1, 700), (2, 1, 1200), (3, 1, 1700), road=True), NOBODY, TODAY) == []


def test_an_enterprise_counts_an_accident_once_and_by_its_blame() -> None:
    accidents = columns((10, 3, 0), (20, 3, 0))
    both = np.array([0, 1, 1])
    main = [*PartyLiability].index(PartyLiability.MAIN)
    for blame, names in ((main, 1), (main + 1, 0)):
        involved = Involved(np.zeros(3, np.int64), both, np.array([main, blame, blame]), ("某公司",))
        assert len(fired(ENTERPRISE, accidents, involved, TODAY)) == names
    twice = Involved(np.zeros(2, np.int64), np.array([0, 0]), np.array([main, main]), ("某公司",))
    assert fired(ENTERPRISE, accidents, twice, TODAY) == []


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 4), st.integers(0, 2), st.integers(0, 3)), max_size=30),
    st.lists(
        st.lists(st.builds(Demand, st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=2),
        min_size=1,
        max_size=2,
    ),
)
@settings(max_examples=60, deadline=None)
def test_all_places_at_once_are_those_that_a_loop_finds(
    rows: list[tuple[int, int, int, int]], ways: list[list[Demand]]
) -> None:
    rows.sort(key=lambda row: -row[0])
    base = columns(*((ago, deaths, serious) for ago, deaths, serious, _ in rows))
    accidents = replace(base, east_m=base.east_m + 500 * np.array([row[3] for row in rows], np.int64))
    criterion = replace(SITE, any_of=tuple(map(tuple, ways)))
    found = {one.across for one in fired(criterion, accidents, NOBODY, TODAY)}
    expected = set()
    for cell in range(4):
        here = [row for row in rows if row[3] == cell and row[0] < criterion.days]
        if any(all(sum(row[1] >= demand.deaths for row in here) >= demand.accidents for demand in way) for way in ways):
            expected.add(38_500_100 // 500 + cell)
    assert found == expected


def test_what_is_usual_counts_all_places_that_had_an_accident() -> None:
    accidents = columns((10, 1, 0), (20, 0, 0), (30, 1, 0))
    far = replace(accidents, east_m=accidents.east_m + np.array([0, 5000, 0]))
    assert usual(SITE, far, NOBODY, TODAY) == 1.0
    assert usual(SITE, columns(), NOBODY, TODAY) is None


@pytest.mark.parametrize("criterion", DEFAULT_CRITERIA, ids=lambda one: one.code)
def test_a_criterion_comes_back_from_its_row_and_from_what_is_typed(criterion: Criterion) -> None:
    assert faults_of(criterion) == []
    held = {name: getattr(criterion, name) for name in ("code", "version", "basis", "borrowed", "in_force")}
    assert criterion_from(criterion_data(criterion), **held) == criterion
    assert read_demands(typed(criterion)) == criterion.any_of


def test_what_no_criterion_can_be_is_told_fault_by_fault() -> None:
    assert faults_of(replace(SITE, name=" ", basis="", days=0, size_m=None, liability=PartyLiability.FULL, any_of=()))[
        -1
    ].startswith("请填写至少一种")
    assert faults_of(replace(ENTERPRISE, size_m=500)) == ["单位和原因没有范围，不填米数。"]
    assert faults_of(replace(SITE, any_of=((Demand(1),),))) == [
        "触发情形应当写明起数（至少1）和死亡或者重伤人数（至少1）。"
    ]
    for wrong in ("亡", "2", "两亡", "2亡人", "2亡+"):
        with pytest.raises(ValueError, match=re.escape(wrong)):
            read_demands([wrong])


def test_a_criterion_is_tried_on_earlier_years_and_judged_by_the_year_after() -> None:
    # One place where two die each year, twenty where nothing comes of one light accident.
    years = [(365 * year + days, 1, 0) for year in range(6) for days in (100, 200)]
    bad = columns(*years)
    quiet = columns(*((365 * 5 + 300, 0, 0) for _ in range(20)))
    where = quiet.east_m + 5000 * np.arange(1, 21)
    both = [
        np.concatenate([getattr(quiet, name), getattr(bad, name)])
        for name in Accidents.__dataclass_fields__
        if name not in ("divisions", "roads", "causes")
    ]
    accidents = Accidents(*both, quiet.divisions, quiet.roads, quiet.causes)
    accidents = replace(accidents, east_m=np.concatenate([where, bad.east_m]))
    order = np.argsort(accidents.days, kind="stable")
    accidents = replace(
        accidents,
        **{
            name: getattr(accidents, name)[order]
            for name in Accidents.__dataclass_fields__
            if name not in ("divisions", "roads", "causes")
        },
    )
    tally = trial(SITE, accidents, NOBODY, TODAY, with_serious=True)
    assert (tally.listed, tally.hits, tally.baseline_hits) == (4, 4, 4)
    assert tally.words == "样本不足（已评判4条，命中4条）"
    assert trial(SITE, columns(), NOBODY, TODAY, with_serious=True) == Tally()


def test_a_record_says_base_rate_and_baseline_or_that_there_is_too_little() -> None:
    told = Tally(2, 20, 1000, 10, 100, 15, 150, 8, 10).words
    assert told == (
        "列出20条，一年内命中10条（50.0%，随机抽取为10.0%），占全部严重事故的10.0%，为随机抽取的5.0倍"
        "（95%区间3.1至7.9）；同样长度的近三年事故数名单命中8条，3.3倍"
    )
    assert (Tally(1, 9, 100, 9, 9, 9, 9, 9, 9).judged, Tally(1, 10, 100).judged) == (None, None)


def test_two_bursts_of_one_place_caught_its_accidents_once() -> None:
    accidents = columns((400, 0, 0), (30, 1, 0))
    of = by_place(accidents, 500)
    place = (int(of.sites.across[0]), int(of.sites.along[0]))
    severe = accidents.severe(with_serious=True)
    tally = year_after(accidents, of, [place, place], [1, 1], TODAY - 365, severe)
    assert (tally.listed, tally.hits, tally.caught, tally.severe) == (2, 2, 1, 1)
    nowhere = year_after(accidents, of, [place], [0], TODAY - 365, severe, np.zeros(1, np.bool_))
    assert (nowhere.universe, nowhere.severe, nowhere.baseline_caught) == (0, 0, 0)
