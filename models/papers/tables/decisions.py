"""批复、决定: what a superior, our government or an authority answered to a paper that asks or reports."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, column
from models.kernel.vocabulary import SuperiorAnswer

TO_FOLLOW = text("follow_on IS NOT NULL")


class SuperiorDecision(Base):
    """The one answer to a paper; what it opens is a recorded authority of its own."""

    __tablename__ = "superior_decisions"
    __table_args__ = (
        CheckConstraint("number <> '' AND given_by <> '' AND summary <> ''", name="described"),
        Index("ix_superior_decisions_follow", "follow_on", sqlite_where=TO_FOLLOW, postgresql_where=TO_FOLLOW),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    document_id: Mapped[int] = column("paper it answers", ForeignKey("documents.id"), unique=True)
    answer: Mapped[SuperiorAnswer] = column("approved, in part, not approved, or otherwise answered")
    number: Mapped[str] = column("文号 of the answer, or its register number")
    given_by: Mapped[str] = column("who answered")
    dated: Mapped[date] = column("成文日期 of the answer")
    received_at: Mapped[datetime] = column("when it came")
    summary: Mapped[str] = column("what it says, in short")
    scan_id: Mapped[int] = column("its scan, kept among the files of the paper", ForeignKey("renditions.id"))
    authority_id: Mapped[int | None] = column(
        "recorded authority that was made of it", ForeignKey("authorities.id"), index=True
    )
    follow_on: Mapped[date | None] = column("day on which we look again at what came of it; null once nothing is left")
    recorded_by: Mapped[int] = column("who entered it", ForeignKey("users.id"))
    recorded_at: Mapped[datetime] = column("when")
