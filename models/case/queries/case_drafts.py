"""A person's own filing forms."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.errors import NotFound
from models.kernel.policy import Actor
from models.office.tables import CaseDraft

MOST = 50


def draft_list(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """Return the drafts of a person, the one changed last first."""
    rows = session.execute(
        select(CaseDraft.id, CaseDraft.data, CaseDraft.changed_at)
        .where(CaseDraft.user_id == actor.id)
        .order_by(CaseDraft.changed_at.desc(), CaseDraft.id.desc())
        .limit(MOST)
    )
    return [dict(row._mapping) for row in rows]


def draft(session: Session, actor: Actor, draft_id: int) -> dict[str, Any]:
    """Return one draft. Raises NotFound, also for somebody else's."""
    row = session.execute(
        select(CaseDraft.id, CaseDraft.data, CaseDraft.version, CaseDraft.changed_at).where(
            CaseDraft.id == draft_id, CaseDraft.user_id == actor.id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("没有这份草稿，可能已经立案或删除。", code="draft_not_found")
    return dict(row._mapping)
