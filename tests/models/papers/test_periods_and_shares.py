"""Periods as circulars call them, and shares with the doubt that small numbers leave."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kernel.errors import Invalid
from models.kernel.vocabulary import Rhythm
from models.papers.rules.periods import Period, around, last_ended
from models.papers.rules.shares import in_words, overlap, wilson

RHYTHMS = [one for one in Rhythm if one is not Rhythm.NEVER]
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("since", "until", "called"),
    [
        (date(2026, 4, 1), date(2026, 6, 30), "2026年第二季度"),
        (date(2026, 12, 1), date(2026, 12, 31), "2026年12月"),
        (date(2026, 7, 1), date(2026, 12, 31), "2026年下半年"),
        (date(2026, 1, 1), date(2026, 12, 31), "2026年度"),
        (date(2026, 4, 1), date(2026, 6, 29), "2026年4月1日至6月29日"),
        (date(2025, 12, 16), date(2026, 1, 15), "2025年12月16日至2026年1月15日"),
    ],
)
def test_a_period_is_called_as_an_office_calls_it(since: date, until: date, called: str) -> None:
    assert Period(since, until).called == called


def test_the_last_quarter_is_over_the_day_after_its_end_and_not_before() -> None:
    assert last_ended(Rhythm.QUARTER, date(2026, 6, 30)) == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert last_ended(Rhythm.QUARTER, date(2026, 7, 1)) == Period(date(2026, 4, 1), date(2026, 6, 30))
    assert last_ended(Rhythm.YEAR, date(2026, 1, 1)) == Period(date(2025, 1, 1), date(2025, 12, 31))


@given(st.sampled_from(RHYTHMS), DAYS)
def test_periods_follow_each_other_without_gap(rhythm: Rhythm, day: date) -> None:
    period = around(rhythm, day)
    assert period.since <= day <= period.until
    assert period.rhythm is rhythm
    assert period.next.since == period.until + timedelta(days=1)
    assert last_ended(rhythm, period.next.since) == period


@given(DAYS, st.integers(0, 400))
def test_a_chosen_period_is_followed_by_one_that_begins_the_next_day(first: date, days: int) -> None:
    period = Period(first, first + timedelta(days=days))
    assert period.next.since == period.until + timedelta(days=1)


def test_a_period_that_is_not_over_or_ends_before_it_begins_is_refused() -> None:
    today = date(2026, 7, 1)
    assert Period.ended(date(2026, 6, 30), date(2026, 6, 30), today).days == "2026年6月30日至6月30日"
    with pytest.raises(Invalid, match="尚未结束"):
        Period.ended(date(2026, 6, 1), today, today)
    with pytest.raises(Invalid, match="末日早于首日"):
        Period.ended(date(2026, 6, 2), date(2026, 6, 1), today)


@pytest.mark.parametrize(
    ("done", "of", "said"),
    [
        (31, 38, "81.6%（66.6%至90.8%）"),
        (9, 11, "81.8%（52.3%至94.9%）"),
        (6, 8, "75.0%（40.9%至92.9%）"),
        (4, 5, "80.0%（37.6%至96.4%）"),
        (3, 5, "60.0%（23.1%至88.2%）"),
        (4, 4, "样本过少，不计算"),
        (0, 0, "样本过少，不计算"),
    ],
)
def test_a_share_is_told_with_its_interval_and_not_at_all_of_fewer_than_five(done: int, of: int, said: str) -> None:
    assert in_words(done, of) == said


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_lies_between_nothing_and_all_around_its_share(share: tuple[int, int]) -> None:
    low, high = wilson(*share)
    assert 0 <= low <= share[0] / share[1] + 1e-12
    assert share[0] / share[1] - 1e-12 <= high <= 1


def test_intervals_overlap_where_all_have_a_point_in_common() -> None:
    assert overlap([])
    assert overlap([(9, 11), (3, 5)])
    assert not overlap([(100, 100), (1, 100)])
