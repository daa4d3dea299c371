"""催办函: what a unit is asked to tell."""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.papers.content.common import DeadlineLine, Head, HeadedPaper, PaperReference
from models.papers.content.facts import CaseTopic
from models.papers.kinds.supervision_order.content import OverdueMatter


class Reminder(HeadedPaper):
    """What was asked for, by which paper, and has not been answered; no order, no consequence.

    `received` is what came of it so far, `reminded` the reminders before this one, `answer` the day by which an answer is
    asked for.
    """

    kind: Literal["reminder"] = "reminder"
    head: Head
    case_number: str
    accident: CaseTopic
    notice: PaperReference | None = None
    delivered_on: date | None = None
    received: tuple[str, ...] = ()
    reminded: tuple[PaperReference, ...] = ()
    matters: tuple[OverdueMatter, ...] = ()
    answer: DeadlineLine | None = None
