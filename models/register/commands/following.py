"""The register follows the cases: an accident that is investigated stands in it too, as the investigation knows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select

from models.accident.tables import Accident
from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.vocabulary import Exclusion, Procedure, Stage
from models.register.rules.columns import BY_CASE, SOURCE
from models.register.rules.grid import grid_metres
from models.register.tables import DistinctAccidents, RegisterChange, RegisteredAccident, RegisteredParty

from .parties import Told, follow_parties, new_party, told_of, vehicles_in

AT_ONCE = 1000
"""Cases of an earlier version that are written at once."""
NO_HOUR = ("date", "unknown")
"""How well a time is known, where only the day is."""


def follow_case(act: Act, case: Case) -> None:
    """Write an accident of a case into the register, or bring its row up to what the case says now.

    A row that came otherwise keeps what people set there; each change is kept with the case as its reason. A case
    without an accident has no row.
    """
    if case.accident_id is None:
        return
    accident = act.session.get_one(Accident, case.accident_id)
    row = act.session.scalar(select(RegisteredAccident).where(RegisteredAccident.accident_id == accident.id))
    reason = f"{BY_CASE}{case.case_number}"
    known = _known_otherwise(act, accident)
    if known is not None:
        row = known if row is None else _joined(act, row, known, reason)
    new = row is None
    if row is None:
        row = _new_row(act, case, accident)
        act.session.add(row)
        act.session.flush()
    else:
        row.accident_id = accident.id
        _bring_up(act, row, _as_registered(act, case, accident), reason)
    follow_parties(act, row, accident.id, None if new else reason)


def follow_earlier_cases(act: Act) -> int:
    """Write the accidents of all cases into the register that have no row yet, as those of an earlier version; returns how
    many there were. A second time it finds none. A few statements for each thousand."""
    written = 0
    while found := act.session.execute(_WITHOUT_A_ROW.limit(AT_ONCE)).all():
        told = told_of(act, [accident.id for _, accident in found])
        for case, accident in found:
            row = _known_otherwise(act, accident)
            if row is None:
                act.session.add(_new_row(act, case, accident, vehicles=vehicles_in(told[accident.id])))
            else:
                row.accident_id = accident.id
        act.session.flush()
        _with_parties(act, told)
        written += len(found)
    if written:
        for case in act.session.scalars(select(Case).where(Case.merged_into_id.is_not(None))).all():
            follow_case(act, case)
    return written


_WITHOUT_A_ROW = (
    select(Case, Accident)
    .join(Accident, Accident.id == Case.accident_id)
    .outerjoin(RegisteredAccident, RegisteredAccident.accident_id == Accident.id)
    .where(RegisteredAccident.id.is_(None))
    .order_by(Case.id)
)


def _with_parties(act: Act, told: dict[int, list[Told]]) -> None:
    """Write the parties of accidents whose rows have none yet."""
    rows = select(RegisteredAccident.id, RegisteredAccident.accident_id).where(RegisteredAccident.accident_id.in_(told))
    without = ~exists(select(1).where(RegisteredParty.accident_id == RegisteredAccident.id))
    for row_id, accident_id in act.session.execute(rows.where(without)).all():
        parties = told[accident_id] if accident_id is not None else []
        act.session.add_all(new_party(row_id, position, one) for position, one in enumerate(parties, 1))


def _new_row(act: Act, case: Case, accident: Accident, *, vehicles: int | None = None) -> RegisteredAccident:
    return RegisteredAccident(
        **_as_registered(act, case, accident),
        source=SOURCE,
        source_key=f"accident/{accident.id}",
        accident_id=accident.id,
        vehicles=vehicles,
        recorded_at=act.at,
    )


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


def _joined(act: Act, own: RegisteredAccident, other: RegisteredAccident, reason: str) -> RegisteredAccident:
    """Let the row go on that has the number which the case has been given now; returns it. Its own one is the same, unless
    a person has told the two apart."""
    apart = act.session.get(DistinctAccidents, (min(own.id, other.id), max(own.id, other.id)))
    if own.source != SOURCE or own.merged_into_id is not None or apart is not None:
        return own
    own.accident_id = None
    for field, value in (("exclusion", Exclusion.MERGED), ("merged_into_id", other.id)):
        put(act, own, field, value, reason)
    own.version += 1
    act.session.flush()
    return other


def _bring_up(act: Act, row: RegisteredAccident, told: dict[str, Any], reason: str) -> None:
    # Looked for as a whole before anything is put: a point is never half there when the database is asked.
    changed = [field for field, value in told.items() if _is_news(act, row, field, value)]
    for field in changed:
        put(act, row, field, told[field], reason)
    if changed:
        row.version += 1


def _is_news(act: Act, row: RegisteredAccident, field: str, value: Any) -> bool:
    if getattr(row, field) == value or field in row.edited:
        return False
    # What the investigation does not know takes nothing away that another source does.
    return value is not None or (row.source == SOURCE and not _another_said(act, row, field))


def _another_said(act: Act, row: RegisteredAccident, field: str) -> bool:
    """Whether something else than a case has set a column of a row that a case brought."""
    by_another = select(RegisterChange.id).where(
        RegisterChange.accident_id == row.id,
        RegisterChange.field == field,
        RegisterChange.reason.not_like(f"{BY_CASE}%"),
    )
    return act.session.scalar(by_another.limit(1)) is not None


def put(act: Act, row: RegisteredAccident, field: str, value: Any, reason: str, *, by: int | None = None) -> None:
    """Set a column and keep what stood there; `by` is the person who did so, None where an import or a case did."""
    before = getattr(row, field)
    setattr(row, field, value)
    act.session.add(
        RegisterChange(
            accident_id=row.id,
            field=field,
            before={"value": plain(before)},
            after={"value": plain(value)},
            changed_at=act.at,
            changed_by=by,
            reason=reason,
        )
    )


def plain(value: Any) -> Any:
    """Return a value of the register as JSON keeps it: days and moments in ISO 8601."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _as_registered(act: Act, case: Case, accident: Accident) -> dict[str, Any]:
    details = accident.details
    return {
        **when(accident.occurred_at, hour_known=details.get("time_known") not in NO_HOUR),
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
        "escaped": _yes_or_no(details.get("escape")),
        "secondary": _yes_or_no(details.get("secondary")),
        "deaths": accident.deaths,
        "serious": accident.serious_injuries,
        "light": accident.minor_injuries,
        "injured_unspecified": accident.injured_unspecified,
        "property_loss": accident.property_loss,
        **dict(_whether_counted(act, case)),
    }


def _yes_or_no(said: object) -> bool | None:
    return said if isinstance(said, bool) else None


def _whether_counted(act: Act, case: Case) -> Iterator[tuple[str, Any]]:
    """A case that was merged into another is about the same accident: the one of the case that goes on counts."""
    if case.merged_into_id is None or case.stage is not Stage.DISCONTINUED:
        return
    goes_on = act.session.execute(
        select(func.coalesce(RegisteredAccident.merged_into_id, RegisteredAccident.id).label("counts"))
        .join(Case, Case.accident_id == RegisteredAccident.accident_id)
        .where(Case.id == case.merged_into_id, RegisteredAccident.accident_id != case.accident_id)
    ).one_or_none()
    if goes_on is not None:
        yield "exclusion", Exclusion.MERGED
        yield "merged_into_id", goes_on.counts


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
