"""调查清单: what the investigators answered to each question of the checklist; how it came to be is in the record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, JsonList, column
from models.kernel.vocabulary import AnswerState


class ChecklistAnswer(Base):
    """The present answer to one question; without a row the question is open."""

    __tablename__ = "checklist_answers"
    __table_args__ = (UniqueConstraint("case_id", "question"), CheckConstraint("text <> ''", name="worded"))

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    question: Mapped[str] = column("key of the question, as person.licence")
    version: Mapped[int] = column("version of the question that was answered")
    state: Mapped[AnswerState] = column("answered, not applicable, or waived by somebody else than the investigators")
    text: Mapped[str] = column("the answer, or why there is none")
    evidence: Mapped[JsonList] = column("short names of the evidence it rests on")
    answered_by: Mapped[int] = column("who said so", ForeignKey("users.id"))
    answered_at: Mapped[datetime] = column("when")
