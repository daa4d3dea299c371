"""先行整改通知: an urgent hazard is told before the report is written (道路交通安全法 art. 29, 30)."""

from __future__ import annotations

from typing import Literal

from models.papers.content.common import Attachment, DeadlineLine, Head, HeadedPaper
from models.papers.content.facts import AccidentFacts, FindingEntry, MeasureEntry


class AdvanceNotice(HeadedPaper):
    """`hazards` cannot wait; `measures` are what must be done at once; `replies` are the dates of receipt and answer."""

    kind: Literal["advance_notice"] = "advance_notice"
    head: Head
    case_number: str
    accident: AccidentFacts
    power: str | None = None  # by what power we write, as a clause
    urgency: str | None = None  # why it does not wait for the report
    interim: str | None = None  # what is done on the spot until it is mended (道路交通安全法 art. 30)
    hazards: tuple[FindingEntry, ...] = ()
    measures: tuple[MeasureEntry, ...] = ()
    strangers: tuple[str, ...] = ()  # people named in it who do not work for its recipient
    advisory: bool = False  # to an enterprise, over which we have no power
    replies: tuple[DeadlineLine, ...] = ()
    url: str | None = None
    answer_code: str | None = None  # asked for with a formal answer; never part of `url`
    attachments: tuple[Attachment, ...] = ()
