"""What several cases could tell a unit in one notice: measures of which it has not been told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.kernel.lifecycle import DRAFTS
from models.kernel.rights import policy
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import in_territory, visible_cases
from models.kernel.vocabulary import AssignmentState, CaseKind, DocumentKind, Stage
from models.office.tables import Organisation
from models.papers.tables import BundledCase, Document
from models.rectification.tables import Assignment, Measure


@dataclass(frozen=True, slots=True)
class Bundle:
    """A unit that several cases want something of, its row number, these cases, and how many measures."""

    id: int
    name: str
    measures: int
    cases: list[str]


@dataclass(frozen=True, slots=True)
class Untold:
    """A measure that a unit has not been told of, as row numbers and short names; `notice_id` is a draft that lists it."""

    id: int
    case_id: int
    notice_id: int | None
    due_on: date | None
    ref: str
    case_number: str


def untold(
    session: Session,
    actor: Actor,
    organisation_id: int,
    numbers: Sequence[str] = (),
    case_ids: Collection[int] | None = None,
) -> list[Untold]:
    """Return what a unit has not been told of in the cases of the territory: in no notice, or in a draft of one case.

    `numbers` and `case_ids` limit it to some cases, no numbers to none. One statement.
    """
    query = (
        _untold(actor)
        .with_only_columns(
            Assignment.id,
            Assignment.case_id,
            Assignment.notice_id,
            Assignment.due_on,
            Measure.ref,
            Case.case_number,
        )
        .where(Assignment.organisation_id == organisation_id)
        .order_by(Assignment.case_id, Measure.position, Assignment.id)
    )
    if numbers:
        query = query.where(Case.case_number.in_(numbers))
    if case_ids is not None:
        query = query.where(Case.id.in_(case_ids))
    return [Untold(*row) for row in session.execute(query)]


def _untold(actor: Actor) -> Select[int, str]:
    alone = select(BundledCase.document_id)
    return (
        select(Assignment.organisation_id, Case.case_number)
        .select_from(Assignment)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Case, Case.id == Assignment.case_id)
        .outerjoin(Document, Document.id == Assignment.notice_id)
        .where(
            Assignment.state == AssignmentState.UNISSUED,
            Measure.withdrawn_at.is_(None),
            Case.stage == Stage.RECTIFYING,
            # A notice over several cases tells of what was investigated after accidents.
            Case.kind == CaseKind.ACCIDENT,
            visible_cases(actor),
            in_territory(actor, Case.__table__.c.unit_id),
            or_(
                Document.id.is_(None),
                (Document.kind == DocumentKind.RECTIFICATION_NOTICE)
                & Document.status.in_(DRAFTS)
                & Document.number.is_(None)
                & Document.id.not_in(alone),
            ),
        )
    )


def bundles(session: Session, actor: Actor, *, limit: int = 50) -> list[Bundle]:
    """Return up to `limit` units of which several cases want something that no notice tells them yet, those of most
    cases first, each with its cases and how many measures. Nothing for who drafts no papers. Two statements."""
    if not policy.reaches(actor, "paper.prepare"):
        return []
    waiting = _untold(actor).subquery("waiting")
    cases = func.count(waiting.c.case_number.distinct())
    units = session.execute(
        select(Organisation.id, Organisation.name, func.count().label("measures"))
        .join(waiting, waiting.c.organisation_id == Organisation.id)
        .group_by(Organisation.id, Organisation.name)
        .having(cases > 1)
        .order_by(cases.desc(), Organisation.id)
        .limit(limit)
    ).all()
    numbers: dict[int, list[str]] = {}
    for unit_id, number in session.execute(
        select(waiting.c.organisation_id, waiting.c.case_number)
        .where(waiting.c.organisation_id.in_([unit_id for unit_id, _, _ in units]))
        .distinct()
        .order_by(waiting.c.organisation_id, waiting.c.case_number)
    ):
        numbers.setdefault(unit_id, []).append(number)
    return [Bundle(unit_id, name, measures, numbers[unit_id]) for unit_id, name, measures in units]
