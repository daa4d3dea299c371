"""A dossier saved as a first draft would do it: look each unit up, add each row, flush each row for its number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import tables as t
from models.accident.dossier import Dossier
from models.accident.sheets import ONLY_ROW, SHEETS
from models.case.fact_columns import table_of
from models.kernel.storage.database import Database
from models.kernel.vocabulary import AssignmentState, Grade, Part, Stage, Trigger
from tests.benchmarks.workplace import AT


def save_row_by_row(database: Database, batch: Sequence[Dossier]) -> None:
    """Save dossiers, one transaction each."""
    for dossier in batch:
        with database.writing() as session:
            _Saving(session, dossier).run()


class _Saving:
    def __init__(self, session: Session, dossier: Dossier) -> None:
        self.session, self.dossier = session, dossier

    def put(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row

    def run(self) -> None:
        dossier, facts = self.dossier, self.dossier.accident
        own = self.session.scalars(select(t.Organisation).where(t.Organisation.issues_as == "unit")).one()
        officer = self.session.scalars(select(t.User).where(t.User.account == "console")).one()
        accident = self.put(
            t.Accident(
                title=dossier.source.title,
                source_title=dossier.source.title,
                economic_loss=facts.direct_loss_yuan,
                property_loss=facts.property_loss_yuan,
                **facts.model_dump(
                    include={
                        "accident_number",
                        "occurred_at",
                        "division_code",
                        "place",
                        "road_name",
                        "road_number",
                        "stake",
                        "road_class",
                        "weather",
                        "light",
                        "pattern",
                        "deaths",
                        "serious_injuries",
                        "minor_injuries",
                        "summary",
                    }
                ),
            )
        )
        case = self.put(
            t.Case(
                case_number=f"R-{facts.accident_number}",
                accident_id=accident.id,
                title=dossier.source.title,
                unit_id=own.id,
                officer_id=officer.id,
                stage=Stage.FILED,
                grade=Grade.LARGE,
                grade_provisional=False,
                trigger=Trigger.STATUTORY,
                filed_at=AT,
                clock_from=facts.occurred_at,
                last_seq=0,
                last_hash="0" * 64,
            )
        )
        units: dict[str | None, int] = {unit.ref: self._unit(unit) for unit in dossier.organisations}
        self._people(accident.id, units)
        self._findings_and_measures(case.id, units)
        self._facts(case.id, units, officer.id)

    def _unit(self, unit: Any) -> int:
        found = self.session.scalars(
            select(t.Organisation).where(
                t.Organisation.name == unit.name, t.Organisation.division_code == unit.division_code
            )
        ).first()
        if found is None:
            found = self.put(
                t.Organisation(name=unit.name, kind=unit.kind, division_code=unit.division_code, path=f"/{unit.ref}/")
            )
        return int(found.id)

    def _people(self, accident: int, units: dict[str | None, int]) -> None:
        vehicles = {
            v.ref: self.put(
                t.Vehicle(
                    accident_id=accident,
                    owner_id=units.get(v.owner_ref),
                    defects=list(v.defects),
                    **v.model_dump(exclude={"owner_ref", "defects"}),
                )
            ).id
            for v in self.dossier.vehicles
        }
        for p in self.dossier.people:
            self.put(
                t.Person(
                    accident_id=accident,
                    vehicle_id=vehicles.get(p.vehicle_ref),
                    organisation_id=units.get(p.organisation_ref),
                    **p.model_dump(exclude={"vehicle_ref", "organisation_ref"}),
                )
            )

    def _facts(self, case: int, units: dict[str | None, int], officer: int) -> None:
        """Save the lists of the investigation, as far as they have no table among those above."""
        for position, (ref, unit) in enumerate(units.items(), 1):
            self.put(t.CaseOrganisation(case_id=case, organisation_id=unit, ref=ref, position=position, details={}))
        for name, rows in self.dossier.facts.items():
            if name == "evidence":
                for row in rows:
                    said = {key: row[key] for key in ("ref", "title", "reference")}
                    self.put(t.Evidence(case_id=case, added_by=officer, added_at=AT, details={}, **said))
            elif table_of(SHEETS[name]) is t.FactRow:
                for position, row in enumerate(rows, 1):
                    ref = row.get("ref", ONLY_ROW)
                    self.put(t.FactRow(case_id=case, sheet=name, ref=ref, position=position, details=dict(row)))

    def _findings_and_measures(self, case: int, units: dict[str | None, int]) -> None:
        findings: dict[str, int] = {}
        for position, f in enumerate(self.dossier.findings, 1):
            findings[f.ref] = self.put(
                t.Finding(
                    case_id=case,
                    position=position,
                    cause_tags=list(f.cause_tags),
                    legal_basis=list(f.legal_basis),
                    **f.model_dump(include={"ref", "level", "aspect", "text", "duty_failure"}),
                )
            ).id
            for ref in dict.fromkeys(f.organisation_refs):
                self.put(t.FindingOrganisation(finding_id=findings[f.ref], organisation_id=units[ref]))
        for position, m in enumerate(self.dossier.measures, 1):
            measure = self.put(t.Measure(case_id=case, ref=m.ref, position=position, text=m.text)).id
            for ref in dict.fromkeys(m.finding_refs):
                self.put(t.MeasureFinding(measure_id=measure, finding_id=findings[ref]))
            if m.organisation_ref is not None:
                self.put(
                    t.Assignment(
                        case_id=case,
                        measure_id=measure,
                        organisation_id=units[m.organisation_ref],
                        part=Part.LEAD,
                        due_on=m.due,
                        state=AssignmentState.UNISSUED,
                    )
                )
