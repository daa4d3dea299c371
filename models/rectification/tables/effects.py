"""整改评估 and 整改后又发生: whether a measure helped, and what happened again in spite of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, JsonList, column
from models.kernel.vocabulary import EffectVerdict, RecurrenceDecision, RecurrenceReason


class Evaluation(Base):
    """整改评估 of one measure. A later round replaces what an earlier one said; none is deleted."""

    __tablename__ = "evaluations"
    __table_args__ = (
        UniqueConstraint("measure_id", "round"),
        CheckConstraint("looked_at <> '' AND conclusion <> ''", name="worded"),
        CheckConstraint(
            "figure IS NOT NULL OR (figure_before IS NULL AND figure_after IS NULL)", name="figures_are_named"
        ),
        CheckConstraint("round >= 1 AND (round = 1 OR reason IS NOT NULL)", name="replaced_with_reason"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"), index=True)
    measure_id: Mapped[int] = column("measure", ForeignKey("measures.id"))
    round: Mapped[int] = column("1, and one more each time it is evaluated anew")
    verdict: Mapped[EffectVerdict] = column("whether it helped: effective, partly, none or unknown")
    looked_at: Mapped[str] = column("what was looked at")
    figure: Mapped[str | None] = column("what was counted, with its unit")
    figure_before: Mapped[float | None] = column("figure before the measure; null is unknown")
    figure_after: Mapped[float | None] = column("figure after the measure; null is unknown")
    conclusion: Mapped[str] = column("what follows")
    reason: Mapped[str | None] = column("why it was evaluated anew")
    evaluated_by: Mapped[int] = column("who evaluated", ForeignKey("users.id"))
    evaluated_at: Mapped[datetime] = column("when")


class EvaluationFile(Base):
    """A photo, a record or the signed 整改评估报告 behind an evaluation."""

    __tablename__ = "evaluation_files"
    __table_args__ = (UniqueConstraint("evaluation_id", "sha256"),)

    id: Mapped[int] = column("row number", primary_key=True)
    evaluation_id: Mapped[int] = column("evaluation", ForeignKey("evaluations.id"))
    file_name: Mapped[str] = column("name of the file as it arrived, made safe")
    media_type: Mapped[str] = column("type found by looking into the file")
    size: Mapped[int] = column("bytes")
    sha256: Mapped[str] = column("hash of the file, the key in the store")
    other_names: Mapped[JsonList | None] = column("further names under which the same file came")


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
