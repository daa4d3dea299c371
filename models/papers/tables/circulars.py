"""通报: what a circular counted and what its drafter added, whom else it goes to, and how often one is due."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, UniqueConstraint, exists, select
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, JsonList, column
from models.kernel.vocabulary import Rhythm

from .documents import Document


class CircularRow(Base):
    """A circular: of a period, with the figures as they were counted when it was drafted, or of one occasion."""

    __tablename__ = "circulars"
    __table_args__ = (
        # The clock drafts the circular of a period once, however often it was killed meanwhile.
        UniqueConstraint("period_from", "period_until", "edition"),
        CheckConstraint("(period_from IS NULL) = (period_until IS NULL)", name="whole_period"),
        CheckConstraint("period_from <= period_until", name="ends_after_it_begins"),
        CheckConstraint("edition >= 1", name="edition_counts_from_one"),
    )

    document_id: Mapped[int] = column("paper", ForeignKey("documents.id"), primary_key=True)
    period_from: Mapped[date | None] = column("first day of the period; null for an occasion")
    period_until: Mapped[date | None] = column("last day of the period, at the end of which was counted")
    edition: Mapped[int] = column("1, or one more for each that was drafted anew for the same period")
    figures: Mapped[Json] = column("what was counted: units, late matters, our own police, what is due next")
    named: Mapped[JsonList] = column("row numbers of the units that it names, each of which may be named")
    lessons: Mapped[JsonList] = column("what an occasional circular holds up, one line each")
    practices: Mapped[JsonList] = column("good examples that the drafter chose, one line each")
    steps: Mapped[JsonList] = column("what is asked besides what follows from the figures, one line each")
    report_by: Mapped[date] = column("until when late units report")


class CircularRecipient(Base):
    """A 主送 of a circular, or of a paper that puts one right; the first of them stands in the paper's row, too.

    Who is served with such a paper is told of cases, and has no part in them.
    """

    __tablename__ = "circular_recipients"

    document_id: Mapped[int] = column("paper", ForeignKey("documents.id"), primary_key=True)
    organisation_id: Mapped[int] = column("unit", ForeignKey("organisations.id"), primary_key=True, index=True)


def goes_round() -> ColumnElement[bool]:
    """Papers that go to several units in one service: circulars, and what puts one right. No case hangs on one of them."""
    return exists(select(1).where(CircularRecipient.document_id == Document.id).correlate(Document))


class CircularRhythm(Base):
    """How often a circular is due, from a day on. Changed by adding a row."""

    __tablename__ = "circular_rhythms"
    __table_args__ = (
        CheckConstraint("every <> 'month' OR basis IS NOT NULL", name="monthly_by_a_plan"),
        CheckConstraint("reason <> ''", name="reasoned"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    every: Mapped[Rhythm] = column("how often")
    basis: Mapped[str | None] = column("assessment plan of the place; without one nothing is monthly")
    valid_from: Mapped[date] = column("first day on which a period may end that is told of so")
    author: Mapped[str] = column("account that set it")
    reason: Mapped[str] = column("why")
    set_at: Mapped[datetime] = column("when")
