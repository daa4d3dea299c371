"""When a measure was reported done, as figures count it: accepted, or waiting to be judged; what was sent back was not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ScalarSelect, and_, func, or_, select

from models.kernel.vocabulary import AssignmentState, ReplyKind, Verdict
from models.rectification.tables import Assessment, Assignment, Reply

ACCEPTED = (Verdict.ACCEPTED, Verdict.ACCEPTED_ALTERNATE)


def reported_done() -> ScalarSelect[datetime]:
    """Return the moment for each row of `Assignment`; null where nothing was reported, or it was sent back."""
    accepted = and_(Assessment.verdict.in_(ACCEPTED), Assignment.state != AssignmentState.RETURNED)
    return (
        select(func.max(Reply.happened_at))
        .outerjoin(Assessment, Assessment.reply_id == Reply.id)
        .where(
            Reply.assignment_id == Assignment.id,
            Reply.kind == ReplyKind.COMPLETION,
            Reply.withdrawn_at.is_(None),
            or_(Assessment.reply_id.is_(None), accepted),
        )
        .correlate(Assignment)
        .scalar_subquery()
    )
