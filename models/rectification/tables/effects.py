"""整改评估: whether a measure helped."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, JsonList, column
from models.kernel.vocabulary import EffectVerdict


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
