"""在办工作: how much lies with a person, by kind, as it is told before the account is disabled; nothing of any case."""

from __future__ import annotations

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.kernel.lifecycle import DRAFTS, RUNNING
from models.kernel.vocabulary import DocumentStatus
from models.office.tables import ChainStep
from models.papers.tables import Approval, Document

IN_APPROVAL = (DocumentStatus.IN_REVIEW, DocumentStatus.COUNTERSIGNING, DocumentStatus.SIGNING)


def open_work_of(session: Session, user_id: int) -> dict[str, int]:
    """Return how much of each kind lies with a person: cases carried and sponsored, papers that wait for this very person,
    papers drafted and sent back, steps of chains that name the person. What is none is left out."""
    counts: dict[str, Select[int]] = {
        "cases": select(func.count()).where(Case.officer_id == user_id, Case.stage.in_(RUNNING)),
        "sponsored": select(func.count()).where(Case.sponsor_id == user_id, Case.stage.in_(RUNNING)),
        "approvals": select(func.count())
        .select_from(Approval)
        .join(Document, Document.id == Approval.document_id)
        .where(
            Approval.user_id == user_id,
            Approval.decided_at.is_(None),
            Approval.round == Document.round,
            Document.status.in_(IN_APPROVAL),
        ),
        "drafts": select(func.count())
        .select_from(Document)
        .where(
            Document.author_id == user_id,
            Document.status.in_(DRAFTS),
            # What belongs to a case that the person carries goes with it.
            exists(
                select(1)
                .where(Case.id == Document.case_id, Case.stage.in_(RUNNING), Case.officer_id != user_id)
                .correlate(Document)
            ),
        ),
        "chain_steps": select(func.count()).where(ChainStep.user_id == user_id),
    }
    found = {name: session.scalar(query) or 0 for name, query in counts.items()}
    return {name: count for name, count in found.items() if count}
