"""Which files of the store belong to some cases, and which to the office: whatever a row names by its hash."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.archive.tables import Archive, ArchiveDisposal, ArchiveSupplement
from models.case.tables import Evidence, IncomingPaper, LiabilityDecision, LiabilityReview
from models.joining.tables import Transfer
from models.office.tables import Authority
from models.papers.tables import BundledCase, Document, Rendition, Template
from models.rectification.tables import Dispute, Evaluation, EvaluationFile, Reply, ReplyFile, Verification
from models.register.tables import Hazard, ImportRun


def stored_files(session: Session, case_ids: Collection[int]) -> dict[str, int]:
    """Return the hash of every file of some cases beside one of the cases it belongs to; what was destroyed with a case
    belongs to none any more."""
    found: dict[str, int] = {}
    for statement in OF_CASES:
        owner, sha256 = statement.selected_columns
        kept = owner.not_in(_DESTROYED)
        rows = session.execute(statement.where(owner.in_(case_ids), sha256.is_not(None), kept))
        found |= {str(row[1]): row[0] for row in rows}
    return found


def files_of_others(session: Session, case_id: int) -> set[str]:
    """Return which files of a case belong to other cases, or to the office, too."""
    shared = office_files(session)
    own = set(stored_files(session, [case_id]))
    for statement in (*OF_CASES, _SHARED):
        owner, sha256 = statement.selected_columns
        others = statement.where(owner != case_id, owner.not_in(_DESTROYED), sha256.in_(own))
        shared |= {str(row[1]) for row in session.execute(others)}
    return shared


def office_files(session: Session) -> set[str]:
    """Return the hash of every file that belongs to no case: scans of recorded authorities, templates, photographs of
    hazards, files that were brought into the register."""
    found = {sha256 for statement in OF_THE_OFFICE for sha256 in session.scalars(statement)}
    return found | {str(photo["sha256"]) for photos in session.scalars(select(Hazard.photos)) for photo in photos}


_DESTROYED = (
    select(Archive.case_id)
    .join(ArchiveDisposal, ArchiveDisposal.archive_id == Archive.id)
    .where(ArchiveDisposal.destroyed_at.is_not(None))
)
OF_THE_OFFICE = (select(Authority.scan_sha256), select(Template.sha256), select(ImportRun.sha256))
# Papers over several cases are kept by each of them, though one alone holds them.
_SHARED = select(BundledCase.case_id, Rendition.sha256).join(
    Rendition, Rendition.document_id == BundledCase.document_id
)
OF_CASES = (
    select(Document.case_id, Rendition.sha256).join(Rendition, Rendition.document_id == Document.id),
    select(Evidence.case_id, Evidence.sha256),
    select(IncomingPaper.case_id, IncomingPaper.scan_sha256),
    select(IncomingPaper.case_id, IncomingPaper.closing_sha256),
    select(LiabilityDecision.case_id, LiabilityDecision.scan_sha256),
    select(LiabilityDecision.case_id, LiabilityReview.scan_sha256).join(
        LiabilityReview, LiabilityReview.decision_id == LiabilityDecision.id
    ),
    select(Reply.case_id, ReplyFile.sha256).join(ReplyFile, ReplyFile.reply_id == Reply.id),
    select(Verification.case_id, Verification.photo_sha256),
    select(Evaluation.case_id, EvaluationFile.sha256).join(
        EvaluationFile, EvaluationFile.evaluation_id == Evaluation.id
    ),
    select(Dispute.case_id, Dispute.scan_sha256),
    select(Transfer.case_id, Transfer.receipt_sha256),
    select(Archive.case_id, ArchiveSupplement.sha256).join(
        ArchiveSupplement, ArchiveSupplement.archive_id == Archive.id
    ),
)
