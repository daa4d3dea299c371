"""移送: sends a case to another jurisdiction and ends what is open, or receives one and starts its deadline anew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.archive.commands.reopening import open_volume
from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.tables import Deadline
from models.joining.tables import Transfer
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.moments import happened
from models.kernel.case_accident import refuse_hazard
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import DRAFTS
from models.kernel.refs import UnitRef
from models.kernel.rights import policy
from models.kernel.storage.files import Stored
from models.kernel.tables import Message
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Stage, TransferDirection
from models.office.commands.organisations import find_organisation
from models.office.tables import Organisation
from models.papers.commands.numbers import void_number
from models.papers.commands.outdated_papers import settle
from models.papers.commands.voiding import free, lapse
from models.papers.commands.writing_rules import series_of
from models.papers.tables import Delivery, Document, goes_round
from models.rectification.tables import Talk

from .moving_rows import drop_recurrences

UNDELIVERED = (DocumentStatus.ISSUED, DocumentStatus.SEALED)
ENDED = (DocumentStatus.DELIVERED, DocumentStatus.VOID)


@action(
    "transfer-out",
    title="移送其他管辖单位（须有接收人）",
    rights=("case.transfer",),
    decides=True,
    same_as=("case_transferred",),
)
def transfer_out(
    act: Act,
    case_number: str,
    *,
    to: UnitRef,
    reason: str,
    received_by: str,
    number: str | None = None,
    receipt: Stored | None = None,
    receipt_name: str | None = None,
    happened_at: datetime | None = None,
) -> None:
    """Hand a case over to another jurisdiction: papers under way lapse, signed ones that were not served are voided
    with their number kept, clocks end, units that were served are told; the case ends with reason and receipt.

    Raises NotAllowed, WrongStage for a case that is over, Invalid without a receipt's name.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.transfer", unit_path=unit_path(act, case))
    refuse_hazard(case)
    stage = lifecycle.advance(lifecycle.CASE, case.stage, "transfer")
    why, at = require_reason(reason), happened(act, happened_at)
    if not received_by.strip():
        raise Invalid("请填写接收移送的人员姓名。", code="name_missing")
    unit = find_organisation(act.session, to)
    if unit.id == case.unit_id:
        raise Invalid("不能移送给本单位。", code="own_unit")
    words = f"移送{unit.name}：{why}"
    _end_papers(act, case, words)
    _end_talks(act, case)
    deadlines.withdraw(act, case, at)
    drop_recurrences(act, case)
    case.stage, case.stage_reason, case.closed_at = stage, words, at
    act.session.add(
        Transfer(
            case_id=case.id,
            direction=TransferDirection.OUT,
            organisation_id=unit.id,
            reason=why,
            number=number,
            received_by=received_by.strip(),
            receipt_sha256=None if receipt is None else receipt.sha256,
            receipt_name=receipt_name if receipt else None,
            happened_at=at,
            recorded_by=act.person,
            recorded_at=act.at,
        )
    )
    record(
        act,
        case,
        "case_transferred",
        why=why,
        happened_at=at,
        organisation=unit.name,
        number=number,
        received_by=received_by.strip(),
        receipt=None if receipt is None else receipt.sha256,
    )
    _tell_served(act, case, unit)


@action("receive-case", title="登记接收移送，调查期限重新起算", rights=("case.receive",), same_as=("case_received",))
def receive_case(
    act: Act,
    case_number: str,
    *,
    sender: UnitRef,
    reason: str,
    number: str | None = None,
    receipt: Stored | None = None,
    receipt_name: str | None = None,
    happened_at: datetime | None = None,
) -> str:
    """Record that a case on file came by transfer: `investigation.report` counts anew from the receipt.

    Of a case under investigation, or of one that we had transferred ourselves and that comes back. Returns the new date.
    Raises WrongStage once the report is under approval or out, Invalid for a receipt before the accident.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.receive", unit_path=unit_path(act, case))
    refuse_hazard(case)
    why, at = require_reason(reason), happened(act, happened_at)
    unit = find_organisation(act.session, sender)
    back = case.stage is Stage.DISCONTINUED
    if back:
        case.stage = lifecycle.advance(
            lifecycle.CASE, case.stage, "come_back", {"was_transferred": _left_us(act, case)}
        )
        open_volume(act, case, f"{unit.name}移送回本单位：{why}")
        case.stage_reason = case.closed_at = None
    else:
        lifecycle.advance(lifecycle.CASE, case.stage, "receive")
    if at < case.clock_from and not back:
        raise Invalid("接收移送的时间早于现有起算时间，请核对。", code="received_too_early")
    case.clock_from = at
    report = _open_report(act, case)
    record(act, case, "case_received", why=why, happened_at=at, organisation=unit.name, number=number, back=back)
    clock = next(iter(deadlines.open_ones(act, case, "investigation.report")), None)
    event = "收到移送的案件"
    if clock is None:
        subject = deadlines.Subject(f"{report.ref}/{_starts(act, case) + 1}", case.unit_id, document_id=report.id)
        clock = deadlines.start(act, case, "investigation.report", subject, at, event=event)
    else:
        if clock.state == "suspended":
            clock.state = "open"
        deadlines.start_anew(act, case, clock, at, event=event, why=f"{event}：{why}")
    act.session.add(
        Transfer(
            case_id=case.id,
            direction=TransferDirection.IN,
            organisation_id=unit.id,
            reason=why,
            number=number,
            receipt_sha256=None if receipt is None else receipt.sha256,
            receipt_name=receipt_name if receipt else None,
            happened_at=at,
            recorded_by=act.person,
            recorded_at=act.at,
        )
    )
    return clock.due_on.isoformat()


def _end_papers(act: Act, case: Case, why: str) -> None:
    papers = act.session.scalars(
        select(Document).where(Document.case_id == case.id, Document.status.not_in(ENDED)).order_by(Document.id)
    ).all()
    for paper in papers:
        if paper.status not in UNDELIVERED:
            lapse(act, case, paper, why)
        elif paper.recipient_id is not None:
            paper.status, paper.void_reason = lifecycle.advance(lifecycle.PAPER, paper.status, "void"), why
            carried = f"{case.case_number}/{paper.ref}"
            void_number(act, paper.issuer_id, series_of(act, paper), used_for=carried, reason=why)
            free(act, paper)
            settle(act, paper)
            record(act, case, "paper_voided", why=why, paper=paper.ref, number=paper.number)


def _end_talks(act: Act, case: Case) -> None:
    waiting = select(Talk).where(Talk.case_id == case.id, Talk.state.in_(("proposed", "approved")))
    for talk in act.session.scalars(waiting):
        talk.state = "declined"


def _tell_served(act: Act, case: Case, to: Organisation) -> None:
    """Tell each unit that holds a paper of the case, once, who goes on with it; restricted papers are never spoken of."""
    served = act.session.scalars(
        select(Delivery.recipient_id)
        .join(Document, Document.id == Delivery.document_id)
        .where(
            Delivery.case_id == case.id,
            Document.restricted.is_(False),
            ~goes_round(),  # they were told of the case, no more
        )
        .distinct()
        .order_by(Delivery.recipient_id)
    ).all()
    act.session.add_all(
        Message(
            key=f"{case.case_number}/transferred/{case.last_seq}/o{unit}",
            case_id=case.id,
            organisation_id=unit,
            user_id=None,
            subject=f"案件移送：{case.title}",
            body=f"{case.title}（{case.case_number}）已移送{to.name}，后续事项由其接续办理，本单位不再计算期限。",
            sent_at=act.at,
        )
        for unit in served
    )


def _left_us(act: Act, case: Case) -> bool:
    last = act.session.scalars(
        select(Transfer.direction).where(Transfer.case_id == case.id).order_by(Transfer.id.desc()).limit(1)
    ).one_or_none()
    return last is TransferDirection.OUT


def _open_report(act: Act, case: Case) -> Document:
    """Return the report that is not signed yet; one that lapsed with the transfer is drafted again by the same name."""
    report = act.session.scalars(
        select(Document)
        .where(Document.case_id == case.id, Document.kind == DocumentKind.ANALYSIS_REPORT)
        .order_by(Document.occasion.desc())
        .limit(1)
    ).one()
    if report.number is not None:
        raise WrongStage("本案的报告已签发，不能重新接收，请另行立案。", code="report_signed")
    if report.status is DocumentStatus.VOID:
        report.status = lifecycle.advance(lifecycle.PAPER, report.status, "revive")
        report.void_reason = None
    elif report.status not in DRAFTS:
        raise Conflict("报告正在审批，请先退回。", code="report_under_way")
    return report


def _starts(act: Act, case: Case) -> int:
    rows = act.session.scalars(
        select(Deadline.id).where(Deadline.case_id == case.id, Deadline.rule_code == "investigation.report")
    ).all()
    return len(rows)
