"""请示, 意见 and 问询函 that a person writes: the matter in own words, which measures are annexed, what is asked."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, JsonList, column


class WrittenPaper(Base):
    """What a person asks or proposes in a paper; a draft that the table of competence made has none."""

    __tablename__ = "written_papers"
    __table_args__ = (CheckConstraint("matter <> '' AND reasons <> '' AND inclination <> ''", name="worded"),)

    document_id: Mapped[int] = column("paper", ForeignKey("documents.id"), primary_key=True)
    matter: Mapped[str] = column("the one matter that is asked or spoken of")
    reasons: Mapped[str] = column("facts and bases for it")
    inclination: Mapped[str] = column("what we ourselves would prefer, or propose")


class AnnexedMeasure(Base):
    """A measure listed in the annex of such a paper. It stays with its unit as it is: nothing is handed over by it."""

    __tablename__ = "annexed_measures"
    __table_args__ = (CheckConstraint("position >= 1", name="position_counts_from_one"),)

    document_id: Mapped[int] = column("paper", ForeignKey("documents.id"), primary_key=True)
    measure_id: Mapped[int] = column("measure", ForeignKey("measures.id"), primary_key=True, index=True)
    position: Mapped[int] = column("place in the annex, from 1")


class Inquiry(Base):
    """What a 问询函 asks a unit."""

    __tablename__ = "inquiries"

    document_id: Mapped[int] = column("paper", ForeignKey("documents.id"), primary_key=True)
    questions: Mapped[JsonList] = column("what is asked, one a line")
    due_on: Mapped[date | None] = column("when the answer is wished for; no clock runs by it")
