"""The short names of what a case holds: findings, evidence, replies, talks, as forms let a person choose among them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import not_, select, true
from sqlalchemy.orm import Session

from models.accident.tables import Person
from models.accountability.tables import AccountabilityItem
from models.case.queries.attachments import files_of
from models.case.tables import Case, Evidence, Finding, FindingOrganisation
from models.kernel.policy import Actor
from models.kernel.visible import (
    POLICE,
    in_territory,
    knows_all_subjects,
    only_asked_about,
    read_of,
    visible_assignments,
    visible_cases,
    visible_documents,
)
from models.kernel.vocabulary import Role
from models.office.tables import Organisation, User
from models.papers.filling.subjects import subjects as subjects_of
from models.papers.queries.documents import no_case
from models.papers.queries.verifications import verifications_of
from models.papers.tables import Document
from models.rectification.queries.notice_links import SCAN_ACCOUNT
from models.rectification.tables import Assessment, Assignment, Measure, MeasureFinding, Reply, Talk


def case_contents(session: Session, actor: Actor, case_number: str) -> dict[str, Any]:
    """Return what a case holds, by kind; an agency gets the replies to its own measures and nothing inside.

    Whose accountability is looked at is told only to those who may know. Raises NotFound. The statements grow with no rows
    but the units that disobeyed an order, whose orders are told.
    """
    case = session.execute(
        select(
            Case.id,
            in_territory(actor, Case.__table__.c.unit_id).label("own"),
            knows_all_subjects(actor).label("subjects"),
        ).where(Case.case_number == case_number, visible_cases(actor))
    ).one_or_none()
    if case is None:
        raise no_case(case_number)
    whole = actor.has(Role.SYSTEM) or (bool(case.own) and actor.has(*POLICE))
    papers = session.execute(
        select(Document.ref, Document.round, Document.note).where(Document.case_id == case.id, visible_documents(actor))
    ).all()
    told: dict[str, Any] = {
        "rounds": {paper.ref: paper.round for paper in papers},
        "notes": {paper.ref: paper.note for paper in papers if paper.note} if whole else {},
        "replies": _replies(session, actor, case.id),
        "findings": [],
        "links": set(),
        "evidence": [],
        "items": [],
        "people": [],
        "talks": [],
        "verifications": [],
    }
    return {**told, **_inside(session, actor, case.id, subjects=bool(case.subjects))} if whole else told


def _replies(session: Session, actor: Actor, case_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(
            Reply.id,
            Reply.ref,
            Reply.kind,
            Reply.text,
            Reply.requested_due_on,
            Reply.on_behalf,
            Reply.happened_at,
            Reply.milestone_id.is_not(None).label("of_milestone"),
            User.account.startswith(SCAN_ACCOUNT).label("by_scan"),
            Assignment.served_by_id.is_not(None).label("merged"),
            Measure.ref.label("measure"),
            Organisation.name.label("organisation"),
            Assessment.verdict,
            Assessment.reason,
            Reply.withdrawn_at,
            User.organisation_id.label("given_by"),
        )
        .join(Assignment, Assignment.id == Reply.assignment_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Organisation, Organisation.id == Reply.organisation_id)
        .join(User, User.id == Reply.author_id)
        .outerjoin(Assessment, Assessment.reply_id == Reply.id)
        .where(Reply.case_id == case_id, visible_assignments(actor))
        .order_by(Reply.id)
    ).all()
    files = files_of(session, [row.id for row in rows])
    return [{**row._mapping, "files": files.get(row.id, [])} for row in rows]


def _inside(session: Session, actor: Actor, case_id: int, *, subjects: bool) -> dict[str, Any]:
    units: dict[int, list[str]] = {}
    for finding_id, name in session.execute(
        select(FindingOrganisation.finding_id, Organisation.name)
        .join(Organisation, Organisation.id == FindingOrganisation.organisation_id)
        .join(Finding, Finding.id == FindingOrganisation.finding_id)
        .where(Finding.case_id == case_id)
        .order_by(Organisation.id)
    ):
        units.setdefault(finding_id, []).append(name)
    findings = session.execute(
        select(
            Finding.id,
            Finding.ref,
            Finding.aspect,
            Finding.level,
            Finding.text,
            Finding.cause_tags,
            Finding.legal_basis,
            Finding.duty_failure,
        )
        .where(Finding.case_id == case_id, Finding.withdrawn_at.is_(None))
        .order_by(Finding.position, Finding.id)
    )
    links = session.execute(
        select(Measure.ref, Finding.ref)
        .select_from(MeasureFinding)
        .join(Measure, Measure.id == MeasureFinding.measure_id)
        .join(Finding, Finding.id == MeasureFinding.finding_id)
        .where(Measure.case_id == case_id)
    )
    evidence = session.execute(
        select(
            Evidence.ref,
            Evidence.title,
            Finding.ref.label("finding"),
            Evidence.file_name,
            Evidence.size,
            Evidence.sha256,
            Evidence.reference,
            Evidence.added_at,
        )
        .outerjoin(Finding, Finding.id == Evidence.finding_id)
        .where(Evidence.case_id == case_id, Evidence.withdrawn_at.is_(None))
        .order_by(Evidence.id)
    )
    items = session.execute(
        select(AccountabilityItem.ref, AccountabilityItem.category, Organisation.name.label("organ"))
        .outerjoin(Organisation, Organisation.id == AccountabilityItem.competent_organ_id)
        .where(AccountabilityItem.case_id == case_id, true() if subjects else read_of(actor, AccountabilityItem))
        .order_by(AccountabilityItem.id)
    )
    seen = true() if subjects else read_of(actor, AccountabilityItem)
    asked = subjects_of(session, case_id, AccountabilityItem.informational.is_(False), seen)
    lacking = {one.ref: one.missing for one in asked}
    people = session.execute(
        select(Person.ref, Person.name, Person.role)
        .join(Case, Case.accident_id == Person.accident_id)
        .where(Case.id == case_id, true() if subjects else not_(only_asked_about(actor)))
        .order_by(Person.id)
    )
    talks = session.execute(
        select(Talk.id, Talk.state, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Talk.organisation_id)
        .where(Talk.case_id == case_id)
        .order_by(Talk.id)
    )
    return {
        "verifications": verifications_of(session, case_id),
        "findings": [{**row._mapping, "organisations": units.get(row.id, [])} for row in findings],
        "links": {(row[0], row[1]) for row in links},
        "evidence": [dict(row._mapping) for row in evidence],
        "items": [{**row._mapping, "missing": lacking.get(row.ref, ())} for row in items],
        "people": [dict(row._mapping) for row in people],
        "talks": [dict(row._mapping) for row in talks],
    }
