"""Accident grade (令493 art. 3), what must be investigated (令146 art. 29), the 7-day casualty window."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.errors import Invalid
from models.kernel.vocabulary import Grade, Scope, Trigger

# 令493 art. 3: grade, then at least this many deaths, serious injuries, yuan of direct economic loss; worst first.
GRADES: tuple[tuple[Grade, int, int, int], ...] = (
    (Grade.EXCEPTIONAL, 30, 100, 100_000_000),
    (Grade.MAJOR, 10, 50, 50_000_000),
    (Grade.LARGE, 3, 10, 10_000_000),
)
# 令146 art. 29: from this many deaths a deep investigation is a duty.
STATUTORY_DEATHS = 3
# 令493 art. 13: a traffic accident's casualties may still change within this many days.
WINDOW_DAYS = 7


@dataclass(frozen=True, slots=True)
class Casualties:
    """What an accident cost; None means not known yet. `economic_loss` is the direct economic loss in yuan.

    `unspecified` are injured of whom nobody said how badly, `missing` who was not found. `settled` is whether somebody
    said that dead and injured are all known: what is not given then is none.
    """

    deaths: int | None = None
    serious_injuries: int | None = None
    economic_loss: int | Decimal | None = None
    unspecified: int | None = None
    missing: int | None = None
    settled: bool = False

    def __post_init__(self) -> None:
        labels = ("死亡人数", self.deaths), ("重伤人数", self.serious_injuries), ("直接经济损失", self.economic_loss)
        for label, figure in labels:
            if figure is not None and figure < 0:
                raise Invalid(f"{label}不能为负数，请修改。", code="negative")


class Graded(NamedTuple):
    """A grade; provisional while an unknown figure could still raise it."""

    grade: Grade
    provisional: bool


def grade(casualties: Casualties) -> Graded:
    """Return the lowest grade consistent with what is known; the worst indicator decides, a floor is included.

    It is provisional while a figure that is not known could still raise it, and no longer.
    """
    known = casualties.deaths, casualties.serious_injuries, casualties.economic_loss
    reached = _reached(known)
    return Graded(reached, provisional=_order(_reached(_at_most(casualties))) < _order(reached))


def _reached(figures: tuple[float | Decimal | None, ...]) -> Grade:
    for candidate, *floors in GRADES:
        if any(figure is not None and figure >= floor for figure, floor in zip(figures, floors, strict=True)):
            return candidate
    return Grade.ORDINARY


def _order(of: Grade) -> int:
    return list(Grade).index(of)


def _at_most(casualties: Casualties) -> tuple[float | Decimal | None, ...]:
    """Return the figures as high as they could still prove to be."""
    loss = math.inf if casualties.economic_loss is None else casualties.economic_loss
    if casualties.settled:
        return casualties.deaths, casualties.serious_injuries, loss
    deaths = math.inf if casualties.deaths is None else casualties.deaths + (casualties.missing or 0)
    if casualties.serious_injuries is None and casualties.unspecified is None:
        return deaths, math.inf, loss
    return deaths, (casualties.serious_injuries or 0) + (casualties.unspecified or 0), loss


def trigger(casualties: Casualties, scope: Scope, *, other_injuries: int | None = None, reason: str = "") -> Trigger:
    """Return why the accident is investigated: by law, by the unit's scope, or by its decision with a `reason`.

    `other_injuries` are people hurt but not (known to be) seriously. Unknown figures count as none, so that a case is
    never called mandatory on a guess. Invalid when out of scope without a reason.
    """
    deaths = casualties.deaths or 0
    hurt = deaths + (casualties.serious_injuries or 0) + (other_injuries or 0)
    if deaths >= STATUTORY_DEATHS:
        return Trigger.STATUTORY
    in_scope = {Scope.EVERY: True, Scope.INJURY: hurt > 0, Scope.FATAL: deaths > 0, Scope.STATUTORY: False}
    if in_scope[scope]:
        return Trigger.SCOPE
    if not reason.strip():
        raise Invalid(
            f"该事故既非法定应查，也不属于本单位调查范围（{scope.label}），如需开展深度调查，请写明理由。",
            code="reason_missing",
        )
    return Trigger.DISCRETIONARY


def window_ends(accident_at: datetime, *, accident_day_counts: bool = False) -> date:
    """Return the last day on which a death still changes the grade (令493 art. 13, 20); rest days do not move it."""
    return local_date(accident_at) + timedelta(days=WINDOW_DAYS - accident_day_counts)


def counts(later_death_on: date, accident_at: datetime, *, accident_day_counts: bool = False) -> bool:
    """Return whether a later death re-grades the accident; Invalid when it lies before the accident."""
    accident_on = local_date(accident_at)
    if later_death_on < accident_on:
        raise Invalid(f"死亡日期早于事故日期{chinese_date(accident_on)}，请核对。", code="death_before_accident")
    return later_death_on <= window_ends(accident_at, accident_day_counts=accident_day_counts)


class GradeBasis(NamedTuple):
    """What a grade rests on; `borrowed` where the regulation governs something similar only."""

    text: str
    borrowed: bool


def grade_basis(*, production_safety: bool | None) -> GradeBasis:
    """Return what the grade rests on: 令493 art. 3 is the law of production-safety accidents, for others a reference."""
    article = "《生产安全事故报告和调查处理条例》（国务院令第493号）第三条"
    if production_safety:
        return GradeBasis(f"依据{article}", borrowed=False)
    return GradeBasis(f"参照{article}", borrowed=True)
