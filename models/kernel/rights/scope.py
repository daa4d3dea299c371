"""Cache key for visibility: people with the same key see the same cases, so figures counted for one are right for all."""

from __future__ import annotations

from collections.abc import Hashable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.joining.tables import Recusal
from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import Role


def scope(session: Session, actor: Actor) -> Hashable:
    """Return a key that two people share only if they see the same cases and the same measures in hands.

    That is so for leaders of one territory, but for the cases from which each is recused; who also takes steps of a
    chain sees further cases and is a key alone. Papers are another matter: of restricted ones each knows their own. One
    statement.
    """
    if actor.roles != {Role.LEADER} or actor.stands_in:
        return actor
    away = session.scalars(select(Recusal.case_id).where(Recusal.user_id == actor.id, Recusal.ended_at.is_(None)))
    return actor.path, frozenset(away)
