"""监管回溯档案: the volume that proves it all later."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped

from .base import Base, column


class Archive(Base):
    """The volume of one case."""

    __tablename__ = "archives"
    __table_args__ = (CheckConstraint("retention IN ('Y', 'D30', 'D10')", name="retention_known"),)

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"), unique=True)
    document_id: Mapped[int] = column("the volume as a paper", ForeignKey("documents.id"), unique=True)
    archive_number: Mapped[str] = column("档号 by the unit's scheme", unique=True)
    retention: Mapped[str] = column("Y permanent, D30 or D10 years")
    keep_until: Mapped[date | None] = column("last day of retention; null is for ever")
    shelf_place: Mapped[str | None] = column("where the paper originals lie")
    archived_by: Mapped[int] = column("who archived", ForeignKey("users.id"))
    archived_at: Mapped[datetime] = column("when")
    chain_head: Mapped[str] = column("hash of the last event inside the package")
    chain_length: Mapped[int] = column("number of events inside the package")
    package_path: Mapped[str | None] = column("folder of the package, relative to the archive folder")
    manifest_sha256: Mapped[str | None] = column("hash of the package's manifest")
    item_count: Mapped[int | None] = column("items in the catalogue")
    packed_at: Mapped[datetime | None] = column("when the package was written")


class ArchiveItem(Base):
    """A line of the volume's catalogue."""

    __tablename__ = "archive_items"
    __table_args__ = (UniqueConstraint("archive_id", "position"),)

    id: Mapped[int] = column("row number", primary_key=True)
    archive_id: Mapped[int] = column("volume", ForeignKey("archives.id"))
    position: Mapped[int] = column("序号, from 1")
    responsible: Mapped[str] = column("责任者")
    number: Mapped[str | None] = column("文号")
    title: Mapped[str] = column("题名")
    dated: Mapped[date | None] = column("日期")
    pages: Mapped[int | None] = column("页数; null where it could not be counted")
    note: Mapped[str | None] = column("备注")
    path: Mapped[str] = column("place in the package")
    sha256: Mapped[str] = column("hash of the file")
