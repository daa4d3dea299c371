"""保留的文字: what a person wrote in the place of a paragraph of a draft."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, column


class PaperText(Base):
    """One paragraph of a draft in the words of a person; its signature freezes it into the content."""

    __tablename__ = "paper_texts"
    __table_args__ = (CheckConstraint("text <> ''", name="worded"),)

    id: Mapped[int] = column("row number", primary_key=True)
    document_id: Mapped[int] = column("paper", ForeignKey("documents.id"), index=True)
    passage: Mapped[str] = column(
        "name of the paragraph when it was edited: the headings above it, and which one there"
    )
    base: Mapped[str] = column("hash of the paragraph as the facts gave it when it was edited")
    generated: Mapped[str] = column("that paragraph, to be laid beside what the facts give now")
    text: Mapped[str] = column("the words of a person, one line a paragraph")
    version: Mapped[int] = column("number of the event that tells of its last change; a stale writer is told")
    kept_by: Mapped[int] = column("who wrote it last", ForeignKey("users.id"))
    kept_at: Mapped[datetime] = column("when")
