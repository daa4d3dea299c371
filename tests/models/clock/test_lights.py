"""The lights on both sides of every change, and whose turn each state is."""

from __future__ import annotations

from datetime import date

import pytest

from models.clock.rules.lights import light, waiting, worst
from models.kernel.calendar.workdays import Calendar
from models.kernel.vocabulary import AssignmentState, Light, Turn

DUE = date(2026, 10, 12)


@pytest.mark.parametrize(
    ("today", "from_order", "expected"),
    [
        (date(2026, 10, 7), False, Light.GREEN),
        (date(2026, 10, 8), False, Light.BLUE),
        (date(2026, 10, 12), False, Light.BLUE),
        (date(2026, 10, 13), False, Light.YELLOW),
        (date(2026, 10, 7), True, Light.GREEN),
        (date(2026, 10, 12), True, Light.BLUE),
        (date(2026, 10, 13), True, Light.RED),
    ],
)
def test_a_running_clock_turns_blue_then_yellow_or_red(
    calendar: Calendar, today: date, from_order: bool, expected: Light
) -> None:
    assert light(DUE, today, calendar, from_order=from_order, limit=7) is expected


def test_a_short_limit_is_never_blue(calendar: Calendar) -> None:
    assert light(DUE, DUE, calendar, limit=3) is Light.GREEN
    assert light(DUE, DUE, calendar, limit=4) is Light.BLUE
    assert light(DUE, date(2026, 10, 13), calendar, limit=3) is Light.YELLOW


def test_a_met_clock_is_green_from_that_day_and_not_before(calendar: Calendar) -> None:
    late = date(2026, 10, 20)
    assert light(DUE, date(2026, 10, 19), calendar, met_on=late) is Light.YELLOW
    assert light(DUE, late, calendar, met_on=late) is Light.GREEN


def test_the_worst_light_shows() -> None:
    assert worst([Light.BLUE, Light.RED, Light.YELLOW]) is Light.RED
    assert worst([]) is Light.GREEN


@pytest.mark.parametrize(
    ("state", "turn", "rule"),
    [
        (AssignmentState.UNISSUED, Turn.OURS, "notice.issue"),
        (AssignmentState.AWAITING_RECEIPT, Turn.THEIRS, "notice.acknowledge"),
        (AssignmentState.AWAITING_PLAN, Turn.THEIRS, "notice.plan"),
        (AssignmentState.AWAITING_COMPLETION, Turn.THEIRS, "measure.complete"),
        (AssignmentState.AWAITING_VERIFICATION, Turn.OURS, None),
        (AssignmentState.RETURNED, Turn.THEIRS, "returned.rework"),
        (AssignmentState.DISPUTED, Turn.OURS, None),
    ],
)
def test_each_state_is_somebodys_turn(state: AssignmentState, turn: Turn, rule: str | None) -> None:
    found = waiting(state)
    assert found is not None
    assert (found.turn, found.rule) == (turn, rule)


def test_a_closed_measure_waits_for_nobody() -> None:
    assert waiting(AssignmentState.CLOSED) is None
    assert waiting(AssignmentState.CLOSED, reply_to_assess=True) is None


@pytest.mark.parametrize(
    "state", [AssignmentState.AWAITING_PLAN, AssignmentState.AWAITING_COMPLETION, AssignmentState.RETURNED]
)
def test_an_unread_reply_makes_it_our_turn(state: AssignmentState) -> None:
    found = waiting(state, reply_to_assess=True)
    assert found is not None
    assert (found.turn, found.rule) == (Turn.OURS, "reply.assess")
