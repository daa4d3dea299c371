"""销毁: which volumes were proposed, decided and destroyed (销毁清册), and what of a case may be destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.archive.tables import Archive, ArchiveDisposal, ArchiveSupplement
from models.case.tables import Case
from models.kernel.base import Json
from models.kernel.rights.policy import POLICE, Actor
from models.kernel.rights.visible import visible_cases, visible_documents
from models.office.tables import User
from models.papers.rules.retention import Retention
from models.papers.tables import Document


@dataclass(frozen=True, slots=True)
class DisposalShown:
    """A line of the 销毁清册."""

    archive_number: str
    case_number: str
    title: str
    retention: Retention
    keep_until: date | None
    items: int | None
    reason: str
    proposed_by: str
    proposed_at: datetime
    approved: bool | None
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    destroyed_at: datetime | None
    lapsed_at: datetime | None
    proof: Json | None

    @property
    def state(self) -> str:
        """Return where it stands."""
        if self.destroyed_at is not None:
            return "已销毁"
        if self.lapsed_at is not None:
            return "保管期限延长，已失效"
        return "待决定" if self.approved is None else "已批准，待销毁" if self.approved else "不予销毁"


def disposals(session: Session, actor: Actor) -> list[DisposalShown]:
    """Return the 销毁清册 as far as the actor may see the volumes, the latest first. One statement."""
    if not actor.has(*POLICE):
        return []
    proposer, decider = aliased(User), aliased(User)
    rows = session.execute(
        select(
            Archive.archive_number,
            Case.case_number,
            Case.title,
            Archive.retention,
            Archive.keep_until,
            Archive.item_count.label("items"),
            ArchiveDisposal.reason,
            proposer.name.label("proposed_by"),
            ArchiveDisposal.proposed_at,
            ArchiveDisposal.approved,
            decider.name.label("decided_by"),
            ArchiveDisposal.decided_at,
            ArchiveDisposal.decision_reason,
            ArchiveDisposal.destroyed_at,
            ArchiveDisposal.lapsed_at,
            ArchiveDisposal.proof,
        )
        .join(Archive, Archive.id == ArchiveDisposal.archive_id)
        .join(Case, Case.id == Archive.case_id)
        .join(Document, Document.id == Archive.document_id)
        .join(proposer, proposer.id == ArchiveDisposal.proposed_by)
        .outerjoin(decider, decider.id == ArchiveDisposal.decided_by)
        .where(visible_cases(actor), visible_documents(actor))
        .order_by(ArchiveDisposal.id.desc())
    )
    return [DisposalShown(**{**row, "retention": Retention(row["retention"])}) for row in rows.mappings()]


def standing_disposal(session: Session, volume: int) -> ArchiveDisposal | None:
    """Return the disposal of a volume that waits, or was approved, carried out or not; None where there is none, it was
    refused, or it lapsed."""
    return session.scalars(
        select(ArchiveDisposal).where(
            ArchiveDisposal.archive_id == volume,
            ArchiveDisposal.approved.is_not(False),
            ArchiveDisposal.lapsed_at.is_(None),
        )
    ).one_or_none()


def is_destroyed(session: Session, case_id: int) -> bool:
    """Return whether packages and files of a case were destroyed, which is done to all of its volumes at once."""
    destroyed = (
        select(ArchiveDisposal.id)
        .join(Archive, Archive.id == ArchiveDisposal.archive_id)
        .where(Archive.case_id == case_id, ArchiveDisposal.destroyed_at.is_not(None))
    )
    return session.scalar(destroyed.limit(1)) is not None


def packages_of_case(session: Session, case_number: str) -> list[Archive | ArchiveSupplement]:
    """Return every sealed package of a case, earlier volumes and supplements too. Two statements."""
    volumes = session.scalars(
        select(Archive)
        .join(Case, Case.id == Archive.case_id)
        .where(Case.case_number == case_number, Archive.packed_at.is_not(None))
        .order_by(Archive.id)
    ).all()
    supplements = session.scalars(
        select(ArchiveSupplement)
        .where(ArchiveSupplement.archive_id.in_([one.id for one in volumes]), ArchiveSupplement.packed_at.is_not(None))
        .order_by(ArchiveSupplement.id)
    ).all()
    return [*volumes, *supplements]
