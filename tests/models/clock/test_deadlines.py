"""Due dates: every limit of the table at its boundary, and equal to a counter that simply walks the days."""

from __future__ import annotations

import random
import timeit
from datetime import UTC, date, datetime, time, timedelta
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.clock.rules.calendar_seed import seed_calendar
from models.clock.rules.deadline_explanation import explain
from models.clock.rules.deadline_rules import DEFAULT_RULES, DeadlineRule, Unit, default_rule
from models.clock.rules.deadlines import (
    compute,
    extend,
    given_date,
    half_used,
    is_late,
    near,
    near_date,
    plan_start,
    remaining,
    resume,
    suspend,
    with_changes,
)
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.calendar.workdays import Calendar
from models.kernel.errors import Invalid
from models.kernel.vocabulary import Grade, Turn

SEED = seed_calendar()
DAYS = st.dates(date(2007, 1, 1), date(2026, 12, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def on(day: date) -> datetime:
    return datetime.combine(day, time(9), SHANGHAI)


# Rules ----------------------------------------------------------------------------------------------------------


RULES = [
    ("investigation.report", Unit.CALENDAR_DAYS, 60, Turn.OURS, True),
    ("report.approve", Unit.CALENDAR_DAYS, 15, Turn.OURS, True),
    ("notice.issue", Unit.WORKING_DAYS, 3, Turn.OURS, True),
    ("notice.acknowledge", Unit.WORKING_DAYS, 3, Turn.THEIRS, True),
    ("notice.plan", Unit.WORKING_DAYS, 7, Turn.THEIRS, True),
    ("measure.complete", Unit.CALENDAR_DAYS, 30, Turn.THEIRS, True),
    ("reply.assess", Unit.WORKING_DAYS, 5, Turn.OURS, True),
    ("returned.rework", Unit.WORKING_DAYS, 5, Turn.THEIRS, True),
    ("order.complete", Unit.WORKING_DAYS, 10, Turn.THEIRS, True),
    ("reminder.answer", Unit.WORKING_DAYS, 5, Turn.THEIRS, True),
    ("accountability.feedback", Unit.CALENDAR_DAYS, 30, Turn.OURS, True),
    ("incoming.answer", Unit.CALENDAR_DAYS, 30, Turn.OURS, True),
    ("effect.evaluate", Unit.MONTHS, 12, Turn.OURS, True),
]


@pytest.mark.parametrize(("code", "unit", "amount", "turn", "borrowed"), RULES)
def test_each_rule_has_the_limit_of_the_table(code: str, unit: Unit, amount: int, turn: Turn, borrowed: bool) -> None:
    rule = default_rule(code)
    assert (rule.unit, rule.amount, rule.turn, rule.borrowed, rule.roll_over) == (unit, amount, turn, borrowed, True)


def test_the_table_holds_these_rules_and_each_once() -> None:
    assert sorted(rule.code for rule in DEFAULT_RULES) == sorted(code for code, *_ in RULES)


def test_only_the_organ_of_the_proposal_and_who_is_reminded_are_never_bound() -> None:
    unbound = {rule.code for rule in DEFAULT_RULES if rule.reminder_only}
    assert unbound == {"accountability.feedback", "reminder.answer"}


def test_an_exceptional_accident_gives_thirty_days_for_the_approval() -> None:
    rule = default_rule("report.approve")
    assert rule.for_case(grade=Grade.EXCEPTIONAL).amount == 30
    assert rule.for_case(grade=Grade.MAJOR).amount == 15


def test_a_production_safety_accident_has_its_own_basis() -> None:
    borrowed = {r.code for r in DEFAULT_RULES if r.for_case(production_safety=True).borrowed}
    assert {r.code for r in DEFAULT_RULES} - borrowed == {"investigation.report", "report.approve", "effect.evaluate"}


def test_no_rest_day_moves_the_report_of_a_production_safety_accident() -> None:
    firm = {r.code for r in DEFAULT_RULES if not r.for_case(production_safety=True).roll_over}
    assert firm == {"investigation.report"}
    assert all(rule.for_case(production_safety=False).roll_over for rule in DEFAULT_RULES)


def test_an_unknown_rule_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match=r"没有名为“notice\.read”的时限规则.*notice\.plan"):
        default_rule("notice.read")


@pytest.mark.parametrize("amount", [0, -1, 2501, True])
def test_a_limit_that_is_no_length_is_refused(calendar: Calendar, amount: int) -> None:
    with pytest.raises(Invalid, match="时限必须是1至2500之间的整数"):
        compute(default_rule("notice.plan"), at("2026-09-25T09:00"), calendar, amount=amount)
    with pytest.raises(Invalid, match="时限必须是1至2500之间的整数"):
        DeadlineRule("x", "x", Unit.WORKING_DAYS, amount, "x", "x", Turn.OURS)


def test_a_window_that_opens_after_it_closes_is_refused() -> None:
    with pytest.raises(Invalid, match="最早开始时间必须早于届满时间"):
        DeadlineRule("x", "x", Unit.MONTHS, 12, "x", "x", Turn.OURS, opens_after=12)


# Counting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "start", "due"),
    [
        ("investigation.report", "2026-03-05T23:30", date(2026, 5, 6)),  # day 60 is 4 May, in the holiday to the 5th
        ("report.approve", "2026-03-05T09:00", date(2026, 3, 20)),
        ("notice.issue", "2026-09-30T09:00", date(2026, 10, 10)),
        ("notice.acknowledge", "2026-03-06T09:00", date(2026, 3, 11)),
        ("notice.plan", "2026-09-25T09:00", date(2026, 10, 12)),
        ("measure.complete", "2026-09-25T09:00", date(2026, 10, 26)),  # day 30 is a Sunday
        ("reply.assess", "2026-10-01T09:00", date(2026, 10, 13)),
        ("returned.rework", "2026-03-06T09:00", date(2026, 3, 13)),
        ("order.complete", "2026-03-06T09:00", date(2026, 3, 20)),
        ("accountability.feedback", "2026-03-05T09:00", date(2026, 4, 7)),  # day 30 is the first of 清明's three
        ("effect.evaluate", "2025-02-28T09:00", date(2026, 2, 28)),  # a Saturday worked for the Spring Festival
    ],
)
def test_each_rule_ends_on_its_day(calendar: Calendar, code: str, start: str, due: date) -> None:
    assert compute(default_rule(code), at(start), calendar).due_on == due


def test_without_roll_over_a_limit_may_end_on_a_rest_day(calendar: Calendar) -> None:
    rule = DeadlineRule("x", "x", Unit.CALENDAR_DAYS, 56, "x", "x", Turn.THEIRS, roll_over=False)
    due = compute(rule, at("2024-12-07T09:00"), calendar)
    assert due.due_on == date(2025, 2, 1)
    assert not due.rolled


def test_the_start_is_a_day_of_shanghai_whatever_the_zone(calendar: Calendar) -> None:
    rule = default_rule("notice.plan")
    assert compute(rule, datetime(2026, 3, 5, 15, 59, tzinfo=UTC), calendar).start == date(2026, 3, 5)
    assert compute(rule, datetime(2026, 3, 5, 16, 0, tzinfo=UTC), calendar).start == date(2026, 3, 6)


def test_a_moment_without_zone_is_refused(calendar: Calendar) -> None:
    naive = datetime(2026, 3, 5, 9)  # noqa: DTZ001 - what is refused
    with pytest.raises(Invalid, match="时间缺少时区"):
        compute(default_rule("notice.plan"), naive, calendar)
    with pytest.raises(Invalid, match="时间缺少时区"):
        is_late(date(2026, 3, 5), naive)


def test_the_due_day_lasts_until_midnight() -> None:
    assert not is_late(date(2026, 3, 5), at("2026-03-05T23:59:59"))
    assert is_late(date(2026, 3, 5), at("2026-03-06T00:00"))


def test_a_month_ends_with_its_last_day(calendar: Calendar) -> None:
    rule = DeadlineRule("x", "x", Unit.MONTHS, 1, "x", "x", Turn.OURS, roll_over=False)
    ends = [compute(rule, at(f"{day}T09:00"), calendar).due_on for day in ("2026-01-31", "2024-01-30", "2026-12-31")]
    assert ends == [date(2026, 2, 28), date(2024, 2, 29), date(2027, 1, 31)]


def test_the_evaluation_opens_after_ten_months(calendar: Calendar) -> None:
    due = compute(default_rule("effect.evaluate"), at("2025-04-30T09:00"), calendar)
    assert due.opens_on == date(2026, 2, 28)
    assert compute(default_rule("notice.plan"), at("2025-04-30T09:00"), calendar).opens_on is None


def test_appraisal_time_is_added(calendar: Calendar) -> None:
    rule = default_rule("investigation.report")
    plain, longer = (compute(rule, at("2026-03-06T09:00"), calendar, excluded_days=n) for n in (0, 20))
    assert longer.ends_on - plain.ends_on == timedelta(days=20)
    for wrong in (-1, 3651):
        with pytest.raises(Invalid, match="不计入期限的天数"):
            compute(rule, at("2026-03-06T09:00"), calendar, excluded_days=wrong)


def test_a_date_in_an_unpublished_year_is_provisional(calendar: Calendar) -> None:
    rule = default_rule("notice.plan")
    known, unknown = (compute(rule, at(f"2026-12-{day}T09:00"), calendar) for day in (21, 23))
    assert (known.due_on, known.provisional, known.calendar_version) == (date(2026, 12, 30), False, "2026-1")
    assert (unknown.due_on, unknown.provisional) == (date(2027, 1, 4), True)
    assert unknown.calendar_version == "2026-1、2027-暂定"


def test_a_date_that_no_holiday_can_move_is_not_provisional(calendar: Calendar) -> None:
    fixed = DeadlineRule("x", "x", Unit.CALENDAR_DAYS, 30, "x", "x", Turn.OURS, roll_over=False)
    assert not compute(fixed, at("2026-12-20T09:00"), calendar).provisional
    assert compute(default_rule("measure.complete"), at("2026-12-20T09:00"), calendar).provisional
    assert not given_date(fixed, at("2026-12-20T09:00"), date(2027, 3, 1), calendar).provisional


def test_a_plan_is_due_from_the_receipt_or_from_when_the_receipt_was_due() -> None:
    due = date(2026, 3, 11)
    assert plan_start(at("2026-03-10T10:00"), due) == at("2026-03-10T10:00")
    assert plan_start(at("2026-03-12T10:00"), due).date() == due
    assert plan_start(None, due).date() == due


def test_a_given_date_stands_even_on_a_rest_day(calendar: Calendar) -> None:
    due = given_date(default_rule("measure.complete"), at("2026-09-01T09:00"), date(2026, 10, 4), calendar)
    assert (due.due_on, due.amount, due.given, due.rolled) == (date(2026, 10, 4), 33, True, False)
    with pytest.raises(Invalid, match="期限必须晚于起算日2026年9月1日"):
        given_date(default_rule("measure.complete"), at("2026-09-01T09:00"), date(2026, 9, 1), calendar)


def brute_force(rule: DeadlineRule, start: date, amount: int) -> date:
    """Walk day by day: the slow and obvious way to count."""
    day = start
    if rule.unit is Unit.MONTHS:
        year, month = start.year + (start.month + amount - 1) // 12, (start.month + amount - 1) % 12 + 1
        day = max(date(year, month, d) for d in range(28, 32) if d == 28 or _exists(year, month, d))
        day = min(day, date(year, month, min(start.day, day.day)))
        left = 0
    else:
        left = amount
    while left:
        day += timedelta(days=1)
        if rule.unit is Unit.CALENDAR_DAYS or SEED.is_workday(day):
            left -= 1
    while rule.roll_over and not SEED.is_workday(day):
        day += timedelta(days=1)
    return day


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


@settings(max_examples=500)
@given(st.sampled_from(DEFAULT_RULES), DAYS, st.integers(1, 70))
@example(default_rule("effect.evaluate"), date(2024, 2, 29), 12)
def test_every_date_equals_the_count_by_walking(rule: DeadlineRule, start: date, other_amount: int) -> None:
    amount = min(other_amount, 24) if rule.unit is Unit.MONTHS else other_amount
    assert compute(rule, on(start), SEED).due_on == brute_force(rule, start, rule.amount)
    due = compute(rule, on(start), SEED, amount=amount)
    assert due.due_on == brute_force(rule, start, amount)
    counted = [entry.number for entry in due.days if entry.number]
    assert counted == list(range(1, due.total + 1))
    assert [entry.day for entry in due.days] == [start + timedelta(n + 1) for n in range((due.due_on - start).days)]


def test_ten_thousand_random_starts_from_2007_to_2026_end_where_walking_ends() -> None:
    dice = random.Random(2007)
    first = date(2007, 1, 1).toordinal()
    span = date(2026, 12, 31).toordinal() - first
    for _ in range(10_000):
        rule, start = dice.choice(DEFAULT_RULES), date.fromordinal(first + dice.randint(0, span))
        assert compute(rule, on(start), SEED).due_on == brute_force(rule, start, rule.amount), (rule.code, start)


@given(st.sampled_from(DEFAULT_RULES), DAYS, DAYS)
def test_a_later_event_is_never_due_earlier(rule: DeadlineRule, one: date, other: date) -> None:
    early, late = sorted((one, other))
    assert compute(rule, on(early), SEED).due_on <= compute(rule, on(late), SEED).due_on


# Time left ------------------------------------------------------------------------------------------------------


def test_what_remains_is_counted_as_the_limit_is(calendar: Calendar) -> None:
    plan = compute(default_rule("notice.plan"), at("2026-09-25T09:00"), calendar)
    left = [remaining(plan, at(f"2026-{day}T23:00"), calendar) for day in ("09-25", "09-30", "10-07", "10-12", "10-14")]
    assert left == [7, 4, 4, 0, -2]
    measure = compute(default_rule("measure.complete"), at("2026-09-25T09:00"), calendar)
    assert remaining(measure, at("2026-10-20T09:00"), calendar) == 6


def test_half_of_seven_working_days_is_used_on_the_fourth(calendar: Calendar) -> None:
    due = compute(default_rule("notice.plan"), at("2026-03-06T09:00"), calendar)
    assert half_used(due) == date(2026, 3, 12)
    assert half_used(compute(default_rule("measure.complete"), at("2026-03-06T09:00"), calendar)) == date(2026, 3, 21)


def test_near_is_three_working_days_before_and_never_for_short_limits(calendar: Calendar) -> None:
    start = at("2026-09-25T09:00")
    assert near(compute(default_rule("notice.plan"), start, calendar)) == date(2026, 10, 8)
    assert near(compute(default_rule("notice.acknowledge"), start, calendar)) is None
    assert near(compute(default_rule("notice.plan"), start, calendar, amount=4)) == date(2026, 9, 28)
    assert near(compute(default_rule("notice.plan"), start, calendar, amount=3)) is None
    assert near_date(date(2026, 10, 12), 7, calendar) == date(2026, 10, 8)


def test_near_never_falls_before_the_limit_began(calendar: Calendar) -> None:
    due = compute(default_rule("measure.complete"), at("2026-09-30T09:00"), calendar, amount=5)
    assert due.due_on == date(2026, 10, 8)
    assert near(due) == date(2026, 10, 1)


# Extension ------------------------------------------------------------------------------------------------------


def test_an_extension_moves_the_date_once(calendar: Calendar) -> None:
    due = compute(default_rule("notice.plan"), at("2026-03-06T09:00"), calendar)
    longer = extend(due, date(2026, 3, 28), asked_at=at("2026-03-16T23:59"), reason="专家论证")
    assert (due.due_on, longer.due_on) == (date(2026, 3, 17), date(2026, 3, 28))
    with pytest.raises(Invalid, match="只能延期一次"):
        extend(longer, date(2026, 4, 10), asked_at=at("2026-03-20T09:00"), reason="再次延期")


def test_an_extension_is_asked_before_the_due_date(calendar: Calendar) -> None:
    due = compute(default_rule("notice.plan"), at("2026-03-06T09:00"), calendar)
    with pytest.raises(Invalid, match="应在届满日2026年3月17日之前申请"):
        extend(due, date(2026, 3, 28), asked_at=at("2026-03-17T00:00"), reason="专家论证")


def test_an_extension_needs_a_reason_and_a_later_date(calendar: Calendar) -> None:
    due = compute(default_rule("notice.plan"), at("2026-03-06T09:00"), calendar)
    with pytest.raises(Invalid, match="必须写明理由"):
        extend(due, date(2026, 3, 28), asked_at=at("2026-03-10T09:00"), reason=" ")
    with pytest.raises(Invalid, match="必须晚于原届满日2026年3月17日"):
        extend(due, date(2026, 3, 17), asked_at=at("2026-03-10T09:00"), reason="专家论证")


def test_the_investigation_is_extended_by_sixty_days_at_most(calendar: Calendar) -> None:
    due = compute(default_rule("investigation.report"), at("2026-03-09T09:00"), calendar)
    assert due.ends_on == date(2026, 5, 8)
    asked = at("2026-04-20T09:00")
    assert extend(due, date(2026, 7, 7), asked_at=asked, reason="鉴定复杂").due_on == date(2026, 7, 7)
    with pytest.raises(Invalid, match="延期最多60日，不得晚于2026年7月7日"):
        extend(due, date(2026, 7, 8), asked_at=asked, reason="鉴定复杂")


# Suspension -----------------------------------------------------------------------------------------------------


def test_what_is_left_at_the_suspension_is_left_at_the_resume(calendar: Calendar) -> None:
    due = compute(default_rule("notice.plan"), at("2026-09-25T09:00"), calendar)
    stopped = suspend(due, at("2026-09-29T09:00"), reason="职责争议")
    assert stopped.remaining == 5
    again = resume(stopped, at("2026-10-15T09:00"), calendar)
    assert again.due_on == date(2026, 10, 22)
    assert remaining(again, at("2026-10-15T09:00"), calendar) == 5
    assert again.total == 7


def test_only_the_resumed_date_rolls_not_what_was_left(calendar: Calendar) -> None:
    due = compute(default_rule("measure.complete"), at("2026-09-25T09:00"), calendar)
    assert (due.ends_on, due.due_on) == (date(2026, 10, 25), date(2026, 10, 26))
    again = resume(suspend(due, at("2026-10-20T09:00"), reason="职责争议"), at("2026-10-24T09:00"), calendar)
    assert (again.ends_on, again.due_on) == (date(2026, 10, 29), date(2026, 10, 29))


def test_on_the_last_day_nothing_is_left_and_the_resume_day_is_due(calendar: Calendar) -> None:
    due = compute(default_rule("notice.plan"), at("2026-03-06T09:00"), calendar)
    again = resume(suspend(due, at("2026-03-17T09:00"), reason="职责争议"), at("2026-03-21T09:00"), calendar)
    assert again.due_on == date(2026, 3, 23)


def test_a_clock_stops_only_while_it_runs_and_with_a_reason(calendar: Calendar) -> None:
    due = compute(default_rule("notice.plan"), at("2026-03-06T09:00"), calendar)
    with pytest.raises(Invalid, match="中止不能早于2026年3月6日"):
        suspend(due, at("2026-03-05T09:00"), reason="职责争议")
    with pytest.raises(Invalid, match="已于2026年3月17日届满"):
        suspend(due, at("2026-03-18T09:00"), reason="职责争议")
    with pytest.raises(Invalid, match="必须写明理由"):
        suspend(due, at("2026-03-10T09:00"), reason="")
    with pytest.raises(Invalid, match="不能早于中止之日2026年3月10日"):
        resume(suspend(due, at("2026-03-10T09:00"), reason="职责争议"), at("2026-03-09T09:00"), calendar)


@settings(max_examples=300)
@given(st.sampled_from(DEFAULT_RULES), DAYS, st.integers(0, 400), st.integers(0, 60), st.integers(0, 60))
def test_suspended_days_are_added_back_exactly(
    rule: DeadlineRule, start: date, into: int, first: int, second: int
) -> None:
    due = compute(rule, on(start), SEED)
    since = min(start + timedelta(days=into), due.due_on)
    once = resume(suspend(due, on(since), reason="争议"), on(since + timedelta(days=first)), SEED)
    assert once.total == due.total
    if first == 0:
        assert once.due_on == due.due_on
    until = max(since + timedelta(days=first), min(once.due_on, since + timedelta(days=first + 5)))
    if until <= once.due_on:
        twice = resume(suspend(once, on(until), reason="争议"), on(until + timedelta(days=second)), SEED)
        assert twice.total == due.total
        assert len([entry for entry in twice.days if entry.number]) == twice.total
        assert start <= half_used(twice) <= twice.due_on


@settings(max_examples=300)
@given(st.sampled_from(DEFAULT_RULES), DAYS, st.integers(0, 20), st.integers(0, 30), st.booleans())
def test_a_stored_deadline_is_counted_again_to_the_same_value(
    rule: DeadlineRule, start: date, into: int, length: int, extended_first: bool
) -> None:
    fresh = compute(rule, on(start), SEED)
    since = min(start + timedelta(days=into), fresh.due_on - timedelta(days=1))
    due = fresh
    if extended_first:
        due = extend(due, due.due_on + timedelta(days=9), asked_at=on(since), reason="雨季")
    due = resume(suspend(due, on(since), reason="争议"), on(since + timedelta(days=length)), SEED)
    if not extended_first and since + timedelta(days=length) < due.due_on and length:
        asked = on(since + timedelta(days=length))
        due = extend(due, due.due_on + timedelta(days=9), asked_at=asked, reason="雨季")
    assert with_changes(fresh, pauses=due.pauses, extension=due.extension) == due


@pytest.mark.long
def test_computing_and_explaining_sixty_days_takes_less_than_a_millisecond(calendar: Calendar) -> None:
    rule, start = default_rule("notice.plan"), at("2026-09-25T09:00")

    def explained() -> None:
        explain(compute(rule, start, calendar, amount=60))

    seconds = min(timeit.repeat(explained, timer=process_time, number=50, repeat=5))
    assert seconds / 50 < 1e-3
