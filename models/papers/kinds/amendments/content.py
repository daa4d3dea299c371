"""更正 and 撤销: after delivery a wrong paper is put right only by a new one that says what happens to the clocks."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from models.kernel.vocabulary import ClockEffect
from models.papers.content.common import Content, DeadlineLine, Head, HeadedPaper, PaperReference


class AmendedClock(Content):
    """One clock of the wrong paper: what becomes of it, from which date to which."""

    what: str  # what was due, such as 报送整改方案
    effect: ClockEffect
    before: date | None = None
    after: DeadlineLine | None = None  # none where the clock ends or stays


class CorrectedPassage(Content):
    """One place of the paper: what stood there and what must be read instead."""

    place: str  # such as 第三部分整改措施表第2项
    wrong: str
    right: str


class Correction(HeadedPaper):
    """更正: the paper stands, with these passages read differently."""

    kind: Literal["correction"] = "correction"
    head: Head
    case_number: str
    paper: PaperReference
    delivered_on: date | None = None
    reason: str
    passages: tuple[CorrectedPassage, ...] = Field(min_length=1)
    clocks: tuple[AmendedClock, ...] = ()
    replanned: bool = False  # nothing was wrong: long-term work is planned anew


class Withdrawal(HeadedPaper):
    """撤销: the paper no longer holds, from the delivery of this one on."""

    kind: Literal["withdrawal"] = "withdrawal"
    head: Head
    case_number: str
    paper: PaperReference
    delivered_on: date | None = None
    reason: str
    replaced_by: PaperReference | None = None
    work_done: str | None = None  # what holds of that which was already done on the withdrawn paper
    clocks: tuple[AmendedClock, ...] = ()
