"""The deadlines of a case for command line and pages, each with its light."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Date, Integer, Row, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.calendar.local_time import local_date
from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import Light, Turn
from models.office.tables import Organisation
from models.papers.tables import Document
from models.rectification.tables import Assignment, Measure, Milestone, Reply

from .lights import lamp, severity, unlit_units
from .rulebook import Rulebook
from .visible_clocks import visible_deadlines

_UNIT = aliased(Organisation)


@dataclass(frozen=True, slots=True)
class DeadlineShown:
    """One clock: whose it is, what it is about, from when to when it runs, and how it stands."""

    id: int
    key: str
    case_number: str
    rule: str
    name: str
    turn: Turn
    organisation: str
    paper: str | None
    measure: str | None
    milestone: str | None
    reply: str | None
    start_event: str
    started_at: datetime
    due_on: date
    first_due_on: date
    provisional: bool
    version: int
    state: str
    closed_at: datetime | None
    late: bool
    light: Light
    ours: bool
    assignment: int | None


def deadlines_of(session: Session, actor: Actor, case_id: int, rules: Rulebook, today: date) -> list[DeadlineShown]:
    """Return the clocks of a case that the actor may see, the next to end first. Two statements."""
    given = {"today": today, "unlit": list(unlit_units(session)), "case_id": case_id}
    return [_shown(row, rules, today) for row in session.execute(_of_case(actor), given)]


@lru_cache(maxsize=256)
def _of_case(actor: Actor) -> Select[*tuple[object, ...]]:
    """Return the statement, written once for a person."""
    unlit = bindparam("unlit", expanding=True, type_=Integer())
    place: ColumnElement[int] = severity(bindparam("today", type_=Date()), unlit)
    return (
        select(
            Deadline.id,
            Deadline.key,
            Deadline.rule_code,
            Deadline.rule_version,
            Deadline.turn,
            Deadline.start_event,
            Deadline.started_at,
            Deadline.due_on,
            Deadline.first_due_on,
            Deadline.provisional,
            Deadline.state,
            Deadline.closed_at,
            Deadline.version,
            Deadline.assignment_id,
            Case.case_number,
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
        .join(_UNIT, _UNIT.id == Deadline.organisation_id)
        .outerjoin(Document, Document.id == Deadline.document_id)
        .outerjoin(Assignment, Assignment.id == Deadline.assignment_id)
        .outerjoin(Measure, Measure.id == Assignment.measure_id)
        .outerjoin(Milestone, Milestone.id == Deadline.milestone_id)
        .outerjoin(Reply, Reply.id == Deadline.reply_id)
        .where(Deadline.case_id == bindparam("case_id", type_=Integer()), visible_deadlines(actor))
        .order_by(Deadline.due_on, Deadline.id)
    )


def _shown(row: Row[*tuple[object, ...]], rules: Rulebook, today: date) -> DeadlineShown:
    last = local_date(row.closed_at) if row.closed_at else today
    return DeadlineShown(
        id=row.id,
        key=row.key,
        case_number=row.case_number,
        rule=row.rule_code,
        name=rules.rule(row.rule_code, row.rule_version).name
        if row.milestone is None
        else f"{row.milestone_kind.label}：{row.milestone_text}",
        turn=row.turn,
        organisation=row.organisation,
        paper=row.paper,
        measure=row.measure,
        milestone=row.milestone,
        reply=row.reply,
        start_event=row.start_event,
        started_at=row.started_at,
        due_on=row.due_on,
        first_due_on=row.first_due_on,
        provisional=row.provisional,
        version=row.version,
        state=row.state,
        closed_at=row.closed_at,
        late=row.state in ("open", "answered", "met") and last > row.due_on,
        light=lamp(row.place),
        ours=row.turn is Turn.OURS,
        assignment=row.assignment_id,
    )
