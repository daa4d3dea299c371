"""A computed due date that can account for every day between its start event and itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from models.kernel.calendar.workdays import Calendar

from .deadline_rules import DeadlineRule, Unit

DAY = timedelta(days=1)


class DayEntry(NamedTuple):
    """One day of the count: `number` is its place in the count, 0 when it was not counted; `reason` says why."""

    day: date
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count: after `since` up to and including `until`."""

    since: date
    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class Extension:
    """The one approved extension: what was due before it, and why it was granted."""

    previous: date
    new: date
    asked_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Due:
    """When one deadline ends. `start` is not counted; `ends_on` is where the count ended, `due_on` after rolling.

    `amount` and `excluded_days` are the length asked for; with `given` the date itself was set by a person.
    `provisional` (暂定): the result depends on a year whose holidays are not published.
    """

    rule: DeadlineRule
    start: date
    amount: int
    excluded_days: int
    ends_on: date
    due_on: date
    provisional: bool
    calendar_version: str
    calendar: Calendar = field(repr=False, compare=False)
    given: bool = False
    pauses: tuple[Pause, ...] = ()
    extension: Extension | None = None

    @property
    def rolled(self) -> bool:
        """Whether the due date moved from a rest day to the next working day."""
        return self.due_on != self.ends_on

    @property
    def counts_workdays(self) -> bool:
        """Whether rest days are left out of the count."""
        return self.rule.unit is Unit.WORKING_DAYS

    @property
    def total(self) -> int:
        """How many days the count holds: working days for such limits, else calendar days; pauses left out."""
        counted = self.units(self.start, self.ends_on)
        return counted - sum(self.units(pause.since, pause.until) for pause in self.pauses)

    def units(self, after: date, until: date) -> int:
        """Return how many days that this limit counts lie after `after` up to and including `until`."""
        return self.calendar.workdays_between(after, until) if self.counts_workdays else (until - after).days

    @property
    def opens_on(self) -> date | None:
        """The first day on which the act makes sense (整改评估: 10 months after the approval), if the rule has one."""
        return None if self.rule.opens_after is None else add_months(self.start, self.rule.opens_after)

    @property
    def days(self) -> tuple[DayEntry, ...]:
        """Every day after the start up to the due date, counted or not, with its reason in Chinese.

        Built on demand: most deadlines are never asked, and a re-plan touches a hundred thousand of them.
        """
        entries: list[DayEntry] = []
        day, number, workdays_only = self.start, 0, self.counts_workdays
        while day < self.due_on:
            day += DAY
            why = self.calendar.why(day)
            if self.pauses and any(pause.since < day <= pause.until for pause in self.pauses):
                entries.append(DayEntry(day, 0, "中止期间"))
            elif day > self.ends_on:
                entries.append(DayEntry(day, 0, f"顺延（{why}）"))
            elif workdays_only and not self.calendar.is_workday(day):
                entries.append(DayEntry(day, 0, why))
            else:
                number += 1
                entries.append(DayEntry(day, number, why))
        return tuple(entries)


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later, or that month's last day when it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    first_of_next = date(day.year + years + month // 11, (month + 1) % 12 + 1, 1)
    return min(date(day.year + years, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - DAY)
