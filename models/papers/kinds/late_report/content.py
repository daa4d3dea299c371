"""逾期情况报告: to our leaders, about a unit that may get no order: superiors, organs of law, other cities."""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.papers.content.common import Head, HeadedPaper, PaperReference
from models.papers.content.facts import AccidentFacts
from models.papers.kinds.supervision_order.content import OverdueMatter


class LateReport(HeadedPaper):
    """What is late, what was answered and what we do next; it names no light, count or rank, and asks for nothing.

    To a superior no limit was set: what it was advised is told without dates. `proposals` are of earlier versions, which
    asked their reader to act; a 报告 may not (党政机关公文处理工作条例 art. 15).
    """

    kind: Literal["late_report"] = "late_report"
    head: Head
    case_number: str
    accident: AccidentFacts
    unit: str  # that has not done it
    notice: PaperReference | None = None
    delivered_on: date | None = None
    matters: tuple[OverdueMatter, ...] = ()
    limited: bool = True  # whether the notice set limits
    proposals: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
