"""阶段目标 of measures: by when what must be reached, and whether it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.vocabulary import MilestoneKind, Verdict
from models.rectification.tables import Assessment, Milestone, Reply

ACCEPTED = (Verdict.ACCEPTED, Verdict.ACCEPTED_ALTERNATE)


@dataclass(frozen=True, slots=True)
class MilestoneShown:
    """What must be reached by when, whether it is, and whether a report of it waits to be assessed."""

    ref: str
    kind: MilestoneKind
    text: str
    due_on: date | None
    reached: bool
    reported: bool


def milestones_of(session: Session, measures: Collection[int]) -> dict[int, list[MilestoneShown]]:
    """Return the standing milestones of measures (their row numbers), which whoever calls has found for the actor.

    One is `reached` once a report of it was accepted, and `reported` while a report waits to be assessed. One statement.
    """
    reports = select(Reply.id).outerjoin(Assessment, Assessment.reply_id == Reply.id)
    reports = reports.where(Reply.milestone_id == Milestone.id).correlate(Milestone)
    told: dict[int, list[MilestoneShown]] = {}
    for row in session.execute(
        select(
            Milestone.measure_id,
            Milestone.ref,
            Milestone.kind,
            Milestone.text,
            Milestone.due_on,
            reports.where(Assessment.verdict.in_(ACCEPTED)).exists().label("reached"),
            reports.where(Assessment.reply_id.is_(None), Reply.withdrawn_at.is_(None)).exists().label("reported"),
        )
        .where(Milestone.measure_id.in_(measures), Milestone.withdrawn_at.is_(None))
        .order_by(Milestone.measure_id, Milestone.id)
    ):
        told.setdefault(row.measure_id, []).append(
            MilestoneShown(
                ref=row.ref,
                kind=row.kind,
                text=row.text,
                due_on=row.due_on,
                reached=bool(row.reached),
                reported=bool(row.reported),
            )
        )
    return told
