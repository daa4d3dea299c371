"""What a dossier tells of a case, written as rows: a statement a table, in the order of the dossier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from sqlalchemy import insert, select

from models.accident.dossier import Dossier
from models.accident.dossier.shape import AccountabilityItem as ItemGiven
from models.accident.dossier.shape import Measure as MeasureGiven
from models.accident.sheets import ONLY_ROW, SHEETS
from models.accident.tables import LaterDeath, Person, Vehicle
from models.accountability.tables import AccountabilityFinding, AccountabilityItem
from models.case.fact_columns import beside, table_of
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
from models.kernel.act import Act
from models.kernel.base import Base, Json
from models.kernel.case_accident import accident_id_of
from models.kernel.vocabulary import (
    AssignmentState,
    MilestoneKind,
    Part,
    SubjectType,
)
from models.office.commands.organisations import place_organisations
from models.rectification.tables import Assignment, Measure, MeasureFinding, Milestone

# Without it rows that lack a value and rows that have it would go in statements of their own.
AT_ONCE = {"render_nulls": True}
Values = dict[str, object]
"""What one row of a table is inserted with, by column."""
Numbered = TypeVar("Numbered", Vehicle, Person, Finding, Measure, AccountabilityItem, Evidence)


def form_of(dossier: Dossier, sheet: str) -> Json:
    """Return what a form of the dossier says; nothing for one that it has not."""
    return next(iter(dossier.facts.get(sheet, ())), {})


class DossierRows:
    """Writes the rows of a case that was just made; each row finds the numbers of those it points to by their refs."""

    def __init__(self, act: Act, case: Case, dossier: Dossier) -> None:
        self.act, self.session, self.case, self.dossier = act, act.session, case, dossier
        self.more: dict[str, Json] = {}  # by short name what no column of its row holds
        self.units: dict[str | None, int] = {}
        self.vehicles: dict[str, int] = {}
        self.people: dict[str, int] = {}
        self.findings: dict[str, int] = {}
        self.measures: dict[str, int] = {}
        self.items: dict[str, int] = {}

    def write(self) -> None:
        """Write everything: first what others point to."""
        self.units = place_organisations(self.act, self.dossier.organisations)
        self._insert(CaseOrganisation, self._list_of_units())
        self.more = self._beside("vehicles", "people", "officials", "findings", "measures", "accountability")
        of_accident, of_case = {"accident_id": accident_id_of(self.case)}, {"case_id": self.case.id}
        self.vehicles = self._numbered(Vehicle, of_accident, self._vehicles())
        self.people = self._numbered(Person, of_accident, self._people())
        self.findings = self._numbered(Finding, of_case, self._findings())
        self.measures = self._numbered(Measure, of_case, self._measures())
        self.items = self._numbered(AccountabilityItem, of_case, self._items())
        self._insert(LaterDeath, self._later_deaths())
        self._insert(TeamMember, self._team())
        self._insert(FactRow, self._without_table())
        self._link()
        self._prove()
        self._insert(Assignment, self._assignments())
        self._insert(Milestone, self._milestones())

    def _insert(self, table: type[Base], rows: Iterable[Values]) -> None:
        """Insert rows that nobody here asks the numbers of: one statement, however many they are."""
        values = list(rows)
        if values:
            self.session.execute(insert(table), values, execution_options=AT_ONCE)

    def _numbered(self, table: type[Numbered], owner: dict[str, int], rows: Iterable[Values]) -> dict[str, int]:
        """Insert the rows of an owner and return their numbers by ref: two statements, however many they are.

        SQLite could not tell which number each row of one INSERT got, so they are read back by their refs.
        """
        values: list[Values] = [{**owner, **row} for row in rows]
        if not values:
            return {}
        self.session.execute(insert(table), values, execution_options=AT_ONCE)
        return {row.ref: row.id for row in self.session.execute(select(table.ref, table.id).filter_by(**owner))}

    def _said(self, sheet: str) -> dict[str, Json]:
        """Return what the rows of a list say, by short name."""
        return {row["ref"]: row for row in self.dossier.facts.get(sheet, ())}

    def _beside(self, *sheets: str) -> dict[str, Json]:
        """Return by short name what no column holds of the rows of some lists."""
        return {ref: beside(SHEETS[name], row) for name in sheets for ref, row in self._said(name).items()}

    def _list_of_units(self) -> Iterable[Values]:
        """The units by the short names of the dossier; what is there twice stands once."""
        more = self._beside("organisations")
        listed: dict[int, Values] = {}
        for position, unit in enumerate(self.dossier.organisations, 1):
            number = self.units[unit.ref]
            row = {"organisation_id": number, "ref": unit.ref, "position": position, "details": more.get(unit.ref, {})}
            listed.setdefault(number, {"case_id": self.case.id, **row})
        return listed.values()

    def _vehicles(self) -> Iterator[Values]:
        for one in self.dossier.vehicles:
            yield {
                "owner_id": self.units.get(one.owner_ref),
                "defects": list(one.defects),
                "details": self.more.get(one.ref, {}),
                **one.model_dump(exclude={"owner_ref", "defects"}),
            }

    def _people(self) -> Iterator[Values]:
        for one in self.dossier.people:
            yield {
                "vehicle_id": self.vehicles[one.vehicle_ref] if one.vehicle_ref else None,
                "organisation_id": self.units.get(one.organisation_ref),
                "details": self.more.get(one.ref, {}),
                "id_mark": one.id_number,
                **one.model_dump(exclude={"vehicle_ref", "organisation_ref"}),
            }

    def _findings(self) -> Iterator[Values]:
        for position, one in enumerate(self.dossier.findings, 1):
            yield {
                "position": position,
                "cause_tags": list(one.cause_tags),
                "legal_basis": list(one.legal_basis),
                "details": self.more.get(one.ref, {}),
                **one.model_dump(include={"ref", "level", "aspect", "text", "duty_failure"}),
            }

    def _measures(self) -> Iterator[Values]:
        said = self._said("measures")
        for position, one in enumerate(self.dossier.measures, 1):
            yield {
                "ref": one.ref,
                "position": position,
                "text": one.text,
                "proof": said.get(one.ref, {}).get("proof"),
                "details": {**self.more.get(one.ref, {}), **_nobodys(one)},
            }

    def _items(self) -> Iterator[Values]:
        told = self._said("accountability")
        for one in self.dossier.accountability:
            duty = _duty(told.get(one.ref, {}))
            yield {**_item(one, self.units, self.people), **duty, "details": self.more.get(one.ref, {})}

    def _later_deaths(self) -> Iterator[Values]:
        for one in self.dossier.accident.later_deaths:
            yield {
                "accident_id": accident_id_of(self.case),
                "died_on": one.date,
                "counted": one.counted,
                "note": one.note,
                "recorded_at": self.act.at,
            }

    def _team(self) -> Iterator[Values]:
        for member in self.dossier.facts.get("team", ()):
            yield {
                "case_id": self.case.id,
                "ref": member["ref"],
                "name": member.get("name"),
                "role": member["role"],
                "organisation_id": self.units.get(member.get("organisation_ref")),
                "details": beside(SHEETS["team"], member),
            }

    def _evidence(self) -> Iterator[Values]:
        """What findings rest on, by where the original lies: a dossier brings no files."""
        for proof in self.dossier.facts.get("evidence", ()):
            yield {
                "ref": proof["ref"],
                "title": proof["title"],
                "finding_id": self.findings.get(proof.get("finding_ref", "")),
                "reference": proof["reference"],
                "added_by": self.act.person,
                "added_at": self.act.at,
                "details": beside(SHEETS["evidence"], proof),
            }

    def _prove(self) -> None:
        """Write the evidence with every finding that it supports."""
        numbers = self._numbered(Evidence, {"case_id": self.case.id}, self._evidence())
        further = ((ref, row.get("other_finding_refs", ())) for ref, row in self._said("evidence").items())
        self._insert(
            EvidenceFinding,
            ({"evidence_id": numbers[ref], "finding_id": self.findings[f]} for ref, found in further for f in found),
        )

    def _without_table(self) -> Iterator[Values]:
        """The rows of sheets that have no table of their own."""
        for name, rows in self.dossier.facts.items():
            if table_of(SHEETS[name]) is not FactRow:
                continue
            for position, row in enumerate(rows, 1):
                yield {
                    "case_id": self.case.id,
                    "sheet": name,
                    "ref": row["ref"] if SHEETS[name].many else ONLY_ROW,
                    "position": position,
                    "details": {key: value for key, value in row.items() if key != "ref"},
                }

    def _link(self) -> None:
        """Write who and what each finding, measure and accountability item is about; what is named twice counts once."""
        findings, given = self.findings, self.dossier
        units_named = ((f.ref, dict.fromkeys(self.units[ref] for ref in f.organisation_refs)) for f in given.findings)
        self._insert(
            FindingOrganisation,
            ({"finding_id": findings[ref], "organisation_id": unit} for ref, units in units_named for unit in units),
        )
        people_named = ((f.ref, dict.fromkeys(f.person_refs)) for f in given.findings)
        self._insert(
            FindingPerson,
            (
                {"finding_id": findings[ref], "person_id": self.people[p]}
                for ref, people in people_named
                for p in people
            ),
        )
        answered = ((m.ref, dict.fromkeys(m.finding_refs)) for m in given.measures)
        self._insert(
            MeasureFinding,
            ({"measure_id": self.measures[ref], "finding_id": findings[f]} for ref, found in answered for f in found),
        )
        rested_on = ((a.ref, dict.fromkeys(a.finding_refs)) for a in given.accountability)
        self._insert(
            AccountabilityFinding,
            ({"item_id": self.items[ref], "finding_id": findings[f]} for ref, found in rested_on for f in found),
        )

    def _assignments(self) -> Iterator[Values]:
        """Say in whose hands each measure is; who leads it does not cooperate in it too."""
        said = self._said("measures")
        for one in self.dossier.measures:
            persons = {
                Part.LEAD: one.responsible_person,
                Part.COOPERATING: said.get(one.ref, {}).get("cooperating_person"),
            }
            parts = {self.units[ref]: Part.COOPERATING for ref in one.cooperating_refs}
            if one.organisation_ref is not None:
                lead = self.units[one.organisation_ref]
                parts = {lead: Part.LEAD} | {unit: part for unit, part in parts.items() if unit != lead}
            for unit, part in parts.items():
                yield {
                    "case_id": self.case.id,
                    "measure_id": self.measures[one.ref],
                    "organisation_id": unit,
                    "part": part,
                    "responsible_person": persons[part],
                    "due_on": one.due,
                    "state": AssignmentState.UNISSUED,
                }

    def _milestones(self) -> Iterator[Values]:
        for one in self.dossier.measures:
            for number, stage in enumerate(one.milestones, 1):
                yield {
                    "case_id": self.case.id,
                    "measure_id": self.measures[one.ref],
                    "ref": f"S{number}",
                    "kind": MilestoneKind.STAGE,
                    "text": stage.text,
                    "due_on": stage.due,
                }


def _nobodys(measure: MeasureGiven) -> Json:
    """What a measure says of a date and a person while no unit leads it: there is no hand yet to write it to."""
    if measure.organisation_ref is not None:
        return {}
    said = {
        "responsible_person": measure.responsible_person,
        "due": measure.due.isoformat() if measure.due else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _duty(row: Json) -> Json:
    return {"duty": row.get("duty"), "facts": row.get("facts"), "basis": row.get("legal_basis")}


def _item(item: ItemGiven, units: dict[str | None, int], people: dict[str, int]) -> Values:
    person = item.subject_type is SubjectType.PERSON
    return {
        "ref": item.ref,
        "subject_type": item.subject_type,
        "person_id": people[item.subject_ref] if person else None,
        "organisation_id": None if person else units[item.subject_ref],
        "category": item.category.label,
        "text": item.proposal,
        "informational": item.category.informational,
        "competent_organ_id": units.get(item.competent_organ_ref),
    }
