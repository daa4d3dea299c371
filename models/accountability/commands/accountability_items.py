"""倒查问责: accountability items of a case, each naming a duty not done and the competent organ."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from models.accident.tables import Person
from models.accountability.tables import AccountabilityItem
from models.case.commands.editing import by_ref, worded
from models.case.commands.findings import _rest_on, _stripped, _words
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_accident import refuse_hazard
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.events import record
from models.kernel.refs import EvidenceRef, FindingRef, ItemRef, PersonRef, UnitRef
from models.kernel.rights import policy
from models.kernel.text.short_names import next_ref
from models.kernel.vocabulary import AccountabilityCategory, Stage, SubjectType
from models.office.commands.organisations import find_organisation
from models.office.commands.restricted import examined_by
from models.papers.commands.competence import refuse_organ


@action("confirm-organ", title="确认问责事项的有权机关", rights=("case.confirm",), after="edit-accountability")
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


@action("add-accountability", title="增加问责事项", rights=("case.edit",))
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
    refuse_hazard(case)
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
        text=worded(text, "问责事项"),
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
