"""Which unit a name means: the one that bears it, else the one that bore it once (曾用名) or took its bearer over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from models.kernel.text.folded import folded
from models.office.tables import Organisation, OrganisationName


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit that a name may mean; `former` where that is a name of old."""

    id: int
    name: str
    division_code: str | None
    former: bool = field(compare=False)


def known_units(session: Session, names: Collection[str]) -> Mapping[str, tuple[KnownUnit, ...]]:
    """Return folded name → the units it may mean, those that bear it before those that bore it. Two statements."""
    wanted = {folded(name) for name in names}
    going_on = aliased(Organisation)
    bearing = session.execute(
        select(
            Organisation.folded_name,
            Organisation.merged_into_id.is_not(None).label("former"),
            going_on.id,
            going_on.name,
            going_on.division_code,
        )
        .join(going_on, (going_on.id == Organisation.merged_into_id) | _goes_on(going_on))
        .where(Organisation.folded_name.in_(wanted))
        .order_by(going_on.id)
    ).all()
    bore = session.execute(
        select(OrganisationName.folded_name, going_on.id, going_on.name, going_on.division_code)
        .join(Organisation, Organisation.id == OrganisationName.organisation_id)
        .join(going_on, (going_on.id == Organisation.merged_into_id) | _goes_on(going_on))
        .where(OrganisationName.folded_name.in_(wanted))
        .order_by(going_on.id)
    ).all()
    found: dict[str, dict[int, KnownUnit]] = {}
    for row in sorted(bearing, key=lambda row: bool(row.former)):
        unit = KnownUnit(row.id, row.name, row.division_code, bool(row.former))
        found.setdefault(row.folded_name, {}).setdefault(row.id, unit)
    for old in bore:
        unit = KnownUnit(old.id, old.name, old.division_code, former=True)
        found.setdefault(old.folded_name, {}).setdefault(old.id, unit)
    return {name: tuple(units.values()) for name, units in found.items()}


def _goes_on(going_on: type[Organisation]) -> ColumnElement[bool]:
    return (going_on.id == Organisation.id) & Organisation.merged_into_id.is_(None)


def meant(units: Collection[KnownUnit]) -> tuple[KnownUnit, ...]:
    """Return what a name means: the units that bear it, and only where none does those that bore it."""
    return tuple(unit for unit in units if not unit.former) or tuple(units)


def alike(session: Session, name: str, division_code: str | None, *, but: int | None = None) -> KnownUnit | None:
    """Return a unit that a new name would mean, too: same folded name now or once, and no other division."""
    for unit in known_units(session, [name]).get(folded(name), ()):
        one_place = unit.division_code == division_code or None in (unit.division_code, division_code)
        if one_place and unit.id != but:
            return unit
    return None
