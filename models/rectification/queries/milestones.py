"""阶段目标 of measures: by when what must be reached, and whether it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.vocabulary import Verdict
from models.rectification.tables import Assessment, Milestone, Reply

ACCEPTED = (Verdict.ACCEPTED, Verdict.ACCEPTED_ALTERNATE)


def milestones_of(session: Session, measures: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """Return the standing milestones of measures (their row numbers), which whoever calls has found for the actor.

    One is `reached` once a report of it was accepted, and `reported` while a report waits to be assessed. One statement.
    """
    reports = select(Reply.id).outerjoin(Assessment, Assessment.reply_id == Reply.id)
    reports = reports.where(Reply.milestone_id == Milestone.id).correlate(Milestone)
    told: dict[int, list[dict[str, Any]]] = {}
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
            {
                "ref": row.ref,
                "kind": row.kind,
                "text": row.text,
                "due_on": row.due_on,
                "reached": bool(row.reached),
                "reported": bool(row.reported),
            }
        )
    return told
