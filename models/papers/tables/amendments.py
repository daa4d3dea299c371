"""更正、撤销、改稿: how a wrong paper is put right, and which papers are known to be wrong."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, select, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, JsonList, column
from models.kernel.vocabulary import ClockEffect


class Amendment(Base):
    """What a correction or withdrawal says of the paper it puts right; it takes effect with its own delivery."""

    __tablename__ = "amendments"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reasoned"),
        CheckConstraint("(effect = 'changed') = (new_due_on IS NOT NULL)", name="changed_to_a_date"),
        CheckConstraint("amended_id <> document_id", name="not_itself"),
    )

    document_id: Mapped[int] = column("the correction or withdrawal", ForeignKey("documents.id"), primary_key=True)
    amended_id: Mapped[int] = column("the wrong paper", ForeignKey("documents.id"), index=True)
    reason: Mapped[str] = column("why")
    effect: Mapped[ClockEffect] = column("what becomes of the clocks that the wrong paper started")
    new_due_on: Mapped[date | None] = column("new date of completion, where the clocks change to one")
    passages: Mapped[JsonList] = column("objects with place, wrong and right; none in a withdrawal")
    work_done: Mapped[str | None] = column("what holds of the work done on a withdrawn paper")
    effective_at: Mapped[datetime | None] = column("when it took effect")
    deadline_id: Mapped[int | None] = column(
        "the only clock it changes, where long-term work is re-planned; null for all of the paper's",
        ForeignKey("deadlines.id"),
    )


def withdrawn() -> Select[int]:
    """Row numbers of the papers that do not stand any more: what took them back is in effect."""
    return select(Amendment.amended_id).where(
        Amendment.effect == ClockEffect.ENDED, Amendment.effective_at.is_not(None)
    )


class DocumentVersion(Base):
    """What a signed paper said before it was changed and signed again under the same number, ahead of its sealing."""

    __tablename__ = "document_versions"

    document_id: Mapped[int] = column("paper", ForeignKey("documents.id"), primary_key=True)
    version: Mapped[int] = column("version of the content, from 1", primary_key=True)
    title: Mapped[str] = column("title then")
    content: Mapped[Json] = column("what it said, as frozen")
    content_sha256: Mapped[str] = column("hash of the canonical content")
    issued_at: Mapped[datetime] = column("when it was signed")
    issued_on: Mapped[date] = column("成文日期 then")
    signed_by: Mapped[int] = column("who signed it", ForeignKey("users.id"))
    reason: Mapped[str] = column("why it was changed")
    replaced_at: Mapped[datetime] = column("when it was taken back")
    replaced_by: Mapped[int] = column("who took it back", ForeignKey("users.id"))


class PaperFlag(Base):
    """A paper whose facts changed after it was signed; one open flag each, until it is put right."""

    __tablename__ = "paper_flags"
    __table_args__ = (
        Index(
            "uq_paper_flags_open",
            "document_id",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"), index=True)
    document_id: Mapped[int] = column("paper", ForeignKey("documents.id"))
    reason: Mapped[str] = column("what happened")
    changes: Mapped[Json] = column("per fact what the paper says and what is right now: [before, after]")
    flagged_at: Mapped[datetime] = column("when it was flagged or last added to")
    settled_at: Mapped[datetime | None] = column("when it was put right")
    settled_by_id: Mapped[int | None] = column(
        "correction or withdrawal that put it right; null where it was signed anew or voided",
        ForeignKey("documents.id"),
    )
