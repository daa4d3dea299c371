"""Each rung on the day before and the day of its reach, once per version, and only for those who may get it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clock.rules.calendar_seed import seed_calendar
from models.clock.rules.escalation import (
    DEFAULT_LADDER,
    Addressee,
    Rung,
    Standing,
    When,
    check_ladder,
    due_rungs,
    next_look,
)
from models.kernel.calendar.workdays import Calendar
from models.kernel.vocabulary import Light, Turn
from models.office.rules.writing_rules import WhenLate

PLAN = Standing(
    rule="notice.plan",
    turn=Turn.THEIRS,
    start=date(2026, 3, 6),
    due_on=date(2026, 3, 17),
    half_on=date(2026, 3, 11),
    near_on=date(2026, 3, 12),
)
ORDER = replace(PLAN, rule="order.complete")
NEXT_DAY = date(2026, 3, 18)
SEED = seed_calendar()


def codes(standing: Standing, today: date, calendar: Calendar) -> list[str]:
    return [due.rung.code for due in due_rungs(standing, today, calendar)]


def test_the_default_ladder_is_the_published_one_and_has_no_fault() -> None:
    assert [(rung.code, rung.needs_approval, rung.light, rung.working_days) for rung in DEFAULT_LADDER] == [
        ("remind.half", False, None, 0),
        ("remind.near", False, Light.BLUE, 3),
        ("warn", False, Light.YELLOW, 0),
        ("order", True, None, 0),
        ("order.again", True, Light.RED, 0),
        ("talk", True, None, 10),
        ("account", True, None, 0),
    ]
    assert check_ladder(DEFAULT_LADDER) == []


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 3, 10), []),
        (date(2026, 3, 11), ["remind.half"]),
        (date(2026, 3, 12), ["remind.half", "remind.near"]),
        (date(2026, 3, 17), ["remind.half", "remind.near"]),
        (NEXT_DAY, ["warn", "order"]),
    ],
)
def test_a_plan_climbs_day_by_day(calendar: Calendar, today: date, expected: list[str]) -> None:
    assert codes(PLAN, today, calendar) == expected


def test_a_rung_fires_once_per_version(calendar: Calendar) -> None:
    fired = frozenset({"remind.half", "remind.near", "warn"})
    assert codes(replace(PLAN, fired=fired), NEXT_DAY, calendar) == ["order"]
    assert codes(replace(PLAN, fired=fired | {"order"}), date(2026, 6, 1), calendar) == []


def test_a_clock_that_does_not_run_climbs_nothing(calendar: Calendar) -> None:
    assert codes(replace(PLAN, open=False), date(2026, 6, 1), calendar) == []


def test_a_short_limit_gets_no_note_that_it_is_near(calendar: Calendar) -> None:
    short = replace(PLAN, rule="notice.acknowledge", near_on=None)
    assert codes(short, date(2026, 3, 17), calendar) == ["remind.half"]


@pytest.mark.parametrize("rule", ["notice.acknowledge", "measure.complete", "returned.rework", "notice.plan"])
def test_only_plan_completion_and_rework_draw_an_order(calendar: Calendar, rule: str) -> None:
    ordered = rule != "notice.acknowledge"
    assert codes(replace(PLAN, rule=rule), NEXT_DAY, calendar) == ["warn", "order"][: 1 + ordered]


def test_one_order_lists_all_that_is_late_in_a_notice(calendar: Calendar) -> None:
    assert codes(replace(PLAN, order_open=True), NEXT_DAY, calendar) == ["warn"]


def test_an_overdue_order_turns_red_then_asks_for_a_talk_after_ten_working_days(calendar: Calendar) -> None:
    assert codes(ORDER, NEXT_DAY, calendar) == ["warn", "order.again"]
    climbing = replace(ORDER, fired=frozenset({"warn", "order.again"}))
    assert codes(climbing, date(2026, 3, 31), calendar) == []
    assert codes(climbing, date(2026, 4, 1), calendar) == ["talk"]


def test_a_second_order_climbs_on_from_the_first(calendar: Calendar) -> None:
    second = replace(
        ORDER, due_on=date(2026, 4, 3), red_since=NEXT_DAY, half_on=None, near_on=None, fired=frozenset({"order.again"})
    )
    assert codes(second, date(2026, 4, 1), calendar) == ["talk"]
    assert codes(second, date(2026, 4, 7), calendar) == ["warn", "talk"]


def test_accountability_follows_a_talk_in_vain_or_a_duty_failure(calendar: Calendar) -> None:
    talked = replace(
        ORDER, fired=frozenset({"warn", "order.again", "talk"}), talk_held_on=date(2026, 4, 2), red_since=NEXT_DAY
    )
    assert codes(talked, date(2026, 4, 2), calendar) == []
    assert codes(talked, date(2026, 4, 3), calendar) == ["account"]
    assert codes(replace(ORDER, duty_failure=True), NEXT_DAY, calendar) == ["warn", "order.again", "account"]
    assert codes(replace(ORDER, duty_failure=True), date(2026, 3, 17), calendar) == ["remind.half", "remind.near"]


def test_a_warning_counts_and_tells_recipient_officer_and_sponsor(calendar: Calendar) -> None:
    warning, order = due_rungs(PLAN, NEXT_DAY, calendar)
    assert warning.addressees == (Addressee.RECIPIENT, Addressee.OFFICER, Addressee.SPONSOR)
    assert (warning.light, warning.counts_as_warning, warning.drafts_report) == (Light.YELLOW, True, False)
    assert (order.addressees, order.counts_as_warning) == ((), False)


def test_a_superior_gets_no_light_and_no_order_but_our_leaders_a_report(calendar: Calendar) -> None:
    (warning,) = due_rungs(replace(PLAN, when_late=WhenLate.REPORT_TO_LEADERS), NEXT_DAY, calendar)
    assert warning.addressees == (Addressee.OFFICER, Addressee.SPONSOR, Addressee.LEADERS)
    assert (warning.light, warning.counts_as_warning, warning.drafts_report) == (None, False, True)


def test_another_city_is_reminded_and_our_leaders_told(calendar: Calendar) -> None:
    (warning,) = due_rungs(replace(PLAN, when_late=WhenLate.REMIND_AND_REPORT), NEXT_DAY, calendar)
    assert warning.addressees == (Addressee.RECIPIENT, Addressee.OFFICER, Addressee.SPONSOR, Addressee.LEADERS)
    assert (warning.light, warning.drafts_report) == (None, True)


def test_our_own_late_clock_warns_our_leaders(calendar: Calendar) -> None:
    ours = replace(PLAN, rule="reply.assess", turn=Turn.OURS)
    (warning,) = due_rungs(ours, NEXT_DAY, calendar)
    assert warning.addressees == (Addressee.OFFICER, Addressee.SPONSOR, Addressee.LEADERS)
    assert not warning.counts_as_warning
    assert [due.addressees for due in due_rungs(ours, date(2026, 3, 11), calendar)] == [(Addressee.OFFICER,)]


def test_a_mere_reminder_tells_only_the_officer_and_lights_nothing(calendar: Calendar) -> None:
    feedback = replace(PLAN, rule="accountability.feedback", turn=Turn.OURS, reminder_only=True)
    assert codes(feedback, date(2026, 3, 17), calendar) == []
    (reminder,) = due_rungs(feedback, NEXT_DAY, calendar)
    assert (reminder.addressees, reminder.light, reminder.counts_as_warning) == ((Addressee.OFFICER,), None, False)


def test_a_ladder_may_remind_earlier(calendar: Calendar) -> None:
    ladder = (Rung("remind.near", When.NEAR, "提醒", working_days=5),)
    days = [date(2026, 3, 9), date(2026, 3, 10)]
    assert [bool(due_rungs(PLAN, day, calendar, ladder)) for day in days] == [False, True]


@pytest.mark.parametrize(
    ("ladder", "code", "sentence"),
    [
        ((), "ladder_empty", "没有任何一级"),
        ((*DEFAULT_LADDER, DEFAULT_LADDER[-1]), "ladder_duplicate", "“account”出现了两次"),
        (tuple(r for r in DEFAULT_LADDER if r.code != "order.again"), "ladder_gap", "“talk”之前缺少“order.again”"),
        ((DEFAULT_LADDER[2], DEFAULT_LADDER[0]), "ladder_order", "“remind.half”早于它的前一级"),
        ((replace(DEFAULT_LADDER[1], working_days=0),), "ladder_days", "必须写明大于0的工作日数"),
        ((replace(DEFAULT_LADDER[2], working_days=2),), "ladder_days", "不需要工作日数"),
        (
            (DEFAULT_LADDER[2], replace(DEFAULT_LADDER[3], needs_approval=False)),
            "ladder_approval",
            "必须由人审批",
        ),
    ],
)
def test_a_faulty_ladder_is_told_in_a_sentence(ladder: tuple[Rung, ...], code: str, sentence: str) -> None:
    (fault,) = check_ladder(ladder)
    assert fault.code == code
    assert sentence in fault.message


@pytest.mark.parametrize(
    ("standing", "today", "expected"),
    [
        (PLAN, date(2026, 3, 6), date(2026, 3, 11)),
        (PLAN, date(2026, 3, 13), date(2026, 3, 13)),
        (replace(PLAN, fired=frozenset({"remind.half"})), date(2026, 3, 11), date(2026, 3, 12)),
        (replace(PLAN, fired=frozenset({"remind.half", "remind.near"})), date(2026, 3, 12), NEXT_DAY),
        (PLAN, date(2026, 3, 25), date(2026, 3, 25)),
        (replace(PLAN, fired=frozenset({"warn", "order"})), date(2026, 3, 25), None),
        (replace(PLAN, open=False), date(2026, 3, 6), None),
        (replace(ORDER, fired=frozenset({"warn", "order.again"})), NEXT_DAY, date(2026, 4, 1)),
        (replace(ORDER, fired=frozenset({"warn", "order.again", "talk"})), date(2026, 4, 1), None),
        (
            replace(ORDER, fired=frozenset({"warn", "order.again", "talk"}), talk_held_on=date(2026, 4, 2)),
            date(2026, 4, 2),
            date(2026, 4, 3),
        ),
    ],
)
def test_the_next_look_is_the_day_of_the_next_rung(
    calendar: Calendar, standing: Standing, today: date, expected: date | None
) -> None:
    assert next_look(standing, calendar, today=today) == expected


@given(st.sampled_from([PLAN, ORDER]), st.integers(1, 60), st.booleans(), st.none() | st.integers(10, 40))
def test_looking_only_on_those_days_misses_no_rung(
    standing: Standing, days: int, duty_failure: bool, talk_after: int | None
) -> None:
    talk = None if talk_after is None else standing.start + timedelta(days=talk_after)
    daily = sparse = replace(standing, duty_failure=duty_failure, talk_held_on=talk)
    look = next_look(sparse, SEED, today=standing.start)
    for day in (standing.start + timedelta(days=n) for n in range(days)):
        daily = replace(daily, fired=daily.fired | set(codes(daily, day, SEED)))
        if day == look:
            sparse = replace(sparse, fired=sparse.fired | set(codes(sparse, day, SEED)))
            look = next_look(sparse, SEED, today=day)
        assert daily.fired == sparse.fired
