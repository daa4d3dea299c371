"""问题线索移送: what a transfer hands over, and what the organ told of it. No column says that a person is guilty."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, column
from models.kernel.vocabulary import ClueAnswer


class TransferredClue(Base):
    """One clue of a transfer: an accountability item, or a finding that names units or people."""

    __tablename__ = "transferred_clues"
    __table_args__ = (
        CheckConstraint("(item_id IS NULL) <> (finding_id IS NULL)", name="item_or_finding"),
        CheckConstraint("position >= 1", name="position_counts_from_one"),
    )

    document_id: Mapped[int] = column("transfer", ForeignKey("documents.id"), primary_key=True)
    position: Mapped[int] = column("place in the paper, from 1", primary_key=True)
    item_id: Mapped[int | None] = column(
        "the accountability item it is about", ForeignKey("accountability_items.id"), index=True
    )
    finding_id: Mapped[int | None] = column("the finding it is about", ForeignKey("findings.id"), index=True)
    source: Mapped[str | None] = column("how it was found; null for the investigation itself")


class TransferredMaterial(Base):
    """移送材料清单: a piece of evidence that goes with the transfer."""

    __tablename__ = "transferred_materials"
    __table_args__ = (CheckConstraint("position >= 1", name="position_counts_from_one"),)

    document_id: Mapped[int] = column("transfer", ForeignKey("documents.id"), primary_key=True)
    evidence_id: Mapped[int] = column("evidence", ForeignKey("evidence.id"), primary_key=True)
    position: Mapped[int] = column("place in the list, from 1")
    original: Mapped[bool] = column("原件, else 复制件")


class ClueNews(Base):
    """What the organ told of a transfer after its receipt; it may tell more than once, and need not at all."""

    __tablename__ = "clue_news"
    __table_args__ = (
        UniqueConstraint("document_id", "answer"),
        CheckConstraint("answer NOT IN ('not_accepted', 'referred') OR reason IS NOT NULL", name="reasoned"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    document_id: Mapped[int] = column("transfer", ForeignKey("documents.id"))
    answer: Mapped[ClueAnswer] = column("accepted, referred, not accepted or concluded")
    reason: Mapped[str | None] = column("why not, to which organ, or what came of it")
    incoming_number: Mapped[str | None] = column("来文号 of the answer")
    happened_at: Mapped[datetime] = column("when the organ answered")
    recorded_at: Mapped[datetime] = column("when it was entered")
    recorded_by: Mapped[int] = column("who entered it", ForeignKey("users.id"))
