"""通报周期: months, quarters, halves and years, as circulars tell of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from models.clock.rules.due import add_months
from models.kernel.errors import Invalid
from models.kernel.vocabulary import Rhythm

_MONTHS = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.HALF_YEAR: 6, Rhythm.YEAR: 12}
_DAY = timedelta(days=1)
_QUARTERS, _HALVES = "一二三四", "上下"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `since` up to and including `until`."""

    since: date
    until: date

    @staticmethod
    def ended(since: date, until: date, today: date) -> Period:
        """Return a period that is over. Raises Invalid for one that is not, or that ends before it begins."""
        if until < since:
            raise Invalid("通报时期的末日早于首日，请核对。", code="period")
        if until >= today:
            raise Invalid("通报时期尚未结束，结束后再拟制。", code="period_running")
        return Period(since, until)

    @property
    def rhythm(self) -> Rhythm | None:
        """Return which rhythm has this period; None for one that a person chose otherwise."""
        return next((one for one in _MONTHS if around(one, self.since) == self), None)

    @property
    def called(self) -> str:
        """Return what a title calls it: 2026年第二季度, else its days."""
        year, month = self.since.year, self.since.month
        name = {
            Rhythm.MONTH: f"{month}月",
            Rhythm.QUARTER: f"第{_QUARTERS[(month - 1) // 3]}季度",
            Rhythm.HALF_YEAR: f"{_HALVES[month > 6]}半年",
            Rhythm.YEAR: "度",
        }.get(self.rhythm or Rhythm.NEVER)
        return f"{year}年{name}" if name else self.days

    @property
    def days(self) -> str:
        """Return its first and last day: 2026年4月1日至6月30日, the year said once."""
        first, last = self.since, self.until
        year = "" if first.year == last.year else f"{last.year}年"
        return f"{first.year}年{first.month}月{first.day}日至{year}{last.month}月{last.day}日"

    @property
    def next(self) -> Period:
        """Return the period after it: of the same rhythm, else as many days."""
        if self.rhythm is not None:
            return around(self.rhythm, self.until + _DAY)
        return Period(self.until + _DAY, self.until + _DAY + (self.until - self.since))


def around(rhythm: Rhythm, day: date) -> Period:
    """Return the period of a rhythm in which a day lies; the rhythm is not NEVER."""
    length = _MONTHS[rhythm]
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    return Period(first, add_months(first, length) - _DAY)


def last_ended(rhythm: Rhythm, today: date) -> Period:
    """Return the newest period of a rhythm that is over before `today`; the rhythm is not NEVER."""
    return around(rhythm, around(rhythm, today).since - _DAY)
