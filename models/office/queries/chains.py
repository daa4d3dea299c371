"""Chains as lists show them, and on whom the open steps of a case wait: who is away until when, who stands in."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from models.joining.tables import Recusal
from models.kernel.local_time import chinese_date
from models.kernel.policy import Actor
from models.kernel.visible import visible_documents
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Role
from models.office.rules.approval_chain import Step
from models.office.tables import Absence, ChainStep, Organisation, SigningAuthorisation, User, UserRole
from models.papers.tables import Approval, Document, NumberSeries

_OTHER = aliased(Approval)
_LONGEST = aliased(Absence)

IN_APPROVAL = (DocumentStatus.IN_REVIEW, DocumentStatus.COUNTERSIGNING, DocumentStatus.SIGNING)


def chain_of(session: Session, issuer_id: int, kind: str) -> list[str]:
    """Return the steps of one chain in the words in which they are set."""
    rows = session.execute(
        select(ChainStep.role, Organisation.name, User.account)
        .join(Organisation, Organisation.id == ChainStep.organisation_id)
        .outerjoin(User, User.id == ChainStep.user_id)
        .where(ChainStep.issuer_id == issuer_id, ChainStep.kind == kind)
        .order_by(ChainStep.position)
    )
    return [str(Step(row.role, row.name, row.account)) for row in rows]


def chain_list(session: Session) -> list[dict[str, Any]]:
    """Return every chain: issuer, kind of paper (`*`: every kind without its own), steps in order."""
    rows = session.execute(
        select(Organisation.name, ChainStep.issuer_id, ChainStep.kind)
        .join(Organisation, Organisation.id == ChainStep.issuer_id)
        .distinct()
        .order_by(ChainStep.issuer_id, ChainStep.kind)
    ).all()
    return [{"issuer": r.name, "kind": r.kind, "steps": chain_of(session, r.issuer_id, r.kind)} for r in rows]


def series_list(session: Session) -> list[dict[str, Any]]:
    """Return every series of document numbers: issuer, kind, prefix, and where its numbers come from."""
    rows = session.execute(
        select(Organisation.name.label("issuer"), NumberSeries.kind, NumberSeries.prefix, NumberSeries.mode)
        .join(Organisation, Organisation.id == NumberSeries.issuer_id)
        .where(NumberSeries.kind.in_([kind.value for kind in DocumentKind]))
        .order_by(NumberSeries.id)
    )
    return [dict(row._mapping) for row in rows]


def waiting_approvals(session: Session, actor: Actor, case_id: int, today: date) -> list[dict[str, Any]]:
    """Return each open step of the case's papers with the people on whom it waits. Three statements.

    Each person: `name`, `absent_until` and `absent_reason` where away today, `deputies` who may sign today.
    """
    first = (
        select(func.min(_OTHER.position))
        .where(_OTHER.document_id == Document.id, _OTHER.round == Document.round, _OTHER.decision.is_(None))
        .correlate(Document)
        .scalar_subquery()
    )
    steps = session.execute(
        select(
            Approval.document_id,
            Approval.role,
            Approval.organisation_id,
            Approval.user_id,
            Document.ref,
            Document.kind,
            Document.author_id,
            Organisation.name,
        )
        .join(Document, Document.id == Approval.document_id)
        .join(Organisation, Organisation.id == Approval.organisation_id)
        .where(
            Document.case_id == case_id,
            Document.status.in_(IN_APPROVAL),
            Approval.round == Document.round,
            Approval.position == first,
            visible_documents(actor),
        )
        .order_by(Document.id)
    ).all()
    if not steps:
        return []
    people = _people(session, case_id, [step.organisation_id for step in steps], today)
    deputies = _deputies(session, today)
    return [
        {
            "paper": step.ref,
            "step": step.role,
            "organisation": step.name,
            "people": [
                {
                    "name": person.name,
                    "absent_until": person.absent_until,
                    "absent_reason": person.reason,
                    "deputies": _signing_for(deputies, person.id, step) if step.role is Role.SIGNER else [],
                }
                for person in people
                if person.role is step.role
                and person.organisation_id == step.organisation_id
                and step.user_id in (None, person.id)
                and person.id != step.author_id
            ],
        }
        for step in steps
    ]


def absences_told(approvals: list[dict[str, Any]]) -> str:
    """Return, in one Chinese sentence each, who is away of those on whom alone a step waits; empty where nobody is."""
    told: list[str] = []
    for step in approvals:
        people = step["people"]
        if not people or any(person["absent_until"] is None for person in people):
            continue
        for person in people:
            deputies = person["deputies"]
            signed = f"，可由{'、'.join(deputies)}代签" if deputies else ""
            told.append(f"{person['name']}请假至{chinese_date(person['absent_until'])}{signed}。")
    return "".join(dict.fromkeys(told))


def _people(session: Session, case_id: int, units: list[int], today: date) -> list[Any]:
    """The people of some units by role, without those who stay out of the case."""
    out = exists(
        select(1)
        .where(Recusal.case_id == case_id, Recusal.user_id == User.id, Recusal.ended_at.is_(None))
        .correlate(User)
    )
    away = and_(Absence.user_id == User.id, Absence.absent_from <= today, Absence.absent_until >= today)
    only_longest = or_(
        Absence.id.is_(None),
        Absence.id
        == select(_LONGEST.id)
        .where(_LONGEST.user_id == User.id, _LONGEST.absent_from <= today, _LONGEST.absent_until >= today)
        .order_by(_LONGEST.absent_until.desc(), _LONGEST.id)
        .limit(1)
        .correlate(User)
        .scalar_subquery(),
    )
    return list(
        session.execute(
            select(
                User.id,
                User.name,
                User.organisation_id,
                UserRole.role,
                Absence.absent_until,
                Absence.reason,
            )
            .join(UserRole, UserRole.user_id == User.id)
            .outerjoin(Absence, away)
            .where(User.organisation_id.in_(units), User.disabled_at.is_(None), only_longest, not_(out))
            .order_by(User.id)
        )
    )


def _deputies(session: Session, today: date) -> list[Any]:
    return list(
        session.execute(
            select(SigningAuthorisation.principal_id, SigningAuthorisation.kinds, User.id, User.name)
            .join(User, User.id == SigningAuthorisation.deputy_id)
            .where(
                SigningAuthorisation.valid_from <= today,
                SigningAuthorisation.valid_until >= today,
                SigningAuthorisation.revoked_at.is_(None),
                User.disabled_at.is_(None),
            )
            .order_by(SigningAuthorisation.id)
        )
    )


def _signing_for(deputies: list[Any], principal: int, step: Any) -> list[str]:
    return [
        deputy.name
        for deputy in deputies
        if deputy.principal_id == principal
        and deputy.id != step.author_id
        and (deputy.kinds is None or step.kind.value in deputy.kinds)
    ]
