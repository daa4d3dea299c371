"""Subjects of accountability as a proposal tells them, and what each still lacks to stand in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from models.accident.tables import Accident, Person
from models.accountability.tables import AccountabilityEvidence, AccountabilityFinding, AccountabilityItem
from models.case.tables import Case, Evidence, Finding
from models.clock.rules.escalation import DISOBEYED
from models.kernel.base import JsonList
from models.kernel.calendar.local_time import local_date
from models.kernel.vocabulary import SubjectType
from models.knowledge.rules.library import wording_of
from models.office.rules.subject_parts import Part, missing_parts
from models.office.tables import Organisation
from models.papers.content import DutyEntry, FindingEntry
from models.papers.content.wording import norms
from models.register.tables import Hazard

from .disobedience import disobedience, served_orders
from .duties import NAMELESS, bearing, duty
from .findings import findings, once

QUOTED = 160
"""Characters of an article up to which a paper quotes it; a longer one is cited."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An item with what a proposal says of it. `unit_id` is the unit examined, of a person the employer."""

    id: int
    ref: str
    unit_id: int | None
    organ_id: int | None
    entry: DutyEntry

    @property
    def is_unit(self) -> bool:
        """Whether the unit itself is examined, and not somebody of it."""
        return self.entry.subject_type is not SubjectType.PERSON

    @property
    def missing(self) -> tuple[Part, ...]:
        """What the subject lacks to stand in a proposal: without one of these it is in none."""
        one = self.entry
        return missing_parts(
            duty=bool(one.duty),
            basis=bool(one.basis),
            fact=bool(one.facts and one.not_done),
            evidence=bool(one.evidence),
        )

    @property
    def open(self) -> str:
        """What is missing, in words: 问责事项A1缺少职责、证据."""
        return f"问责事项{self.ref}缺少{'、'.join(part.label for part in self.missing)}"


def subjects(session: Session, case_id: int, *wanted: ColumnElement[bool]) -> list[Subject]:
    """Return the subjects of a case whose items satisfy all of `wanted`, in the order of their items."""
    items = _items(session, case_id, *wanted)
    if not items:
        return []
    ids = [item.id for item in items]
    behind = _findings_behind(session, case_id, ids)
    proofs = _evidence_beside(session, case_id, ids)
    on = _day_of_the_accident(session, case_id)
    return [
        Subject(
            item.id,
            item.ref,
            item.organisation_id or item.employer_id,
            item.competent_organ_id,
            _entry(session, case_id, item, behind[item.id], proofs[item.id], on),
        )
        for item in items
    ]


@dataclass(frozen=True, slots=True)
class _Item:
    id: int
    ref: str
    subject_type: SubjectType
    organisation_id: int | None
    competent_organ_id: int | None
    duty: str | None
    basis: JsonList | None
    facts: str | None
    disobeyed: bool
    person: str | None
    position: str | None
    employer_id: int | None
    employer: str | None
    unit: str | None

    @property
    def name(self) -> str:
        return subject_name(self.unit, self.person)


def _items(session: Session, case_id: int, *wanted: ColumnElement[bool]) -> list[_Item]:
    unit, employer = aliased(Organisation), aliased(Organisation)
    rows = session.execute(
        select(
            AccountabilityItem.id,
            AccountabilityItem.ref,
            AccountabilityItem.subject_type,
            AccountabilityItem.organisation_id,
            AccountabilityItem.competent_organ_id,
            AccountabilityItem.duty,
            AccountabilityItem.basis,
            AccountabilityItem.facts,
            (AccountabilityItem.text == DISOBEYED).label("disobeyed"),
            Person.name.label("person"),
            Person.position,
            Person.organisation_id.label("employer_id"),
            employer.name.label("employer"),
            unit.name.label("unit"),
        )
        .outerjoin(Person, Person.id == AccountabilityItem.person_id)
        .outerjoin(employer, employer.id == Person.organisation_id)
        .outerjoin(unit, unit.id == AccountabilityItem.organisation_id)
        .where(AccountabilityItem.case_id == case_id, *wanted)
        .order_by(AccountabilityItem.id)
    )
    return [_Item(**row._mapping) for row in rows]


def _findings_behind(session: Session, case_id: int, items: Sequence[int]) -> defaultdict[int, list[FindingEntry]]:
    rested_on = select(AccountabilityFinding.finding_id).where(AccountabilityFinding.item_id.in_(items))
    found = {one.id: one.entry for one in findings(session, case_id, Finding.id.in_(rested_on))}
    behind: defaultdict[int, list[FindingEntry]] = defaultdict(list)
    for item_id, finding_id in session.execute(
        select(AccountabilityFinding.item_id, AccountabilityFinding.finding_id)
        .join(Finding, Finding.id == AccountabilityFinding.finding_id)
        .where(AccountabilityFinding.item_id.in_(items))
        .order_by(AccountabilityFinding.item_id, Finding.position)
    ):
        if finding_id in found:
            behind[item_id].append(found[finding_id])
    return behind


def _evidence_beside(session: Session, case_id: int, items: Sequence[int]) -> defaultdict[int, list[str]]:
    proofs: defaultdict[int, list[str]] = defaultdict(list)
    for item_id, ref in session.execute(
        select(AccountabilityEvidence.item_id, Evidence.ref)
        .join(Evidence, Evidence.id == AccountabilityEvidence.evidence_id)
        .where(AccountabilityEvidence.item_id.in_(items), Evidence.case_id == case_id, Evidence.withdrawn_at.is_(None))
        .order_by(AccountabilityEvidence.item_id, Evidence.id)
    ):
        proofs[item_id].append(ref)
    return proofs


def subject_name(unit: str | None, person: str | None) -> str:
    """Return what a proposal calls the subject of an item."""
    return unit or person or NAMELESS


def _entry(
    session: Session, case_id: int, item: _Item, entries: Sequence[FindingEntry], proofs: Sequence[str], on: date
) -> DutyEntry:
    """What findings say of the subject, and what a person said of the item beside them."""
    if item.disobeyed and item.organisation_id is not None:
        return _disobeyed(session, case_id, item, item.organisation_id, entries, proofs)
    person = item.subject_type is SubjectType.PERSON
    found = duty(
        item.name,
        item.subject_type,
        entries,
        organisation=item.employer if person else None,
        position=item.position if person else None,
    )
    said = _sentence(item.facts)
    return found.model_copy(
        update={
            "duty": item.duty or _binding(entries, on),
            "basis": once((*(item.basis or ()), *found.basis)),
            "facts": "".join(filter(None, (found.facts, said))) or None,
            "not_done": said or found.not_done,
            "bearing": bearing(entries),
            "evidence": once((*found.evidence, *proofs)),
        }
    )


def _binding(entries: Sequence[FindingEntry], on: date) -> str | None:
    """What a finding departs from is a duty of the subject only where somebody found a duty not done.

    An article is told in its words of the accident's day where somebody compared them and they are short.
    """
    binding = once(norm for entry in entries if entry.duty_failure for norm in entry.basis)
    worded = {norm: wording_of(norm, on) or "" for norm in binding}
    quoted = [f"{norm}规定，{text.rstrip('。')}" for norm, text in worded.items() if 0 < len(text) <= QUOTED]
    others = [norm for norm, text in worded.items() if not 0 < len(text) <= QUOTED]
    told = quoted + ([f"应当履行{norms(others)}规定的职责"] if others else [])
    return "。".join(told) or None


def _day_of_the_accident(session: Session, case_id: int) -> date:
    """The day whose law counts; of a work order the day on which the hazard was found."""
    occurred_at, found_on = session.execute(
        select(Accident.occurred_at, Hazard.found_on)
        .select_from(Case)
        .outerjoin(Accident, Accident.id == Case.accident_id)
        .outerjoin(Hazard, Hazard.id == Case.hazard_id)
        .where(Case.id == case_id)
    ).one()
    return found_on or local_date(occurred_at)


def _disobeyed(
    session: Session, case_id: int, item: _Item, unit_id: int, entries: Sequence[FindingEntry], proofs: Sequence[str]
) -> DutyEntry:
    """The ladder's own subject: what it is asked about is the order it did not obey, and not the accident's causes.

    That it was ordered binds it by our word only: the norm is that of the duty it leaves undone, or is said by a person.
    """
    return DutyEntry(
        subject=item.name,
        subject_type=item.subject_type,
        duty=item.duty or "按照整改报告通知书和限期落实督办单落实整改措施",
        basis=once((*(item.basis or ()), *(norm for entry in entries if entry.duty_failure for norm in entry.basis))),
        facts=disobedience(session, case_id, unit_id),
        not_done=DISOBEYED.rstrip("。"),
        evidence=once((*served_orders(session, case_id, unit_id), *proofs)),
    )


def _sentence(text: str | None) -> str | None:
    return None if text is None else f"{text.rstrip('。')}。"
