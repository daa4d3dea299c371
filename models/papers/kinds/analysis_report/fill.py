"""调查分析报告书: everything the case holds about the accident, its causes, the duties behind it and the repairs."""

from __future__ import annotations

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from models.accident.sheets import SHEETS, shown
from models.accident.sheets.of_the_involved import BEHIND
from models.accident.tables import Person, Vehicle
from models.case.tables import Finding, FindingOrganisation
from models.case.tables import TeamMember as TeamRow
from models.kernel.vocabulary import DocumentKind, Scope, Trigger
from models.office.tables import Organisation, User
from models.papers.content import AnalysisReport, OrganisationFacts, PersonFacts, TeamMember, VehicleFacts
from models.papers.filling.draft import Draft
from models.papers.filling.duties import duties_of_units
from models.papers.filling.figures import figures
from models.papers.filling.findings import evidence, findings, unsettled
from models.papers.filling.measures import in_words, measures
from models.papers.filling.promised import promised_before
from models.papers.filling.register import fills
from models.papers.filling.sheets_in_words import Facts, facts_of_case, in_one

from . import from_sheets

PROCEDURE = "《道路交通事故处理程序规定》（公安部令第146号）"
PRODUCTION_SAFETY = "《生产安全事故报告和调查处理条例》（国务院令第493号）"
CAUSE_PICTURE = "事故致因图"
POSTS = {"lead": "组长", "member": "成员"}


@fills(DocumentKind.ANALYSIS_REPORT)
def content(session: Session, draft: Draft) -> AnalysisReport:
    """Return what the report says; persons by the names as stored, never an identity number."""
    row = draft.row
    found = tuple(one.entry for one in findings(session, row.case_id))
    facts = facts_of_case(session, row.case_id)
    short = _short(draft)
    shown = figures(session, row.case_id, facts)
    return AnalysisReport(
        head=draft.head(),
        case_number=row.case_number,
        short=short,
        accident=draft.accident(),
        legal_basis=_legal_basis(draft),
        road=from_sheets.road(facts, row),
        vehicles=_vehicles(session, row.accident_id, facts),
        people=_people(session, row.accident_id, facts),
        organisations=_organisations(session, row.case_id, row.accident_id, facts),
        course=from_sheets.texts(facts, "course"),
        response=from_sheets.response(facts, row.occurred_at),
        nature=from_sheets.nature(facts),
        timeline=from_sheets.timeline(facts, row.occurred_at),
        earlier=from_sheets.earlier(facts),
        promised=promised_before(session, row.case_id),
        surroundings=from_sheets.surroundings(facts),
        relations=from_sheets.relations(facts),
        losses=from_sheets.losses(facts),
        conflicts=from_sheets.conflicts(facts),
        survey=from_sheets.survey(facts),
        appraisals=from_sheets.appraisals(facts),
        lessons=from_sheets.texts(facts, "lessons"),
        findings=found,
        cause_picture=CAUSE_PICTURE if found and not short else None,
        duties=from_sheets.duties(facts, duties_of_units(found)),
        measures=measures(session, row.case_id, unlimited=in_words(draft.rule("measure.complete")), told=True),
        team=_team(session, draft),
        evidence=evidence(session, row.case_id),
        figures=shown.shown,
        left_out=shown.left_out,
    )


def _short(draft: Draft) -> bool:
    """Where every accident is investigated, those without deaths or serious injuries get the 简版."""
    slight = not draft.row.deaths and not draft.row.serious_injuries
    return draft.settings.scope is Scope.EVERY and draft.row.trigger is Trigger.SCOPE and slight


def _legal_basis(draft: Draft) -> tuple[str, ...]:
    """令146 art. 29 for what must be investigated; the regulation as a whole where it may be."""
    procedure = f"{PROCEDURE}第二十九条" if draft.row.trigger is Trigger.STATUTORY else PROCEDURE
    return (procedure, PRODUCTION_SAFETY) if draft.row.production_safety else (procedure,)


def _vehicles(session: Session, accident_id: int, facts: Facts) -> tuple[VehicleFacts, ...]:
    rows = session.execute(
        select(
            Vehicle.plate,
            Vehicle.type,
            Vehicle.usage,
            Organisation.name.label("owner"),
            Vehicle.approved_load_kg,
            Vehicle.actual_load_kg,
            Vehicle.approved_persons,
            Vehicle.actual_persons,
            Vehicle.speed_kmh,
            Vehicle.speed_limit_kmh,
            Vehicle.defects,
            Vehicle.details,
        )
        .outerjoin(Organisation, Organisation.id == Vehicle.owner_id)
        .where(Vehicle.accident_id == accident_id)
        .order_by(Vehicle.id)
    )
    return tuple(
        VehicleFacts(
            **{name: value for name, value in row._mapping.items() if name not in ("details", "defects")},
            defects=tuple(row.defects),
            told=in_one(facts, "vehicles", row.details),
        )
        for row in rows
    )


def _people(session: Session, accident_id: int, facts: Facts) -> tuple[PersonFacts, ...]:
    """Who was in the accident: whoever only stands behind it is told of with the duties, never among the casualties."""
    rows = session.execute(
        select(
            Person.name,
            Person.role,
            Vehicle.plate.label("vehicle"),
            Organisation.name.label("organisation"),
            Person.position,
            Person.outcome,
            Person.details,
        )
        .outerjoin(Vehicle, Vehicle.id == Person.vehicle_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.accident_id == accident_id, Person.role.not_in(BEHIND))
        .order_by(Person.id)
    )
    return tuple(
        PersonFacts(
            **{name: value for name, value in row._mapping.items() if name != "details"},
            role_word=unsettled("people", row.details) or row.details.get("role"),
            told=in_one(facts, "people", row.details, without=("role",)),
        )
        for row in rows
    )


def _organisations(session: Session, case_id: int, accident_id: int, facts: Facts) -> tuple[OrganisationFacts, ...]:
    """The units that findings, vehicles and people of the accident name."""
    named = union(
        select(FindingOrganisation.organisation_id)
        .join(Finding, Finding.id == FindingOrganisation.finding_id)
        .where(Finding.case_id == case_id, Finding.withdrawn_at.is_(None)),
        select(Vehicle.owner_id).where(Vehicle.accident_id == accident_id, Vehicle.owner_id.is_not(None)),
        select(Person.organisation_id).where(Person.accident_id == accident_id, Person.organisation_id.is_not(None)),
    ).subquery()
    rows = session.execute(
        select(Organisation.id, Organisation.name, Organisation.kind)
        .where(Organisation.id.in_(select(named.c.organisation_id)))
        .order_by(Organisation.id)
    )
    return tuple(
        OrganisationFacts(name=row.name, kind=row.kind, description=from_sheets.unit(facts, row.id)) for row in rows
    )


def _team(session: Session, draft: Draft) -> tuple[TeamMember, ...]:
    """The investigation team; where the source names none, the officer who carries the case."""
    rows = session.execute(
        select(TeamRow.name, TeamRow.role, Organisation.name.label("organisation"), TeamRow.details)
        .outerjoin(Organisation, Organisation.id == TeamRow.organisation_id)
        .where(TeamRow.case_id == draft.row.case_id)
        .order_by(TeamRow.id)
    ).all()
    if rows:
        return tuple(
            TeamMember(
                name=row.name,
                role=POSTS.get(row.role) or shown(SHEETS["team"].field("role"), row.role),
                organisation=row.organisation,
                position=unsettled("team", row.details) or from_sheets.post(row.details),
            )
            for row in rows
        )
    officer = session.execute(
        select(User.name, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.id == draft.row.officer_id)
    ).one()
    return (TeamMember(name=officer.name, role="主办民警", organisation=officer.organisation),)
