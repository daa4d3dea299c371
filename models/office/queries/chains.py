"""Chains as lists show them, and on whom the open steps of a case wait: who is away until when, who stands in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from models.joining.tables import Recusal
from models.kernel.calendar.local_time import chinese_date
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_documents
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Role, SeriesMode
from models.office.rules.approval_chain import Step
from models.office.tables import Absence, ChainStep, Organisation, SigningAuthorisation, User, UserRole
from models.papers.tables import Approval, Document, NumberSeries

_OTHER = aliased(Approval)
_LONGEST = aliased(Absence)

IN_APPROVAL = (DocumentStatus.IN_REVIEW, DocumentStatus.COUNTERSIGNING, DocumentStatus.SIGNING)


@dataclass(frozen=True, slots=True)
class ChainShown:
    """A chain of approval: issuer, kind of paper (`*`: every kind without its own), steps in order."""

    issuer: str
    kind: str
    steps: list[str]


@dataclass(frozen=True, slots=True)
class SeriesShown:
    """A series of document numbers: issuer, kind, prefix, and where its numbers come from."""

    issuer: str
    kind: str
    prefix: str
    mode: SeriesMode


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody on whom a step waits: until when away and why where away today, and who may sign in stead today."""

    name: str
    absent_until: date | None
    absent_reason: str | None
    deputies: list[str]


@dataclass(frozen=True, slots=True)
class WaitingApproval:
    """An open step of a paper, with the people on whom it waits."""

    paper: str
    step: Role
    organisation: str
    people: list[Approver]


@dataclass(frozen=True, slots=True)
class _Person:
    id: int
    name: str
    organisation_id: int
    role: Role
    absent_until: date | None
    absent_reason: str | None


@dataclass(frozen=True, slots=True)
class _Deputy:
    principal_id: int
    kinds: list[str] | None
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class _OpenStep:
    ref: str
    kind: DocumentKind
    author_id: int | None
    role: Role
    organisation_id: int
    user_id: int | None
    organisation: str


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


def chain_list(session: Session) -> list[ChainShown]:
    """Return every chain, by issuer and kind."""
    rows = session.execute(
        select(Organisation.name, ChainStep.issuer_id, ChainStep.kind)
        .join(Organisation, Organisation.id == ChainStep.issuer_id)
        .distinct()
        .order_by(ChainStep.issuer_id, ChainStep.kind)
    ).all()
    return [ChainShown(name, kind, chain_of(session, issuer_id, kind)) for name, issuer_id, kind in rows]


def series_list(session: Session) -> list[SeriesShown]:
    """Return every series of document numbers."""
    rows = session.execute(
        select(Organisation.name.label("issuer"), NumberSeries.kind, NumberSeries.prefix, NumberSeries.mode)
        .join(Organisation, Organisation.id == NumberSeries.issuer_id)
        .where(NumberSeries.kind.in_([kind.value for kind in DocumentKind]))
        .order_by(NumberSeries.id)
    )
    return [SeriesShown(*row) for row in rows]


def waiting_approvals(session: Session, actor: Actor, case_id: int, today: date) -> list[WaitingApproval]:
    """Return each open step of the case's papers with the people on whom it waits. Three statements."""
    first = (
        select(func.min(_OTHER.position))
        .where(_OTHER.document_id == Document.id, _OTHER.round == Document.round, _OTHER.decision.is_(None))
        .correlate(Document)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Document.ref,
            Document.kind,
            Document.author_id,
            Approval.role,
            Approval.organisation_id,
            Approval.user_id,
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
    )
    steps = [_OpenStep(*row) for row in rows]
    if not steps:
        return []
    people = _people(session, case_id, [step.organisation_id for step in steps], today)
    deputies = _deputies(session, today)
    return [
        WaitingApproval(
            paper=step.ref,
            step=step.role,
            organisation=step.organisation,
            people=[
                Approver(
                    name=person.name,
                    absent_until=person.absent_until,
                    absent_reason=person.absent_reason,
                    deputies=_signing_for(deputies, person.id, step) if step.role is Role.SIGNER else [],
                )
                for person in people
                if person.role is step.role
                and person.organisation_id == step.organisation_id
                and step.user_id in (None, person.id)
                and person.id != step.author_id
            ],
        )
        for step in steps
    ]


def absences_told(approvals: list[WaitingApproval]) -> str:
    """Return, in one Chinese sentence each, who is away of those on whom alone a step waits; empty where nobody is."""
    told: list[str] = []
    for step in approvals:
        away = [(person, person.absent_until) for person in step.people if person.absent_until is not None]
        if len(away) < len(step.people):
            continue
        for person, until in away:
            signed = f"，可由{'、'.join(person.deputies)}代签" if person.deputies else ""
            told.append(f"{person.name}请假至{chinese_date(until)}{signed}。")
    return "".join(dict.fromkeys(told))


def _people(session: Session, case_id: int, units: list[int], today: date) -> list[_Person]:
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
    rows = session.execute(
        select(User.id, User.name, User.organisation_id, UserRole.role, Absence.absent_until, Absence.reason)
        .join(UserRole, UserRole.user_id == User.id)
        .outerjoin(Absence, away)
        .where(User.organisation_id.in_(units), User.disabled_at.is_(None), only_longest, not_(out))
        .order_by(User.id)
    )
    return [_Person(*row) for row in rows]


def _deputies(session: Session, today: date) -> list[_Deputy]:
    rows = session.execute(
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
    return [_Deputy(*row) for row in rows]


def _signing_for(deputies: list[_Deputy], principal: int, step: _OpenStep) -> list[str]:
    return [
        deputy.name
        for deputy in deputies
        if deputy.principal_id == principal
        and deputy.id != step.author_id
        and (deputy.kinds is None or step.kind.value in deputy.kinds)
    ]
