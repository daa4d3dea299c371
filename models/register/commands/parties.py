"""The parties of a registered accident as its case knows them: vehicles with who drove and who owns them, people on foot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from models.accident.tables import Person, Vehicle
from models.kernel.act import Act
from models.kernel.vocabulary import PartyLiability, PersonRole
from models.office.tables import Organisation
from models.register.tables import RegisterChange, RegisteredAccident, RegisteredParty

ON_THEIR_OWN = (PersonRole.PEDESTRIAN, PersonRole.CYCLIST)
REF = "ref"
"""Under which name the details of a party keep its short name in the case that told of it."""


_LIABILITY = {one.label: one for one in PartyLiability}


class Told(NamedTuple):
    """A party by its short name in the case, with what its columns say."""

    ref: str
    columns: dict[str, Any]
    vehicle: bool


def follow_parties(act: Act, row: RegisteredAccident, accident_id: int, reason: str | None) -> None:
    """Bring the parties up to what the case says now; `reason` is kept where the kinds of vehicles change, None for a row
    that has just come.

    A vehicle that another source told of is known by its plate: the case fills in what that one left open.
    """
    told = told_of(act, [accident_id])[accident_id]
    standing = act.session.scalars(
        select(RegisteredParty).where(RegisteredParty.accident_id == row.id).order_by(RegisteredParty.position)
    ).all()
    ours = {party.details[REF]: party for party in standing if REF in party.details}
    by_plate = {party.plate: party for party in standing if REF not in party.details and party.plate is not None}
    before = _kinds(standing)
    last = max((party.position for party in standing), default=0)
    made: list[RegisteredParty] = []
    gone = [ours[ref] for ref in ours.keys() - {one.ref for one in told}]
    for party in gone:
        act.session.delete(party)
    for one in told:
        if one.ref in ours:
            _set(ours[one.ref], one.columns)
        elif (other := by_plate.get(one.columns["plate"])) is not None:
            _set(other, {name: value for name, value in one.columns.items() if getattr(other, name) is None})
        else:
            last += 1
            made.append(new_party(row.id, last, one))
    act.session.add_all(made)
    after = _kinds([party for party in (*standing, *made) if party not in gone])
    if reason is not None and before != after:
        _keep_kinds(act, row, before, after, reason)
    if row.vehicles is None:
        row.vehicles = vehicles_in(told)


def _kinds(parties: Sequence[RegisteredParty]) -> list[str]:
    return sorted(party.vehicle_kind for party in parties if party.vehicle_kind is not None)


def _keep_kinds(act: Act, row: RegisteredAccident, before: list[str], after: list[str], reason: str) -> None:
    """Keep which kinds of vehicles took part until now: figures are kept until a change of the register is on record."""
    act.session.add(
        RegisterChange(
            accident_id=row.id,
            field="parties",
            before={"value": before},
            after={"value": after},
            changed_at=act.at,
            changed_by=None,
            reason=reason,
        )
    )


def new_party(row_id: int, position: int, told: Told) -> RegisteredParty:
    """Return a party that a case tells of as a row of the register."""
    return RegisteredParty(accident_id=row_id, position=position, details={REF: told.ref}, **told.columns)


def vehicles_in(told: Sequence[Told]) -> int | None:
    """Return how many of the parties are vehicles; None where none is known."""
    return sum(one.vehicle for one in told) or None


def _set(party: RegisteredParty, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        if getattr(party, name) != value:
            setattr(party, name, value)


def told_of(act: Act, accidents: Sequence[int]) -> dict[int, list[Told]]:
    """Return the parties of accidents as their cases know them. Three statements, however many accidents."""
    of_these = Person.accident_id.in_(accidents)
    people = act.session.scalars(select(Person).where(of_these).order_by(Person.id)).all()
    drivers = {one.vehicle_id: one for one in people if one.role is PersonRole.DRIVER and one.vehicle_id is not None}
    vehicles = act.session.scalars(select(Vehicle).where(Vehicle.accident_id.in_(accidents)).order_by(Vehicle.id)).all()
    units = {one.owner_id for one in vehicles} | {one.organisation_id for one in drivers.values()}
    named = select(Organisation.id, Organisation.name).where(Organisation.id.in_(units - {None}))
    names = dict(act.session.execute(named).all())
    told: dict[int, list[Told]] = {accident: [] for accident in accidents}
    for vehicle in vehicles:
        columns = _of_vehicle(vehicle, drivers.get(vehicle.id), names)
        told[vehicle.accident_id].append(Told(vehicle.ref, columns, vehicle=True))
    for person in people:
        if person.role in ON_THEIR_OWN:
            told[person.accident_id].append(Told(person.ref, _of_person(person), vehicle=False))
    return told


def _of_vehicle(vehicle: Vehicle, driver: Person | None, names: dict[int, str]) -> dict[str, Any]:
    nobody = {"role": None, "liability": None, "injury": None, "employer_name": None}
    employer = driver.organisation_id if driver is not None else None
    return {
        "plate": vehicle.plate,
        "vehicle_kind": vehicle.type,
        "vehicle_use": vehicle.usage,
        "owner_id": vehicle.owner_id,
        "owner_name": names.get(vehicle.owner_id or 0),
        **(nobody if driver is None else {**_conduct(driver), "employer_name": names.get(employer or 0)}),
    }


def _of_person(person: Person) -> dict[str, Any]:
    nothing = dict.fromkeys(("plate", "vehicle_kind", "vehicle_use", "owner_id", "owner_name", "employer_name"))
    return {**nothing, **_conduct(person)}


def _conduct(person: Person) -> dict[str, Any]:
    said = person.details.get("liability")
    return {
        "role": person.role.label,
        "injury": person.outcome.label,
        "liability": _LIABILITY.get(said) if isinstance(said, str) else None,
    }
