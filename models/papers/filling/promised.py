"""What was promised after earlier accidents like this one, and what became of it, as the report tells it."""

from __future__ import annotations

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from models.accident.tables import Accident
from models.case.tables import Case
from models.clock.rules.lights import standing
from models.kernel.calendar.local_time import local_date
from models.kernel.vocabulary import AssignmentState, Outcome, RecurrenceDecision
from models.office.tables import Organisation
from models.papers.content import PromisedBefore
from models.prevention.tables import Recurrence
from models.rectification.tables import Assignment, Measure


def promised_before(session: Session, case_id: int) -> tuple[PromisedBefore, ...]:
    """Return the measures in spite of which this accident happened, a line for each unit, the oldest accident first.

    They are those put down as 整改后又发生; what somebody found to have nothing to do with it is left out. One statement.
    """
    told: dict[tuple[int, int | None], PromisedBefore] = {}
    for row in session.execute(_measures_before(case_id)):
        key = (row.measure_id, row.unit_id)
        known = told.get(key)
        told[key] = (
            PromisedBefore(
                on=local_date(row.occurred_at),
                place=row.place,
                alike=(row.reason.label,),
                measure=row.text,
                organisation=row.name,
                standing=_standing(row.state, row.outcome),
            )
            if known is None
            else known.model_copy(update={"alike": (*known.alike, row.reason.label)})
        )
    return tuple(told.values())


def _measures_before(case_id: int) -> Select[*tuple[object, ...]]:
    """Select a row for each reason, measure and unit."""
    return (
        select(
            Recurrence.reason,
            Accident.occurred_at,
            Accident.place,
            Measure.id.label("measure_id"),
            Measure.text,
            Assignment.state,
            Assignment.outcome,
            Organisation.id.label("unit_id"),
            Organisation.name,
        )
        .select_from(Recurrence)
        .join(Case, Case.id == Recurrence.old_case_id)
        .join(Accident, Accident.id == Case.accident_id)
        .join(Measure, Measure.id == Recurrence.measure_id)
        .outerjoin(Assignment, and_(Assignment.measure_id == Measure.id, Assignment.released_at.is_(None)))
        .outerjoin(Organisation, Organisation.id == Assignment.organisation_id)
        .where(
            Recurrence.case_id == case_id,
            Recurrence.lapsed_at.is_(None),
            or_(Recurrence.decision.is_(None), Recurrence.decision != RecurrenceDecision.UNRELATED),
        )
        .order_by(Accident.occurred_at, Case.id, Measure.position, Measure.id, Assignment.id, Recurrence.id)
    )


def _standing(state: AssignmentState | None, outcome: Outcome | None) -> str:
    if outcome is not None:
        return outcome.label
    return "未办结" if state is None else f"未办结（{standing(state)}）"
