"""Moves a measure from one unit to another, which gets a notice of its own."""

from __future__ import annotations

from sqlalchemy import select

from models.case.tables import Case
from models.clock.commands import deadlines
from models.kernel.act import Act
from models.kernel.errors import Conflict
from models.kernel.vocabulary import AssignmentState, DocumentKind, Outcome, Part, Stage
from models.office.tables import Organisation
from models.papers.commands.drafting import draft_notice
from models.papers.tables import Document
from models.rectification.tables import Assignment

from . import milestones
from .assignments import measure_ref
from .closing import close_hand


def release(act: Act, case: Case, assignment: Assignment, outcome: Outcome, why: str) -> None:
    """Take a unit out of a measure: for it the measure ends with this outcome and reason, and no paper names it more."""
    close_hand(act, case, assignment, "close_with_reason", outcome, why)
    assignment.released_at = act.at
    act.session.flush()  # the database allows one lead at a time


def take_part(act: Act, case: Case, old: Assignment, unit: Organisation, *, stays: bool = False) -> Assignment:
    """Give the part of a unit that was released, or that `stays` and cooperates from now on, to another unit.

    One that cooperates already rises to it, and the clocks of the milestones go over to it. Raises Conflict for a unit
    that was released itself, is done already, or holds the very part.
    """
    part = old.part
    if stays:
        old.part = Part.COOPERATING
        act.session.flush()
        for clock in deadlines.open_ones(act, case, "measure.complete", assignment_id=old.id):
            if clock.milestone_id is not None:
                clock.state, clock.closed_at, clock.next_look_on = "withdrawn", act.at, None
    held = act.session.scalars(
        select(Assignment).where(Assignment.measure_id == old.measure_id, Assignment.organisation_id == unit.id)
    ).one_or_none()
    if held is None:
        keeps_date = old.due_on is not None and old.due_on > act.today
        held = Assignment(
            case_id=case.id,
            measure_id=old.measure_id,
            organisation_id=unit.id,
            part=part,
            due_on=old.due_on if keeps_date else None,
            state=AssignmentState.UNISSUED,
        )
        act.session.add(held)
    elif held.released_at is not None:
        raise Conflict(f"{unit.name}此前已不再承担该措施，不能再由其承担。", code="released_before")
    elif part is Part.COOPERATING:
        raise Conflict(f"{unit.name}已经承担该措施。", code="holds_already")
    elif held.state is AssignmentState.CLOSED:
        raise Conflict(f"{unit.name}的配合事项已办结，不能改为牵头。", code="closed")
    else:
        held.part = part
        if held.notice_id is not None and held.state is not AssignmentState.UNISSUED:
            notice = act.session.get_one(Document, held.notice_id)
            key = f"{notice.ref}/{measure_ref(act, held)}/E{case.last_seq}"
            milestones.start_clocks(act, case, notice, key, held, act.at)
    act.session.flush()
    return held


def reassign(act: Act, case: Case, old: Assignment, unit: Organisation, why: str) -> str | None:
    """Take a measure from one unit and give it to another; returns the short name of the notice drafted for the latter.

    None where it cooperated before and holds a notice already. Raises Conflict as `take_part`.
    """
    notice = None if old.notice_id is None else act.session.get(Document, old.notice_id)
    release(act, case, old, Outcome.SUPERSEDED, why)
    held = take_part(act, case, old, unit)
    if held.notice_id is not None:
        return None
    early = notice is not None and notice.kind is DocumentKind.ADVANCE_NOTICE and case.stage is not Stage.RECTIFYING
    kind = DocumentKind.ADVANCE_NOTICE if early else DocumentKind.RECTIFICATION_NOTICE
    note = notice.note if early and notice is not None else None
    return draft_notice(act, case, kind, unit.id, [held.id], note=note).ref
