"""Automatic work on a case: drafts papers once the report is signed, and tells recipients of served papers."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from models.case.tables import Case, NotApplicable
from models.kernel.act import Act
from models.kernel.case_lock import lock_case
from models.kernel.errors import Invalid
from models.kernel.rights import policy
from models.kernel.tables import Message
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Stage
from models.overview.queries.messages import CIRCULATED
from models.papers.commands.drafting import draft_proposals
from models.papers.commands.excerpts import draft_notices_with_excerpts
from models.papers.commands.shared_papers import circular_recipients
from models.papers.tables import Document
from models.rectification.commands.effect_clock import keep_clock

DRAFTERS: dict[DocumentKind, Callable[[Act, Case], list[str]]] = {
    DocumentKind.RECTIFICATION_NOTICE: draft_notices_with_excerpts,
    DocumentKind.ACCOUNTABILITY_PROPOSAL: draft_proposals,
}


def draft_due(act: Act, case_number: str) -> list[str]:
    """Draft the notices and proposals that a case under rectification needs; returns their short names.

    A case whose report was signed before evaluations had a clock gets it here.

    Where a unit, an organ or a date is missing, that kind is left to people: they see it in their worklist. A second
    call drafts nothing. Only the system carries.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.carry")
    keep_clock(act, case)
    if case.stage is not Stage.RECTIFYING:
        return []
    waived = set(act.session.scalars(select(NotApplicable.kind).where(NotApplicable.case_id == case.id)))
    drafted: list[str] = []
    for kind, draft in DRAFTERS.items():
        if kind in waived:
            continue
        try:
            drafted += draft(act, case)
        except Invalid:  # raised before anything is written; says what a person has to fill in first
            continue
    return drafted


def tell_served(act: Act, document_id: int) -> bool:
    """Put a note about a served paper into its recipient's inbox, once; returns whether it was new.

    A restricted paper travels by hand and is never announced.
    """
    policy.require(act.actor, "case.carry")
    paper = act.session.execute(
        select(
            Document.ref,
            Document.kind,
            Document.case_id,
            Document.recipient_id,
            Document.restricted,
            Document.number,
            Document.title,
            Case.case_number,
        )
        .join(Case, Case.id == Document.case_id)
        .where(Document.id == document_id, Document.status == DocumentStatus.DELIVERED)
    ).one_or_none()
    if paper is None or paper.restricted or paper.recipient_id is None:
        return False
    lock_case(act, paper.case_number)
    everybody = circular_recipients(act, document_id)
    if everybody:
        keys = {f"{paper.case_number}/{paper.ref}{CIRCULATED}o{unit}": unit for unit in everybody}
    else:
        keys = {f"{paper.case_number}/{paper.ref}/served/o{paper.recipient_id}": paper.recipient_id}
    told = set(act.session.scalars(select(Message.key).where(Message.key.in_(keys))))
    asked = "请在“通报”中查看" if everybody else "请签收"
    act.session.add_all(
        Message(
            key=key,
            case_id=paper.case_id,
            organisation_id=unit,
            user_id=None,
            subject=f"收到{paper.kind.label}：{paper.number}",
            body=f"《{paper.title}》（{paper.number}）已送达，{asked}。",
            urgent=paper.kind is DocumentKind.ADVANCE_NOTICE,
            sent_at=act.at,
        )
        for key, unit in keys.items()
        if key not in told
    )
    return not told.issuperset(keys)
