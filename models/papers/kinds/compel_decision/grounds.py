"""What an order to a specialised carrier rests on, read from the sheets, the accidents we have on file and their 认定书."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.accident.sheets import QUESTIONS, faults, sheet
from models.accident.tables import Accident, Person, Vehicle
from models.case.tables import Case, FactRow, LiabilityDecision, LiabilityReview
from models.kernel.calendar.local_time import local_date
from models.kernel.vocabulary import PersonRole, ReviewOutcome, Stage
from models.office.tables import Organisation
from models.papers.filling.sheets_in_words import Facts, facts_of_case

from .conditions import GRAVE_DEATHS, GRAVE_SHARES, Lack, lacking, within_six_months
from .content import GraveAccident, Hearing, Party, UnsafeVehicle

_SHEETS = ("carrier_accidents", "hearings", "unsafe_vehicles")
_REACH = timedelta(days=200)
"""More than six months, to either side of the accident: the rule itself counts the months."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """The recorded facts. `told` are the units that get to know of the decision (通报), `unsettled` what was typed there
    and nobody can understand."""

    party: Party
    accidents: tuple[GraveAccident, ...]
    hearing: Hearing | None
    vehicles: tuple[UnsafeVehicle, ...]
    told: tuple[str, ...]
    unsettled: tuple[str, ...]

    def lacking(self, basis: tuple[str, ...]) -> tuple[Lack, ...]:
        """Return the conditions that do not hold."""
        return tuple(lacking(self.party, self.accidents, self.hearing, basis, self.unsettled))


def grounds(session: Session, case_id: int, carrier: Organisation) -> Grounds:
    """Return what is on record for an order to a carrier in a case.

    The accidents are those of every case of this office, which decides as one body, and those entered by hand.
    """
    facts = facts_of_case(session, case_id)
    unit = facts.units.get(carrier.id, {})
    occurred_at = session.scalars(
        select(Accident.occurred_at).join(Case, Case.accident_id == Accident.id).where(Case.id == case_id)
    ).one()
    entered = [_entered(row) for row in _rows(facts, "carrier_accidents", unit)]
    accidents = _with_entered(_on_file(session, carrier.id, occurred_at), [one for one in entered if one is not None])
    hearing = next(iter(_rows(facts, "hearings", unit)[-1:]), None)
    names = facts.names["organisations"]
    return Grounds(
        party=_party(carrier, unit),
        accidents=within_six_months(accidents, local_date(occurred_at)),
        hearing=None if hearing is None else _hearing(hearing),
        vehicles=tuple(_vehicles(facts, unit)),
        told=tuple(names.get(ref, ref) for ref in (hearing or {}).get("told_refs") or ()),
        unsettled=tuple(_unsettled(session, case_id, unit)),
    )


def _unsettled(session: Session, case_id: int, unit: Mapping[str, Any]) -> Iterator[str]:
    """Yield each cell about a unit that was typed and not understood."""
    rows = session.execute(
        select(FactRow.sheet, FactRow.ref, FactRow.details)
        .where(FactRow.case_id == case_id, FactRow.removed_at.is_(None), FactRow.sheet.in_(_SHEETS))
        .order_by(FactRow.sheet, FactRow.position)
    )
    for name, ref, details in rows:
        if unit and details.get("organisation_ref") == unit["ref"]:
            known, told = _understood(name, details), sheet(name)
            missed = (one.label for one in told.fields if details.get(one.name) is not None and one.name not in known)
            yield from (f"{told.title}{ref}的{label}" for label in missed)


def _understood(name: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row without those that were typed and not understood."""
    return {
        field.name: value
        for field in sheet(name).fields
        if (value := details.get(field.name)) is not None
        and not any(fault.code not in QUESTIONS for fault in faults(field, value))
    }


def _rows(facts: Facts, name: str, unit: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a sheet about one unit of the case."""
    rows = (_understood(name, details) for details in facts.rows[name])
    return [row for row in rows if unit and row.get("organisation_ref") == unit["ref"]]


def _party(carrier: Organisation, unit: Mapping[str, Any]) -> Party:
    known = _understood("organisations", unit)
    return Party(
        name=carrier.name,
        specialised=known.get("carrier") is True,
        credit_code=carrier.credit_code,
        address=known.get("address"),
        representative=known.get("representative"),
        licence=known.get("licence"),
    )


def _entered(row: Mapping[str, Any]) -> GraveAccident | None:
    if not {"on", "place", "deaths", "liability", "liability_number"} <= row.keys():
        return None  # what is half entered counts for nothing
    return GraveAccident(
        on=date.fromisoformat(row["on"]),
        place=row["place"],
        deaths=row["deaths"],
        share=row["liability"],
        vehicle=row.get("vehicle"),
        liability_number=row["liability_number"],
        liability_note=row.get("liability_note"),
    )


def _with_entered(filed: list[GraveAccident], entered: list[GraveAccident]) -> list[GraveAccident]:
    """Return both; an accident that is on file, by the number of its 认定书, takes only the note that was entered."""
    notes = {one.liability_number: one.liability_note for one in entered if one.liability_note}
    known = {one.liability_number for one in filed}
    noted = [
        one.model_copy(update={"liability_note": notes.get(one.liability_number, one.liability_note)}) for one in filed
    ]
    return [*noted, *(one for one in entered if one.liability_number not in known)]


def _on_file(session: Session, carrier_id: int, around: datetime) -> list[GraveAccident]:
    """Return the grave accidents of the carrier's vehicles or drivers near a moment that we have cases of."""
    rows = session.execute(
        select(
            Case.id.label("case_id"),
            Accident.id.label("accident_id"),
            Accident.occurred_at,
            Accident.place,
            Accident.deaths,
            Accident.details.label("facts"),
            Vehicle.type,
            Person.details,
        )
        .select_from(Person)
        .join(Accident, Accident.id == Person.accident_id)
        .join(Case, Case.accident_id == Accident.id)
        .outerjoin(Vehicle, Vehicle.id == Person.vehicle_id)
        .where(
            or_(Vehicle.owner_id == carrier_id, Person.organisation_id == carrier_id),
            Person.role == PersonRole.DRIVER,
            Accident.deaths >= GRAVE_DEATHS,
            Accident.occurred_at.between(around - _REACH, around + _REACH),
            Case.stage != Stage.DISCONTINUED,
        )
        .order_by(Accident.occurred_at, Accident.id, Person.id)
    ).all()
    liable = {row.accident_id: row for row in rows if row.details.get("liability") in GRAVE_SHARES}
    decisions = _decisions(session, [row.case_id for row in liable.values()])
    return [_of_case(row, decisions.get(row.case_id)) for row in liable.values()]


def _of_case(row: Any, liability_number: str | None) -> GraveAccident:
    return GraveAccident(
        on=local_date(row.occurred_at),
        place=row.place,
        deaths=row.deaths,
        share=row.details["liability"],
        vehicle=row.type,
        liability_number=liability_number,
        liability_note=_served(_understood("accident", row.facts).get("liability_served_on")),
    )


def _served(on: str | None) -> str | None:
    day = None if on is None else date.fromisoformat(on)
    return None if day is None else f"{day.month}月{day.day}日送达"


def _decisions(session: Session, case_ids: list[int]) -> dict[int, str]:
    """Return the number of the 认定书 of each case that stands: not reviewed, or upheld."""
    rows = session.execute(
        select(LiabilityDecision.case_id, LiabilityDecision.number)
        .outerjoin(LiabilityReview, LiabilityReview.decision_id == LiabilityDecision.id)
        .where(
            LiabilityDecision.case_id.in_(case_ids),
            or_(LiabilityReview.outcome.is_(None), LiabilityReview.outcome == ReviewOutcome.UPHELD),
        )
        .order_by(LiabilityDecision.id)
    )
    return {row.case_id: row.number for row in rows}


def _hearing(row: Mapping[str, Any]) -> Hearing:
    return Hearing(
        told_on=row.get("told_on"),
        stated=row.get("stated"),
        stated_on=row.get("stated_on"),
        statement=row.get("statement"),
        outcome=row.get("outcome"),
    )


def _vehicles(facts: Facts, unit: Mapping[str, Any]) -> list[UnsafeVehicle]:
    """Return the vehicles whose hazard nobody confirmed to be removed."""
    return [
        UnsafeVehicle(
            plate=row["plate"],
            type=row.get("type"),
            hazard=row["hazard"],
            found_on=row.get("found_on"),
            condition=row.get("condition"),
        )
        for row in _rows(facts, "unsafe_vehicles", unit)
        if row.get("plate") and row.get("hazard") and not row.get("removed_on")
    ]
