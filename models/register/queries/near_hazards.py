"""What lies near a hazard: other hazards that may be the same one, registered accidents, measures that were promised there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import POLICE, visible_assignments, visible_cases, visible_hazards
from models.kernel.vocabulary import AssignmentState, HazardState, Role
from models.office.tables import Organisation
from models.rectification.tables import Assignment, Measure
from models.register.queries.around import Around
from models.register.rules.grid import AROUND_M
from models.register.rules.hazards import SAME_WITHIN_DAYS, SAME_WITHIN_M, may_be_one
from models.register.tables import Hazard, RegisteredAccident

SHOWN = 20
_COMPARED = ("description", "found_on", "east_m", "north_m", "road_number", "road_name", "stake_m", "place")


@dataclass(frozen=True, slots=True)
class Alike:
    """What is compared: words, day and place of a hazard; `but` is its own row, where it has one."""

    description: str
    found_on: date
    east_m: int | None
    north_m: int | None
    road_number: str | None
    road_name: str | None
    stake_m: int | None
    place: str | None
    but: int | None = None

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Alike:
        """Return what is compared of the columns of a hazard that is not written down yet."""
        return cls(**{name: said[name] for name in _COMPARED})

    @classmethod
    def to(cls, hazard: Hazard) -> Alike:
        """Return what is compared of a hazard on record."""
        return cls(**{name: getattr(hazard, name) for name in _COMPARED}, but=hazard.id)


@dataclass(frozen=True, slots=True)
class HazardNear:
    """Another hazard near by that may be the same one."""

    hazard_number: str
    state: HazardState
    found_on: date
    description: str
    distance_m: int | None


@dataclass(frozen=True, slots=True)
class AccidentNear:
    """A registered accident near a hazard: when, where, whom it cost; metres away, along the road or through the air."""

    occurred_on: date
    title: str | None
    place: str | None
    deaths: int | None
    serious: int | None
    light: int | None
    distance_m: int


@dataclass(frozen=True, slots=True)
class MeasureNear:
    """A measure that was promised after an accident near by, and how it stands."""

    case_number: str
    measure: str
    text: str
    organisation: str
    state: AssignmentState
    distance_m: int


def hazards_alike(session: Session, actor: Actor, given: Alike) -> list[HazardNear]:
    """Return the hazards that may be the one given, for the actor: ≤ 100 m, ≤ 90 days, like words; the nearest first."""
    around = timedelta(days=SAME_WITHIN_DAYS)
    rows = session.execute(
        select(Hazard)
        .where(
            visible_hazards(actor),
            _near(Hazard, given, SAME_WITHIN_M),
            Hazard.found_on.between(given.found_on - around, given.found_on + around),
            Hazard.id != (given.but or 0),
        )
        .order_by(Hazard.id.desc())
        .limit(200)
    ).scalars()
    found = [
        HazardNear(row.hazard_number, row.state, row.found_on, row.description, metres)
        for row in rows
        if (metres := _metres(row, given)) is None or metres <= SAME_WITHIN_M
        if may_be_one((row.description, row.found_on), (given.description, given.found_on))
    ]
    return sorted(found, key=lambda one: (one.distance_m is None, one.distance_m))[:SHOWN]


def accidents_near(session: Session, actor: Actor, given: Alike) -> list[AccidentNear]:
    """Return the counted accidents within 500 m, the newest first, at most 20. Agencies do not see the register."""
    if not actor.has(*POLICE, Role.SYSTEM):
        return []
    rows = session.execute(
        select(RegisteredAccident)
        .where(_near(RegisteredAccident, given, AROUND_M), RegisteredAccident.exclusion.is_(None))
        .order_by(RegisteredAccident.occurred_on.desc(), RegisteredAccident.id.desc())
        .limit(5 * SHOWN)
    ).scalars()
    return [
        AccidentNear(row.occurred_on, row.title, row.place, row.deaths, row.serious, row.light, metres)
        for row in rows
        if (metres := _metres(row, given)) is not None and metres <= AROUND_M
    ][:SHOWN]


def measures_near(session: Session, actor: Actor, given: Alike) -> list[MeasureNear]:
    """Return the measures of cases whose accidents happened within 500 m, that the actor may see; at most 20."""
    if not actor.has(*POLICE, Role.SYSTEM):
        return []
    rows = session.execute(
        select(RegisteredAccident, Case.case_number, Measure.ref, Measure.text, Organisation.name, Assignment.state)
        .join(Case, Case.accident_id == RegisteredAccident.accident_id)
        .join(Assignment, Assignment.case_id == Case.id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Organisation, Organisation.id == Assignment.organisation_id)
        .where(_near(RegisteredAccident, given, AROUND_M), visible_cases(actor), visible_assignments(actor))
        .order_by(Case.id.desc(), Measure.id)
        .limit(5 * SHOWN)
    )
    return [
        MeasureNear(number, ref, text, unit, state, metres)
        for row, number, ref, text, unit, state in rows
        if (metres := _metres(row, given)) is not None and metres <= AROUND_M
    ][:SHOWN]


def _near(table: type[Hazard] | type[RegisteredAccident], given: Alike, metres: int) -> ColumnElement[bool]:
    """A circle on the grid, a piece of the same road, or the same words for the place: what an index answers."""
    ways: list[ColumnElement[bool]] = []
    if given.east_m is not None and given.north_m is not None:
        ways.append(Around(given.east_m, given.north_m, metres).holds(table))
    if given.stake_m is not None and (given.road_number or given.road_name):
        road = table.road_number == given.road_number if given.road_number else table.road_name == given.road_name
        ways.append(and_(road, table.stake_m.between(given.stake_m - metres, given.stake_m + metres)))
    if given.place and table is Hazard:
        ways.append(table.place == given.place)
    return or_(*ways) if ways else false()


def _metres(row: Hazard | RegisteredAccident, given: Alike) -> int | None:
    """Return how far a row lies from what is given, through the air where both points are known, else along the road."""
    if row.east_m is not None and row.north_m is not None and given.east_m is not None and given.north_m is not None:
        return round(math.hypot(row.east_m - given.east_m, row.north_m - given.north_m))
    if row.stake_m is not None and given.stake_m is not None:
        return abs(row.stake_m - given.stake_m)
    return None
