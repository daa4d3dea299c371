"""立案: files a dossier as a case, or refuses it as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, aliased

from models.accident.dossier import Dossier, completed
from models.accident.dossier.shape import AccountabilityItem as ItemGiven
from models.accident.dossier.shape import Measure as MeasureGiven
from models.accident.rules.grading import grade, trigger
from models.accident.sheets import ONLY_ROW, SHEETS
from models.accident.tables import Accident, LaterDeath, Person, Vehicle
from models.accountability.tables import AccountabilityFinding, AccountabilityItem
from models.case.announcements import CaseFiled
from models.case.fact_columns import beside, table_of
from models.case.tables import (
    Case,
    CaseOrganisation,
    Evidence,
    FactRow,
    Finding,
    FindingOrganisation,
    FindingPerson,
    TeamMember,
)
from models.clock.commands import deadlines
from models.kernel.act import Act
from models.kernel.base import Base, Json
from models.kernel.errors import Conflict
from models.kernel.events import record
from models.kernel.outbox import enqueue
from models.kernel.reactions import announce
from models.kernel.record import event_chain as chain
from models.kernel.rights import policy
from models.kernel.vocabulary import (
    AssignmentState,
    DocumentForm,
    DocumentKind,
    DocumentStatus,
    Grade,
    MilestoneKind,
    Part,
    Stage,
    SubjectType,
    Trigger,
)
from models.office.commands.organisations import own_unit, place_organisations
from models.papers.commands.drafting import accident_name
from models.papers.commands.numbers import draw
from models.papers.tables import Document
from models.rectification.tables import Assignment, Measure, MeasureFinding, Milestone

from .regrading import casualties_of


@dataclass(frozen=True, slots=True)
class Filed:
    """What filing computed."""

    case_number: str
    grade: Grade
    grade_provisional: bool
    trigger: Trigger


def file_case(act: Act, dossier: Dossier, *, reason: str | None = None, received_at: datetime | None = None) -> Filed:
    """File a case from a dossier: accident, people, vehicles, units, findings, measures, accountability items.

    Grade and trigger are computed, never taken over. `received_at` is when a transferred case arrived: its limit
    counts from there. Raises Conflict for an accident that has a case, Invalid where the accident is out of scope
    and no reason is given.
    """
    unit = own_unit(act.session)
    policy.require(act.actor, "case.file", unit_path=unit.path)
    dossier = completed(dossier)
    facts = dossier.accident
    _refuse_duplicate(act, dossier)
    accident = _accident(dossier)
    casualties = casualties_of(accident)
    graded = grade(casualties)
    other_injuries = (facts.minor_injuries or 0) + (facts.injured_unspecified or 0)
    why = trigger(casualties, act.settings.scope, other_injuries=other_injuries, reason=reason or "")
    act.session.add(accident)
    act.session.flush()
    prefix, year, number = draw(act, unit.id, "case", used_for=f"accident {accident.id}")
    case = Case(
        case_number=f"{prefix}-{year}-{number:04d}",
        accident_id=accident.id,
        title=dossier.source.title,
        unit_id=unit.id,
        officer_id=act.person,
        stage=Stage.FILED,
        grade=graded.grade,
        grade_provisional=graded.provisional,
        trigger=why,
        trigger_reason=reason.strip() if reason and why is Trigger.DISCRETIONARY else None,
        filed_at=act.at,
        clock_from=received_at or facts.occurred_at,
        last_seq=0,
        last_hash=chain.GENESIS,
    )
    act.session.add(case)
    act.session.flush()
    _contents(act, case, accident, dossier)
    report = Document(
        case_id=case.id,
        ref="D1",
        kind=DocumentKind.ANALYSIS_REPORT,
        form=DocumentForm.REPORT,
        issuer_id=unit.id,
        occasion=1,
        title=f"关于{accident_name(act, case)}的调查分析报告",
        status=DocumentStatus.DRAFT,
        round=1,
        restricted=False,
        drafted_at=act.at,
    )
    act.session.add(report)
    act.session.flush()
    deadlines.start(
        act,
        case,
        "investigation.report",
        deadlines.Subject("D1", unit.id, document_id=report.id),
        case.clock_from,
        event="收到移送的案件" if received_at else "事故发生",
    )
    record(
        act,
        case,
        "case_filed",
        why=case.trigger_reason,
        grade=graded.grade.value,
        grade_provisional=graded.provisional,
        trigger=why.value,
        accident_number=facts.accident_number,
        deaths=facts.deaths,
        findings=len(dossier.findings),
        measures=len(dossier.measures),
        accountability=len(dossier.accountability),
    )
    announce(act, CaseFiled(case))
    enqueue(act, case, "carry", f"{case.case_number}/filed")
    return Filed(case.case_number, graded.grade, graded.provisional, why)


def _refuse_duplicate(act: Act, dossier: Dossier) -> None:
    facts = dossier.accident
    same = (Accident.occurred_at == facts.occurred_at) & (Accident.division_code == facts.division_code)
    # An accident that was merged into another is on file under the case that goes on.
    goes_on = aliased(Case)
    number = func.coalesce(goes_on.case_number, Case.case_number)
    query = (
        select(number)
        .select_from(Case)
        .join(Accident, Accident.id == Case.accident_id)
        .outerjoin(goes_on, goes_on.id == Case.merged_into_id)
    )
    if facts.accident_number is not None:
        same_number = act.session.scalar(query.where(Accident.accident_number == facts.accident_number))
        if same_number is not None:
            raise Conflict(
                f"事故编号{facts.accident_number}已立案，案件编号{same_number}，不再重复立案。",
                code="duplicate_accident",
            )
    first = act.session.scalar(query.where(same, Accident.place == facts.place))
    if first is not None:
        raise Conflict(f"同一时间、地点的事故已立案，案件编号{first}，不再重复立案。", code="duplicate_accident")


def _accident(dossier: Dossier) -> Accident:
    facts = dossier.accident
    told = {**_only(dossier, "source"), **_only(dossier, "accident")}
    return Accident(
        details={**beside(SHEETS["source"], told), **beside(SHEETS["accident"], told)},
        versions={},
        production_safety=told.get("production_safety"),
        investigated_by=told.get("investigated_by"),
        accident_number=facts.accident_number,
        title=dossier.source.title,
        occurred_at=facts.occurred_at,
        division_code=facts.division_code,
        place=facts.place,
        road_name=facts.road_name,
        road_number=facts.road_number,
        stake=facts.stake,
        road_class=facts.road_class,
        longitude=facts.longitude,
        latitude=facts.latitude,
        weather=facts.weather,
        light=facts.light,
        pattern=facts.pattern,
        deaths=facts.deaths,
        serious_injuries=facts.serious_injuries,
        minor_injuries=facts.minor_injuries,
        injured_unspecified=facts.injured_unspecified,
        economic_loss=facts.direct_loss_yuan,
        property_loss=facts.property_loss_yuan,
        summary=facts.summary,
        source_title=dossier.source.title,
    )


def _only(dossier: Dossier, sheet: str) -> Json:
    """Return what a form of the dossier says."""
    return next(iter(dossier.facts.get(sheet, ())), {})


def _beside(dossier: Dossier, *sheets: str) -> dict[str, Json]:
    """Return by short name what no column holds of the rows of some lists."""
    return {row["ref"]: beside(SHEETS[name], row) for name in sheets for row in dossier.facts.get(name, ())}


def _contents(act: Act, case: Case, accident: Accident, dossier: Dossier) -> None:
    """Write what the dossier tells about the accident, a statement a table; the order of rows is the dossier's."""
    session = act.session
    units = place_organisations(act, dossier.organisations)
    _list_units(session, case, dossier, units)
    more = _beside(dossier, "vehicles", "people", "officials", "findings", "measures", "accountability")
    vehicles = _numbered(
        session,
        Vehicle,
        {"accident_id": accident.id},
        (
            {
                "owner_id": units.get(v.owner_ref),
                "defects": list(v.defects),
                "details": more.get(v.ref, {}),
                **v.model_dump(exclude={"owner_ref", "defects"}),
            }
            for v in dossier.vehicles
        ),
    )
    people = _numbered(
        session,
        Person,
        {"accident_id": accident.id},
        (
            {
                "vehicle_id": vehicles[p.vehicle_ref] if p.vehicle_ref else None,
                "organisation_id": units.get(p.organisation_ref),
                "details": more.get(p.ref, {}),
                **p.model_dump(exclude={"vehicle_ref", "organisation_ref"}),
            }
            for p in dossier.people
        ),
    )
    findings = _numbered(
        session,
        Finding,
        {"case_id": case.id},
        (
            {
                "position": position,
                "cause_tags": list(f.cause_tags),
                "legal_basis": list(f.legal_basis),
                "details": more.get(f.ref, {}),
                **f.model_dump(include={"ref", "level", "aspect", "text", "duty_failure"}),
            }
            for position, f in enumerate(dossier.findings, 1)
        ),
    )
    said = {row["ref"]: row for row in dossier.facts.get("measures", ())}
    measures = _numbered(
        session,
        Measure,
        {"case_id": case.id},
        (
            {
                "ref": m.ref,
                "position": position,
                "text": m.text,
                "proof": said.get(m.ref, {}).get("proof"),
                "details": {**more.get(m.ref, {}), **_nobodys(m)},
            }
            for position, m in enumerate(dossier.measures, 1)
        ),
    )
    told = {row["ref"]: row for row in dossier.facts.get("accountability", ())}
    items = _numbered(
        session,
        AccountabilityItem,
        {"case_id": case.id},
        (
            {**_item(a, units, people), **_duty(told.get(a.ref, {})), "details": more.get(a.ref, {})}
            for a in dossier.accountability
        ),
    )
    _insert(
        session,
        LaterDeath,
        (
            {"accident_id": accident.id, "died_on": d.date, "counted": d.counted, "note": d.note, "recorded_at": act.at}
            for d in dossier.accident.later_deaths
        ),
    )
    _insert(session, TeamMember, _team(case, dossier, units))
    _insert(session, FactRow, _rows(case, dossier))
    _links(session, dossier, units, people, findings, measures, items)
    _insert(session, Evidence, _evidence(act, case, dossier, findings))
    _insert(session, Assignment, _assignments(case, dossier, units, measures))
    _insert(
        session,
        Milestone,
        (
            {
                "case_id": case.id,
                "measure_id": measures[m.ref],
                "ref": f"S{number}",
                "kind": MilestoneKind.STAGE,
                "text": stage.text,
                "due_on": stage.due,
            }
            for m in dossier.measures
            for number, stage in enumerate(m.milestones, 1)
        ),
    )


def _list_units(session: Session, case: Case, dossier: Dossier, units: dict[str | None, int]) -> None:
    """Put the units on the case's list by the short names of the dossier; what is there twice stands once."""
    more = _beside(dossier, "organisations")
    listed: dict[int, Values] = {}
    for position, unit in enumerate(dossier.organisations, 1):
        listed.setdefault(
            units[unit.ref],
            {
                "case_id": case.id,
                "organisation_id": units[unit.ref],
                "ref": unit.ref,
                "position": position,
                "details": more.get(unit.ref, {}),
            },
        )
    _insert(session, CaseOrganisation, listed.values())


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


def _team(case: Case, dossier: Dossier, units: dict[str | None, int]) -> Iterator[Values]:
    for member in dossier.facts.get("team", ()):
        yield {
            "case_id": case.id,
            "ref": member["ref"],
            "name": member.get("name"),
            "role": member["role"],
            "organisation_id": units.get(member.get("organisation_ref")),
            "details": beside(SHEETS["team"], member),
        }


def _evidence(act: Act, case: Case, dossier: Dossier, findings: dict[str, int]) -> Iterator[Values]:
    """What findings rest on, by where the original lies: a dossier brings no files."""
    for proof in dossier.facts.get("evidence", ()):
        yield {
            "case_id": case.id,
            "ref": proof["ref"],
            "title": proof["title"],
            "finding_id": findings.get(proof.get("finding_ref", "")),
            "reference": proof["reference"],
            "added_by": act.person,
            "added_at": act.at,
            "details": beside(SHEETS["evidence"], proof),
        }


def _rows(case: Case, dossier: Dossier) -> Iterator[Values]:
    """The rows of sheets that have no table of their own."""
    for name, rows in dossier.facts.items():
        if table_of(SHEETS[name]) is not FactRow:
            continue
        for position, row in enumerate(rows, 1):
            yield {
                "case_id": case.id,
                "sheet": name,
                "ref": row["ref"] if SHEETS[name].many else ONLY_ROW,
                "position": position,
                "details": {key: value for key, value in row.items() if key != "ref"},
            }


# Without it rows that lack a value and rows that have it would go in statements of their own.
AT_ONCE = {"render_nulls": True}
Values = dict[str, object]
"""What one row of a table is inserted with, by column."""
Numbered = TypeVar("Numbered", Vehicle, Person, Finding, Measure, AccountabilityItem)


def _insert(session: Session, table: type[Base], rows: Iterable[Values]) -> None:
    """Insert rows that nobody here asks the numbers of: one statement, however many they are."""
    values = list(rows)
    if values:
        session.execute(insert(table), values, execution_options=AT_ONCE)


def _numbered(session: Session, table: type[Numbered], owner: dict[str, int], rows: Iterable[Values]) -> dict[str, int]:
    """Insert the rows of an owner and return their numbers by ref: two statements, however many they are.

    SQLite could not tell which number each row of one INSERT got, so they are read back by their refs.
    """
    values: list[Values] = [{**owner, **row} for row in rows]
    if not values:
        return {}
    session.execute(insert(table), values, execution_options=AT_ONCE)
    return {row.ref: row.id for row in session.execute(select(table.ref, table.id).filter_by(**owner))}


def _links(
    session: Session,
    dossier: Dossier,
    units: dict[str | None, int],
    people: dict[str, int],
    findings: dict[str, int],
    measures: dict[str, int],
    items: dict[str, int],
) -> None:
    """Write who and what each finding, measure and accountability item is about; what is named twice counts once."""
    _insert(
        session,
        FindingOrganisation,
        (
            {"finding_id": findings[f.ref], "organisation_id": unit}
            for f in dossier.findings
            for unit in dict.fromkeys(units[ref] for ref in f.organisation_refs)
        ),
    )
    _insert(
        session,
        FindingPerson,
        (
            {"finding_id": findings[f.ref], "person_id": people[ref]}
            for f in dossier.findings
            for ref in dict.fromkeys(f.person_refs)
        ),
    )
    _insert(
        session,
        MeasureFinding,
        (
            {"measure_id": measures[m.ref], "finding_id": findings[ref]}
            for m in dossier.measures
            for ref in dict.fromkeys(m.finding_refs)
        ),
    )
    _insert(
        session,
        AccountabilityFinding,
        (
            {"item_id": items[a.ref], "finding_id": findings[ref]}
            for a in dossier.accountability
            for ref in dict.fromkeys(a.finding_refs)
        ),
    )


def _assignments(
    case: Case, dossier: Dossier, units: dict[str | None, int], measures: dict[str, int]
) -> Iterator[Values]:
    """Say in whose hands each measure is; who leads it does not cooperate in it too."""
    said = {row["ref"]: row for row in dossier.facts.get("measures", ())}
    for m in dossier.measures:
        persons = {
            Part.LEAD: m.responsible_person,
            Part.COOPERATING: said.get(m.ref, {}).get("cooperating_person"),
        }
        parts = {units[ref]: Part.COOPERATING for ref in m.cooperating_refs}
        if m.organisation_ref is not None:
            lead = units[m.organisation_ref]
            parts = {lead: Part.LEAD} | {unit: part for unit, part in parts.items() if unit != lead}
        for unit, part in parts.items():
            yield {
                "case_id": case.id,
                "measure_id": measures[m.ref],
                "organisation_id": unit,
                "part": part,
                "responsible_person": persons[part],
                "due_on": m.due,
                "state": AssignmentState.UNISSUED,
            }


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
