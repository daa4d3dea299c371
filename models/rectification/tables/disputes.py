"""职责争议: a unit says that a measure is not its to do; the body that may adjudicate decides, once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, column
from models.kernel.vocabulary import Adjudication, AssignmentState


class Dispute(Base):
    """One dispute for ever of one unit about one measure; its clocks stand still until it is adjudicated."""

    __tablename__ = "disputes"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decided_with_date"),
        CheckConstraint(
            "decision IS NULL OR (reason IS NOT NULL AND decided_by IS NOT NULL)", name="decided_with_reason"
        ),
        CheckConstraint("(decision = 'reassigned') = (reassigned_to_id IS NOT NULL)", name="reassigned_to_somebody"),
    )

    assignment_id: Mapped[int] = column("measure and unit", ForeignKey("assignments.id"), primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"), index=True)
    reply_id: Mapped[int] = column("reply that raised it", ForeignKey("replies.id"), unique=True)
    adjudicator_id: Mapped[int] = column("body that may adjudicate", ForeignKey("organisations.id"), index=True)
    state_before: Mapped[AssignmentState] = column("state of the measure to which a confirmation leads back")
    decision: Mapped[Adjudication | None] = column("confirmed or reassigned; null while it is open")
    reason: Mapped[str | None] = column("why it was decided so")
    reassigned_to_id: Mapped[int | None] = column("unit that holds the measure now", ForeignKey("organisations.id"))
    decided_by: Mapped[int | None] = column("who decided, or entered a written decision", ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = column("when it was decided")
    incoming_number: Mapped[str | None] = column("来文号 of a written decision")
    scan_sha256: Mapped[str | None] = column("hash of the scan of a written decision, the key in the store")
    scan_name: Mapped[str | None] = column("name of that scan")
