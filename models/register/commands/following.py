"""The register follows the cases: an accident that is investigated stands in it too, as the investigation knows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.accident.tables import Accident
from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.vocabulary import Exclusion, Procedure, Stage
from models.register.rules.grid import grid_metres
from models.register.tables import RegisterChange, RegisteredAccident

SOURCE = "case"
"""The source of a row that a case brought."""


def follow_case(act: Act, case: Case) -> None:
    """Write an accident of a case into the register, or bring its row up to what the case says now.

    A row that came otherwise keeps what people set there; each change is kept with the case as its reason.
    """
    accident = act.session.get_one(Accident, case.accident_id)
    row = act.session.scalar(select(RegisteredAccident).where(RegisteredAccident.accident_id == accident.id))
    told = _as_registered(act, case, accident)
    if row is None:
        row = _known_otherwise(act, accident)
    if row is None:
        act.session.add(
            RegisteredAccident(
                **told, source=SOURCE, source_key=f"accident/{accident.id}", accident_id=accident.id, recorded_at=act.at
            )
        )
        act.session.flush()
        return
    row.accident_id = accident.id
    _bring_up(act, row, told, f"案件{case.case_number}")


def _known_otherwise(act: Act, accident: Accident) -> RegisteredAccident | None:
    """Return the row that an import or a person brought for the same 事故编号."""
    if accident.accident_number is None:
        return None
    return act.session.scalar(
        select(RegisteredAccident)
        .where(
            RegisteredAccident.accident_number == accident.accident_number,
            RegisteredAccident.accident_id.is_(None),
            RegisteredAccident.merged_into_id.is_(None),
        )
        .order_by(RegisteredAccident.id)
        .limit(1)
    )


def _bring_up(act: Act, row: RegisteredAccident, told: dict[str, Any], reason: str) -> None:
    changed = False
    for field, value in told.items():
        before = getattr(row, field)
        # What the investigation does not know takes nothing away that another source does.
        if before == value or value is None or field in row.edited:
            continue
        setattr(row, field, value)
        changed = True
        act.session.add(
            RegisterChange(
                accident_id=row.id,
                field=field,
                before={"value": plain(before)},
                after={"value": plain(value)},
                changed_at=act.at,
                changed_by=None,
                reason=reason,
            )
        )
    if changed:
        row.version += 1


def plain(value: Any) -> Any:
    """Return a value of the register as JSON keeps it: days and moments in ISO 8601."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _as_registered(act: Act, case: Case, accident: Accident) -> dict[str, Any]:
    return {
        **when(accident.occurred_at),
        **where_on_the_grid(accident.longitude, accident.latitude),
        "accident_number": accident.accident_number,
        "title": accident.title,
        "division_code": accident.division_code,
        "unit_id": case.unit_id,
        # Nobody investigates in depth what was handled by the simple procedure.
        "procedure": Procedure.GENERAL,
        "place": accident.place,
        "road_name": accident.road_name,
        "road_number": accident.road_number,
        "road_class": accident.road_class,
        "stake": accident.stake,
        "stake_m": accident.stake_m,
        "weather": accident.weather,
        "light_condition": accident.light,
        "pattern": accident.pattern,
        "deaths": accident.deaths,
        "serious": accident.serious_injuries,
        "light": accident.minor_injuries,
        "injured_unspecified": accident.injured_unspecified,
        "property_loss": accident.property_loss,
        **_whether_counted(act, case),
    }


def _whether_counted(act: Act, case: Case) -> dict[str, Any]:
    """A case that was merged into another is about the same accident: the one of the case that goes on counts."""
    if case.merged_into_id is None or case.stage is not Stage.DISCONTINUED:
        return {}
    goes_on = act.session.scalar(
        select(RegisteredAccident.id)
        .join(Case, Case.accident_id == RegisteredAccident.accident_id)
        .where(Case.id == case.merged_into_id)
    )
    return {} if goes_on is None else {"exclusion": Exclusion.MERGED, "merged_into_id": goes_on}


def when(moment: datetime, *, hour_known: bool = True) -> dict[str, Any]:
    """Return the columns that say when: moment, local day, hour and day of the week."""
    here = moment.astimezone(SHANGHAI)
    return {
        "occurred_at": moment,
        "occurred_on": here.date(),
        "hour": here.hour if hour_known else None,
        "weekday": here.isoweekday(),
    }


def where_on_the_grid(longitude: float | None, latitude: float | None) -> dict[str, Any]:
    """Return the columns of a point in CGCS2000: degrees and metres of the grid, all None where it is unknown."""
    if longitude is None or latitude is None:
        return {"longitude": None, "latitude": None, "east_m": None, "north_m": None}
    east, north = grid_metres([longitude], [latitude])
    return {"longitude": longitude, "latitude": latitude, "east_m": int(east[0]), "north_m": int(north[0])}
