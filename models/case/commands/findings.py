"""调查: adds and edits findings and accountability items until the report is under approval.

Afterwards measures may still be added, for an investigation goes on; what an issued paper says never changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import select

from models.accountability.tables import AccountabilityEvidence, AccountabilityFinding, AccountabilityItem
from models.case.tables import Case, Evidence, Finding, FindingOrganisation
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.base import Json
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, NotFound, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import DRAFTS
from models.kernel.refs import EvidenceRef, FindingRef, ItemRef, UnitRef
from models.kernel.rights import policy
from models.kernel.rights.visible import visible_documents
from models.kernel.text.short_names import next_ref
from models.kernel.vocabulary import Aspect, FindingLevel, Stage
from models.office.commands.organisations import find_organisation
from models.office.commands.restricted import examined_by
from models.papers.tables import Document

from .editing import by_ref, change, count_of, open_for_editing, worded

Ground = TypeVar("Ground", Finding, Evidence)
"""What an accountability item rests on."""


@action("add-finding", title="增加问题", rights=("case.edit",), adds=True)
def add_finding(
    act: Act,
    case_number: str,
    *,
    text: str,
    aspect: Aspect,
    level: FindingLevel,
    organisations: Iterable[UnitRef] = (),
    tags: Iterable[str] = (),
    legal_basis: Iterable[str] = (),
    duty_failure: bool = False,
) -> str:
    """Add a finding; returns its short name. Raises Invalid for empty text, NotFound for an unknown unit."""
    case = open_for_editing(act, case_number)
    finding = Finding(
        case_id=case.id,
        ref=next_ref(act, Finding, case, "F"),
        position=count_of(act, Finding, case) + 1,
        level=level,
        aspect=aspect,
        text=worded(text, "问题"),
        cause_tags=list(tags),
        legal_basis=list(legal_basis),
        duty_failure=duty_failure,
    )
    act.session.add(finding)
    act.session.flush()
    units = [find_organisation(act.session, name).id for name in organisations]
    act.session.add_all(
        FindingOrganisation(finding_id=finding.id, organisation_id=unit) for unit in dict.fromkeys(units)
    )
    record(act, case, "finding_added", finding=finding.ref, text=finding.text, aspect=aspect.value)
    return finding.ref


@action("edit-finding", title="修改问题", rights=("case.edit",))
def edit_finding(
    act: Act,
    case_number: str,
    *,
    finding: FindingRef,
    text: str | None = None,
    aspect: Aspect | None = None,
    level: FindingLevel | None = None,
    tags: list[str] | None = None,
    legal_basis: list[str] | None = None,
    duty_failure: bool | None = None,
) -> None:
    """Change what is given of a finding; before and after are on record. Raises Invalid where nothing is given."""
    case = open_for_editing(act, case_number)
    row: Finding = by_ref(act, Finding, case, finding, "问题")
    if row.withdrawn_at is not None:
        raise WrongStage(f"问题{finding}已撤回，不能修改。")
    wanted = {
        "text": None if text is None else worded(text, "问题"),
        "aspect": aspect,
        "level": level,
        "cause_tags": tags,
        "legal_basis": legal_basis,
        "duty_failure": duty_failure,
    }
    record(act, case, "finding_changed", finding=finding, **change(row, wanted))


@action("withdraw-finding", title="撤回问题", rights=("case.edit",))
def withdraw_finding(act: Act, case_number: str, *, finding: FindingRef, reason: str) -> None:
    """Take a finding out of the report; it stays on record with the reason. One whose 认定书 fell may go at any stage."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    row: Finding = by_ref(act, Finding, case, finding, "问题")
    if row.reopened_at is None or case.stage is not Stage.RECTIFYING:
        case = open_for_editing(act, case_number)
    if row.withdrawn_at is not None:
        raise Conflict(f"问题{finding}已撤回。")
    row.withdrawn_at = act.at
    record(act, case, "finding_withdrawn", why=worded(reason, "撤回理由"), finding=finding)


@action(
    "edit-accountability",
    title="补充问责事项的职责、依据、事实和证据",
    rights=("case.edit",),
    after="add-accountability",
)
def edit_accountability(
    act: Act,
    case_number: str,
    *,
    item: ItemRef,
    duty: str | None = None,
    legal_basis: list[str] | None = None,
    facts: str | None = None,
    findings: Iterable[FindingRef] = (),
    evidence: Iterable[EvidenceRef] = (),
) -> None:
    """Say of an item what a proposal needs and its findings do not say: duty, basis, facts, evidence.

    `findings` and `evidence` are put beside those it has. Raises Invalid where nothing is given, WrongStage for what is
    told for information only, Conflict where its proposal is on its way or out.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    lifecycle.advance(lifecycle.CASE, case.stage, "rectify" if case.stage is Stage.RECTIFYING else "investigate")
    row: AccountabilityItem = by_ref(act, AccountabilityItem, case, item, "问责事项")
    if examined_by(act, row):
        raise NotFound(f"本案没有编号为“{item}”的问责事项。", code="ref_not_found")
    if row.informational:
        raise WrongStage(f"问责事项{item}仅作情况说明，不列入建议书，无需补充。", code="informational")
    carrying = _carrying(act, row)
    if carrying is not None and carrying.status not in DRAFTS:
        raise Conflict(f"问责事项{item}所在的建议书已提交，不能再修改。", code="item_carried")
    wanted = {
        "duty": duty and duty.strip(),
        "basis": None if legal_basis is None else _words(legal_basis),
        "facts": facts and facts.strip(),
    }
    changes = change(row, wanted, strict=False)
    added = _rest_on(act, case, row, findings, evidence)
    if not changes and not added:
        raise Invalid("没有要修改的内容。", code="nothing_to_change")
    record(act, case, "accountability_changed", item=item, **changes, **added)


def _carrying(act: Act, item: AccountabilityItem) -> Document | None:
    """Return the proposal that carries an item. Raises NotFound for who may not know of it."""
    if item.document_id is None:
        return None
    paper = select(Document).where(Document.id == item.document_id, visible_documents(act.actor))
    found = act.session.scalars(paper).one_or_none()
    if found is None:
        raise NotFound(f"本案没有编号为“{item.ref}”的问责事项。", code="ref_not_found")
    return found


def _rest_on(act: Act, case: Case, item: AccountabilityItem, findings: Iterable[str], evidence: Iterable[str]) -> Json:
    """Put findings and evidence beside those that an item has; returns the short names of what is new, for the event."""
    added: Json = {}
    for ref in dict.fromkeys(findings):
        finding = _standing(by_ref(act, Finding, case, ref, "问题"), "问题")
        if act.session.get(AccountabilityFinding, (item.id, finding.id)) is None:
            act.session.add(AccountabilityFinding(item_id=item.id, finding_id=finding.id))
            added.setdefault("finding_added", []).append(ref)
    for ref in dict.fromkeys(evidence):
        proof = _standing(by_ref(act, Evidence, case, ref, "证据"), "证据")
        if act.session.get(AccountabilityEvidence, (item.id, proof.id)) is None:
            act.session.add(AccountabilityEvidence(item_id=item.id, evidence_id=proof.id))
            added.setdefault("evidence_added", []).append(ref)
    act.session.flush()
    return added


def _standing(row: Ground, what: str) -> Ground:
    if row.withdrawn_at is not None:
        raise WrongStage(f"{what}{row.ref}已撤回，不能作为问责事项的依据。")
    return row


def _stripped(text: str | None) -> str | None:
    return text.strip() or None if text else None


def _words(texts: Iterable[str]) -> list[str]:
    return [text.strip() for text in texts if text.strip()]
