"""事故认定书 and its 复核: what findings are built on, and what became of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, column
from models.kernel.vocabulary import ReviewOutcome


class LiabilityDecision(Base):
    """道路交通事故认定书 of the accident; the paper itself is made elsewhere, here it is known by number and scan."""

    __tablename__ = "liability_decisions"
    __table_args__ = (UniqueConstraint("case_id", "number"), CheckConstraint("number <> ''", name="numbered"))

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    number: Mapped[str] = column("文号 of the 认定书")
    decided_on: Mapped[date] = column("its date")
    issued_by: Mapped[str] = column("unit that made it")
    scan_sha256: Mapped[str | None] = column("hash of its scan, the key in the store")
    scan_name: Mapped[str | None] = column("name of its scan")
    recorded_by: Mapped[int] = column("who entered it", ForeignKey("users.id"))
    recorded_at: Mapped[datetime] = column("when")


class LiabilityReview(Base):
    """复核结论 of a 认定书; there is one (公安部令146号: 复核以一次为限)."""

    __tablename__ = "liability_reviews"
    __table_args__ = (CheckConstraint("outcome = 'upheld' OR reason IS NOT NULL", name="reasoned"),)

    decision_id: Mapped[int] = column("认定书", ForeignKey("liability_decisions.id"), primary_key=True)
    outcome: Mapped[ReviewOutcome] = column("upheld, changed or revoked")
    number: Mapped[str | None] = column("文号 of the review's conclusion")
    decided_on: Mapped[date] = column("its date")
    issued_by: Mapped[str] = column("unit that reviewed")
    reason: Mapped[str | None] = column("why it was changed or revoked")
    scan_sha256: Mapped[str | None] = column("hash of its scan, the key in the store")
    scan_name: Mapped[str | None] = column("name of its scan")
    recorded_by: Mapped[int] = column("who entered it", ForeignKey("users.id"))
    recorded_at: Mapped[datetime] = column("when")
