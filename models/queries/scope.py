"""Who sees the same as others: figures counted for one of them are right for all."""

from __future__ import annotations

from collections.abc import Hashable

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models.rules.policy import Actor
from models.rules.vocabulary import Role
from models.tables import Case, Person, Reader, Recusal


def scope(session: Session, actor: Actor) -> Hashable:
    """Return a key that two people share only if every figure of the leaders' page is the same for both.

    Leaders of a unit see its territory and nothing else, unless something is theirs alone: a recusal, a place on the
    list of a restricted paper, a case they carry, a paper that may ask about them, a step of a chain. Then the person is
    the key. One statement.
    """
    if actor.roles != {Role.LEADER} or actor.stands_in:
        return actor
    own = or_(
        exists(select(1).where(Recusal.user_id == actor.id, Recusal.ended_at.is_(None))),
        exists(select(1).where(Reader.user_id == actor.id)),
        exists(select(1).where(Case.officer_id == actor.id)),
        exists(select(1).where(Person.user_id == actor.id)),
        exists(select(1).where(Person.organisation_id == actor.organisation_id, Person.name == actor.name)),
    )
    return actor if session.scalar(select(own)) else (actor.organisation_id, actor.path)
