"""签收: the effects of a receipt, whether entered by the recipient, from a paper slip, or given by a signed 送达回证."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.calendar.moments import happened
from models.kernel.errors import Invalid
from models.kernel.reactions import announce
from models.kernel.storage.files import Stored
from models.kernel.tables import Event
from models.kernel.vocabulary import DeliveryMode, DocumentKind
from models.office.tables import Organisation
from models.papers.announcements import PaperReceived
from models.papers.tables import Delivery, Document
from models.rectification.tables import Assignment, Measure

from .shared_papers import circular_recipients, record_of_paper

BY_PROOF = "proof_of_service"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Who took a paper and when; `means` is set where no one entered a receipt of its own."""

    received_by: str
    at: datetime
    on_behalf: bool = False
    incoming_number: str | None = None
    scan: Stored | None = None
    means: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """What a 送达回证 says of who took the paper, as far as it was typed in; `unsigned` says that nobody signed it."""

    received_by: str | None = None
    received_at: datetime | None = None
    unsigned: bool = False

    @property
    def told(self) -> bool:
        """Whether anything was said about the signature."""
        return self.received_at is not None or self.unsigned or bool(self.received_by and self.received_by.strip())


def carried_by(act: Act, document: Document, case: Case) -> list[tuple[Assignment, str]]:
    """What the recipient answers for by this notice in a case; who is only told of measures holds none."""
    rows = act.session.execute(
        select(Assignment, Measure.ref)
        .join(Measure, Measure.id == Assignment.measure_id)
        .where(Assignment.notice_id == document.id, Assignment.case_id == case.id)
        .order_by(Measure.position)
    )
    return [(row.Assignment, row.ref) for row in rows]


def received(act: Act, document: Document, delivery: Delivery, receipt: Receipt) -> None:
    """Put a receipt on record: its clock is met, and from here, if it came in time, the plan is counted."""
    at = receipt.at
    delivery.received_by, delivery.acknowledged_at, delivery.acknowledged_by = receipt.received_by, at, act.person
    delivery.receipt_recorded_at, delivery.receipt_incoming_number = act.at, receipt.incoming_number
    delivery.receipt_on_behalf = receipt.on_behalf
    announce(act, PaperReceived(document, at))
    record_of_paper(
        act,
        document,
        "paper_acknowledged",
        happened_at=at,
        received_by=receipt.received_by,
        on_behalf=receipt.on_behalf,
        incoming_number=receipt.incoming_number,
        scan=None if receipt.scan is None else receipt.scan.sha256,
        **({} if receipt.means is None else {"means": receipt.means}),
    )


def received_by_proof(act: Act, document: Document, signature: Signature, proof: Stored) -> None:
    """Take a signed 送达回证 for the receipt that it is: no second one is asked for.

    Without a name it was stamped by the unit, without a moment signed when it was served. A paper that was left, or whose
    form says that nobody signed it, is not received; nor are clues, whose list must come back signed, and a circular, whose
    service tells many at once. A receipt that is there already stands. Raises Invalid for a signature where there can be
    none, or before the service.
    """
    if circular_recipients(act, document.id):
        if signature.received_by or signature.received_at:
            raise Invalid(told_by_service(document), code="no_receipt")
        return
    delivery = act.session.scalars(select(Delivery).where(Delivery.document_id == document.id)).one()
    if signature.unsigned and signature.told and (signature.received_by or signature.received_at):
        raise Invalid("已注明回证上没有受送达人签名，请不要再填签收人和签收时间。", code="unsigned_with_name")
    if delivery.mode is DeliveryMode.LEFT and (signature.received_by or signature.received_at):
        raise Invalid("留置送达没有受送达人签名，回证上只有见证人，不能登记签收人。", code="left_not_received")
    at = delivery.delivered_at if signature.received_at is None else happened(act, signature.received_at)
    if at < delivery.delivered_at:
        raise Invalid("回证上的签收时间早于送达时间，请核对。", code="received_before_delivery")
    if (
        signature.unsigned
        or delivery.mode is DeliveryMode.LEFT
        or document.kind is DocumentKind.CLUE_TRANSFER
        or delivery.acknowledged_at is not None
    ):
        return
    name = (signature.received_by or "").strip() or act.session.scalars(
        select(Organisation.name).where(Organisation.id == delivery.recipient_id)
    ).one()
    received(act, document, delivery, Receipt(name, at, scan=proof, means=BY_PROOF))


def told_by_service(document: Document) -> str:
    """Say that a paper to several units is received by nobody."""
    return f"{document.kind.label}同时发给多个单位，印发即为告知，不需要签收。"


def acknowledged_before(act: Act, document: Document, delivery: Delivery) -> str:
    """Say by whom a paper was received already, and that its 送达回证 was the receipt where it was."""
    means = act.session.scalars(
        select(Event.data["means"].as_string())
        .where(
            Event.case_id == document.case_id,
            Event.kind == "paper_acknowledged",
            Event.data["paper"].as_string() == document.ref,
        )
        .order_by(Event.seq.desc())
        .limit(1)
    ).one_or_none()
    if means == BY_PROOF and delivery.acknowledged_at is not None:
        day = chinese_date(local_date(delivery.acknowledged_at))
        return f"文书{document.ref}已凭送达回证于{day}签收（签收人：{delivery.received_by}），不需要再次签收。"
    return f"文书{document.ref}已由{delivery.received_by}签收。"
