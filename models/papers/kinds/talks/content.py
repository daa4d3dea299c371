"""约谈通知 and 约谈纪要: a unit that is late with an order, or failed its duty, is summoned; what was said is written down."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from models.papers.content.common import Attachment, Content, Head, HeadedPaper, PaperReference
from models.papers.content.facts import CaseTopic


class TalkNotice(HeadedPaper):
    """Summons: when, where, over what, who must come and what to bring."""

    kind: Literal["talk_notice"] = "talk_notice"
    head: Head
    case_number: str
    accident: CaseTopic
    order: PaperReference | None = None  # the order that was not obeyed
    order_served_on: date | None = None
    order_due: date | None = None  # the date that the order itself set
    power: str | None = None  # the rule under which we summon, or that a unit is ours, as a clause
    reason: str
    matters: tuple[str, ...] = ()
    held_at: datetime | None = None
    place: str | None = None
    chaired_by: str | None = None  # 主持人, with the position
    attendees: tuple[str, ...] = ()  # who must come, such as 主要负责人
    preparation: tuple[str, ...] = ()  # what to report and bring
    attachments: tuple[Attachment, ...] = ()


class Promise(Content):
    """What the unit undertook at the talk."""

    text: str
    responsible_person: str | None = None
    due: date | None = None


class TalkMinutes(HeadedPaper):
    """Minutes; its head names no recipient, the units concerned stand under `head.copied_to`."""

    kind: Literal["talk_minutes"] = "talk_minutes"
    head: Head
    case_number: str
    notice: PaperReference | None = None
    organisation: str  # the unit that was summoned
    held_at: datetime | None = None
    place: str | None = None
    chaired_by: str | None = None
    recorded_by: str | None = None
    participants: tuple[str, ...] = ()  # our side
    attended_by: tuple[str, ...] = ()  # theirs
    absent: tuple[str, ...] = ()  # summoned and not come, with the reason
    matters: tuple[str, ...] = ()  # what was put to the unit
    statements: tuple[str, ...] = ()  # what it answered
    promises: tuple[Promise, ...] = ()
