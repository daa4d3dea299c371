"""Where hazards stand in 研、交、办、督、结: how many in each state, and those that wait for a work order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import POLICE, visible_hazards
from models.kernel.vocabulary import HazardGrade, HazardState, Role
from models.papers.filling.hazards import stated_hazard
from models.register.tables import Hazard


@dataclass(frozen=True, slots=True)
class HazardToOrder:
    """A hazard that somebody looked at and that no work order is about yet."""

    hazard_number: str
    where: str
    description: str
    severity: HazardGrade | None
    checked_on: date | None
    seen: tuple[str, ...]


def hazards_to_order(
    session: Session, actor: Actor, *, after: str | None = None, limit: int = 50
) -> list[HazardToOrder]:
    """Return up to `limit` checked hazards without a work order, the longest known first, as after a number. One statement."""
    query = select(Hazard).where(Hazard.state == HazardState.CHECKED, _seen(actor)).order_by(Hazard.id).limit(limit)
    if after is not None:
        before = select(Hazard.id).where(Hazard.hazard_number == after).scalar_subquery()
        query = query.where(Hazard.id > before)
    return [_to_order(row) for row in session.scalars(query)]


def hazard_to_order(session: Session, actor: Actor, number: str) -> HazardToOrder | None:
    """Return one such hazard by its number; None where there is none, or it waits for no order."""
    open_ones = or_(Hazard.state == HazardState.CHECKED, Hazard.state == HazardState.REPORTED)
    row = session.scalars(select(Hazard).where(Hazard.hazard_number == number, open_ones, _seen(actor))).one_or_none()
    return None if row is None else _to_order(row)


def hazards_by_state(session: Session, actor: Actor) -> dict[HazardState, int]:
    """Return how many hazards stand in each state, in the order of the work. One statement."""
    query = select(Hazard.state, func.count()).where(_seen(actor)).group_by(Hazard.state)
    counted = dict(session.execute(query).all())
    return {state: counted.get(state, 0) for state in HazardState}


def _seen(actor: Actor) -> ColumnElement[bool]:
    """Work orders are opened by the police: an agency sees its hazards, and what it has to mend as a notice."""
    return visible_hazards(actor) if actor.has(*POLICE, Role.SYSTEM) else false()


def _to_order(row: Hazard) -> HazardToOrder:
    stated = stated_hazard(row)
    seen = [*(one.text for one in stated.found), *([stated.danger] if stated.danger else [])]
    return HazardToOrder(
        row.hazard_number, stated.where, stated.description, stated.severity, stated.checked_on, tuple(seen)
    )
