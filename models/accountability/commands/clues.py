"""问题线索移送: clues go to the organ that may look into them, with the materials; what it answers is put on record.

It is separate from the proposal, and no talk is a precondition.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select

from models.accountability.tables import (
    AccountabilityFinding,
    AccountabilityItem,
    ClueNews,
    TransferredClue,
    TransferredMaterial,
)
from models.case.commands.editing import by_ref
from models.case.tables import PROVING, Case, Evidence, Finding, FindingOrganisation, FindingPerson
from models.clock.rules.escalation import DISOBEYED
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.moments import happened
from models.kernel.case_accident import refuse_hazard
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, WrongStage
from models.kernel.events import record
from models.kernel.refs import EvidenceRef, FindingRef, ItemRef, PaperRef, UnitRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import ClueAnswer, DocumentKind, DocumentStatus
from models.office.commands.organisations import find_organisation
from models.papers.commands.approval import find_paper
from models.papers.commands.drafting import draft_paper
from models.papers.tables import Amendment, Delivery, Document

# After these the organ has said all that it will say of the clues.
LAST = (ClueAnswer.NOT_ACCEPTED, ClueAnswer.CONCLUDED)
NEEDS_REASON = (ClueAnswer.NOT_ACCEPTED, ClueAnswer.REFERRED)


@action("prepare-clue-transfer", title="拟制问题线索移送函", rights=("paper.prepare",))
def prepare_clue_transfer(
    act: Act,
    case_number: str,
    *,
    organ: UnitRef,
    items: Sequence[ItemRef] = (),
    findings: Sequence[FindingRef] = (),
    materials: Sequence[EvidenceRef] = (),
    originals: Sequence[EvidenceRef] = (),
    source: str | None = None,
    reason: str | None = None,
) -> str:
    """Draft the transfer of chosen accountability items and findings to an organ; returns its short name.

    `materials` are the numbers of the evidence that goes along, by default all that stands behind the clues; those in
    `originals` go as 原件, the others as copies. Readable by named list only. Raises Invalid (nothing chosen, a clue
    without facts or subject, evidence withdrawn), Conflict for a clue that the organ has already, WrongStage.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.prepare", unit_path=unit_path(act, case))
    refuse_hazard(case)
    lifecycle.advance(lifecycle.CASE, case.stage, "tell")
    receiver = find_organisation(act.session, organ)
    chosen_items = [_item(act, case, ref) for ref in dict.fromkeys(items)]
    chosen_findings = [_finding(act, case, ref) for ref in dict.fromkeys(findings)]
    if not chosen_items and not chosen_findings:
        raise Invalid("请指明要移送的问责事项或者问题。", code="no_clue")
    _refuse_handed_over(act, receiver.id, chosen_items, chosen_findings)
    evidence = _materials(act, case, materials, originals, chosen_items, chosen_findings)
    said = source.strip() if source and source.strip() else None
    paper = draft_paper(act, case, DocumentKind.CLUE_TRANSFER, receiver.id, note=reason)
    subjects = [(item.id, None) for item in chosen_items] + [(None, finding.id) for finding in chosen_findings]
    act.session.add_all(
        TransferredClue(document_id=paper.id, position=position, item_id=item, finding_id=finding, source=said)
        for position, (item, finding) in enumerate(subjects, 1)
    )
    act.session.add_all(
        TransferredMaterial(document_id=paper.id, evidence_id=one.id, position=position, original=one.ref in originals)
        for position, one in enumerate(evidence, 1)
    )
    return paper.ref


def _item(act: Act, case: Case, ref: str) -> AccountabilityItem:
    item: AccountabilityItem = by_ref(act, AccountabilityItem, case, ref, "问责事项")
    rests_on = (
        select(Finding.id)
        .join(AccountabilityFinding, AccountabilityFinding.finding_id == Finding.id)
        .where(AccountabilityFinding.item_id == item.id, Finding.withdrawn_at.is_(None))
    )
    if item.text != DISOBEYED and act.session.scalar(rests_on.limit(1)) is None:
        raise Invalid(f"问责事项{ref}没有关联的问题，没有可移送的事实。", code="clue_without_facts")
    return item


def _finding(act: Act, case: Case, ref: str) -> Finding:
    finding: Finding = by_ref(act, Finding, case, ref, "问题")
    if finding.withdrawn_at is not None:
        raise Invalid(f"问题{ref}已撤回，不能移送。", code="finding_withdrawn")
    named = exists(select(1).where(FindingPerson.finding_id == finding.id)) | exists(
        select(1).where(FindingOrganisation.finding_id == finding.id)
    )
    if not act.session.scalar(select(named)):
        raise Invalid(f"问题{ref}没有写明涉及的人员或单位，不能作为线索移送。", code="clue_without_subject")
    return finding


def _refuse_handed_over(act: Act, organ: int, items: Sequence[AccountabilityItem], findings: Sequence[Finding]) -> None:
    """Refuse to hand the same clue to the same organ twice; a voided or withdrawn transfer handed over nothing."""
    withdrawn = (
        select(Amendment.amended_id)
        .join(Document, Document.id == Amendment.document_id)
        .where(Document.kind == DocumentKind.WITHDRAWAL, Amendment.effective_at.is_not(None))
    )
    about: ColumnElement[bool] = or_(
        TransferredClue.item_id.in_([item.id for item in items]),
        TransferredClue.finding_id.in_([finding.id for finding in findings]),
    )
    earlier = act.session.scalars(
        select(Document.ref)
        .join(TransferredClue, TransferredClue.document_id == Document.id)
        .where(
            Document.recipient_id == organ,
            Document.status != DocumentStatus.VOID,
            Document.id.not_in(withdrawn),
            about,
        )
        .order_by(Document.id)
        .limit(1)
    ).one_or_none()
    if earlier is not None:
        raise Conflict(f"所选线索已列入移送该机关的文书{earlier}，不能重复移送。", code="clue_handed_over")


def _materials(
    act: Act,
    case: Case,
    named: Sequence[str],
    originals: Sequence[str],
    items: Sequence[AccountabilityItem],
    findings: Sequence[Finding],
) -> list[Evidence]:
    if named:
        chosen: list[Evidence] = [by_ref(act, Evidence, case, ref, "证据") for ref in dict.fromkeys(named)]
        withdrawn = [one.ref for one in chosen if one.withdrawn_at is not None]
        if withdrawn:
            raise Invalid(f"证据{'、'.join(withdrawn)}已撤回，不能随函移送。", code="evidence_withdrawn")
    else:
        behind = select(AccountabilityFinding.finding_id).where(
            AccountabilityFinding.item_id.in_([item.id for item in items])
        )
        proofs = select(PROVING.c.evidence_id).where(
            or_(PROVING.c.finding_id.in_(behind), PROVING.c.finding_id.in_([one.id for one in findings]))
        )
        chosen = list(
            act.session.scalars(
                select(Evidence)
                .where(
                    Evidence.case_id == case.id,
                    Evidence.withdrawn_at.is_(None),
                    Evidence.id.in_(proofs),
                )
                .order_by(Evidence.id)
            )
        )
    foreign = [ref for ref in dict.fromkeys(originals) if ref not in {one.ref for one in chosen}]
    if foreign:
        raise Invalid(f"原件{'、'.join(foreign)}不在移送材料中，请核对证据编号。", code="original_not_listed")
    return chosen


@action("record-clue-answer", title="登记线索接收机关的反馈", rights=("organ.answer",), after="record-answer")
def record_clue_answer(
    act: Act,
    case_number: str,
    *,
    paper: PaperRef,
    answer: ClueAnswer,
    reason: str | None = None,
    incoming_number: str | None = None,
    happened_at: datetime | None = None,
) -> None:
    """Record what the organ told of clues handed over; that it holds them is recorded by `acknowledge`.

    Raises WrongStage before the transfer was delivered, Conflict where it is on record or all was told, Invalid where
    a refusal or referral comes without reason, or a moment before the delivery.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "organ.answer", unit_path=unit_path(act, case))
    document = find_paper(act, case, paper)
    if document.kind is not DocumentKind.CLUE_TRANSFER or document.status is not DocumentStatus.DELIVERED:
        raise WrongStage(f"文书{paper}不是已送达的问题线索移送函。", code="not_delivered")
    at = happened(act, happened_at)
    delivered = act.session.scalars(select(Delivery.delivered_at).where(Delivery.document_id == document.id)).one()
    if at < delivered:
        raise Invalid("反馈时间早于送达时间，请核对。", code="answered_before_delivery")
    told = act.session.scalars(
        select(ClueNews.answer).where(ClueNews.document_id == document.id).order_by(ClueNews.id)
    ).all()
    if answer in told or any(word in LAST for word in told):
        raise Conflict(f"该移送函已登记反馈“{told[-1].label}”。", code="answered")
    why = require_reason(reason) if answer in NEEDS_REASON else reason
    act.session.add(
        ClueNews(
            document_id=document.id,
            answer=answer,
            reason=why,
            incoming_number=incoming_number,
            happened_at=at,
            recorded_at=act.at,
            recorded_by=act.person,
        )
    )
    record(act, case, "clue_answered", why=why, happened_at=at, paper=paper, answer=answer.value)
