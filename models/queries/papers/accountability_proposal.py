"""倒查问责建议书: to one competent organ, the subjects within its competence with facts and duties, no penalty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from models.papers import AccountabilityProposal, DutyEntry, FindingEntry, NotedSubject
from models.rules.escalation import DISOBEYED
from models.rules.vocabulary import SubjectType
from models.tables import AccountabilityFinding, AccountabilityItem, Finding, Organisation, Person

from .disobedience import disobedience
from .draft import Draft, report_of
from .duties import NAMELESS, duty
from .findings import evidence, findings, once


def content(session: Session, draft: Draft) -> AccountabilityProposal:
    """Return what the proposal says. The source's wording of a penalty is never printed."""
    row = draft.row
    own = select(AccountabilityItem.id).where(AccountabilityItem.document_id == row.id)
    rested_on = select(AccountabilityFinding.finding_id).where(AccountabilityFinding.item_id.in_(own))
    overlapping = select(AccountabilityFinding.item_id).where(AccountabilityFinding.finding_id.in_(rested_on))
    items = _items(session, row.case_id, row.id, overlapping)
    found = {one.id: one.entry for one in findings(session, row.case_id, Finding.id.in_(rested_on))}
    behind: defaultdict[int, list[FindingEntry]] = defaultdict(list)
    for item_id, finding_id in session.execute(
        select(AccountabilityFinding.item_id, AccountabilityFinding.finding_id)
        .join(Finding, Finding.id == AccountabilityFinding.finding_id)
        .where(AccountabilityFinding.item_id.in_(own))
        .order_by(AccountabilityFinding.item_id, Finding.position)
    ):
        if finding_id in found:
            behind[item_id].append(found[finding_id])
    report_number, report_dated = report_of(session, row.case_id)
    return AccountabilityProposal(
        head=draft.head(),
        case_number=row.case_number,
        accident=draft.accident(),
        report_number=report_number,
        report_dated=report_dated,
        subjects=tuple(
            _disobeyed(item, disobedience(session, row.case_id, item.organisation_id))
            if item.disobeyed
            else _duty(item, behind[item.id])
            for item in items
            if item.document_id == row.id
        ),
        noted=tuple(_noted(item) for item in items if item.document_id != row.id),
        evidence=evidence(session, row.case_id, numbers=once(e for f in found.values() for e in f.evidence)),
    )


def _items(session: Session, case_id: int, document_id: int, overlapping: Any) -> Sequence[Any]:
    """The paper's own items, and those told for information that rest on the same findings."""
    unit, employer = aliased(Organisation), aliased(Organisation)
    told = AccountabilityItem.informational.is_(True) & AccountabilityItem.id.in_(overlapping)
    return session.execute(
        select(
            AccountabilityItem.id,
            AccountabilityItem.document_id,
            AccountabilityItem.subject_type,
            AccountabilityItem.category,
            AccountabilityItem.organisation_id,
            (AccountabilityItem.text == DISOBEYED).label("disobeyed"),
            Person.name.label("person"),
            Person.position,
            employer.name.label("employer"),
            unit.name.label("unit"),
        )
        .outerjoin(Person, Person.id == AccountabilityItem.person_id)
        .outerjoin(employer, employer.id == Person.organisation_id)
        .outerjoin(unit, unit.id == AccountabilityItem.organisation_id)
        .where(AccountabilityItem.case_id == case_id, or_(AccountabilityItem.document_id == document_id, told))
        .order_by(AccountabilityItem.id)
    ).all()


def _subject(item: Any) -> str:
    return item.unit or item.person or NAMELESS


def _duty(item: Any, entries: Sequence[FindingEntry]) -> DutyEntry:
    person = item.subject_type is SubjectType.PERSON
    return duty(
        _subject(item),
        item.subject_type,
        entries,
        organisation=item.employer if person else None,
        position=item.position if person else None,
    )


def _disobeyed(item: Any, facts: str | None) -> DutyEntry:
    """The ladder's own subject: what it is asked about is the order it did not obey."""
    return DutyEntry(
        subject=_subject(item),
        subject_type=item.subject_type,
        duty="按照整改报告通知书和限期落实督办单落实整改措施",
        facts=facts,
        not_done=DISOBEYED.rstrip("。"),
    )


def _noted(item: Any) -> NotedSubject:
    post = "".join(word for word in (item.employer, item.position) if word)
    return NotedSubject(subject=f"{_subject(item)}（{post}）" if post else _subject(item), state=item.category)
