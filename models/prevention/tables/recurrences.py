"""整改后又发生: what happened again in spite of a measure."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, column
from models.kernel.vocabulary import RecurrenceDecision, RecurrenceReason

UNDECIDED = text("decision IS NULL AND lapsed_at IS NULL")


class Recurrence(Base):
    """整改后又发生: a new accident beside an old measure, for one reason, until a person decides."""

    __tablename__ = "recurrences"
    __table_args__ = (
        UniqueConstraint("accident_id", "measure_id", "reason"),
        UniqueConstraint("case_id", "ref"),
        CheckConstraint("case_id <> old_case_id", name="another_case"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_with_date"),
        CheckConstraint("decision IS NULL OR decision_reason IS NOT NULL", name="decided_with_reason"),
        CheckConstraint(
            "decision IS NULL OR decision <> 'reopened' OR finding_id IS NOT NULL OR new_measure_id IS NOT NULL",
            name="reopened_by_something_new",
        ),
        CheckConstraint("(reason = 'same_enterprise') = (organisation_id IS NOT NULL)", name="enterprise_named"),
        Index("ix_recurrences_open", "case_id", sqlite_where=UNDECIDED, postgresql_where=UNDECIDED),
        Index("ix_recurrences_open_old", "old_case_id", sqlite_where=UNDECIDED, postgresql_where=UNDECIDED),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case of the new accident", ForeignKey("cases.id"))
    ref: Mapped[str] = column("short name inside that case, as X1")
    accident_id: Mapped[int] = column("the new accident", ForeignKey("accidents.id"))
    old_case_id: Mapped[int] = column("case of the old measure", ForeignKey("cases.id"), index=True)
    measure_id: Mapped[int] = column("the old measure", ForeignKey("measures.id"), index=True)
    reason: Mapped[RecurrenceReason] = column("nearby, same_section or same_enterprise")
    distance_m: Mapped[int | None] = column("metres between the two places; null where not known or not the reason")
    organisation_id: Mapped[int | None] = column("enterprise that both have in common", ForeignKey("organisations.id"))
    found_at: Mapped[datetime] = column("when it was found")
    lapsed_at: Mapped[datetime | None] = column("when a corrected place took its ground away")
    decision: Mapped[RecurrenceDecision | None] = column("reopened or unrelated; null while nobody has decided")
    decision_reason: Mapped[str | None] = column("why")
    decided_by: Mapped[int | None] = column("who decided", ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = column("when")
    finding_id: Mapped[int | None] = column(
        "finding of the new case that takes the question up", ForeignKey("findings.id")
    )
    new_measure_id: Mapped[int | None] = column(
        "measure of the new case that takes the question up", ForeignKey("measures.id")
    )
