"""通报: of a period, with figures by unit, or of one occasion, with its lessons; never a ranking."""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.kernel.vocabulary import Indicator
from models.papers.content.common import Content, Count, Head, HeadedPaper
from models.papers.content.facts import AccidentFacts
from models.papers.rules.shares import FEWEST, wilson


class DueCount(Content):
    """Of the measures that were due, how many were done on time, done late, or not done by the end of the period."""

    due: Count
    on_time: Count
    done_late: Count
    late: Count

    @property
    def share(self) -> float | None:
        """The part that was done on time, from 0 to 1; None of too few, of which it would be chance."""
        return self.on_time / self.due if self.due >= FEWEST else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share."""
        return wilson(self.on_time, self.due) if self.due >= FEWEST else None


class UnitCount(DueCount):
    """What was due from one unit."""

    unit: str


class LateMatter(Content):
    """A measure that was not done by the end: until when it should have been, and what the unit said and was told since."""

    unit: str
    matter: str
    planned: date
    days_late: Count
    reason: str | None = None  # what the unit itself said, with its date, and whether that was sent back
    ended: str | None = None  # why it was closed as not done
    pressed: tuple[str, ...] = ()  # 6月24日督办: the reminders and orders it was sent


class OwnMatter(Content):
    """A measure that our own police did late, or have not done."""

    by: str  # the unit of ours that does the work
    matter: str
    planned: date
    done: date | None = None


class OwnPolice(Content):
    """How our own police did: their measures that are late, and how soon they judged what others reported."""

    unit: str
    matters: tuple[OwnMatter, ...] = ()
    replies: Count = 0
    in_time: Count = 0
    exceeded: Count = 0
    limit: str  # 5个工作日

    @property
    def running(self) -> int:
        """Reports whose limit had not run out by the end."""
        return self.replies - self.in_time - self.exceeded


class AccidentCount(Content):
    """One figure of the register, and that of the same days a year before; None is unknown, money is in yuan."""

    indicator: Indicator
    now: Count | None
    before: Count | None
    unknown: Count = 0  # in how many accidents it is not (fully) known


class DivisionCount(Content):
    """What happened in one division, and a year before."""

    name: str
    counts: tuple[AccidentCount, ...]


class AccidentFigures(Content):
    """The accidents of the territory in a period, as the register had them when the circular was drafted."""

    counted_on: date  # on which day, after the period
    note: str  # 内部参考，以公安交管统计为准
    figures: tuple[AccidentCount, ...]
    cumulative: tuple[AccidentCount, ...] = ()  # since New Year, where the period begins later
    divisions: tuple[DivisionCount, ...] = ()  # in the order of their codes, which is no ranking
    beside: tuple[str, ...] = ()  # what must be said beside them: days too young to be sure of, closings, rates


class Figures(Content):
    """What was counted at the end of a period, of the units alone that may be named in a circular."""

    counted_on: date | None = None  # at the end of which day
    open_cases: Count = 0
    units: tuple[UnitCount, ...] = ()  # ordered by what was due, which is no ranking
    matters: tuple[LateMatter, ...] = ()
    earlier: Count = 0  # of the matters, those that were due before the period
    own: OwnPolice | None = None
    coming: Count = 0  # due in the next period and not done
    accidents: AccidentFigures | None = None  # None where the register does not hold the period

    @property
    def total(self) -> DueCount:
        """All units together."""
        return DueCount(
            due=sum(one.due for one in self.units),
            on_time=sum(one.on_time for one in self.units),
            done_late=sum(one.done_late for one in self.units),
            late=sum(one.late for one in self.units),
        )


class Circular(HeadedPaper):
    """A circular; `since` and `until` are None in one of an occasion, which tells of its accident and `lessons` instead.

    `called` and `coming` are how the period and the next one are called.
    """

    kind: Literal["circular"] = "circular"
    head: Head
    case_number: str
    power: str | None = None  # the commission's rule, as a clause
    place: str = ""  # 全市
    called: str = ""
    coming: str = ""
    since: date | None = None
    until: date | None = None
    figures: Figures = Figures()
    accident: AccidentFacts | None = None
    lessons: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    report_by: date | None = None

    @property
    def periodic(self) -> bool:
        """Whether it is of a period."""
        return self.until is not None
