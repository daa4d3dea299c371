"""What became of a volume after it was sealed: looks at its packages, and to whom it was handed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.archive.tables import Archive, ArchiveAudit, ArchiveSupplement, ArchiveTransfer
from models.case.tables import Case
from models.kernel.base import JsonList
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_documents
from models.office.tables import User
from models.papers.tables import Document

from .archives import keeper


@dataclass(frozen=True, slots=True)
class AuditShown:
    """A look at a package of a volume: whether it was whole and readable, else what was wrong."""

    number: str
    audited_at: datetime
    audited_by: str | None
    sound: bool
    files: int
    faults: JsonList


@dataclass(frozen=True, slots=True)
class TransferShown:
    """To whom a volume was handed, when, by whom, with which list."""

    recipient: str
    transferred_at: datetime
    transferred_by: str
    list_sha256: str


def life_of(session: Session, actor: Actor, number: str) -> tuple[list[AuditShown], list[TransferShown]]:
    """Return the looks at a volume and its supplements, and its transfers, the latest first; nothing of a volume that the
    actor may not see. Two statements."""
    seen = (
        select(Archive.id)
        .join(Case, Case.id == Archive.case_id)
        .join(Document, Document.id == Archive.document_id)
        .where(Archive.archive_number == number, keeper(actor), visible_documents(actor))
    )
    audits = session.execute(
        select(ArchiveAudit, ArchiveSupplement.archive_number, User.name)
        .outerjoin(ArchiveSupplement, ArchiveSupplement.id == ArchiveAudit.supplement_id)
        .outerjoin(User, User.id == ArchiveAudit.audited_by)
        .where(ArchiveAudit.archive_id.in_(seen))
        .order_by(ArchiveAudit.id.desc())
    )
    transfers = session.execute(
        select(ArchiveTransfer, User.name)
        .join(User, User.id == ArchiveTransfer.transferred_by)
        .where(ArchiveTransfer.archive_id.in_(seen))
        .order_by(ArchiveTransfer.id.desc())
    )
    return (
        [
            AuditShown(supplement or number, look.audited_at, by, look.sound, look.files, look.faults)
            for look, supplement, by in audits
        ],
        [TransferShown(one.recipient, one.transferred_at, by, one.list_sha256) for one, by in transfers],
    )
