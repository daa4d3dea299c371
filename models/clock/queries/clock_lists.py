"""Lists of deadlines for command line and pages, each with its light; one deadline with its explanation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from models.accident.tables import Accident
from models.case.tables import Case
from models.clock.rules.deadline_explanation import explain
from models.clock.tables import Deadline
from models.kernel.errors import NotFound
from models.kernel.local_time import local_date
from models.kernel.policy import Actor
from models.kernel.vocabulary import Turn
from models.office.tables import Organisation
from models.papers.tables import Document
from models.rectification.tables import Assignment, Measure, Milestone, Reply

from .clocks import due_of
from .lights import lamp, severity, unlit_units
from .rulebook import Rulebook
from .visible_clocks import visible_deadlines

_UNIT = aliased(Organisation)


def deadlines_of(session: Session, actor: Actor, case_id: int, rules: Rulebook, today: date) -> list[dict[str, Any]]:
    """Return the clocks of a case that the actor may see, the next to end first. Two statements."""
    rows = session.execute(
        _query(actor, today, unlit_units(session))
        .where(Deadline.case_id == case_id)
        .order_by(Deadline.due_on, Deadline.id)
    )
    return [_shown(row, rules, today) for row in rows]


def deadline_view(session: Session, actor: Actor, deadline_id: int, rules: Rulebook, now: datetime) -> dict[str, Any]:
    """Return one clock with the count of its days. Raises NotFound, also for a clock the actor may not see."""
    today = local_date(now)
    row = session.execute(_query(actor, today, unlit_units(session)).where(Deadline.id == deadline_id)).one_or_none()
    if row is None:
        raise NotFound(f"没有编号为{deadline_id}的时限，或您无权查看。", code="deadline_not_found")
    due = due_of(row, rules, production_safety=row.production_safety)
    return {
        **_shown(row, rules, today),
        "basis": due.rule.basis,
        "borrowed": due.rule.borrowed,
        "calendar_version": row.calendar_version,
        "explanation": explain(due),
        "days": [{"day": entry.day, "number": entry.number, "reason": entry.reason} for entry in due.days],
    }


def _query(actor: Actor, today: date, unlit: Collection[int]) -> Select[*tuple[Any, ...]]:
    place: ColumnElement[int] = severity(today, unlit)
    return (
        select(
            Deadline.id,
            Deadline.key,
            Deadline.rule_code,
            Deadline.rule_version,
            Deadline.amount,
            Deadline.given_on,
            Deadline.excluded_days,
            Deadline.changes,
            Deadline.turn,
            Deadline.start_event,
            Deadline.started_at,
            Deadline.due_on,
            Deadline.first_due_on,
            Deadline.provisional,
            Deadline.calendar_version,
            Deadline.state,
            Deadline.closed_at,
            Deadline.version,
            Deadline.organisation_id,
            Deadline.assignment_id,
            Case.case_number,
            Accident.production_safety,
            Document.ref.label("paper"),
            Measure.ref.label("measure"),
            Milestone.ref.label("milestone"),
            Milestone.text.label("milestone_text"),
            Milestone.kind.label("milestone_kind"),
            Reply.ref.label("reply"),
            _UNIT.name.label("organisation"),
            place.label("place"),
        )
        .join(Case, Case.id == Deadline.case_id)
        .join(Accident, Accident.id == Case.accident_id)
        .join(_UNIT, _UNIT.id == Deadline.organisation_id)
        .outerjoin(Document, Document.id == Deadline.document_id)
        .outerjoin(Assignment, Assignment.id == Deadline.assignment_id)
        .outerjoin(Measure, Measure.id == Assignment.measure_id)
        .outerjoin(Milestone, Milestone.id == Deadline.milestone_id)
        .outerjoin(Reply, Reply.id == Deadline.reply_id)
        .where(visible_deadlines(actor))
    )


def _shown(row: Any, rules: Rulebook, today: date) -> dict[str, Any]:
    last = local_date(row.closed_at) if row.closed_at else today
    return {
        "id": row.id,
        "key": row.key,
        "case_number": row.case_number,
        "rule": row.rule_code,
        "name": rules.rule(row.rule_code, row.rule_version).name
        if row.milestone is None
        else f"{row.milestone_kind.label}：{row.milestone_text}",
        "turn": row.turn,
        "organisation": row.organisation,
        "paper": row.paper,
        "measure": row.measure,
        "milestone": row.milestone,
        "reply": row.reply,
        "start_event": row.start_event,
        "started_at": row.started_at,
        "due_on": row.due_on,
        "first_due_on": row.first_due_on,
        "provisional": row.provisional,
        "version": row.version,
        "state": row.state,
        "closed_at": row.closed_at,
        "late": row.state in ("open", "answered", "met") and last > row.due_on,
        "light": lamp(row.place),
        "ours": row.turn is Turn.OURS,
        "assignment": row.assignment_id,
    }
