"""监管回溯档案: the volume that proves it all later."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, JsonList, column


class Archive(Base):
    """The volume of one case; after a reopening the case gets a further one."""

    __tablename__ = "archives"
    __table_args__ = (
        UniqueConstraint("case_id", "version"),
        CheckConstraint("retention IN ('Y', 'D30', 'D10')", name="retention_known"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
        CheckConstraint(
            "(reopened_at IS NULL) = (reopened_by IS NULL) AND (reopened_at IS NULL) = (reopened_reason IS NULL)",
            name="reopened_with_reason",
        ),
        # A case that is archived has one volume in force.
        Index(
            "uq_archives_in_force",
            "case_id",
            unique=True,
            sqlite_where=text("reopened_at IS NULL"),
            postgresql_where=text("reopened_at IS NULL"),
        ),
        Index("ix_archives_keep_until", "keep_until", "id"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    version: Mapped[int] = column("1, raised by each archiving after a reopening", default=1)
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
    reopened_at: Mapped[datetime | None] = column("when the case was reopened, and this volume ceased to be in force")
    reopened_by: Mapped[int | None] = column("who reopened it", ForeignKey("users.id"))
    reopened_reason: Mapped[str | None] = column("why it was reopened")


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


class ArchiveSupplement(Base):
    """补充归档: a file that came after the seal, in a package of its own that names the first one's manifest."""

    __tablename__ = "archive_supplements"
    __table_args__ = (
        UniqueConstraint("archive_id", "position"),
        UniqueConstraint("archive_id", "sha256"),
        CheckConstraint("title <> ''", name="titled"),
        CheckConstraint("reason <> ''", name="reasoned"),
        CheckConstraint("(packed_at IS NULL) = (manifest_sha256 IS NULL)", name="packed_with_manifest"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    archive_id: Mapped[int] = column("volume", ForeignKey("archives.id"))
    position: Mapped[int] = column("which supplement of the volume, from 1")
    archive_number: Mapped[str] = column("档号 of the supplement", unique=True)
    title: Mapped[str] = column("题名")
    responsible: Mapped[str] = column("责任者")
    number: Mapped[str | None] = column("文号")
    dated: Mapped[date | None] = column("日期 of the material")
    reason: Mapped[str] = column("why it is supplemented")
    file_name: Mapped[str] = column("name of the file as it arrived, made safe")
    media_type: Mapped[str] = column("type found by looking into the file")
    size: Mapped[int] = column("bytes")
    sha256: Mapped[str] = column("hash of the file, the key in the store")
    added_by: Mapped[int] = column("who supplemented it", ForeignKey("users.id"))
    added_at: Mapped[datetime] = column("when")
    chain_head: Mapped[str] = column("hash of the last event inside the package")
    chain_length: Mapped[int] = column("number of events inside the package")
    package_path: Mapped[str | None] = column("folder of the package, relative to the archive folder")
    manifest_sha256: Mapped[str | None] = column("hash of the package's manifest")
    packed_at: Mapped[datetime | None] = column("when the package was written")


class GapExcuse(Base):
    """准予缺项: what may stay missing in a volume, why, and who approved it; it counts for the state it was given for."""

    __tablename__ = "gap_excuses"
    __table_args__ = (
        UniqueConstraint("case_id", "gap", "state"),
        CheckConstraint("reason <> ''", name="reasoned"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    gap: Mapped[str] = column("kind and thing that is missing, as receipt_missing/D3")
    state: Mapped[str] = column("how the thing stood: when it stands otherwise, it is asked for again")
    what: Mapped[str] = column("what is missing, in words")
    file_sha256: Mapped[str | None] = column("hash of the file, where a file is missing")
    reason: Mapped[str] = column("why it may be missing")
    approved_by: Mapped[int] = column("who approved it", ForeignKey("users.id"))
    approved_at: Mapped[datetime] = column("when")
    archive_id: Mapped[int | None] = column(
        "volume that was last closed with it; null while none was", ForeignKey("archives.id"), index=True
    )


class ArchiveAudit(Base):
    """可读性核查: one look at a package, or at a supplement's, whether it is whole and its files can be opened."""

    __tablename__ = "archive_audits"
    __table_args__ = (
        Index("ix_archive_audits_archive_id_audited_at", "archive_id", "audited_at"),
        CheckConstraint("files >= 0", name="files_counted"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    archive_id: Mapped[int] = column("volume", ForeignKey("archives.id"))
    supplement_id: Mapped[int | None] = column(
        "supplement; null for the volume's own package", ForeignKey("archive_supplements.id")
    )
    audited_at: Mapped[datetime] = column("when")
    audited_by: Mapped[int | None] = column("who; null for the system", ForeignKey("users.id"))
    sound: Mapped[bool] = column("whether it is whole and everything in it can be opened")
    files: Mapped[int] = column("files that were looked at")
    faults: Mapped[JsonList] = column("what is wrong: objects with path and message")


class ArchiveDisposal(Base):
    """销毁: one person proposes it when the retention has ended, another one decides; what remains is index and proof."""

    __tablename__ = "archive_disposals"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reasoned"),
        CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (approved IS NULL)",
            name="decided_by_somebody",
        ),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="by_two_people"),
        CheckConstraint("destroyed_at IS NULL OR (approved AND proof IS NOT NULL)", name="destroyed_as_approved"),
        CheckConstraint("destroyed_at IS NULL OR lapsed_at IS NULL", name="lapsed_or_destroyed"),
        Index(
            "uq_archive_disposals_open",
            "archive_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL AND lapsed_at IS NULL"),
            postgresql_where=text("decided_at IS NULL AND lapsed_at IS NULL"),
        ),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    archive_id: Mapped[int] = column("volume in force", ForeignKey("archives.id"), index=True)
    reason: Mapped[str] = column("what the appraisal found: why it need not be kept")
    proposed_by: Mapped[int] = column("who proposed it", ForeignKey("users.id"))
    proposed_at: Mapped[datetime] = column("when")
    approved: Mapped[bool | None] = column("whether it was approved; null while nobody decided")
    decided_by: Mapped[int | None] = column("who decided: somebody else", ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = column("when")
    decision_reason: Mapped[str | None] = column("why")
    destroyed_at: Mapped[datetime | None] = column("when packages and files were destroyed")
    lapsed_at: Mapped[datetime | None] = column("when it ceased to count, because the volume has to be kept longer")
    proof: Mapped[Json | None] = column("what was destroyed: packages with manifest and chain's end, items, files")


class ArchiveTransfer(Base):
    """移交: a volume that was handed to another archive with a list; it stays with us as well."""

    __tablename__ = "archive_transfers"
    __table_args__ = (UniqueConstraint("archive_id", "list_sha256"),)

    id: Mapped[int] = column("row number", primary_key=True)
    archive_id: Mapped[int] = column("volume", ForeignKey("archives.id"))
    recipient: Mapped[str] = column("archive that takes it over")
    list_sha256: Mapped[str] = column("hash of the checksums of all that was handed over")
    transferred_by: Mapped[int] = column("who prepared it", ForeignKey("users.id"))
    transferred_at: Mapped[datetime] = column("when")
