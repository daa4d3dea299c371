"""调查分析报告书: everything the case holds about the accident, its causes, the duties behind it and the repairs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from models.accident.sheets import SHEETS, shown
from models.accident.sheets.of_the_involved import BEHIND
from models.accident.tables import Person, Vehicle
from models.accountability.tables import AccountabilityItem
from models.case.tables import Finding, FindingOrganisation, LiabilityDecision, LiabilityReview
from models.case.tables import TeamMember as TeamRow
from models.kernel.vocabulary import DocumentKind, Scope, Trigger
from models.office.tables import Organisation, User
from models.papers.content import (
    AnalysisReport,
    FindingEntry,
    MeasureEntry,
    OrganisationFacts,
    PersonFacts,
    TeamMember,
    VehicleFacts,
)
from models.papers.content.wording import day
from models.papers.filling.draft import Draft
from models.papers.filling.duties import duties_of_units
from models.papers.filling.figures import figures
from models.papers.filling.findings import evidence, findings, unsettled
from models.papers.filling.measures import in_words, measures, norms_alone
from models.papers.filling.promised import promised_before
from models.papers.filling.prose import lapsed, one_text, sentences, vehicle_rows
from models.papers.filling.register import fills
from models.papers.filling.sheets_in_words import Facts, column, facts_of_case
from models.rectification.tables import Measure

from . import from_sheets

PROCEDURE = "《道路交通事故处理程序规定》（公安部令第146号）"
CAUSE_PICTURE = "事故致因图"
POSTS = {"lead": "组长", "member": "成员"}


@fills(DocumentKind.ANALYSIS_REPORT)
def content(session: Session, draft: Draft) -> AnalysisReport:
    """Return what the report says; persons by the names as stored, never an identity number."""
    row = draft.row
    facts = facts_of_case(session, row.case_id)
    found = _findings(session, row.case_id, facts)
    people = _people(session, draft.accident_id, facts)
    failed = from_sheets.duties(facts, duties_of_units(found))
    short = _short(session, draft)
    shown = figures(session, row.case_id, facts)
    return AnalysisReport(
        head=draft.head(),
        case_number=row.case_number,
        short=short,
        edition=4,
        accident=from_sheets.accident(facts, draft.accident()),
        legal_basis=_legal_basis(draft),
        road=from_sheets.road(facts, row),
        vehicles=_vehicles(session, draft.accident_id, facts),
        people=people,
        organisations=_organisations(session, row.case_id, draft.accident_id, facts, {one.subject for one in failed}),
        course=from_sheets.texts(facts, "course"),
        response=from_sheets.response(facts, draft.accident().occurred_at),
        response_judged=from_sheets.response_judged(facts),
        nature=from_sheets.nature(facts, _decided(session, row.case_id)),
        character=from_sheets.character(facts),
        liability=from_sheets.liability(people),
        timeline=from_sheets.timeline(facts, draft.accident().occurred_at),
        earlier=from_sheets.earlier(facts),
        promised=promised_before(session, row.case_id),
        surroundings=from_sheets.surroundings(facts, row),
        relations=from_sheets.relations(facts),
        losses=from_sheets.losses(facts),
        conflicts=from_sheets.conflicts(facts),
        survey=from_sheets.survey(facts),
        statements=from_sheets.statements(facts),
        appraisals=from_sheets.appraisals(facts),
        lessons=from_sheets.texts(facts, "lessons"),
        findings=found,
        cause_picture=CAUSE_PICTURE if found and not short else None,
        duties=failed,
        measures=_measures(session, draft, facts),
        team=_team(session, draft),
        evidence=evidence(session, row.case_id),
        figures=() if short else shown.shown,
        left_out=() if short else shown.left_out,
    )


def _decided(session: Session, case_id: int) -> tuple[str, ...]:
    """Each decision on liability with day, unit and number, and what its review came to (公安部令146号)."""
    rows = session.execute(
        select(LiabilityDecision, LiabilityReview)
        .outerjoin(LiabilityReview, LiabilityReview.decision_id == LiabilityDecision.id)
        .where(LiabilityDecision.case_id == case_id)
        .order_by(LiabilityDecision.decided_on, LiabilityDecision.id)
    ).all()
    return tuple(_decision(made, review) for made, review in rows)


def _decision(made: LiabilityDecision, review: LiabilityReview | None) -> str:
    told = f"{day(made.decided_on)}，{made.issued_by}作出道路交通事故认定书（{made.number}）"
    if review is None:
        return f"{told}。"
    number = f"（{review.number}）" if review.number else ""
    return f"{told}；{day(review.decided_on)}，{review.issued_by}复核，结论为{review.outcome.label}{number}。"


_SLIGHT = 1  # dead: an ordinary accident that few pages tell


def _short(session: Session, draft: Draft) -> bool:
    """Where every accident is investigated, a slight one gets the 简版, unless somebody must answer for it: one with at
    most one dead and nobody gravely injured besides."""
    row = draft.row
    slight = (row.deaths or 0) + (row.serious_injuries or 0) <= _SLIGHT and not (row.serious_injuries or 0)
    if draft.settings.scope is not Scope.EVERY or row.trigger is not Trigger.SCOPE or not slight:
        return False
    asked = select(AccountabilityItem.id).where(
        AccountabilityItem.case_id == row.case_id, AccountabilityItem.informational.is_(False)
    )
    return session.scalar(asked.limit(1)) is None


def _legal_basis(draft: Draft) -> tuple[str, ...]:
    """令146 art. 29 for what must be investigated, or has grave consequences; the regulation as a whole for all else.

    令493 gives the police no power: its inquiry is the government's, and ours goes on beside it.
    """
    grave = draft.row.trigger is Trigger.STATUTORY or bool(draft.row.deaths)
    return (f"{PROCEDURE}第二十九条" if grave else PROCEDURE,)


def _findings(session: Session, case_id: int, facts: Facts) -> tuple[FindingEntry, ...]:
    """The findings, each with its effect, the words of its norm and how it is proved."""
    details = dict(
        session.execute(
            select(Finding.ref, Finding.details).where(Finding.case_id == case_id, Finding.withdrawn_at.is_(None))
        ).all()
    )
    return tuple(_finding(one.entry, details.get(one.entry.number, {}), facts) for one in findings(session, case_id))


def _finding(entry: FindingEntry, details: Mapping[str, Any], facts: Facts) -> FindingEntry:
    effect, wording = (column(facts, "findings", name, [details])[0] for name in ("effect", "basis_text"))
    proof = one_text(sentences(facts, "findings", details))
    return entry.model_copy(update={"effect": effect, "wording": wording, "proof": proof})


def _measures(session: Session, draft: Draft, facts: Facts) -> tuple[MeasureEntry, ...]:
    """The measures, each with what it rests on and what it costs."""
    case_id = draft.row.case_id
    details = dict(
        session.execute(
            select(Measure.ref, Measure.details).where(Measure.case_id == case_id, Measure.withdrawn_at.is_(None))
        ).all()
    )
    unlimited = in_words(draft.rule("measure.complete"))
    return tuple(
        _measure(entry, details.get(entry.number, {}), facts)
        for entry in measures(session, case_id, unlimited=unlimited, told=True)
    )


def _measure(entry: MeasureEntry, details: Mapping[str, Any], facts: Facts) -> MeasureEntry:
    meant = column(facts, "measures", "addressee_words", [details])[0]
    told = one_text(sentences(facts, "measures", details, addressee_words=meant if entry.lead else None))
    basis = norms_alone(column(facts, "measures", "basis", [details])[0])
    return entry.model_copy(update={"told": told, "basis": basis, "lead": entry.lead or meant})


_OF_THE_VEHICLE = (
    *("plate", "type", "usage", "approved_load_kg", "actual_load_kg", "approved_persons", "actual_persons"),
    *("speed_kmh", "speed_limit_kmh"),
)
"""Facts of a vehicle that have a column of their own and a place in every report."""


def _vehicles(session: Session, accident_id: int, facts: Facts) -> tuple[VehicleFacts, ...]:
    rows = session.execute(
        select(Vehicle, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Vehicle.owner_id)
        .where(Vehicle.accident_id == accident_id)
        .order_by(Vehicle.id)
    )
    return tuple(_vehicle(vehicle, owner, facts) for vehicle, owner in rows)


def _vehicle(vehicle: Vehicle, owner: str | None, facts: Facts) -> VehicleFacts:
    values = vehicle.details
    person = column(facts, "vehicles", "owner_name", [values])[0]
    until = values.get("speed_until_kmh")
    return VehicleFacts(
        **{name: getattr(vehicle, name) for name in _OF_THE_VEHICLE},
        owner="、".join(filter(None, (owner, person))) or None,
        speed_until_kmh=until if isinstance(until, int) else None,
        defects=tuple(vehicle.defects),
        rows=vehicle_rows(facts, values),
        told=one_text(sentences(facts, "vehicles", values)),
    )


def _people(session: Session, accident_id: int, facts: Facts) -> tuple[PersonFacts, ...]:
    """Who was in the accident: whoever only stands behind it is told of with the units, never among the casualties."""
    rows = session.execute(
        select(Person, Vehicle.plate, Vehicle.type, Organisation.name)
        .outerjoin(Vehicle, Vehicle.id == Person.vehicle_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.accident_id == accident_id, Person.role.not_in(BEHIND))
        .order_by(Person.id)
    )
    return tuple(_person(*row, facts) for row in rows)


def _person(
    person: Person, plate: str | None, vehicle_type: str | None, organisation: str | None, facts: Facts
) -> PersonFacts:
    def said(name: str) -> str | None:
        return column(facts, "people", name, [person.details])[0]

    age, further = person.details.get("age"), said("further_roles")
    return PersonFacts(
        name=person.name,
        role=person.role,
        role_word=unsettled("people", person.details) or person.details.get("role"),
        further_roles=tuple(further.split("、")) if further else (),
        vehicle=plate,
        vehicle_type=vehicle_type,
        organisation=organisation,
        position=person.position,
        outcome=person.outcome,
        sex=said("sex"),
        age=age if isinstance(age, int) else None,
        seat=said("seat"),
        harm="；".join(filter(None, (said("injury"), said("cause_of_death")))) or None,
        died=said("died_at"),
        death_place=said("death_place"),
        share=said("liability"),
        told=one_text(
            sentences(
                facts,
                "people",
                person.details,
                employer=organisation,
                lapsed="事故发生时已过期" if lapsed(facts, person.details.get("licence_valid_until")) else None,
            )
        ),
    )


def _organisations(
    session: Session, case_id: int, accident_id: int, facts: Facts, failed: Collection[str]
) -> tuple[OrganisationFacts, ...]:
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
        OrganisationFacts(
            name=row.name,
            kind=row.kind,
            short=facts.units.get(row.id, {}).get("short_name"),
            description=from_sheets.unit(facts, row.id, row.kind.value, failed=row.name in failed),
        )
        for row in rows
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
