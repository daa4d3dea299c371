"""送达、签收、转办: records service, receipt and delegation of a paper."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.moments import happened
from models.kernel.case_lock import unit_path
from models.kernel.errors import Conflict, Fault, Invalid, NotAllowed, WrongStage
from models.kernel.events import record
from models.kernel.outbox import enqueue
from models.kernel.reactions import announce
from models.kernel.refs import MeasureRef, PaperRef, UnitRef
from models.kernel.rights import policy
from models.kernel.storage.files import Stored
from models.kernel.vocabulary import (
    AssignmentState,
    DeliveryMode,
    DocumentKind,
    DocumentStatus,
    RenditionForm,
    SealMode,
)
from models.office.commands.organisations import find_organisation
from models.office.tables import Organisation
from models.papers.announcements import PaperTakesEffect
from models.papers.tables import Delivery, Document

from .approval import find_paper
from .proofs import returned
from .receipts import Receipt, Signature, acknowledged_before, carried_by, received, received_by_proof, told_by_service
from .renditions import add_version
from .shared_papers import circular_recipients, lock_linked, parts_of, record_of_paper
from .writing_rules import seal_of


@action(
    "deliver",
    title="登记送达",
    rights=("paper.deliver",),
    asks="登记送达后，对方的期限即开始计算：",
    wants={"mode": None, "happened_at": "送达时间"},
)
def deliver(
    act: Act,
    case_number: str,
    *,
    paper: PaperRef,
    mode: DeliveryMode = DeliveryMode.DIRECT,
    happened_at: datetime | None = None,
    witness: str | None = None,
    left_reason: str | None = None,
    tracking_number: str | None = None,
    register_number: str | None = None,
    proof: Stored | None = None,
    proof_name: str | None = None,
    received_by: str | None = None,
    received_at: datetime | None = None,
    unsigned: bool = False,
) -> None:
    """Serve a signed (and, where asked for, sealed) paper on its recipients; starts the recipient's clocks.

    `happened_at` is when it was served, if it is recorded later; `proof` is the scan of the 送达回证, which may follow
    (`attach-proof`); signed by the recipient it is the receipt, too. A paper that was left needs `witness` and
    `left_reason`, mail a `tracking_number`, 机要 and 公文交换 a `register_number`. Raises WrongStage, Invalid for what is
    missing and for a moment before the signature or in the future.
    """
    case = lock_linked(act, case_number)
    policy.require(act.actor, "paper.deliver", unit_path=unit_path(act, case))
    document = find_paper(act, case, paper)
    served_at = happened(act, happened_at)
    proven_by = _proof(
        mode,
        {
            "witness": witness,
            "left_reason": left_reason,
            "tracking_number": tracking_number,
            "register_number": register_number,
        },
    )
    if document.recipient_id is None:
        raise WrongStage(f"文书{paper}没有主送单位，无需送达。")
    _signed_by_both(act, document)
    document.status = lifecycle.advance(
        lifecycle.PAPER, document.status, "deliver", {"seal_not_needed": seal_of(act, document) is SealMode.NONE}
    )
    earliest = document.sealed_at or document.issued_at
    if earliest is not None and local_date(served_at) < local_date(earliest):
        raise Invalid("送达时间早于签发或用印时间，请核对。", code="served_before_signed")
    act.session.add_all(
        Delivery(
            case_id=case.id,
            document_id=document.id,
            recipient_id=recipient_id,
            mode=mode,
            delivered_at=served_at,
            recorded_at=act.at,
            recorded_by=act.person,
            **proven_by,
        )
        for recipient_id in dict.fromkeys((document.recipient_id, *circular_recipients(act, document.id)))
    )
    act.session.flush()
    if proof is not None:
        add_version(act, document, RenditionForm.PROOF_OF_SERVICE, proof, proof_name or "送达回证")
        returned(act, document)
    announce(act, PaperTakesEffect(case, document, served_at))
    record_of_paper(
        act,
        document,
        "paper_delivered",
        happened_at=served_at,
        kind=document.kind.value,
        number=document.number,
        mode=mode.value,
        proof=None if proof is None else proof.sha256,
        **proven_by,
    )
    signature = Signature(received_by, received_at, unsigned=unsigned)
    if proof is not None:
        received_by_proof(act, document, signature, proof)
    elif signature.told:
        raise Invalid("回证上的签收人和签收时间随回证扫描件一并登记，请上传扫描件。", code="proof_missing")
    enqueue(act, case, "delivered", f"{case.case_number}/{paper}", document=document.id)


def _signed_by_both(act: Act, document: Document) -> None:
    """Minutes say what two sides agreed on: they are served when both have signed, unless their row asks for no seal."""
    unsigned = document.kind is DocumentKind.TALK_MINUTES and document.status is DocumentStatus.ISSUED
    if unsigned and seal_of(act, document) is not SealMode.NONE:
        raise WrongStage("约谈纪要尚未由双方签字，上传签字扫描件后才能送达。", code="not_signed_by_both")


# What proves that a paper was served in a mode, besides the receipt.
PROVEN_BY = {
    DeliveryMode.LEFT: {"witness": "见证人", "left_reason": "留置理由"},
    DeliveryMode.POST: {"tracking_number": "邮件号"},
    DeliveryMode.CONFIDENTIAL_POST: {"register_number": "机要登记号"},
    DeliveryMode.EXCHANGE: {"register_number": "交换登记号"},
}


def _proof(mode: DeliveryMode, given: dict[str, str | None]) -> dict[str, str]:
    """Return the columns that prove a mode. Raises Invalid with one fault for each that is missing or belongs elsewhere."""
    said = {name: value.strip() for name, value in given.items() if value is not None and value.strip()}
    wanted = PROVEN_BY.get(mode, {})
    missing = [
        Fault(name, f"{mode.label}须填写{label}", "proof_missing") for name, label in wanted.items() if name not in said
    ]
    if missing:
        raise Invalid("；".join(fault.message for fault in missing) + "。", faults=missing, code="proof_missing")
    foreign = [name for name in said if name not in wanted]
    if foreign:
        labels = {name: label for names in PROVEN_BY.values() for name, label in names.items()}
        told = "、".join(labels[name] for name in foreign)
        raise Invalid(f"{mode.label}不填写{told}，请核对送达方式。", code="proof_of_other_mode")
    return said


@action("acknowledge", title="签收", rights=("notice.acknowledge",), asks="登记签收后：")
def acknowledge(
    act: Act,
    case_number: str,
    *,
    paper: PaperRef,
    received_by: str,
    happened_at: datetime | None = None,
    incoming_number: str | None = None,
    scan: Stored | None = None,
    scan_name: str | None = None,
) -> None:
    """Record that the recipient holds the paper; from here, if in time, its plan is counted.

    An officer or clerk records a paper receipt on behalf of the recipient, with its scan and 来文号 where there are any.
    Of clues handed over it must be there: the list comes back signed. Raises NotAllowed (another unit), WrongStage (not
    delivered yet), Conflict (acknowledged already), Invalid for a moment before the delivery.
    """
    case = lock_linked(act, case_number)
    document = find_paper(act, case, paper)
    if circular_recipients(act, document.id):
        raise WrongStage(told_by_service(document), code="no_receipt")
    delivery = act.session.scalars(select(Delivery).where(Delivery.document_id == document.id)).one_or_none()
    if delivery is None:
        raise WrongStage(f"文书{paper}尚未送达，不能签收。")
    reach = policy.require(
        act.actor,
        "notice.acknowledge",
        unit_path=unit_path(act, case),
        addressed=(_path(act, delivery.recipient_id),),
    )
    if delivery.acknowledged_at is not None:
        raise Conflict(acknowledged_before(act, document, delivery), code="acknowledged")
    if document.kind is DocumentKind.CLUE_TRANSFER and reach is policy.Reach.UNIT and scan is None:
        raise Invalid("请上传接收机关签字盖章的移送回执或者材料清单扫描件。", code="receipt_scan_missing")
    if not received_by.strip():
        raise Invalid("请填写签收人姓名。", code="name_missing")
    at = happened(act, happened_at)
    if at < delivery.delivered_at:
        raise Invalid("签收时间早于送达时间，请核对。", code="received_before_delivery")
    on_behalf = reach is policy.Reach.UNIT
    if scan is not None:
        add_version(act, document, RenditionForm.PROOF_OF_SERVICE, scan, scan_name or "签收回执")
    if scan is not None or not on_behalf:
        returned(act, document)
    received(
        act,
        document,
        delivery,
        Receipt(received_by.strip(), at, on_behalf=on_behalf, incoming_number=incoming_number, scan=scan),
    )


@action("delegate", title="转下级单位办理", rights=("notice.delegate",))
def delegate(
    act: Act, case_number: str, *, paper: PaperRef, to: UnitRef, measures: list[MeasureRef] | None = None
) -> None:
    """Hand the work of a notice (or some of its measures) to a subordinate unit; the principal stays responsible.

    Raises NotAllowed for a unit that is not below the recipient, WrongStage before the receipt.
    """
    case = lock_linked(act, case_number)
    document = find_paper(act, case, paper)
    if circular_recipients(act, document.id):
        raise WrongStage(f"{document.kind.label}不交办措施，不能转办。", code="nothing_to_delegate")
    delivery = act.session.scalars(select(Delivery).where(Delivery.document_id == document.id)).one_or_none()
    if delivery is None or delivery.acknowledged_at is None:
        raise WrongStage("请先签收，再转下级单位办理。", code="not_acknowledged")
    principal = _path(act, delivery.recipient_id)
    policy.require(act.actor, "notice.delegate", addressed=(principal,))
    subordinate = find_organisation(act.session, to)
    if subordinate.id == delivery.recipient_id or not subordinate.path.startswith(principal):
        raise NotAllowed(f"“{subordinate.name}”不是本单位的下级单位，不能转办。", code="not_subordinate")
    parts = parts_of(act, document)
    if len(parts) > 1 and measures is not None:
        raise Invalid("汇总通知只能整件转办，请不要指明措施。", code="bundle_as_a_whole")
    nothing = True
    for part, name in parts:
        handed = []
        for assignment, ref in carried_by(act, document, part):
            if (measures is None or ref in measures) and assignment.state is not AssignmentState.CLOSED:
                assignment.delegated_to_id = subordinate.id
                handed.append(ref)
        if handed:
            nothing = False
            record(act, part, "notice_delegated", paper=name, to=subordinate.name, measures=handed)
    if nothing:
        raise Invalid("没有可以转办的整改措施，请核对措施编号。", code="nothing_to_delegate")


def _path(act: Act, organisation_id: int) -> str:
    return act.session.scalars(select(Organisation.path).where(Organisation.id == organisation_id)).one()
