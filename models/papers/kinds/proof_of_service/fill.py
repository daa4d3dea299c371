"""送达回证: filled from the delivery where it took place, else from what was made ready; the rest is left to the pen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.clock.queries.rulebook import Rulebook
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import NotFound
from models.kernel.lifecycle import SIGNED
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_cases, visible_documents
from models.kernel.settings import Settings
from models.kernel.vocabulary import DeliveryMode, DocumentStatus
from models.office.tables import Organisation
from models.papers.content import HazardFacts, PaperReference, ProofOfService
from models.papers.content.wording import accident_name
from models.papers.filling.draft import load, local
from models.papers.tables import Delivery, Document, ProofForm, ProofFormPaper


def proofs_of_service(
    session: Session, actor: Actor, case_number: str, papers: list[str], *, settings: Settings, rules: Rulebook
) -> list[ProofOfService]:
    """Return the forms for papers of a case that the actor sees, one for each form made ready, else one a paper.

    Papers that go to nobody, or are not signed, have none. Raises NotFound for a paper that is not to be seen.
    """
    rows = _rows(session, actor, case_number, papers)
    missing = [ref for ref in papers if ref not in {row.ref for row in rows}]
    if missing:
        raise NotFound(f"本案没有编号为“{'、'.join(missing)}”的文书，或您无权查看。", code="paper_not_found")
    forms: dict[tuple[str, int], list[_Served]] = {}
    for row in rows:
        if row.status in SIGNED and row.recipient is not None:
            forms.setdefault(("form", row.form_id) if row.form_id else ("paper", row.id), []).append(row)
    if not forms:
        return []
    first = next(iter(forms.values()))[0]
    accident = load(session, first.id, settings=settings, rules=rules).topic()
    return [
        _filled(served, f"{accident_name(accident)}{'整改' if isinstance(accident, HazardFacts) else '深度调查'}")
        for served in forms.values()
    ]


@dataclass(frozen=True, slots=True)
class _Served:
    """A paper with the form that was made ready for it, and its delivery."""

    id: int
    ref: str
    status: DocumentStatus
    title: str
    number: str | None
    issued_on: date | None
    case_number: str
    issuer: str
    recipient: str | None
    form_id: int | None
    planned_mode: DeliveryMode | None
    place: str | None
    copies: int | None
    mode: DeliveryMode | None
    delivered_at: datetime | None
    witness: str | None
    left_reason: str | None
    tracking_number: str | None
    register_number: str | None
    received_by: str | None
    acknowledged_at: datetime | None
    receipt_on_behalf: bool | None


def _rows(session: Session, actor: Actor, case_number: str, papers: list[str]) -> list[_Served]:
    """The papers, and those that stand on a form with one of them."""
    issuer, recipient = aliased(Organisation), aliased(Organisation)
    asked = (
        select(ProofFormPaper.form_id)
        .join(Document, Document.id == ProofFormPaper.document_id)
        .join(Case, Case.id == Document.case_id)
        .where(Case.case_number == case_number, Document.ref.in_(papers))
    )
    rows = session.execute(
        select(
            Document.id,
            Document.ref,
            Document.status,
            Document.title,
            Document.number,
            Document.issued_on,
            Case.case_number,
            issuer.name.label("issuer"),
            recipient.name.label("recipient"),
            ProofFormPaper.form_id,
            ProofForm.mode.label("planned_mode"),
            ProofForm.place,
            ProofForm.copies,
            Delivery.mode,
            Delivery.delivered_at,
            Delivery.witness,
            Delivery.left_reason,
            Delivery.tracking_number,
            Delivery.register_number,
            Delivery.received_by,
            Delivery.acknowledged_at,
            Delivery.receipt_on_behalf,
        )
        .join(Case, Case.id == Document.case_id)
        .join(issuer, issuer.id == Document.issuer_id)
        .outerjoin(recipient, recipient.id == Document.recipient_id)
        .outerjoin(ProofFormPaper, ProofFormPaper.document_id == Document.id)
        .outerjoin(ProofForm, ProofForm.id == ProofFormPaper.form_id)
        .outerjoin(Delivery, and_(Delivery.document_id == Document.id, Delivery.recipient_id == Document.recipient_id))
        .where(
            Case.case_number == case_number,
            visible_cases(actor),
            visible_documents(actor),
            or_(Document.ref.in_(papers), ProofFormPaper.form_id.in_(asked)),
        )
        .order_by(Document.id)
    )
    return [_Served(**row._mapping) for row in rows]


def _filled(served: list[_Served], matter: str) -> ProofOfService:
    """One form; what was served at different moments is told of the first."""
    row = next((one for one in served if one.delivered_at is not None), served[0])
    return ProofOfService(
        case_number=row.case_number,
        issuer=row.issuer,
        matter=matter,
        papers=tuple(PaperReference(title=one.title, number=one.number, dated=one.issued_on) for one in served),
        copies=row.copies or 1,
        recipient=row.recipient,
        address=row.place,
        mode=row.mode or row.planned_mode,
        delivered_at=local(row.delivered_at) if row.delivered_at else None,
        received_at=local(row.acknowledged_at) if row.acknowledged_at else None,
        received_by=row.received_by,
        tracking_number=row.tracking_number or row.register_number,
        refusal=row.left_reason,
        witnesses=(row.witness,) if row.witness else (),
        recorded_on_behalf=bool(row.receipt_on_behalf),
        dated=local_date(row.delivered_at) if row.delivered_at else None,
    )
