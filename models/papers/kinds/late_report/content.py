"""逾期情况报告: to our leaders, once a month, about all that is late with units that may get no order."""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.papers.content.common import Content, Head, HeadedPaper, PaperReference
from models.papers.content.facts import CaseTopic
from models.papers.kinds.supervision_order.content import OverdueMatter


class LateUnit(Content):
    """What one unit has not done of what one paper asked of it."""

    unit: str
    notice: PaperReference | None = None
    delivered_on: date | None = None
    reminded: tuple[PaperReference, ...] = ()  # reminders it was sent
    matters: tuple[OverdueMatter, ...] = ()


class LateReport(HeadedPaper):
    """What is late, what was done of it and what not; it names no light, count or rank, and asks for nothing.

    `late` had limits; `advised` had none, for its unit decides itself (a government, a party committee, an organ of law):
    it is told without dates and is not late. `unit` to `limited` are of earlier versions, which had a report for each
    unit; so are `proposals`, which asked their reader to act: a 报告 may not (党政机关公文处理工作条例 art. 15).
    """

    kind: Literal["late_report"] = "late_report"
    head: Head
    case_number: str
    accident: CaseTopic
    late: tuple[LateUnit, ...] = ()
    advised: tuple[LateUnit, ...] = ()
    unit: str | None = None
    notice: PaperReference | None = None
    delivered_on: date | None = None
    matters: tuple[OverdueMatter, ...] = ()
    limited: bool = True  # whether the notice set limits
    proposals: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()

    @property
    def of_one_unit(self) -> bool:
        """Whether an earlier version wrote it, about one unit."""
        return self.unit is not None

    @property
    def units(self) -> tuple[str, ...]:
        """The units it is about, each once."""
        told = (one.unit for one in (*self.late, *self.advised))
        return tuple(dict.fromkeys(told if self.unit is None else (self.unit,)))

    @property
    def told(self) -> tuple[tuple[LateUnit, OverdueMatter], ...]:
        """Every matter with what is said of its unit, in the order of the paper."""
        if self.unit is None:
            parts = (*self.late, *self.advised)
        else:
            parts = (
                LateUnit(unit=self.unit, notice=self.notice, delivered_on=self.delivered_on, matters=self.matters),
            )
        return tuple((part, matter) for part in parts for matter in part.matters)
