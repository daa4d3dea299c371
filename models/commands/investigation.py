"""调查: findings, measures, evidence and accountability items are edited until the report is under approval.

Afterwards measures may still be added, for an investigation goes on; what an issued paper says never changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select

from models.errors import Conflict, Invalid, NotFound, WrongStage
from models.files import Stored
from models.queries.visible import visible_documents
from models.rules import lifecycle, policy
from models.rules.lifecycle import DRAFTS
from models.rules.refs import EvidenceRef, FindingRef, ItemRef, MeasureRef, PersonRef, UnitRef
from models.rules.vocabulary import (
    AccountabilityCategory,
    Aspect,
    AssignmentState,
    DocumentKind,
    DocumentStatus,
    FindingLevel,
    Part,
    Stage,
    SubjectType,
)
from models.tables import (
    AccountabilityEvidence,
    AccountabilityFinding,
    AccountabilityItem,
    Assignment,
    Case,
    Document,
    Evidence,
    Finding,
    FindingOrganisation,
    Measure,
    MeasureFinding,
    Organisation,
    Person,
)

from .act import Act, lock_case, next_ref, record, unit_path
from .competence import refuse_organ
from .effect_clock import keep_clock
from .organisations import find_organisation
from .restricted import examined_by


def _open_for_editing(act: Act, case_number: str) -> Case:
    """Return the locked case if its findings may change; the first change moves it from 立案 to 调查."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    if case.stage is Stage.RECTIFYING:
        raise WrongStage("报告已签发，问题和证据不能再修改；可增加整改措施。", code="report_signed")
    case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "investigate")
    return case


def _worded(text: str, what: str) -> str:
    if not text.strip():
        raise Invalid(f"请填写{what}内容。", code="empty_text")
    return text.strip()


def by_ref(act: Act, table: Any, case: Case, ref: str, what: str) -> Any:
    """Return a row of the case by its short name. Raises NotFound, in words, for one that is not there."""
    row = act.session.scalars(select(table).where(table.case_id == case.id, table.ref == ref)).one_or_none()
    if row is None:
        raise NotFound(f"本案没有编号为“{ref}”的{what}。", code="ref_not_found")
    return row


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
    case = _open_for_editing(act, case_number)
    finding = Finding(
        case_id=case.id,
        ref=next_ref(act, Finding, case, "F"),
        position=_count(act, Finding, case) + 1,
        level=level,
        aspect=aspect,
        text=_worded(text, "问题"),
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
    case = _open_for_editing(act, case_number)
    row: Finding = by_ref(act, Finding, case, finding, "问题")
    if row.withdrawn_at is not None:
        raise WrongStage(f"问题{finding}已撤回，不能修改。")
    wanted = {
        "text": None if text is None else _worded(text, "问题"),
        "aspect": aspect,
        "level": level,
        "cause_tags": tags,
        "legal_basis": legal_basis,
        "duty_failure": duty_failure,
    }
    record(act, case, "finding_changed", finding=finding, **_change(row, wanted))


def withdraw_finding(act: Act, case_number: str, *, finding: FindingRef, reason: str) -> None:
    """Take a finding out of the report; it stays on record with the reason. One whose 认定书 fell may go at any stage."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    row: Finding = by_ref(act, Finding, case, finding, "问题")
    if row.reopened_at is None or case.stage is not Stage.RECTIFYING:
        case = _open_for_editing(act, case_number)
    if row.withdrawn_at is not None:
        raise Conflict(f"问题{finding}已撤回。")
    row.withdrawn_at = act.at
    record(act, case, "finding_withdrawn", why=_worded(reason, "撤回理由"), finding=finding)


def add_measure(
    act: Act,
    case_number: str,
    *,
    text: str,
    findings: Iterable[FindingRef] = (),
    organisation: UnitRef | None = None,
    cooperating: Iterable[UnitRef] = (),
    responsible_person: str | None = None,
    due: date | None = None,
    proof: str | None = None,
) -> str:
    """Add a measure, also while others are being rectified; returns its short name."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    if case.stage is not Stage.RECTIFYING:
        case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "investigate")
    _future(act, due)
    answered = [by_ref(act, Finding, case, ref, "问题").id for ref in dict.fromkeys(findings)]
    measure = Measure(
        case_id=case.id,
        ref=next_ref(act, Measure, case, "M"),
        position=_count(act, Measure, case) + 1,
        text=_worded(text, "整改措施"),
        proof=proof,
    )
    act.session.add(measure)
    act.session.flush()
    act.session.add_all(MeasureFinding(measure_id=measure.id, finding_id=finding) for finding in answered)
    if organisation is not None:
        _assign(act, case, measure, organisation, Part.LEAD, responsible_person, due)
    for name in cooperating:
        _assign(act, case, measure, name, Part.COOPERATING, None, due)
    record(act, case, "measure_added", measure=measure.ref, text=measure.text, organisation=organisation)
    keep_clock(act, case)
    return measure.ref


def edit_measure(
    act: Act,
    case_number: str,
    *,
    measure: MeasureRef,
    text: str | None = None,
    proof: str | None = None,
    responsible_person: str | None = None,
    due: date | None = None,
) -> None:
    """Change a measure that no notice carries yet, or one that is a draft or was taken back. Raises WrongStage for one
    that is on its way or out."""
    case, row = editable_measure(act, case_number, measure, amendable=DRAFTS)
    _future(act, due)
    wanted = {"text": None if text is None else _worded(text, "整改措施"), "proof": proof and proof.strip()}
    changes = _change(row, wanted, strict=False)
    standing = select(Assignment).where(Assignment.measure_id == row.id, Assignment.released_at.is_(None))
    for held in act.session.scalars(standing):
        person = responsible_person if held.part is Part.LEAD else None
        changes |= _change(held, {"responsible_person": person, "due_on": due}, strict=False)
    if not changes:
        raise Invalid("没有要修改的内容。", code="nothing_to_change")
    record(act, case, "measure_changed", measure=measure, **changes)


def withdraw_measure(act: Act, case_number: str, *, measure: MeasureRef, reason: str) -> None:
    """Take a measure out before a notice carries it; it stays on record with the reason."""
    case, row = editable_measure(act, case_number, measure)
    row.withdrawn_at = act.at
    act.session.execute(
        delete(Assignment).where(Assignment.measure_id == row.id, Assignment.state == AssignmentState.UNISSUED)
    )
    record(act, case, "measure_withdrawn", why=_worded(reason, "撤回理由"), measure=measure)
    keep_clock(act, case)


def confirm_responsible(
    act: Act,
    case_number: str,
    *,
    measure: MeasureRef,
    organisation: UnitRef,
    responsible_person: str | None = None,
    due: date | None = None,
) -> None:
    """Name who answers for a measure that the dossier addressed to nobody. Raises Conflict where there is a lead unit."""
    case, row = editable_measure(act, case_number, measure, action="case.confirm")
    lead = act.session.scalar(
        select(Organisation.name)
        .join(Assignment, Assignment.organisation_id == Organisation.id)
        .where(Assignment.measure_id == row.id, Assignment.part == Part.LEAD, Assignment.released_at.is_(None))
    )
    if lead is not None:
        raise Conflict(f"整改措施{measure}的责任单位已确认为“{lead}”。", code="responsible_confirmed")
    _future(act, due)
    unit = _assign(act, case, row, organisation, Part.LEAD, responsible_person, due)
    record(act, case, "responsible_confirmed", measure=measure, organisation=unit.name)


def confirm_organ(act: Act, case_number: str, *, item: ItemRef, organ: UnitRef) -> None:
    """Name the organ that may decide on an accountability item.

    Raises Conflict where a proposal carries it already, Invalid for an organ that cannot be asked.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.confirm", unit_path=unit_path(act, case))
    row: AccountabilityItem = by_ref(act, AccountabilityItem, case, item, "问责事项")
    if examined_by(act, row):
        raise NotFound(f"本案没有编号为“{item}”的问责事项。", code="ref_not_found")
    if row.document_id is not None:
        raise Conflict(f"问责事项{item}已列入建议书，不能再改有权机关。")
    unit = find_organisation(act.session, organ)
    refuse_organ(act, unit, organisation_id=row.organisation_id, person_id=row.person_id)
    before, row.competent_organ_id = row.competent_organ_id, unit.id
    record(act, case, "organ_confirmed", item=item, organ=unit.name, before=before)


def add_accountability(
    act: Act,
    case_number: str,
    *,
    organisation: UnitRef | None = None,
    person: PersonRef | None = None,
    category: AccountabilityCategory,
    text: str,
    findings: Iterable[FindingRef] = (),
    organ: UnitRef | None = None,
    duty: str | None = None,
    legal_basis: Iterable[str] = (),
    facts: str | None = None,
    evidence: Iterable[EvidenceRef] = (),
) -> str:
    """Add an item on a unit or on a person of the case; returns its short name.

    `duty`, `legal_basis`, `facts` and `evidence` say what its findings do not say: without one of the four the subject
    is in no proposal. Raises Invalid unless exactly one subject is named, or for an organ that cannot be asked.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    lifecycle.advance(lifecycle.CASE, case.stage, "rectify" if case.stage is Stage.RECTIFYING else "investigate")
    if (organisation is None) == (person is None):
        raise Invalid("请指明一个单位或一名人员作为问责对象。", code="one_subject")
    subject = None
    if person is not None:
        subject = act.session.scalar(
            select(Person.id).where(Person.accident_id == case.accident_id, Person.ref == person)
        )
        if subject is None:
            raise NotFound(f"本案没有编号为“{person}”的人员。", code="ref_not_found")
    about = None if organisation is None else find_organisation(act.session, organisation).id
    asked = None if organ is None else find_organisation(act.session, organ)
    if asked is not None:
        refuse_organ(act, asked, organisation_id=about, person_id=subject)
    item = AccountabilityItem(
        case_id=case.id,
        ref=next_ref(act, AccountabilityItem, case, "A"),
        subject_type=SubjectType.PERSON if person is not None else SubjectType.ORGANISATION,
        person_id=subject,
        organisation_id=about,
        category=category.label,
        text=_worded(text, "问责事项"),
        informational=category.informational,
        competent_organ_id=None if asked is None else asked.id,
        duty=_stripped(duty),
        basis=_words(legal_basis) or None,
        facts=_stripped(facts),
    )
    act.session.add(item)
    act.session.flush()
    _rest_on(act, case, item, findings, evidence)
    record(act, case, "accountability_added", item=item.ref)
    return item.ref


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
    changes = _change(row, wanted, strict=False)
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


def _rest_on(
    act: Act, case: Case, item: AccountabilityItem, findings: Iterable[str], evidence: Iterable[str]
) -> dict[str, Any]:
    """Put findings and evidence beside those that an item has; returns the short names of what is new."""
    added: dict[str, Any] = {}
    for table, link, key, refs, what in (
        (Finding, AccountabilityFinding, "finding_id", findings, "问题"),
        (Evidence, AccountabilityEvidence, "evidence_id", evidence, "证据"),
    ):
        for ref in dict.fromkeys(refs):
            row = by_ref(act, table, case, ref, what)
            if row.withdrawn_at is not None:
                raise WrongStage(f"{what}{ref}已撤回，不能作为问责事项的依据。")
            if act.session.get(link, (item.id, row.id)) is None:
                act.session.add(link(item_id=item.id, **{key: row.id}))
                added.setdefault(f"{key.removesuffix('_id')}_added", []).append(ref)
    act.session.flush()
    return added


def _stripped(text: str | None) -> str | None:
    return text.strip() or None if text else None


def _words(texts: Iterable[str]) -> list[str]:
    return [text.strip() for text in texts if text.strip()]


def add_evidence(
    act: Act,
    case_number: str,
    *,
    title: str,
    file: Stored | None = None,
    file_name: str | None = None,
    media_type: str | None = None,
    reference: str | None = None,
    finding: FindingRef | None = None,
) -> str:
    """Register evidence: a file taken into the store, or where the original lies. Raises Invalid unless exactly one.

    Also while measures are being rectified: what an accountability item lacks is often found then. The signed report
    keeps the list that it has.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    if case.stage is not Stage.RECTIFYING:
        case = _open_for_editing(act, case_number)
    if (file is None) == (reference is None):
        raise Invalid("请上传一个文件，或写明原件存放处，二者取一。", code="file_or_reference")
    about = None if finding is None else by_ref(act, Finding, case, finding, "问题").id
    evidence = Evidence(
        case_id=case.id,
        ref=next_ref(act, Evidence, case, "E"),
        title=_worded(title, "证据名称"),
        finding_id=about,
        file_name=file_name,
        media_type=media_type,
        size=None if file is None else file.size,
        sha256=None if file is None else file.sha256,
        reference=reference,
        added_by=act.person,
        added_at=act.at,
    )
    act.session.add(evidence)
    record(act, case, "evidence_added", evidence=evidence.ref, title=evidence.title, sha256=evidence.sha256)
    return evidence.ref


def withdraw_evidence(act: Act, case_number: str, *, evidence: EvidenceRef, reason: str) -> None:
    """Take evidence out of the report; the file and the record of it stay."""
    case = _open_for_editing(act, case_number)
    row: Evidence = by_ref(act, Evidence, case, evidence, "证据")
    if row.withdrawn_at is not None:
        raise Conflict(f"证据{evidence}已撤回。")
    row.withdrawn_at = act.at
    record(act, case, "evidence_withdrawn", why=_worded(reason, "撤回理由"), evidence=evidence)


def editable_measure(
    act: Act, case_number: str, measure: str, *, action: str = "case.edit", amendable: tuple[DocumentStatus, ...] = ()
) -> tuple[Case, Measure]:
    """Return a measure that may be changed: no notice carries it, or one in one of the states `amendable`."""
    case = lock_case(act, case_number)
    policy.require(act.actor, action, unit_path=unit_path(act, case))
    if case.stage is not Stage.RECTIFYING:
        case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "investigate")
    row: Measure = by_ref(act, Measure, case, measure, "整改措施")
    if row.withdrawn_at is not None:
        raise WrongStage(f"整改措施{measure}已撤回，不能修改。")
    carried = act.session.execute(
        select(Document.ref)
        .join(Assignment, Assignment.notice_id == Document.id)
        .where(
            Assignment.measure_id == row.id,
            Document.kind.in_((DocumentKind.RECTIFICATION_NOTICE, DocumentKind.ADVANCE_NOTICE)),
            Document.status.not_in(amendable),
        )
        .order_by(Document.id)
        .limit(1)
    ).one_or_none()
    if carried is not None:
        raise WrongStage(f"整改措施{measure}已列入文书{carried.ref}，不能再修改。", code="measure_carried")
    return case, row


def _assign(
    act: Act, case: Case, measure: Measure, organisation: str, part: Part, person: str | None, due: date | None
) -> Organisation:
    unit = find_organisation(act.session, organisation)
    act.session.add(
        Assignment(
            case_id=case.id,
            measure_id=measure.id,
            organisation_id=unit.id,
            part=part,
            responsible_person=person,
            due_on=due,
            state=AssignmentState.UNISSUED,
        )
    )
    return unit


def _future(act: Act, due: date | None) -> None:
    if due is not None and due <= act.today:
        raise Invalid("完成期限必须晚于今天。", code="due_past")


def _change(row: Any, wanted: dict[str, Any], *, strict: bool = True) -> dict[str, Any]:
    """Set the given values and return before and after, as JSON, of those that differ; an empty text takes away."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, given in wanted.items():
        value = None if given == "" else given
        if given is not None and getattr(row, name) != value:
            before[name], after[name] = _plain(getattr(row, name)), _plain(value)
            setattr(row, name, value)
    if not after and strict:
        raise Invalid("没有要修改的内容。", code="nothing_to_change")
    return {"before": before, "after": after} if after else {}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _count(act: Act, table: Any, case: Case) -> int:
    return act.session.scalar(select(func.count()).select_from(table).where(table.case_id == case.id)) or 0
