"""Answers that wait: neither judged nor taken back; and in words, where a measure stands while one does."""

from __future__ import annotations

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, exists, not_, select
from sqlalchemy.orm import aliased

from models.kernel.vocabulary import ReplyKind
from models.rectification.tables import Assessment, Assignment, Reply

# What is judged or decided; other progress is for our knowledge.
JUDGED = (ReplyKind.PLAN, ReplyKind.COMPLETION, ReplyKind.REFUSAL, ReplyKind.EXTENSION)
_LAST = aliased(Reply)


def pending(reply: type[Reply] = Reply) -> ColumnElement[bool]:
    """Say that a reply was neither judged nor taken back."""
    judged = exists(select(1).where(Assessment.reply_id == reply.id).correlate(reply))
    return and_(reply.withdrawn_at.is_(None), not_(judged))


def awaited() -> ScalarSelect[ReplyKind]:
    """The kind of the answer about a measure in hand that waits, the newest; a wish for more time only where none else does."""
    return (
        select(_LAST.kind)
        .where(_LAST.assignment_id == Assignment.id, _LAST.kind.in_(JUDGED), pending(_LAST))
        .order_by(case((_LAST.kind == ReplyKind.EXTENSION, 1), else_=0), _LAST.id.desc())
        .limit(1)
        .correlate(Assignment)
        .scalar_subquery()
    )
