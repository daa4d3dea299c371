"""问题线索移送函: the clues with what was found, and the list of materials. No penalty of the source ever enters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.accident.tables import Person
from models.accountability.tables import AccountabilityFinding, AccountabilityItem
from models.accountability.tables import TransferredClue as ClueRow
from models.accountability.tables import TransferredMaterial as MaterialRow
from models.case.tables import Evidence, Finding
from models.clock.rules.escalation import DISOBEYED
from models.kernel.vocabulary import DocumentKind, OrganisationKind, SubjectType
from models.office.tables import Organisation, User
from models.papers.content import Clue, ClueTransfer, FindingEntry, TransferredMaterial
from models.papers.content.wording import listed
from models.papers.filling.disobedience import disobedience
from models.papers.filling.draft import Draft
from models.papers.filling.duties import NAMELESS
from models.papers.filling.findings import findings, joined, once
from models.papers.filling.register import fills

SUPERVISION_LAW = "《中华人民共和国监察法》"
SOURCE = "道路交通事故深度调查中发现"


@fills(DocumentKind.CLUE_TRANSFER)
def content(session: Session, draft: Draft) -> ClueTransfer:
    """Return what the transfer says: only its own clues, and of the evidence only what goes along."""
    row = draft.row
    materials = _materials(session, row.id)
    going = {one.number for one in materials}
    clues = _clues(session, row.id)
    items = [clue.item_id for clue in clues if clue.item_id is not None]
    rested_on = select(AccountabilityFinding.finding_id).where(AccountabilityFinding.item_id.in_(items))
    named = [clue.finding_id for clue in clues if clue.finding_id is not None]
    found = {
        one.id: one.entry for one in findings(session, row.case_id, Finding.id.in_(rested_on) | Finding.id.in_(named))
    }
    behind: defaultdict[int, list[FindingEntry]] = defaultdict(list)
    for item_id, finding_id in session.execute(
        select(AccountabilityFinding.item_id, AccountabilityFinding.finding_id)
        .join(Finding, Finding.id == AccountabilityFinding.finding_id)
        .where(AccountabilityFinding.item_id.in_(items))
        .order_by(AccountabilityFinding.item_id, Finding.position)
    ):
        if finding_id in found:
            behind[item_id].append(found[finding_id])
    supervised = row.recipient_kind is OrganisationKind.DISCIPLINE_INSPECTION
    return ClueTransfer(
        head=draft.head(),
        case_number=row.case_number,
        accident=draft.accident(),
        basis=(draft.ground.bases or (SUPERVISION_LAW,)) if supervised else (),
        approved=draft.ground.approved,
        clues=tuple(
            _of_item(session, row.case_id, clue, behind, going)
            if clue.finding_id is None
            else _of_finding(clue, found[clue.finding_id], going)
            for clue in clues
        ),
        materials=materials,
        transferred_by=tuple(session.scalars(select(User.name).where(User.id == row.officer_id))),
    )


@dataclass(frozen=True, slots=True)
class _Clue:
    """A clue about an item, which alone has what stands behind the source, or about a finding."""

    item_id: int | None
    finding_id: int | None
    source: str | None
    subject_type: SubjectType | None
    organisation_id: int | None
    disobeyed: bool | None
    person: str | None
    position: str | None
    employer: str | None
    unit: str | None


def _clues(session: Session, document_id: int) -> list[_Clue]:
    unit, employer = aliased(Organisation), aliased(Organisation)
    rows = session.execute(
        select(
            ClueRow.item_id,
            ClueRow.finding_id,
            ClueRow.source,
            AccountabilityItem.subject_type,
            AccountabilityItem.organisation_id,
            (AccountabilityItem.text == DISOBEYED).label("disobeyed"),
            Person.name.label("person"),
            Person.position,
            employer.name.label("employer"),
            unit.name.label("unit"),
        )
        .outerjoin(AccountabilityItem, AccountabilityItem.id == ClueRow.item_id)
        .outerjoin(Person, Person.id == AccountabilityItem.person_id)
        .outerjoin(employer, employer.id == Person.organisation_id)
        .outerjoin(unit, unit.id == AccountabilityItem.organisation_id)
        .where(ClueRow.document_id == document_id)
        .order_by(ClueRow.position)
    )
    return [_Clue(**row._mapping) for row in rows]


def _of_item(
    session: Session, case_id: int, clue: _Clue, behind: Mapping[int, list[FindingEntry]], going: set[str]
) -> Clue:
    assert clue.item_id is not None
    assert clue.subject_type is not None
    entries = behind.get(clue.item_id, [])
    person, unit_id = clue.subject_type is SubjectType.PERSON, clue.organisation_id
    facts = disobedience(session, case_id, unit_id) if clue.disobeyed and unit_id is not None else joined(entries)
    return Clue(
        subject=clue.unit or clue.person or NAMELESS,
        subject_type=clue.subject_type,
        organisation=clue.employer if person else None,
        position=clue.position if person else None,
        facts=facts or "—",
        source=clue.source or SOURCE,
        materials=once(number for entry in entries for number in entry.evidence if number in going),
    )


def _of_finding(clue: _Clue, entry: FindingEntry, going: set[str]) -> Clue:
    """A finding speaks of the people it names, else of the units."""
    return Clue(
        subject=listed(entry.people or entry.organisations),
        subject_type=SubjectType.PERSON if entry.people else SubjectType.ORGANISATION,
        organisation=listed(entry.organisations) if entry.people and entry.organisations else None,
        facts=entry.text,
        source=clue.source or SOURCE,
        materials=once(number for number in entry.evidence if number in going),
    )


def _materials(session: Session, document_id: int) -> tuple[TransferredMaterial, ...]:
    rows = session.execute(
        select(Evidence.ref, Evidence.title, Evidence.sha256, MaterialRow.original)
        .join(MaterialRow, MaterialRow.evidence_id == Evidence.id)
        .where(MaterialRow.document_id == document_id)
        .order_by(MaterialRow.position)
    )
    return tuple(
        TransferredMaterial(number=row.ref, title=row.title, original=row.original, sha256=row.sha256) for row in rows
    )
