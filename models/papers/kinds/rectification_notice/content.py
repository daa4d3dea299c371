"""整改报告通知书: to one recipient, only its own problems and measures, and how to answer."""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.papers.content.common import Attachment, Content, DeadlineLine, Head, HeadedPaper
from models.papers.content.facts import CaseTopic, EarlierAccident, FindingEntry, HazardousSection, MeasureEntry


class FurtherCase(Content):
    """汇总通知: another case whose problems and measures the notice lists."""

    case_number: str
    accident: CaseTopic
    report_number: str | None = None
    report_dated: date | None = None
    findings: tuple[FindingEntry, ...] = ()
    measures: tuple[MeasureEntry, ...] = ()


class RectificationNotice(HeadedPaper):
    """`replies` are the dates of receipt, plan and completion in their order; `further` makes it a notice over several
    cases, of which it states the first itself."""

    kind: Literal["rectification_notice"] = "rectification_notice"
    head: Head
    case_number: str
    accident: CaseTopic
    report_number: str | None = None  # of the 调查分析报告书 that the notice rests on
    report_dated: date | None = None
    findings: tuple[FindingEntry, ...] = ()
    measures: tuple[MeasureEntry, ...] = ()
    further: tuple[FurtherCase, ...] = ()
    investigated: str | None = None  # by what power we investigated, as a clause
    power: str | None = None  # by what power we write, as a clause; None where no law gives it
    binding: bool = True  # whether limits may be set to the recipient: a government or an organ of law is set none
    advisory: bool = False  # to an enterprise, over which we have no power: a 提示函
    duties: tuple[str, ...] = ()  # what the law makes its own duty, a clause each; only in a 提示函
    replies: tuple[DeadlineLine, ...] = ()
    reply_instructions: tuple[str, ...] = ()  # further lines: where to send the answer, what to enclose
    url: str | None = None  # opened by the QR code; None prints none
    answer_code: str | None = None  # asked for with a formal answer; never part of `url`
    attachments: tuple[Attachment, ...] = ()
    strangers: tuple[str, ...] = ()  # people named in it who do not work for its recipient
    own_line: bool = False  # to a unit of our own, which is told what follows and what the notice is not about
    # What a government needs to decide about a road (道路交通安全法 art. 29): only in a 报告 that rests on it.
    road: str | None = None
    earlier: tuple[EarlierAccident, ...] = ()
    sections: tuple[HazardousSection, ...] = ()
    taken: tuple[str, ...] = ()  # what was done so far, a sentence each
    consents: tuple[str, ...] = ()  # numbers of the government's consent that a notice to a lower one rests on
