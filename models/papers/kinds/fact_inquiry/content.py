"""问询函: what a unit is asked, and by when it is asked to tell."""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.papers.content.common import Head, HeadedPaper
from models.papers.content.facts import AccidentFacts


class FactInquiry(HeadedPaper):
    """Questions to one unit, each with a number; `due` is when their answer is wished for."""

    kind: Literal["fact_inquiry"] = "fact_inquiry"
    head: Head
    case_number: str
    accident: AccidentFacts
    questions: tuple[str, ...] = ()
    due: date | None = None
