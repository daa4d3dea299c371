"""One case as the actor may see it: where it stands, whose turn it is, papers, measures, clocks, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, false, select, union_all
from sqlalchemy.orm import Session, aliased

from models.accident.rules.grading import grade_basis
from models.accident.tables import Accident
from models.case.tables import Case
from models.clock.queries.clock_lists import deadlines_of
from models.clock.queries.rulebook import Rulebook
from models.clock.queries.visible_clocks import Sight, visible_deadlines
from models.clock.rules.lights import worst
from models.clock.tables import Deadline
from models.joining.queries.related_cases import joined
from models.joining.tables import MovedRef
from models.kernel.event_kinds import HAPPENINGS
from models.kernel.local_time import local_date
from models.kernel.policy import Actor
from models.kernel.tables import Event
from models.kernel.visible import (
    POLICE,
    in_territory,
    sees_subjects,
    visible_assignments,
    visible_cases,
    visible_documents,
)
from models.kernel.vocabulary import Role
from models.office.queries.chains import absences_told, waiting_approvals
from models.office.tables import User
from models.papers.queries.documents import documents_of, no_case
from models.papers.tables import BundledCase, Document
from models.prevention.queries.recurrences import recurrences_of
from models.rectification.queries.effects import effect_of
from models.rectification.queries.measure_view import hands_of, measures, recipients
from models.rectification.tables import Assignment, Reply

from .progress import progress_of
from .turns import turn_of

_OFFICER, _SPONSOR = aliased(User), aliased(User)


def case_view(session: Session, actor: Actor, case_number: str, rules: Rulebook, now: datetime) -> dict[str, Any]:
    """Return the case. An agency gets its own measures, the papers served on it, its clocks and what happened to
    these. Raises NotFound, also where the actor may not know of the case. The statements do not grow with the rows.
    """
    today = local_date(now)
    case = _case(session, actor, case_number)
    papers = documents_of(session, actor, case.id)
    clocks = deadlines_of(session, actor, case.id, rules, today)
    approvals = waiting_approvals(session, actor, case.id, today)
    hands = hands_of(session, actor, case.id, whole=case.whole)
    return {
        "case_number": case.case_number,
        "title": case.title,
        "grade": case.grade,
        "grade_provisional": case.grade_provisional,
        "stage": case.stage,
        "light": worst(clock["light"] for clock in clocks),
        "turn": turn_of(session, actor, case.id, case.stage, today, absences_told(approvals)),
        "approvals": approvals,
        "accident": {name: getattr(case, name) for name in ACCIDENT},
        **(_inside(case) | joined(session, actor, case.id) if case.whole else {}),
        "progress": progress_of(session, actor, [case.id])[case.id],
        "documents": papers,
        "recipients": recipients(hands, clocks),
        "measures": measures(session, hands, clocks),
        "deadlines": clocks,
        "effect": effect_of(session, actor, case.id),
        "recurrences": recurrences_of(session, actor, case.id),
        "events": _events(session, actor, case, papers, hands, clocks),
    }


ACCIDENT = (
    "occurred_at",
    "place",
    "deaths",
    "serious_injuries",
    "minor_injuries",
    "injured_unspecified",
    "economic_loss",
    "summary",
)


def _case(session: Session, actor: Actor, case_number: str) -> Any:
    own = in_territory(actor, Case.__table__.c.unit_id)
    row = session.execute(
        select(
            Case.id,
            Case.case_number,
            Case.title,
            Case.stage,
            Case.stage_reason,
            Case.grade,
            Case.grade_provisional,
            Case.trigger,
            Case.trigger_reason,
            Case.filed_at,
            Case.report_approved_at,
            Case.closed_at,
            *(getattr(Accident, name) for name in ACCIDENT),
            Accident.accident_number,
            _OFFICER.name.label("officer"),
            _SPONSOR.name.label("sponsor"),
            Accident.property_loss,
            Accident.production_safety,
            Accident.investigated_by,
            (own if actor.has(*POLICE, Role.SYSTEM) else false()).label("whole"),
            sees_subjects(actor).label("subjects"),
        )
        .join(Accident, Accident.id == Case.accident_id)
        .join(_OFFICER, _OFFICER.id == Case.officer_id)
        .outerjoin(_SPONSOR, _SPONSOR.id == Case.sponsor_id)
        .where(Case.case_number == case_number, visible_cases(actor))
    ).one_or_none()
    if row is None:
        raise no_case(case_number)
    return row


def _inside(case: Any) -> dict[str, Any]:
    """What only the police read of a case."""
    names = (
        "trigger",
        "trigger_reason",
        "stage_reason",
        "officer",
        "sponsor",
        "accident_number",
        "property_loss",
        "production_safety",
        "investigated_by",
        "filed_at",
        "report_approved_at",
        "closed_at",
    )
    basis = grade_basis(production_safety=case.production_safety)
    return {name: getattr(case, name) for name in names} | {"grade_basis": basis.text, "grade_borrowed": basis.borrowed}


def _events(
    session: Session,
    actor: Actor,
    case: Any,
    papers: list[dict[str, Any]],
    hands: Sequence[Any],
    clocks: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    shown = {paper["ref"] for paper in papers} | set(_moved_away(session, case.id, visible_documents(actor)))
    own = select(Document.ref).where(Document.case_id == case.id)
    shared = select(BundledCase.ref).where(BundledCase.case_id == case.id)
    every = {*session.scalars(union_all(own, shared)), *_moved_away(session, case.id)}
    # A clock that went on in another case is still spoken of here, by the key that begins with this case's number.
    gone_on = _gone_on(session, actor, case)
    replies = session.scalars(
        select(Reply.ref)
        .join(Assignment, Assignment.id == Reply.assignment_id)
        .where(Reply.case_id == case.id, visible_assignments(actor))
    )
    sight = Sight(
        whole=case.whole,
        subjects=bool(case.subjects),
        papers=shown,
        hidden_papers=every - shown,
        hands={(hand.ref, hand.organisation) for hand in hands if hand.own},
        replies=set(replies),
        clocks={*(clock["key"] for clock in clocks), *gone_on},
    )
    rows = session.execute(
        select(Event.seq, Event.kind, Event.happened_at, Event.recorded_at, Event.actor_name, Event.why, Event.data)
        .where(Event.case_id == case.id)
        .order_by(Event.seq)
    )
    return [
        {
            "seq": row.seq,
            "kind": row.kind,
            "what": HAPPENINGS[row.kind],
            "happened_at": row.happened_at,
            "recorded_at": row.recorded_at,
            "by": row.actor_name,
            "why": row.why,
            "data": sight.facts(row.data),
        }
        for row in rows
        if sight.shows(row.kind, row.data)
    ]


def _gone_on(session: Session, actor: Actor, case: Any) -> Sequence[str]:
    """Return the keys of clocks that left the case. Where nothing did, no other case's clocks are read for them."""
    if not session.scalar(select(exists().where(MovedRef.case_id == case.id))):
        return ()
    return session.scalars(
        select(Deadline.key).where(
            Deadline.key.startswith(f"{case.case_number}/", autoescape=True),
            Deadline.case_id != case.id,
            visible_deadlines(actor),
        )
    ).all()


def _moved_away(session: Session, case_id: int, *wanted: ColumnElement[bool]) -> Sequence[str]:
    """Return the short names that papers had in the case before a merger or split took them away."""
    query = select(MovedRef.ref).join(Document, Document.id == MovedRef.document_id)
    return session.scalars(query.where(MovedRef.case_id == case_id, *wanted)).all()
