"""Findings and evidence as papers list them: each with the units, people, norms and evidence it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.accident.sheets import QUESTIONS, faults, sheet
from models.accident.sheets.written import day as written_day
from models.accident.tables import Person
from models.case.tables import PROVING, Evidence, Finding, FindingOrganisation, FindingPerson
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Invalid
from models.office.tables import Organisation
from models.papers.content import EvidenceEntry, FindingEntry

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with its row number, by which items and measures refer to it."""

    id: int
    entry: FindingEntry


def findings(session: Session, case_id: int, *wanted: ColumnElement[bool]) -> list[Found]:
    """Return the standing findings of a case that satisfy all of `wanted`, in the report's order. Four statements."""
    standing = (Finding.case_id == case_id, Finding.withdrawn_at.is_(None), *wanted)
    rows = session.execute(
        select(
            Finding.id,
            Finding.ref,
            Finding.level,
            Finding.aspect,
            Finding.text,
            Finding.cause_tags,
            Finding.legal_basis,
            Finding.duty_failure,
            Finding.details,
        )
        .where(*standing)
        .order_by(Finding.position, Finding.id)
    ).all()
    units = grouped(
        session.execute(
            select(FindingOrganisation.finding_id, Organisation.name)
            .join(Organisation, Organisation.id == FindingOrganisation.organisation_id)
            .join(Finding, Finding.id == FindingOrganisation.finding_id)
            .where(*standing)
            .order_by(FindingOrganisation.finding_id, Organisation.id)
        )
    )
    people = grouped(
        session.execute(
            select(FindingPerson.finding_id, Person.name)
            .join(Person, Person.id == FindingPerson.person_id)
            .join(Finding, Finding.id == FindingPerson.finding_id)
            .where(*standing, Person.name.is_not(None))
            .order_by(FindingPerson.finding_id, Person.id)
        )
    )
    proofs: Mapping[int, Sequence[str]] = grouped(
        session.execute(
            select(PROVING.c.finding_id, Evidence.ref)
            .join(Evidence, Evidence.id == PROVING.c.evidence_id)
            .join(Finding, Finding.id == PROVING.c.finding_id)
            .where(*standing, Evidence.withdrawn_at.is_(None))
            .order_by(PROVING.c.finding_id, Evidence.id)
        )
    )
    return [
        Found(
            row.id,
            FindingEntry(
                number=row.ref,
                level=row.level,
                aspect=row.aspect,
                text=row.text + unsettled("findings", row.details),
                tags=tuple(row.cause_tags),
                organisations=tuple(units.get(row.id, ())),
                people=tuple(people.get(row.id, ())),
                basis=tuple(row.legal_basis),
                evidence=tuple(proofs.get(row.id, ())),
                duty_failure=row.duty_failure,
            ),
        )
        for row in rows
    ]


def evidence(session: Session, case_id: int, *, numbers: Iterable[str] | None = None) -> tuple[EvidenceEntry, ...]:
    """Return a case's standing evidence in the order of arrival; `numbers` keeps only those."""
    kept = None if numbers is None else set(numbers)
    rows = session.execute(
        select(Evidence.ref, Evidence.title, Evidence.reference, Evidence.added_at, Evidence.sha256, Evidence.details)
        .where(Evidence.case_id == case_id, Evidence.withdrawn_at.is_(None))
        .order_by(Evidence.id)
    )
    return tuple(_evidence(row) for row in rows if kept is None or row.ref in kept)


def _evidence(row: Any) -> EvidenceEntry:
    told: Mapping[str, str] = row.details
    said, on = told.get("obtained"), _obtained(told.get("obtained"))
    provider = "\n".join(filter(None, (told.get(name) for name in ("obtained_from", "taken_by", "place"))))
    return EvidenceEntry(
        number=row.ref,
        title=row.title + unsettled("evidence", row.details),
        source=row.reference,
        form=told.get("form"),
        provider=provider or None,
        extent=told.get("extent"),
        obtained_on=on if said else local_date(row.added_at),
        obtained=None if on else said,
        note=told.get("note"),
        sha256=row.sha256,
    )


def unsettled(sheet_name: str, details: Mapping[str, Any]) -> str:
    """Return, in brackets with which no paper is signed, what of a row is blank or half written: the column of such a
    field still holds what stood there before."""
    return "".join(
        f"【{field.label}未写定】"
        for field in sheet(sheet_name).required
        if field.name in details and any(fault.code not in QUESTIONS for fault in faults(field, details[field.name]))
    )


def _obtained(told: str | None) -> date | None:
    """Return the day on which evidence was obtained, where it is told to the day."""
    try:
        return None if told is None else written_day(told)
    except Invalid:
        return None


def grouped(pairs: Iterable[tuple[Key | None, str | None]]) -> Mapping[Key, Sequence[str]]:
    """Return the words of each key in their order."""
    words: defaultdict[Key, list[str]] = defaultdict(list)
    for key, word in pairs:
        if key is not None and word is not None:
            words[key].append(word)
    return words


def joined(entries: Iterable[FindingEntry]) -> str | None:
    """Return what several findings say as one text; None for none."""
    return "".join(text if text.endswith("。") else f"{text}。" for text in (e.text.strip() for e in entries)) or None


def once(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words without repetition, in their order."""
    return tuple(dict.fromkeys(words))
