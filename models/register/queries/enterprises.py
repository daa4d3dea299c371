"""Everything that is known of an enterprise: accidents with its vehicles, liability, cases, notices and what it answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.kernel.errors import NotFound
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_assignments, visible_cases, visible_documents, visible_register
from models.kernel.vocabulary import AssignmentState, DocumentKind, Outcome, PartyLiability
from models.office.tables import Organisation
from models.papers.tables import Delivery, Document
from models.rectification.tables import Assignment, Measure, Reply
from models.register.tables import RegisteredAccident, RegisteredParty

MOST = 1000
"""Accidents of one enterprise that are read, the latest first."""


@dataclass(frozen=True, slots=True)
class AccidentOfIts:
    """An accident with one of its vehicles; `case_number` is told to who may see the case."""

    id: int
    occurred_on: date
    place: str | None
    pattern: str | None
    deaths: int | None
    serious: int | None
    plate: str | None
    vehicle_kind: str | None
    liability: PartyLiability | None
    case_number: str | None


@dataclass(frozen=True, slots=True)
class PaperToIt:
    """A paper that was served on it, and when it was signed for."""

    case_number: str
    ref: str
    kind: DocumentKind
    number: str | None
    title: str
    delivered_at: datetime
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class MeasureOfIts:
    """A measure in its hands, and when it answered last."""

    case_number: str
    ref: str
    text: str
    state: AssignmentState
    outcome: Outcome | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class EnterpriseKnown:
    """What is known of an enterprise, the latest first."""

    id: int
    name: str
    accidents: tuple[AccidentOfIts, ...]
    papers: tuple[PaperToIt, ...]
    measures: tuple[MeasureOfIts, ...]

    @property
    def years(self) -> Mapping[int, int]:
        """Accidents by year, the latest first; one accident with two of its vehicles is one."""
        return Counter({one.id: one.occurred_on.year for one in self.accidents}.values())

    @property
    def liabilities(self) -> Mapping[PartyLiability | None, int]:
        """How often its vehicles were how liable."""
        return Counter(one.liability for one in self.accidents)


def enterprise_known(session: Session, actor: Actor, unit: int) -> EnterpriseKnown:
    """Return everything that is known of a unit as an owner of vehicles. Four statements. Raises NotFound."""
    name = session.scalar(select(Organisation.name).where(Organisation.id == unit, visible_register(actor)))
    if name is None:
        raise NotFound(f"没有编号为{unit}的单位。", code="organisation_not_found")
    return EnterpriseKnown(
        unit,
        name,
        tuple(AccidentOfIts(**row._mapping) for row in session.execute(_accidents(actor, unit))),
        tuple(PaperToIt(**row._mapping) for row in session.execute(_papers(actor, unit))),
        tuple(MeasureOfIts(**row._mapping) for row in session.execute(_measures(actor, unit))),
    )


def _accidents(actor: Actor, unit: int) -> Select[*tuple[object, ...]]:
    row, party = RegisteredAccident, RegisteredParty
    return (
        select(
            row.id,
            row.occurred_on,
            row.place,
            row.pattern,
            row.deaths,
            row.serious,
            party.plate,
            party.vehicle_kind,
            party.liability,
            Case.case_number,
        )
        .join(party, party.accident_id == row.id)
        .outerjoin(Case, and_(Case.accident_id == row.accident_id, visible_cases(actor)))
        .where(visible_register(actor), party.owner_id == unit, row.exclusion.is_(None))
        .order_by(row.occurred_on.desc(), row.id.desc(), party.position)
        .limit(MOST)
    )


def _papers(actor: Actor, unit: int) -> Select[*tuple[object, ...]]:
    return (
        select(
            Case.case_number,
            Document.ref,
            Document.kind,
            Document.number,
            Document.title,
            Delivery.delivered_at,
            Delivery.acknowledged_at,
        )
        .join(Document, Document.id == Delivery.document_id)
        .join(Case, Case.id == Document.case_id)
        .where(Delivery.recipient_id == unit, visible_cases(actor), visible_documents(actor))
        .order_by(Delivery.delivered_at.desc(), Delivery.id.desc())
        .limit(MOST)
    )


def _measures(actor: Actor, unit: int) -> Select[*tuple[object, ...]]:
    answered = (
        select(func.max(Reply.recorded_at)).where(Reply.assignment_id == Assignment.id).correlate(Assignment)
    ).scalar_subquery()
    return (
        select(
            Case.case_number,
            Measure.ref,
            Measure.text,
            Assignment.state,
            Assignment.outcome,
            answered.label("answered_at"),
        )
        .select_from(Assignment)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Case, Case.id == Assignment.case_id)
        .where(
            Assignment.organisation_id == unit,
            Assignment.released_at.is_(None),
            Measure.withdrawn_at.is_(None),
            visible_cases(actor),
            visible_assignments(actor),
        )
        .order_by(Case.id.desc(), Measure.position)
        .limit(MOST)
    )
