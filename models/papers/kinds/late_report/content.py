"""逾期情况报告: to our leaders, about a unit that may get no order: superiors, organs of law, other cities."""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.papers.content.common import Head, HeadedPaper, PaperReference
from models.papers.content.facts import AccidentFacts
from models.papers.kinds.supervision_order.content import OverdueMatter


class LateReport(HeadedPaper):
    """What is late, what was answered, and what we ask our leaders to do; it names no light, count or rank."""

    kind: Literal["late_report"] = "late_report"
    head: Head
    case_number: str
    accident: AccidentFacts
    unit: str  # that has not done it
    notice: PaperReference | None = None
    delivered_on: date | None = None
    matters: tuple[OverdueMatter, ...] = ()
    proposals: tuple[str, ...] = ()
