"""限期落实督办单: what is late, how that was counted, the new limit, and how the order is lifted."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from models.papers.content.common import Attachment, Content, Count, DeadlineLine, Head, HeadedPaper
from models.papers.content.facts import CaseTopic

SILENT = "未收到书面回复"
BEFORE = "落实前次督办事项"
"""The matter of an order that was late itself: no thing of its own, but that the same is asked once more."""


class OverdueMatter(Content):
    """One thing that is late."""

    matter: str
    measure: str | None = None  # number of the measure in the notice
    original: DeadlineLine  # the limit that passed and how it was counted
    days_late: Count | None = None  # calendar days on the order's date
    done: str | None = None
    not_done: str | None = None


class SupervisionOrder(HeadedPaper):
    """`ordinal` is 1 for the first order on a notice, 2 for the second."""

    kind: Literal["supervision_order"] = "supervision_order"
    head: Head
    case_number: str
    ordinal: int = Field(default=1, ge=1)
    previous_number: str | None = None  # 发文字号 of the order before this one
    accident: CaseTopic
    power: str | None = None  # the rule under which we order, or that a unit is ours, as a clause
    notice_number: str | None = None
    notice_title: str | None = None
    notice_dated: date | None = None
    notice_delivered_on: date | None = None
    silence_confirmed_by: str | None = None  # who looked and found 未收到书面回复
    silence_confirmed_on: date | None = None
    matters: tuple[OverdueMatter, ...] = ()
    new_limit: DeadlineLine
    new_count: str | None = None  # how the new date was counted
    lifting: tuple[str, ...] = ()  # how the order is lifted
    consequences: tuple[str, ...] = ()
    url: str | None = None
    attachments: tuple[Attachment, ...] = ()
