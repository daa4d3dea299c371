"""来文: papers that come in and demand something of us, each with the limit that it sets us."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, column
from models.kernel.vocabulary import IncomingKind

OPEN = text("closed_at IS NULL")


class IncomingPaper(Base):
    """One paper that came in. What it demands is owed until it is answered, or, of 挂牌督办, until it is lifted (摘牌)."""

    __tablename__ = "incoming_papers"
    __table_args__ = (
        UniqueConstraint("case_id", "ref"),
        CheckConstraint("number <> '' AND sender <> '' AND demand <> ''", name="described"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_outcome"),
        CheckConstraint("(closing_sha256 IS NULL) = (closing_name IS NULL)", name="closing_scan_named"),
        Index("ix_incoming_papers_open", "case_id", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    ref: Mapped[str] = column("short name inside the case, as W1")
    kind: Mapped[IncomingKind] = column("what it is")
    number: Mapped[str] = column("文号 of the paper, or its number in our register")
    sender: Mapped[str] = column("who sent it")
    dated: Mapped[date] = column("成文日期")
    received_at: Mapped[datetime] = column("when it came")
    demand: Mapped[str] = column("what it demands of us")
    due_on: Mapped[date | None] = column("day that it sets us; null where it sets none and the rule counts")
    deadline_id: Mapped[int] = column("our clock", ForeignKey("deadlines.id"), unique=True)
    scan_sha256: Mapped[str] = column("hash of the scan in the store")
    scan_name: Mapped[str] = column("name of the scan's file")
    scan_bytes: Mapped[int] = column("size of the scan")
    recorded_by: Mapped[int] = column("who entered it", ForeignKey("users.id"))
    recorded_at: Mapped[datetime] = column("when")
    closed_at: Mapped[datetime | None] = column("when it was answered or lifted; null while it is owed")
    outcome: Mapped[str | None] = column("what we answered, or that it was lifted, in short")
    closing_number: Mapped[str | None] = column("文号 of our answer, or of the paper that lifted it")
    closing_sha256: Mapped[str | None] = column("hash of the scan of the answer or lifting in the store")
    closing_name: Mapped[str | None] = column("name of that scan's file")
    closing_bytes: Mapped[int | None] = column("size of that scan")
    closed_by: Mapped[int | None] = column("who entered that", ForeignKey("users.id"))
