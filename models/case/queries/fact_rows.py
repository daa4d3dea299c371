"""Rows of a sheet with their values, wherever they lie: columns, details, and rows beside them. A statement a kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union
from sqlalchemy.orm import Session

from models.accident.sheets import ONLY_ROW, Sheet
from models.accident.sheets.of_the_involved import BEHIND
from models.accident.tables import Accident, Person, Vehicle
from models.accountability.tables import AccountabilityFinding, AccountabilityItem
from models.case.fact_columns import BLANK, COLUMNS, OF_THE_UNIT, Holds, from_column, table_of
from models.case.tables import (
    Case,
    CaseOrganisation,
    Evidence,
    EvidenceFinding,
    FactRow,
    Finding,
    FindingOrganisation,
    FindingPerson,
    TeamMember,
)
from models.joining.tables import MovedRef
from models.kernel.errors import NotFound
from models.kernel.text.folded import folded
from models.kernel.vocabulary import Datum, Part, SubjectType
from models.office.tables import Organisation
from models.rectification.tables import Assignment, Measure, MeasureFinding

UNLISTED = "unit-"
"""How the short name of a unit begins that something in the case names and no list of it has yet: its row number follows."""

BY_NUMBER = ("people", "vehicles", "organisations", "findings")
"""The sheets whose rows are pointed to by their row numbers, which `Refs` knows."""


@dataclass(slots=True)
class StoredRow:
    """One row: `record` carries its details and versions; None where a form was not begun or a unit is not listed."""

    ref: str
    position: int
    record: Any
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def versions(self) -> dict[str, int]:
        """How often each field was changed."""
        return {} if self.record is None else self.record.versions


class Refs:
    """Row numbers and short names of what other rows point to; each kind is read once, when somebody asks."""

    def __init__(self, session: Session, case: Case) -> None:
        self.session, self.case = session, case
        self._found: dict[str, dict[int, str]] = {}
        self._names: dict[str, dict[str, str]] = {}
        self._called: dict[str, dict[str, str]] = {}

    def of(self, sheet: str) -> dict[int, str]:
        """Return row number → short name of the rows of a sheet; officials and people are one."""
        if sheet not in self._found:
            self._read(sheet)
        return self._found[sheet]

    def ids(self, sheet: str) -> dict[str, int]:
        """Return short name → row number."""
        return {ref: number for number, ref in self.of(sheet).items()}

    def unit(self, organisation_id: int | None) -> str | None:
        """Return the short name of a unit; one that no list has goes by its row number."""
        if organisation_id is None:
            return None
        return self.of("organisations").get(organisation_id) or f"{UNLISTED}{organisation_id}"

    def unit_id(self, ref: str) -> int | None:
        """Return the row number of a unit by its short name, or by the one it had before units were merged."""
        listed = self.ids("organisations")
        if ref in listed:
            return listed[ref]
        if ref.startswith(UNLISTED) and ref[len(UNLISTED) :].isdecimal():
            return self._going_on(int(ref[len(UNLISTED) :]))
        now = self.session.scalar(
            select(MovedRef.now).where(
                MovedRef.case_id == self.case.id, MovedRef.now_in_id == self.case.id, MovedRef.ref == ref
            )
        )
        return None if now is None or now == ref else self.unit_id(now)

    def _going_on(self, organisation_id: int) -> int:
        """Return the unit that goes on with one that was merged into it, else the unit itself."""
        query = select(Organisation.merged_into_id).where(Organisation.id == organisation_id)
        return self.session.scalar(query) or organisation_id

    def unit_number(self, ref: str) -> int:
        """Return the row number of a unit by its short name. Raises NotFound."""
        found = self.unit_id(ref)
        if found is None:
            raise NotFound(f"本案没有编号为“{ref}”的单位。", code="ref_not_found")
        return found

    def rows(self, sheet: str) -> dict[str, str]:
        """Return what a person may write for a row of a sheet → its short name: the name itself in any spelling."""
        refs = self.of(sheet)
        named = self._names[sheet]
        return {**named, **{ref: ref for ref in refs.values()}}

    def called(self, sheet: str) -> dict[str, str]:
        """Return short name → the name of a row as it is written, where it has one."""
        self.of(sheet)
        return self._called[sheet]

    def forget(self, sheet: str) -> None:
        """Read a kind anew: a row was added."""
        self._found.pop(sheet, None)

    def _read(self, sheet: str) -> None:
        of_case, of_accident = self.case.id, self.case.accident_id
        queries: dict[str, Any] = {
            "people": select(Person.id, Person.ref, Person.name).where(Person.accident_id == of_accident),
            "vehicles": select(Vehicle.id, Vehicle.ref, Vehicle.plate).where(Vehicle.accident_id == of_accident),
            "findings": select(Finding.id, Finding.ref, Finding.ref).where(Finding.case_id == of_case),
            "organisations": select(CaseOrganisation.organisation_id, CaseOrganisation.ref, Organisation.name)
            .join(Organisation, Organisation.id == CaseOrganisation.organisation_id)
            .where(CaseOrganisation.case_id == of_case),
        }
        found = [tuple(row) for row in self.session.execute(queries[sheet])]
        self._found[sheet] = {number: ref for number, ref, _ in found}
        self._called[sheet] = {ref: name for _, ref, name in found if name}
        several = defaultdict(set)
        for _, ref, name in found:
            several[folded(name or "")].add(ref)
        # A name that two rows bear names neither.
        self._names[sheet] = {name: min(refs) for name, refs in several.items() if name and len(refs) == 1}


def rows_of(
    session: Session, case: Case, sheet: Sheet, refs: Refs, *wanted: ColumnElement[bool], ref: str | None = None
) -> list[StoredRow]:
    """Return the rows of a sheet in their order; `ref` for one of them. A form has one row, begun or not."""
    if sheet.name == "organisations":
        return _units(session, case, refs, ref)
    records = _records(session, case, sheet, wanted, ref)
    links = _LINKS[sheet.name](session, case, refs, [row.id for row in records]) if sheet.name in _LINKS else {}
    found = [
        StoredRow(
            ONLY_ROW if not sheet.many else record.ref,
            getattr(record, "position", place),
            record,
            _values(sheet, record, refs) | links.get(record.id, {}),
        )
        for place, record in enumerate(records, 1)
    ]
    for row in found:
        row.values = _with_details(row.values, row.record.details)
    if not sheet.many and not found:
        return [StoredRow(ONLY_ROW, 1, None)]
    return found


def said_beside(session: Session, case: Case, sheets: Collection[Sheet]) -> dict[str, list[dict[str, Any]]]:
    """Return what each row says, sheet by sheet, of those sheets that have no table of their own. One statement for all."""
    found: dict[str, list[dict[str, Any]]] = {one.name: [] for one in sheets if table_of(one) is FactRow}
    rows = session.execute(
        select(FactRow.sheet, FactRow.details)
        .where(FactRow.case_id == case.id, FactRow.sheet.in_(found), FactRow.removed_at.is_(None))
        .order_by(FactRow.position, FactRow.id)
    )
    for name, details in rows:
        found[name].append(_with_details({}, details))
    for one in sheets:
        if one.name in found and not one.many and not found[one.name]:
            found[one.name].append({})  # a form has one row, begun or not
    return found


def _with_details(values: dict[str, Any], details: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row says: its details before its columns, and nothing of a field that was emptied."""
    said = values | {name: value for name, value in details.items() if value is not None}
    return {name: value for name, value in said.items() if value != BLANK}


def _records(
    session: Session, case: Case, sheet: Sheet, wanted: Iterable[ColumnElement[bool]], ref: str | None
) -> Sequence[Any]:
    table = table_of(sheet)
    query: Select[Any] = select(table).where(*wanted)
    if table is Accident:
        return session.scalars(query.where(Accident.id == case.accident_id)).all()
    if ref is not None:
        query = query.where(table.ref == (ref if sheet.many else ONLY_ROW))
    if table in (Person, Vehicle):
        query = query.where(table.accident_id == case.accident_id).order_by(table.id)
        if table is Person:
            behind = Person.role.in_(BEHIND)
            query = query.where(behind if sheet.name == "officials" else ~behind)
        return session.scalars(query).all()
    query = query.where(table.case_id == case.id)
    if table is FactRow:
        query = query.where(FactRow.sheet == sheet.name, FactRow.removed_at.is_(None))
    if table in (Finding, Measure, Evidence):
        query = query.where(table.withdrawn_at.is_(None))
    ordered = table.id if table in (TeamMember, Evidence, AccountabilityItem) else table.position
    return session.scalars(query.order_by(ordered, table.id)).all()


def _values(sheet: Sheet, record: Any, refs: Refs) -> dict[str, Any]:
    found: dict[str, Any] = {}
    asked = {one.name for one in sheet.fields}
    for name, column in COLUMNS.get(sheet.name, {}).items():
        kept = getattr(record, column.attribute)
        if column.holds is Holds.UNIT:
            kept = refs.unit(kept)
        elif column.holds is Holds.VEHICLE:
            kept = None if kept is None else refs.of("vehicles").get(kept)
        value = from_column(column, kept)
        if value is not None:
            found[name] = value
    if sheet.name == "accident" and record.longitude is not None and record.latitude is not None:
        found["coordinates"] = {"x": record.longitude, "y": record.latitude, "datum": Datum.UNKNOWN.value}
    return {name: value for name, value in found.items() if name in asked}


def _units(session: Session, case: Case, refs: Refs, ref: str | None) -> list[StoredRow]:
    """The units on the case's list, and behind them those that something in the case names."""
    listed = session.execute(
        select(CaseOrganisation, Organisation)
        .join(Organisation, Organisation.id == CaseOrganisation.organisation_id)
        .where(CaseOrganisation.case_id == case.id, *(() if ref is None else (CaseOrganisation.ref == ref,)))
        .order_by(CaseOrganisation.position, CaseOrganisation.id)
    ).all()
    found = [StoredRow(one.ref, one.position, one, _with_details(_of_unit(unit), one.details)) for one, unit in listed]
    if ref is not None and not ref.startswith(UNLISTED):
        return found
    known = {one.organisation_id for one, _ in listed}
    query = select(Organisation).where(Organisation.id.in_(_named_units(case))).order_by(Organisation.id)
    unlisted = [unit for unit in session.scalars(query) if unit.id not in known]
    return found + [
        StoredRow(f"{UNLISTED}{unit.id}", len(found) + place, None, _of_unit(unit))
        for place, unit in enumerate(unlisted, 1)
        if ref in (None, f"{UNLISTED}{unit.id}")
    ]


def _of_unit(unit: Organisation) -> dict[str, Any]:
    told = {name: from_column(column, getattr(unit, column.attribute)) for name, column in OF_THE_UNIT.items()}
    return {name: value for name, value in told.items() if value is not None}


def _named_units(case: Case) -> Any:
    findings = select(Finding.id).where(Finding.case_id == case.id, Finding.withdrawn_at.is_(None))
    named = union(
        select(Vehicle.owner_id).where(Vehicle.accident_id == case.accident_id),
        select(Person.organisation_id).where(Person.accident_id == case.accident_id),
        select(FindingOrganisation.organisation_id).where(FindingOrganisation.finding_id.in_(findings)),
        select(Assignment.organisation_id).where(Assignment.case_id == case.id),
        select(TeamMember.organisation_id).where(TeamMember.case_id == case.id),
    ).subquery()
    return select(named.c[0])


Links = dict[int, dict[str, Any]]


def _gathered(rows: Iterable[Any], name: str, into: Links) -> None:
    for owner, value in rows:
        into.setdefault(owner, {}).setdefault(name, []).append(value)


def _of_findings(session: Session, _case: Case, refs: Refs, ids: Sequence[int]) -> Links:
    found: Links = {}
    units = session.execute(
        select(FindingOrganisation.finding_id, FindingOrganisation.organisation_id)
        .where(FindingOrganisation.finding_id.in_(ids))
        .order_by(FindingOrganisation.organisation_id)
    )
    _gathered(((row[0], refs.unit(row[1])) for row in units), "organisation_refs", found)
    people = session.execute(
        select(FindingPerson.finding_id, Person.ref)
        .join(Person, Person.id == FindingPerson.person_id)
        .where(FindingPerson.finding_id.in_(ids))
        .order_by(Person.id)
    )
    _gathered(people, "person_refs", found)
    return found


def _of_measures(session: Session, _case: Case, refs: Refs, ids: Sequence[int]) -> Links:
    found: Links = {}
    _gathered(
        session.execute(
            select(MeasureFinding.measure_id, Finding.ref)
            .join(Finding, Finding.id == MeasureFinding.finding_id)
            .where(MeasureFinding.measure_id.in_(ids))
            .order_by(Finding.position)
        ),
        "finding_refs",
        found,
    )
    for hand in session.scalars(
        select(Assignment)
        .where(Assignment.measure_id.in_(ids), Assignment.released_at.is_(None))
        .order_by(Assignment.id)
    ):
        told = found.setdefault(hand.measure_id, {})
        if hand.part is Part.COOPERATING:
            told.setdefault("cooperating_refs", []).append(refs.unit(hand.organisation_id))
            known = told.get("cooperating_person")
            if hand.responsible_person and hand.responsible_person != known:
                told["cooperating_person"] = "、".join(filter(None, (known, hand.responsible_person)))
            continue
        told["organisation_ref"] = refs.unit(hand.organisation_id)
        if hand.responsible_person:
            told["responsible_person"] = hand.responsible_person
        if hand.due_on:
            told["due"] = hand.due_on.isoformat()
    return found


def _of_evidence(session: Session, case: Case, refs: Refs, ids: Sequence[int]) -> Links:
    """What a proof supports, and where its original lies: of a file, the file itself by its name. Its hash is for programs,
    and stands in the catalogue of the volume."""
    findings = refs.of("findings") if ids else {}
    found: Links = {}
    for proof in session.execute(
        select(Evidence.id, Evidence.finding_id, Evidence.reference, Evidence.file_name).where(Evidence.id.in_(ids))
    ):
        told = {"reference": proof.reference or f"电子文件“{proof.file_name or proof.id}”"}
        finding = findings.get(proof.finding_id)
        found[proof.id] = told | ({"finding_ref": finding} if finding else {})
    further = (
        select(EvidenceFinding.evidence_id, Finding.ref)
        .join(Finding, Finding.id == EvidenceFinding.finding_id)
        .where(EvidenceFinding.evidence_id.in_(ids))
        .order_by(Finding.position)
    )
    _gathered(session.execute(further), "other_finding_refs", found)
    return found


def _of_items(session: Session, _case: Case, refs: Refs, ids: Sequence[int]) -> Links:
    found: Links = {}
    _gathered(
        session.execute(
            select(AccountabilityFinding.item_id, Finding.ref)
            .join(Finding, Finding.id == AccountabilityFinding.finding_id)
            .where(AccountabilityFinding.item_id.in_(ids))
            .order_by(Finding.position)
        ),
        "finding_refs",
        found,
    )
    items = session.execute(
        select(
            AccountabilityItem.id,
            AccountabilityItem.subject_type,
            AccountabilityItem.person_id,
            AccountabilityItem.organisation_id,
        ).where(AccountabilityItem.id.in_(ids))
    )
    people = refs.of("people") if ids else {}
    for item in items:
        person = item.subject_type is SubjectType.PERSON
        subject = people.get(item.person_id) if person else refs.unit(item.organisation_id)
        found.setdefault(item.id, {}).update(subject_type=item.subject_type.value, subject_ref=subject)
    return found


_LINKS = {"evidence": _of_evidence, "findings": _of_findings, "measures": _of_measures, "accountability": _of_items}
