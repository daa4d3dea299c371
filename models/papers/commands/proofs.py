"""送达回证: prepares the form before service and records its signed scan afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Invalid, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import SIGNED
from models.kernel.refs import PaperRef
from models.kernel.rights import policy
from models.kernel.rights.visible import visible_documents
from models.kernel.storage.files import Stored
from models.kernel.vocabulary import DeliveryMode, DocumentStatus, RenditionForm
from models.papers.tables import Document, ProofForm, ProofFormPaper, Rendition

from .approval import find_paper
from .receipts import Signature, received_by_proof
from .renditions import add_version
from .shared_papers import circular_recipients


@action("prepare-proof", title="填制送达回证（打印见 document print-set）", rights=("paper.deliver",))
def prepare_proof(
    act: Act,
    case_number: str,
    *,
    papers: Sequence[PaperRef],
    mode: DeliveryMode | None = None,
    place: str | None = None,
    copies: int = 1,
) -> None:
    """Make one 送达回证 ready for papers that are served on one recipient together; `document print-set` prints it.

    `mode` and `place` are how and where they are to be served, as far as that is known. A paper moves to the form made
    last. Raises WrongStage for a paper that is not signed, goes to nobody or to many at once, Invalid for papers to several
    recipients.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.deliver", unit_path=unit_path(act, case))
    served = [find_paper(act, case, ref) for ref in dict.fromkeys(papers)]
    if not served:
        raise Invalid("请指明要送达的文书。", code="no_paper")
    for document in served:
        if document.status not in SIGNED:
            raise WrongStage(
                f"文书{document.ref}当前为“{document.status.label}”，签发后才能填制送达回证。", code="not_issued"
            )
        if document.recipient_id is None:
            raise WrongStage(f"文书{document.ref}没有主送单位，不需要送达回证。", code="no_recipient")
        if circular_recipients(act, document.id):
            raise WrongStage(
                f"{document.kind.label}同时发给多个单位，不填制送达回证，签收登记可以在登记送达后上传。",
                code="no_receipt",
            )
    recipients = {document.recipient_id for document in served}
    if len(recipients) > 1:
        raise Invalid("一份送达回证只能列送达同一单位的文书，请分别填制。", code="several_recipients")
    if copies < 1:
        raise Invalid("文书份数至少为1份。", code="copies")
    form = ProofForm(
        case_id=case.id,
        recipient_id=recipients.pop(),
        mode=mode,
        place=place.strip() if place and place.strip() else None,
        copies=copies,
        prepared_by=act.person,
        prepared_at=act.at,
    )
    act.session.add(form)
    act.session.flush()
    for document in served:
        listed = act.session.get(ProofFormPaper, document.id)
        if listed is None:
            act.session.add(ProofFormPaper(document_id=document.id, form_id=form.id))
        else:
            listed.form_id, listed.returned_at = form.id, None
        record(
            act,
            case,
            "proof_prepared",
            paper=document.ref,
            mode=None if mode is None else mode.value,
            place=form.place,
        )


@action("attach-proof", title="上传送达回证扫描件", rights=("paper.deliver",), after="deliver")
def attach_proof(
    act: Act,
    case_number: str,
    *,
    paper: PaperRef,
    scan: Stored,
    file_name: str,
    received_by: str | None = None,
    received_at: datetime | None = None,
    unsigned: bool = False,
) -> None:
    """Put the scan of the signed 送达回证 beside a served paper, and beside the served ones on the same form.

    Its signature is the receipt: `received_by` and `received_at` are who signed it and when (else the unit, at the
    service); `unsigned` where nobody did. A further one stands beside the first. Raises WrongStage before the delivery,
    Conflict for the same file twice.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.deliver", unit_path=unit_path(act, case))
    document = find_paper(act, case, paper)
    if document.status is not DocumentStatus.DELIVERED:
        raise WrongStage(f"文书{paper}尚未送达，没有送达回证。", code="not_delivered")
    signature = Signature(received_by, received_at, unsigned=unsigned)
    for served in (document, *_beside(act, document, scan)):
        kept = add_version(act, served, RenditionForm.PROOF_OF_SERVICE, scan, file_name)
        returned(act, served)
        record(act, case, "proof_attached", paper=served.ref, scan=scan.sha256, version=kept.version)
        received_by_proof(act, served, signature, scan)


def returned(act: Act, document: Document) -> None:
    """Take a paper's form, where one was made ready, off the list of those that are out."""
    listed = act.session.get(ProofFormPaper, document.id)
    if listed is not None and listed.returned_at is None:
        listed.returned_at = act.at


def _beside(act: Act, document: Document, scan: Stored) -> Sequence[Document]:
    """Return the other served papers that stand on the form of a paper and have not got this scan."""
    form = select(ProofFormPaper.form_id).where(ProofFormPaper.document_id == document.id).scalar_subquery()
    return act.session.scalars(
        select(Document)
        .join(ProofFormPaper, ProofFormPaper.document_id == Document.id)
        .where(
            ProofFormPaper.form_id == form,
            Document.id != document.id,
            Document.status == DocumentStatus.DELIVERED,
            visible_documents(act.actor),
            Document.id.not_in(
                select(Rendition.document_id).where(
                    Rendition.form == RenditionForm.PROOF_OF_SERVICE, Rendition.sha256 == scan.sha256
                )
            ),
        )
        .order_by(Document.id)
    ).all()
