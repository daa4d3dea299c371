"""约谈: a talk from the proposal to its minutes, and the papers that belong to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, JsonList, column


class Talk(Base):
    """约谈: a summons talk with a unit that is late with an order, or over a duty failure."""

    __tablename__ = "talks"

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"), index=True)
    organisation_id: Mapped[int] = column("unit that was summoned", ForeignKey("organisations.id"))
    order_id: Mapped[int | None] = column("order that was not obeyed", ForeignKey("documents.id"))
    state: Mapped[str] = column("proposed, approved, declined or held")
    reason: Mapped[str] = column("why")
    proposed_at: Mapped[datetime] = column("when it was proposed")
    approved_by: Mapped[int | None] = column("leader who decided it", ForeignKey("users.id"))
    planned_for: Mapped[datetime | None] = column("for when the unit is summoned; null until it is arranged")
    place: Mapped[str | None] = column("where")
    chaired_by: Mapped[str | None] = column("主持人, with the position")
    matters: Mapped[JsonList | None] = column("what it is about; null for the measures of the order")
    attendees: Mapped[JsonList | None] = column("who of the unit must come")
    preparation: Mapped[JsonList | None] = column("what the unit is to report and bring")
    held_at: Mapped[datetime | None] = column("when it was held")
    attended_by: Mapped[str | None] = column("who came")
    absent: Mapped[JsonList | None] = column("who was summoned and did not come, with the reason")
    minutes: Mapped[str | None] = column("what was put to the unit, a matter a line")
    statements: Mapped[JsonList | None] = column("what the unit answered")
    promises: Mapped[JsonList | None] = column("objects with text, responsible_person and due: what the unit undertook")
    participants: Mapped[JsonList | None] = column("who took part on our side")


class TalkPaper(Base):
    """A 约谈通知 or 约谈纪要 and the talk it belongs to; a notice that was voided is followed by another."""

    __tablename__ = "talk_papers"

    document_id: Mapped[int] = column("notice or minutes", ForeignKey("documents.id"), primary_key=True)
    talk_id: Mapped[int] = column("talk", ForeignKey("talks.id"), index=True)
