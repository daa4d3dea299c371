"""What several cases could tell a unit in one notice: measures of which it has not been told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.kernel import policy
from models.kernel.lifecycle import DRAFTS
from models.kernel.policy import Actor
from models.kernel.visible import in_territory, visible_cases
from models.kernel.vocabulary import AssignmentState, DocumentKind, Stage
from models.office.tables import Organisation
from models.papers.tables import BundledCase, Document
from models.rectification.tables import Assignment, Measure


def untold(actor: Actor, *columns: Any) -> Select[Any]:
    """Return what units have not been told of in the cases of the territory: in no notice, or in a draft of one case."""
    alone = select(BundledCase.document_id)
    return (
        select(*columns)
        .select_from(Assignment)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Case, Case.id == Assignment.case_id)
        .outerjoin(Document, Document.id == Assignment.notice_id)
        .where(
            Assignment.state == AssignmentState.UNISSUED,
            Measure.withdrawn_at.is_(None),
            Case.stage == Stage.RECTIFYING,
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


def bundles(session: Session, actor: Actor, *, limit: int = 50) -> list[dict[str, Any]]:
    """Return up to `limit` units of which several cases want something that no notice tells them yet, those of most
    cases first, each with its cases and how many measures. Nothing for who drafts no papers. Two statements."""
    if not policy.reaches(actor, "paper.prepare"):
        return []
    waiting = untold(actor, Assignment.organisation_id, Case.case_number).subquery("waiting")
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
    for row in session.execute(
        select(waiting.c.organisation_id, waiting.c.case_number)
        .where(waiting.c.organisation_id.in_([unit.id for unit in units]))
        .distinct()
        .order_by(waiting.c.organisation_id, waiting.c.case_number)
    ):
        numbers.setdefault(row.organisation_id, []).append(row.case_number)
    return [{**unit._mapping, "cases": numbers[unit.id]} for unit in units]
