"""When a limit ends: counting, rolling, extending, suspending. Dates are days of Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from models.kernel.calendar.local_time import SHANGHAI, chinese_date, local_date
from models.kernel.calendar.workdays import Calendar
from models.kernel.errors import Invalid

from .deadline_explanation import count_in_words, explain
from .deadline_rules import DEFAULT_RULES, LONGEST, DeadlineRule, Unit, default_rule, require_amount
from .due import DAY, DayEntry, Due, Extension, Pause, add_months

__all__ = [
    "DEFAULT_RULES",
    "DayEntry",
    "DeadlineRule",
    "Due",
    "Extension",
    "Pause",
    "Suspended",
    "Unit",
    "compute",
    "count_in_words",
    "default_rule",
    "explain",
    "extend",
    "given_date",
    "half_used",
    "is_late",
    "near",
    "near_date",
    "plan_start",
    "remaining",
    "resume",
    "suspend",
    "with_changes",
]

NEAR_WORKDAYS = 3


def compute(
    rule: DeadlineRule, start: datetime, calendar: Calendar, *, amount: int | None = None, excluded_days: int = 0
) -> Due:
    """Return when `rule` ends for an event at `start`.

    `amount` replaces the rule's own length (in its unit). `excluded_days` are days that do not use up the limit
    (技术鉴定, 令493 art. 27): working days for a working-day limit, else calendar days. Invalid for a naive `start`,
    an amount that is no length, or negative excluded days.
    """
    length = rule.amount if amount is None else require_amount(rule.unit, amount)
    if not 0 <= excluded_days <= LONGEST[Unit.CALENDAR_DAYS]:
        raise Invalid("不计入期限的天数不能为负数，也不能超过十年，请修改。", code="limit_out_of_range")
    began = local_date(start)
    ends_on = _count(rule.unit, began, length, excluded_days, calendar)
    due_on = calendar.roll(ends_on) if rule.roll_over else ends_on
    due = Due(rule, began, length, excluded_days, ends_on, due_on, False, "", calendar)
    return replace(due, provisional=_provisional(due), calendar_version=_version(due))


def given_date(rule: DeadlineRule, start: datetime, due_on: date, calendar: Calendar) -> Due:
    """Return a deadline whose date a person set (a measure's or milestone's own date); such a date does not roll.

    Invalid for a naive `start` or a date that is not after the start day.
    """
    began = local_date(start)
    if due_on <= began:
        raise Invalid(f"期限必须晚于起算日{chinese_date(began)}，请另定日期。", code="due_before_start")
    due = Due(rule, began, 0, 0, due_on, due_on, False, "", calendar, given=True)
    return replace(due, amount=due.total, calendar_version=_version(due))


def plan_start(acknowledged_at: datetime | None, acknowledge_due_on: date) -> datetime:
    """Return when `notice.plan` starts: at the acknowledgement, at the latest when acknowledging was due."""
    latest = datetime.combine(acknowledge_due_on, time.max, SHANGHAI)
    return latest if acknowledged_at is None or local_date(acknowledged_at) > acknowledge_due_on else acknowledged_at


def is_late(due_on: date, at: datetime) -> bool:
    """Return whether `at` is past the due date, which lasts until its own midnight."""
    return local_date(at) > due_on


def remaining(due: Due, at: datetime, calendar: Calendar) -> int:
    """Return the days left at `at` (working days for such limits, else calendar days); 0 on the last, then negative."""
    today = local_date(at)
    return calendar.workdays_between(today, due.due_on) if due.counts_workdays else (due.due_on - today).days


def half_used(due: Due) -> date:
    """Return the day that uses up half of the counted days (the fourth of seven), none before the act makes sense."""
    return max(_half(due), due.opens_on or date.min)


def _half(due: Due) -> date:
    half = (due.total + 1) // 2
    if due.pauses:
        return next((entry.day for entry in due.days if entry.number == half and half), due.due_on)
    on = due.calendar.add_workdays(due.start, half) if due.counts_workdays else due.start + timedelta(days=half)
    return min(on, due.due_on)


def near(due: Due) -> date | None:
    """Return the day 3 working days before the due date, or None where the whole limit is 3 days or fewer."""
    on = near_date(due.due_on, due.total, due.calendar)
    return on and max(on, due.start + DAY)


def near_date(due_on: date, limit: int | None, calendar: Calendar) -> date | None:
    """Return the day 3 working days before `due_on`; None for a `limit` of 3 days or fewer."""
    return None if limit is not None and limit <= NEAR_WORKDAYS else calendar.add_workdays(due_on, -NEAR_WORKDAYS)


def extend(due: Due, new_due_on: date, *, asked_at: datetime, reason: str) -> Due:
    """Return the deadline with its one approved extension; the new date is taken as set and does not roll.

    Invalid when asked on or after the due date, without reason, a second time, to an earlier date, or for longer
    than the rule allows (令493 art. 29: 60 days).
    """
    asked_on = local_date(asked_at)
    if due.extension is not None:
        raise Invalid(f"该时限已延期至{chinese_date(due.due_on)}，只能延期一次。", code="extended_before")
    if asked_on >= due.due_on:
        raise Invalid(
            f"延期应在届满日{chinese_date(due.due_on)}之前申请，现已不能延期，请如实报告进展。", code="asked_late"
        )
    if not reason.strip():
        raise Invalid("延期必须写明理由，请补充。", code="reason_missing")
    if new_due_on <= due.due_on:
        raise Invalid(f"延期后的日期必须晚于原届满日{chinese_date(due.due_on)}，请另定日期。", code="not_later")
    if due.rule.extension_limit is not None:
        latest = due.ends_on + timedelta(days=due.rule.extension_limit)
        latest = due.calendar.roll(latest) if due.rule.roll_over else latest
        if new_due_on > latest:
            raise Invalid(
                f"延期最多{due.rule.extension_limit}日，不得晚于{chinese_date(latest)}，请另定日期。", code="too_long"
            )
    return _granted(due, Extension(due.due_on, new_due_on, asked_on, reason.strip()))


@dataclass(frozen=True, slots=True)
class Suspended:
    """A stopped clock: `remaining` counted days (in the limit's own kind of day) are left after the day `since`."""

    due: Due
    since: date
    remaining: int
    reason: str


def suspend(due: Due, at: datetime, *, reason: str) -> Suspended:
    """Stop the clock; the day of `at` still counts. Invalid before the start, after the due date, or without reason."""
    since = local_date(at)
    earliest = max((due.start, *(pause.until for pause in due.pauses)))
    if since < earliest:
        raise Invalid(f"中止不能早于{chinese_date(earliest)}，请核对日期。", code="suspended_early")
    if since > due.due_on:
        raise Invalid(f"时限已于{chinese_date(due.due_on)}届满，不能再中止。", code="suspended_late")
    if not reason.strip():
        raise Invalid("中止必须写明理由，请补充。", code="reason_missing")
    # The rest days over which a date rolled were never counted: nothing is left there, and the count stopped before.
    since = min(since, due.ends_on)
    return Suspended(due, since, due.units(since, due.ends_on), reason.strip())


def resume(suspended: Suspended, at: datetime, calendar: Calendar) -> Due:
    """Start the clock again after the day of `at`: what was left is left, and only then the date rolls.

    Invalid when resumed before it was suspended.
    """
    due, until = suspended.due, local_date(at)
    if until < suspended.since:
        raise Invalid(f"恢复计时不能早于中止之日{chinese_date(suspended.since)}，请核对日期。", code="resumed_early")
    return _resumed(due, Pause(suspended.since, until, suspended.reason), suspended.remaining, calendar)


def with_changes(due: Due, *, pauses: Iterable[Pause] = (), extension: Extension | None = None) -> Due:
    """Return a fresh count with the changes that were approved before, in the order in which they happened.

    For re-plans and for reading a stored deadline: the grants stand as they were given and are not examined again,
    only the days between them are counted anew. An extension and a pause of one day count in this order.
    """
    for pause in sorted(pauses, key=lambda pause: pause.since):
        if extension is not None and extension.asked_on <= pause.since and due.extension is None:
            due = _granted(due, extension)
        since = min(pause.since, due.ends_on)
        due = _resumed(due, replace(pause, since=since), due.units(since, due.ends_on), due.calendar)
    return _granted(due, extension) if extension is not None and due.extension is None else due


def _granted(due: Due, extension: Extension) -> Due:
    new = extension.new
    longer = replace(due, ends_on=new, due_on=new, provisional=False, extension=extension)
    return replace(longer, calendar_version=_version(longer))


def _resumed(due: Due, pause: Pause, left: int, calendar: Calendar) -> Due:
    unit = Unit.WORKING_DAYS if due.counts_workdays else Unit.CALENDAR_DAYS
    ends_on = _count(unit, pause.until, left, 0, calendar)
    due_on = calendar.roll(ends_on) if due.rule.roll_over else ends_on
    again = replace(due, ends_on=ends_on, due_on=due_on, pauses=(*due.pauses, pause), calendar=calendar)
    return replace(again, provisional=_provisional(again), calendar_version=_version(again))


def _count(unit: Unit, began: date, amount: int, excluded: int, calendar: Calendar) -> date:
    try:
        if unit is Unit.WORKING_DAYS:
            return calendar.add_workdays(began, amount + excluded)
        if unit is Unit.MONTHS:
            return add_months(began, amount) + timedelta(days=excluded)
        return began + timedelta(days=amount + excluded)
    except (OverflowError, ValueError) as error:
        raise Invalid("日期超出了可以计算的范围，请检查时限天数。", code="date_out_of_range") from error


def _provisional(due: Due) -> bool:
    """A calendar-day limit depends on holidays only where it ends and may roll; a working-day limit all along."""
    if not due.counts_workdays and not due.rule.roll_over:
        return False
    first = due.start + DAY if due.counts_workdays else due.ends_on
    return any(not due.calendar.published(year) for year in range(first.year, due.due_on.year + 1))


def _version(due: Due) -> str:
    return due.calendar.version((due.start + DAY).year, due.due_on.year)
