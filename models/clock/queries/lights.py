"""The light of a deadline as an SQL expression; `models.clock.rules.lights` is the same rule in Python."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import BindParameter, ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from models.clock.rules.deadline_rules import DEFAULT_RULES
from models.clock.rules.escalation import ORDER_RULES
from models.clock.rules.lights import BY_SEVERITY
from models.clock.tables import Deadline
from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import Light, Turn
from models.office.queries.competence import body_of, seen_by
from models.office.rules.competence import may_be_lit
from models.office.rules.relations import group
from models.office.tables import Organisation

from .rulebook import rulebook
from .visible_clocks import visible_deadlines

REMINDERS = tuple(rule.code for rule in DEFAULT_RULES if rule.reminder_only)


def unlit_units(session: Session) -> frozenset[int]:
    """Return the units with running clocks that show no light: superiors, higher or unknown levels, organs of law, other
    cities."""
    # The first clock of each unit answers; a list of all that run would be read to its end.
    running = exists(
        select(1)
        .where(Deadline.organisation_id == Organisation.id, Deadline.state == "open", Deadline.turn == Turn.THEIRS)
        .correlate(Organisation)
    )
    units = session.scalars(select(Organisation).where(or_(Organisation.issues_as == "unit", running))).all()
    own = next((body_of(unit) for unit in units if unit.issues_as == "unit"), None)
    if own is None:
        return frozenset()
    table = rulebook(session).manners
    return frozenset(
        unit.id
        for unit in units
        if not table.may_get_order(group(own, body_of(unit), override=unit.relation))
        or not may_be_lit(own, seen_by(own, unit))
    )


def severity(today: date | BindParameter[date], unlit: Collection[int] | BindParameter[int]) -> ColumnElement[int]:
    """Return the place of a clock's light in `BY_SEVERITY`: green unless it runs, binds somebody and nears its end."""
    dark = or_(
        Deadline.state != "open",
        Deadline.rule_code.in_(REMINDERS),
        and_(Deadline.turn == Turn.THEIRS, Deadline.organisation_id.in_(unlit)),
    )
    return case(
        (dark, _place(Light.GREEN)),
        (and_(Deadline.due_on < today, Deadline.rule_code.in_(ORDER_RULES)), _place(Light.RED)),
        (Deadline.due_on < today, _place(Light.YELLOW)),
        (Deadline.near_on <= today, _place(Light.BLUE)),
        else_=_place(Light.GREEN),
    )


def lamp(place: int | None) -> Light:
    """Return the light at a place of `BY_SEVERITY`; green for no clock at all."""
    return BY_SEVERITY[place or 0]


def lights_of_cases(session: Session, actor: Actor, case_ids: Collection[int], today: date) -> Mapping[int, Light]:
    """Return the worst light of each case among the clocks that the actor may see. Three statements."""
    rows = session.execute(
        select(Deadline.case_id, func.max(severity(today, unlit_units(session))).label("place"))
        .where(Deadline.case_id.in_(case_ids), visible_deadlines(actor))
        .group_by(Deadline.case_id)
    )
    return {row.case_id: lamp(row.place) for row in rows}


def _place(light: Light) -> int:
    return BY_SEVERITY.index(light)
