"""可读性核查: which packages have to be looked at, and what was found of them last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from models.archive.tables import Archive, ArchiveAudit, ArchiveDisposal, ArchiveSupplement
from models.case.tables import Case
from models.kernel.base import JsonList
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_documents
from models.papers.rules.retention import Retention
from models.papers.tables import Document

from .archives import Sealed, keeper

EVERY = timedelta(days=365)
"""A package is looked at at least once in so long."""


@dataclass(frozen=True, slots=True)
class PackageToAudit:
    """A sealed package, of a volume or a supplement, with what its sealing recorded and its last look."""

    archive_id: int
    supplement_id: int | None
    number: str
    case_number: str
    title: str
    retention: str | None
    sealed: Sealed
    packed_at: datetime
    audited_at: datetime | None
    sound: bool | None
    faults: JsonList

    def due(self, at: datetime) -> bool:
        """Return whether it is time to look again: a year after it was sealed or looked at, at once where it was not
        sound."""
        return self.sound is False or (self.audited_at or self.packed_at) <= at - EVERY


def packages_to_audit(session: Session, actor: Actor, *, number: str | None = None) -> list[PackageToAudit]:
    """Return every sealed package in force that the actor keeps, supplements behind their volume; one only where a `number`
    is given. Three statements; of a volume with restricted papers only for who stands on its list."""
    whose = (keeper(actor), visible_documents(actor), in_force())
    volumes = session.execute(
        select(Archive, Case.case_number, Case.title)
        .join(Case, Case.id == Archive.case_id)
        .join(Document, Document.id == Archive.document_id)
        .where(*whose, Archive.packed_at.is_not(None))
        .order_by(Archive.id)
    ).all()
    cases = {row.Archive.id: (row.case_number, row.title) for row in volumes}
    packages: list[tuple[int, int | None, Archive | ArchiveSupplement]] = [
        (row.Archive.id, None, row.Archive) for row in volumes
    ]
    added = select(ArchiveSupplement).where(ArchiveSupplement.packed_at.is_not(None)).order_by(ArchiveSupplement.id)
    packages += [(one.archive_id, one.id, one) for one in session.scalars(added) if one.archive_id in cases]
    packages.sort(key=lambda one: (one[0], one[1] or 0))
    last = _last_looks(session)
    return [
        _told(package, supplement, *cases[archive], archive, last.get((archive, supplement)))
        for archive, supplement, package in packages
        if number in (None, package.archive_number)
    ]


def _told(
    package: Archive | ArchiveSupplement,
    supplement: int | None,
    case_number: str,
    title: str,
    archive: int,
    look: ArchiveAudit | None,
) -> PackageToAudit:
    assert package.package_path is not None
    assert package.manifest_sha256 is not None
    assert package.packed_at is not None
    items = (package.item_count or 0) if isinstance(package, Archive) else 1
    sealed = Sealed(package.package_path, package.manifest_sha256, package.chain_head, package.chain_length, items)
    return PackageToAudit(
        archive,
        supplement,
        package.archive_number,
        case_number,
        title if isinstance(package, Archive) else package.title,
        Retention(package.retention).label if isinstance(package, Archive) else None,
        sealed,
        package.packed_at,
        look.audited_at if look else None,
        look.sound if look else None,
        look.faults if look else [],
    )


def overdue(session: Session, at: datetime) -> tuple[int, int]:
    """Return of how many packages in force the yearly look is overdue, and of how many the last one found faults.
    Three statements."""
    looked = _looked_since(at - EVERY)
    read = select(ArchiveAudit.supplement_id).where(
        ArchiveAudit.audited_at > at - EVERY, ArchiveAudit.supplement_id.is_not(None)
    )
    added = (
        select(func.count())
        .select_from(ArchiveSupplement)
        .join(Archive, Archive.id == ArchiveSupplement.archive_id)
        .where(in_force(), ArchiveSupplement.packed_at <= at - EVERY, ArchiveSupplement.id.not_in(read))
    )
    volumes = select(func.count()).select_from(Archive).where(in_force(), Archive.packed_at <= at - EVERY, ~looked)
    unsound = (
        select(func.count())
        .select_from(ArchiveAudit)
        .join(Archive, Archive.id == ArchiveAudit.archive_id)
        .where(in_force(), ArchiveAudit.sound.is_(False), ArchiveAudit.id.in_(_newest()))
    )
    late = (session.scalar(volumes) or 0) + (session.scalar(added) or 0)
    return late, session.scalar(unsound) or 0


def in_force() -> ColumnElement[bool]:
    """Volumes that were neither replaced after a reopening nor destroyed."""
    destroyed = select(ArchiveDisposal.archive_id).where(ArchiveDisposal.destroyed_at.is_not(None))
    return and_(Archive.reopened_at.is_(None), Archive.id.not_in(destroyed))


def _looked_since(day: datetime) -> ColumnElement[bool]:
    since = select(ArchiveAudit.archive_id).where(ArchiveAudit.audited_at > day, ArchiveAudit.supplement_id.is_(None))
    return Archive.id.in_(since)


def _newest() -> Select[int]:
    newest = func.max(ArchiveAudit.id)
    return select(newest).group_by(ArchiveAudit.archive_id, ArchiveAudit.supplement_id)


def _last_looks(session: Session) -> dict[tuple[int, int | None], ArchiveAudit]:
    looks = session.scalars(select(ArchiveAudit).where(ArchiveAudit.id.in_(_newest())))
    return {(look.archive_id, look.supplement_id): look for look in looks}
