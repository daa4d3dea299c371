"""A person's own filing forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.base import Json
from models.kernel.errors import NotFound
from models.kernel.rights.policy import Actor
from models.office.tables import CaseDraft

MOST = 50


@dataclass(frozen=True, slots=True)
class DraftShown:
    """A filing form that is not filed yet: what stands in its fields, and how often it was kept."""

    id: int
    data: Json
    version: int
    changed_at: datetime


def draft_list(session: Session, actor: Actor) -> list[DraftShown]:
    """Return the drafts of a person, the one changed last first."""
    rows = session.execute(
        select(CaseDraft.id, CaseDraft.data, CaseDraft.version, CaseDraft.changed_at)
        .where(CaseDraft.user_id == actor.id)
        .order_by(CaseDraft.changed_at.desc(), CaseDraft.id.desc())
        .limit(MOST)
    )
    return [DraftShown(*row) for row in rows]


def draft(session: Session, actor: Actor, draft_id: int) -> DraftShown:
    """Return one draft. Raises NotFound, also for somebody else's."""
    row = session.execute(
        select(CaseDraft.id, CaseDraft.data, CaseDraft.version, CaseDraft.changed_at).where(
            CaseDraft.id == draft_id, CaseDraft.user_id == actor.id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("没有这份草稿，可能已经立案或删除。", code="draft_not_found")
    return DraftShown(*row)
