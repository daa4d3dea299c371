"""Figures of the register (四项指数 and beside them): sums, spans to compare with, and how a change is told.

The definitions are those of the police's own statistics: accidents of the general procedure, and those of which nobody says
the procedure, which are stated; deaths within 7 days at the accident's day. Unknown is counted beside and is never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from models.clock.rules.due import add_months
from models.kernel.vocabulary import Comparison, Indicator
from models.papers.rules.periods import Period

SMALL = 10
"""Below such a base, in the unit shown, the difference is told in numbers first."""
MATURE_DAYS = 7
"""So many days after an accident a death still counts with it (道路交通事故 are counted by deaths within 7 days)."""
WAN = 10_000
DAY = timedelta(days=1)
EARLY = timedelta(days=31)
"""So long a register may have gone without an accident before its first one."""
UNIT = {
    Indicator.ACCIDENTS: "起",
    Indicator.DEATHS: "人",
    Indicator.INJURED: "人",
    Indicator.PROPERTY_LOSS: "万元",
    Indicator.FATAL_ACCIDENTS: "起",
    Indicator.SEVERE_ACCIDENTS: "起",
}
EXPLAINED = {
    Indicator.ACCIDENTS: "按一般程序处理的和程序不详的道路交通事故，按发生日期计；简易程序的另计，重复登记的只计一起。",
    Indicator.DEATHS: "上述事故中7日内死亡的人数，计在事故发生之日；因病死亡和非道路事故不计。",
    Indicator.INJURED: "上述事故中重伤、轻伤和伤情不详的人数之和。",
    Indicator.PROPERTY_LOSS: "上述事故的直接财产损失之和；损失未定的不作为0，另列起数。",
    Indicator.FATAL_ACCIDENTS: "上述事故中7日内死亡1人以上的起数。",
    Indicator.SEVERE_ACCIDENTS: "上述事故中7日内死亡3人以上的起数。",
}
UNKNOWN = {
    Indicator.DEATHS: "死亡人数不详",
    Indicator.INJURED: "受伤人数不详或者不全",
    Indicator.PROPERTY_LOSS: "损失未定",
    Indicator.FATAL_ACCIDENTS: "死亡人数不详",
    Indicator.SEVERE_ACCIDENTS: "死亡人数不详",
}


@dataclass(frozen=True, slots=True)
class Sums:
    """What accidents come to. `*_unknown` is in how many a figure is not (fully) known, `*_told` in how many anything is.

    Money is in yuan. `simple` are accidents of the simple procedure, which stand in no other figure.
    """

    accidents: int = 0
    procedure_unknown: int = 0
    deaths: int = 0
    deaths_unknown: int = 0
    injured: int = 0
    injured_told: int = 0
    injured_unknown: int = 0
    property_loss: int = 0
    property_loss_unknown: int = 0
    fatal_accidents: int = 0
    severe_accidents: int = 0
    simple: int = 0

    def __add__(self, other: Sums) -> Sums:
        """Return both together."""
        return Sums(
            self.accidents + other.accidents,
            self.procedure_unknown + other.procedure_unknown,
            self.deaths + other.deaths,
            self.deaths_unknown + other.deaths_unknown,
            self.injured + other.injured,
            self.injured_told + other.injured_told,
            self.injured_unknown + other.injured_unknown,
            self.property_loss + other.property_loss,
            self.property_loss_unknown + other.property_loss_unknown,
            self.fatal_accidents + other.fatal_accidents,
            self.severe_accidents + other.severe_accidents,
            self.simple + other.simple,
        )

    def figure(self, indicator: Indicator) -> int | None:
        """Return a figure; None where accidents are there and nothing is known of any."""
        told = {
            Indicator.DEATHS: self.accidents - self.deaths_unknown,
            Indicator.FATAL_ACCIDENTS: self.accidents - self.deaths_unknown,
            Indicator.SEVERE_ACCIDENTS: self.accidents - self.deaths_unknown,
            Indicator.INJURED: self.injured_told,
            Indicator.PROPERTY_LOSS: self.accidents - self.property_loss_unknown,
        }.get(indicator, 1)
        return int(getattr(self, indicator.value)) if told or not self.accidents else None

    def unknown(self, indicator: Indicator) -> int:
        """Return in how many accidents a figure is not (fully) known."""
        return {
            Indicator.ACCIDENTS: 0,
            Indicator.INJURED: self.injured_unknown,
            Indicator.PROPERTY_LOSS: self.property_loss_unknown,
        }.get(indicator, self.deaths_unknown)

    @property
    def figures(self) -> dict[str, int | None]:
        """Return every figure by the name of its indicator."""
        return {one.value: self.figure(one) for one in Indicator}


def year_before(period: Period) -> Period:
    """Return the same span a year earlier; whole months stay whole (29 February)."""
    since, until = add_months(period.since, -12), add_months(period.until, -12)
    return Period(since, _month_end(until) if _month_end(period.until) == period.until else until)


def span_before(period: Period) -> Period:
    """Return the span that 环比 means: as many whole months before, the same days of the month before, else as many days."""
    first, last = period.since, period.until
    if first.day == 1 and last == _month_end(last):
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        return Period(add_months(first, -months), first - DAY)
    if first.day == 1 and (first.year, first.month) == (last.year, last.month):
        return Period(add_months(first, -1), min(add_months(last, -1), first - DAY))
    return Period(first - (last - first) - DAY, first - DAY)


def compared_span(comparison: Comparison, period: Period) -> Period:
    """Return with which span a period is compared."""
    return year_before(period) if comparison is Comparison.YOY else span_before(period)


def usual_comparisons(period: Period) -> tuple[Comparison, ...]:
    """Return with what a span is compared where nobody asks: figures since New Year have nothing before them (环比)."""
    since_new_year = period.since == date(period.since.year, 1, 1) and period.rhythm is None
    return (Comparison.YOY,) if since_new_year else tuple(Comparison)


def holds(begins: date | None, period: Period) -> bool:
    """Return whether a register whose first accident was on a day holds a whole span, and not only the end of it.

    Nobody says when a register was begun, and its first days may have had no accident: a quarter of the span may be
    without one, and no more than a month.
    """
    if begins is None:
        return False
    return begins <= period.since + min((period.until - period.since + DAY) // 4, EARLY)


def months_of(period: Period) -> list[date] | None:
    """Return the first days of the months that a period is made of; None where it is not of whole months."""
    if period.since.day != 1 or period.until != _month_end(period.until):
        return None
    months = [period.since]
    while (following := add_months(months[-1], 1)) <= period.until:
        months.append(following)
    return months


def month_of(day: date) -> Period:
    """Return the month in which a day lies."""
    return Period(day.replace(day=1), _month_end(day))


def _month_end(day: date) -> date:
    return add_months(day.replace(day=1), 1) - DAY


def shown(indicator: Indicator, value: int) -> Decimal:
    """Return a figure in the unit in which it is shown: money in ten thousands of yuan with one digit."""
    return (Decimal(value) / WAN).quantize(Decimal("0.1")) if indicator is Indicator.PROPERTY_LOSS else Decimal(value)


def percent(now: int | None, before: int | None) -> Decimal | None:
    """Return a change in percent with one digit; None where the base is 0 or one of the two is not known."""
    if now is None or not before:
        return None
    return (Decimal(now - before) * 100 / before).quantize(Decimal("0.1"))


def change_in_words(indicator: Indicator, now: int | None, before: int | None) -> str:
    """Return how a figure changed: — with a base of 0, the numbers first with a base below ten, else the percentage."""
    part = percent(now, before)
    if part is None or now is None or before is None:
        return "—"
    if now == before:
        return "持平"
    word, verb = ("上升", "增加") if now > before else ("下降", "减少")
    rate = f"{word}{abs(part)}%"
    last, this = shown(indicator, before), shown(indicator, now)
    if last >= SMALL:
        return rate
    if this == last:  # less than is shown
        return f"基本持平（{rate}）"
    return f"{last}→{this}，{verb}{abs(this - last)}{UNIT[indicator]}（{rate}）"


def differences(counted: Mapping[str, int | None], official: Mapping[str, int | None]) -> dict[str, int]:
    """Return by how much the register lies above the official totals, where both are known and differ."""
    apart = {}
    for one in Indicator:
        ours, theirs = counted.get(one), official.get(one)
        if ours is not None and theirs is not None and ours != theirs:
            apart[one.value] = ours - theirs
    return apart


def per(deaths: int | None, many: int | None, of: int) -> float | None:
    """Return deaths per `of` vehicles or people, rounded to two digits; None where either is not known."""
    return None if deaths is None or not many else float((Decimal(deaths) * of / many).quantize(Decimal("0.01")))
