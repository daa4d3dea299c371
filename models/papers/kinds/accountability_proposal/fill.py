"""倒查问责建议书: to one competent organ, the subjects within its competence with facts and duties, no penalty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.accident.tables import Person
from models.accountability.tables import AccountabilityFinding, AccountabilityItem
from models.kernel.vocabulary import DocumentKind
from models.office.tables import Organisation
from models.papers.content import AccountabilityProposal, EvidenceEntry, NotedSubject
from models.papers.filling.draft import Draft, report_of
from models.papers.filling.findings import evidence, once
from models.papers.filling.register import fills
from models.papers.filling.subjects import Subject, subject_name, subjects


@fills(DocumentKind.ACCOUNTABILITY_PROPOSAL)
def content(session: Session, draft: Draft) -> AccountabilityProposal:
    """Return what the proposal says. The source's wording of a penalty is never printed."""
    row = draft.row
    asked = subjects(session, row.case_id, AccountabilityItem.document_id == row.id)
    report_number, report_dated = report_of(session, row.case_id)
    return AccountabilityProposal(
        head=draft.head(),
        case_number=row.case_number,
        accident=draft.topic(),
        report_number=report_number,
        report_dated=report_dated,
        subjects=tuple(subject.entry for subject in asked),
        noted=tuple(_noted(item) for item in _told(session, row.case_id, row.id)),
        evidence=_evidence(session, row.case_id, asked),
    )


def _evidence(session: Session, case_id: int, asked: Sequence[Subject]) -> tuple[EvidenceEntry, ...]:
    """Return what the subjects rest on: evidence of the case, then our own papers, which have no short name in it."""
    cited = once(proof for subject in asked for proof in subject.entry.evidence)
    registered = evidence(session, case_id, numbers=cited)
    known = {entry.number for entry in registered}
    papers = tuple(EvidenceEntry(number=proof, title=proof) for proof in cited if proof not in known)
    return (*registered, *papers)


@dataclass(frozen=True, slots=True)
class _Noted:
    category: str
    person: str | None
    position: str | None
    employer: str | None
    unit: str | None


def _told(session: Session, case_id: int, document_id: int) -> list[_Noted]:
    """Items told for information that rest on the same findings as the paper's own."""
    unit, employer = aliased(Organisation), aliased(Organisation)
    own = select(AccountabilityItem.id).where(AccountabilityItem.document_id == document_id)
    rested_on = select(AccountabilityFinding.finding_id).where(AccountabilityFinding.item_id.in_(own))
    overlapping = select(AccountabilityFinding.item_id).where(AccountabilityFinding.finding_id.in_(rested_on))
    rows = session.execute(
        select(AccountabilityItem.category, Person.name, Person.position, employer.name, unit.name)
        .outerjoin(Person, Person.id == AccountabilityItem.person_id)
        .outerjoin(employer, employer.id == Person.organisation_id)
        .outerjoin(unit, unit.id == AccountabilityItem.organisation_id)
        .where(
            AccountabilityItem.case_id == case_id,
            AccountabilityItem.informational.is_(True),
            AccountabilityItem.document_id.is_distinct_from(document_id),
            AccountabilityItem.id.in_(overlapping),
        )
        .order_by(AccountabilityItem.id)
    )
    return [_Noted(*row) for row in rows]


def _noted(item: _Noted) -> NotedSubject:
    name = subject_name(item.unit, item.person)
    post = "".join(word for word in (item.employer, item.position) if word)
    return NotedSubject(subject=f"{name}（{post}）" if post else name, state=item.category)
