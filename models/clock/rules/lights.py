"""预警灯 and whose turn it is: derived each time from dates and state, never stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.kernel.calendar.workdays import Calendar
from models.kernel.vocabulary import AssignmentState, Light, ReplyKind, Turn

from .deadlines import NEAR_WORKDAYS, near_date

BY_SEVERITY = (Light.GREEN, Light.BLUE, Light.YELLOW, Light.RED)


def light(
    due_on: date,
    today: date,
    calendar: Calendar,
    *,
    met_on: date | None = None,
    from_order: bool = False,
    limit: int | None = None,
) -> Light:
    """Return the light of one clock on `today`.

    A clock that was met is green from that day on, however late. Overdue is yellow, or red where the clock is an
    order's (`from_order`). Blue begins 3 working days before the due date, except for a `limit` of 3 days or fewer
    (`Due.total`; None when the length is not known).
    """
    if met_on is not None and met_on <= today:
        return Light.GREEN
    if today > due_on:
        return Light.RED if from_order else Light.YELLOW
    near_on = near_date(due_on, limit, calendar)
    return Light.BLUE if near_on is not None and today >= near_on else Light.GREEN


def near_until(day: date, calendar: Calendar) -> date:
    """Return the last date on which a clock may end and still be near on `day`: what ends later is green."""
    return calendar.add_workdays(day, NEAR_WORKDAYS)


def worst(lights: Iterable[Light]) -> Light:
    """Return the most serious of several lights; green when there are none."""
    return max(lights, key=BY_SEVERITY.index, default=Light.GREEN)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a measure waits for at one unit: whose turn it is and the rule of the clock that runs, if one does."""

    turn: Turn
    rule: str | None


_WAITING: dict[AssignmentState, Waiting | None] = {
    AssignmentState.UNISSUED: Waiting(Turn.OURS, "notice.issue"),
    AssignmentState.AWAITING_RECEIPT: Waiting(Turn.THEIRS, "notice.acknowledge"),
    AssignmentState.AWAITING_PLAN: Waiting(Turn.THEIRS, "notice.plan"),
    AssignmentState.AWAITING_COMPLETION: Waiting(Turn.THEIRS, "measure.complete"),
    AssignmentState.AWAITING_VERIFICATION: Waiting(Turn.OURS, None),
    AssignmentState.RETURNED: Waiting(Turn.THEIRS, "returned.rework"),
    AssignmentState.DISPUTED: Waiting(Turn.OURS, None),
    AssignmentState.REFERRED: Waiting(Turn.OURS, None),
    AssignmentState.CLOSED: None,
}
_ASSESSING = Waiting(Turn.OURS, "reply.assess")
_MAY_REPLY = (AssignmentState.AWAITING_PLAN, AssignmentState.AWAITING_COMPLETION, AssignmentState.RETURNED)


_JUDGED = {
    ReplyKind.PLAN: "方案待研判",
    ReplyKind.COMPLETION: "完成情况待研判",
    ReplyKind.REFUSAL: "不予采纳待研判",
}


def standing(state: AssignmentState, awaited: ReplyKind | None = None) -> str:
    """Return where a measure stands in words that say whose turn it is; `awaited` is an answer that waits for us.

    A wish for more time leaves the turn where it is, and is only mentioned.
    """
    if awaited is None or state not in _MAY_REPLY:
        return state.label
    return _JUDGED.get(awaited, f"{state.label}（{awaited.label}待决定）")


def waiting(state: AssignmentState, *, reply_to_assess: bool = False) -> Waiting | None:
    """Return what the measure waits for; None when it is closed.

    A reply that nobody has assessed yet makes it our turn, though the state stays where it was.
    """
    return _ASSESSING if reply_to_assess and state in _MAY_REPLY else _WAITING[state]
