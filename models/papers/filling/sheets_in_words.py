"""Facts of sheets in the words of a paper: what was entered and understood is told, and what was not asked is not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accident.sheets import QUESTIONS, SHEETS, Field, FieldKind, faults, shown
from models.accident.sheets.values import clock_in_words
from models.accident.tables import Accident, LaterDeath, Person, Vehicle
from models.case.tables import Case, CaseOrganisation, FactRow
from models.kernel.calendar.local_time import SHANGHAI, chinese_date
from models.office.tables import Organisation

K = FieldKind
Values = Mapping[str, Any]


@dataclass(slots=True)
class Facts:
    """What a case holds beside its columns: rows by sheet, the accident's further facts, and the names of what is pointed to."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    accident: dict[str, Any] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    units: dict[int, dict[str, Any]] = field(default_factory=dict)
    later_deaths: tuple[str, ...] = ()

    def form(self, sheet: str) -> dict[str, Any]:
        """Return what a form says; nothing for one that nobody began."""
        return next(iter(self.rows[sheet]), {})


_WALLED = [one.name for one in SHEETS.values() if one.walled]


def facts_of_case(session: Session, case_id: int) -> Facts:
    """Return the facts of a case that papers may tell. Six statements, however many there are."""
    found = Facts()
    _read_rows(session, case_id, found)
    accident_id = _read_accident(session, case_id, found)
    _read_units(session, case_id, found)
    _read_people(session, accident_id, found)
    later = select(LaterDeath).where(LaterDeath.accident_id == accident_id).order_by(LaterDeath.died_on)
    found.later_deaths = tuple(_later(one) for one in session.scalars(later))
    vehicles = select(Vehicle.ref, Vehicle.plate).where(Vehicle.accident_id == accident_id)
    found.names["vehicles"] = {ref: plate for ref, plate in session.execute(vehicles) if plate}
    return found


def _read_rows(session: Session, case_id: int, found: Facts) -> None:
    rows = session.execute(
        select(FactRow.sheet, FactRow.details)
        .where(FactRow.case_id == case_id, FactRow.removed_at.is_(None), FactRow.sheet.not_in(_WALLED))
        .order_by(FactRow.sheet, FactRow.position)
    )
    for sheet, details in rows:
        found.rows[sheet].append(details)


def _read_accident(session: Session, case_id: int, found: Facts) -> int:
    """Read the accident; returns its row number."""
    accident = session.scalars(
        select(Accident).join(Case, Case.accident_id == Accident.id).where(Case.id == case_id)
    ).one()
    found.accident = {
        **accident.details,
        "occurred_at": accident.occurred_at.isoformat(),
        "investigated_by": accident.investigated_by,
        "production_safety": accident.production_safety,
        **_injured(accident),
    }
    return accident.id


def _read_units(session: Session, case_id: int, found: Facts) -> None:
    """Read the units of the case."""
    listed = session.execute(
        select(CaseOrganisation.organisation_id, CaseOrganisation.ref, CaseOrganisation.details, Organisation.name)
        .join(Organisation, Organisation.id == CaseOrganisation.organisation_id)
        .where(CaseOrganisation.case_id == case_id)
    ).all()
    found.names["organisations"] = {one.ref: one.name for one in listed}
    found.units = {one.organisation_id: {**one.details, "ref": one.ref} for one in listed}


def _read_people(session: Session, accident_id: int, found: Facts) -> None:
    """Read what people are called."""
    for one in session.scalars(select(Person).where(Person.accident_id == accident_id).order_by(Person.id)):
        if one.name:
            found.names.setdefault("people", {})[one.ref] = one.name


def _injured(accident: Accident) -> dict[str, int | None]:
    """The injured by how gravely, where the sentence that opens a paper can only tell their sum."""
    if not accident.injured_unspecified:
        return {}
    return {name: getattr(accident, name) for name in ("serious_injuries", "minor_injuries", "injured_unspecified")}


def _later(one: LaterDeath) -> str:
    """When somebody died later, and whether it counts (令493 art. 13): in the words of the note, which may say both."""
    counted = "在事故发生之日起7日内，计入死亡人数" if one.counted else "未计入事故死亡人数"
    if not one.note:
        return f"{chinese_date(one.died_on)}有1人死亡，{counted}。"
    note = one.note.strip().rstrip("。；")
    dated = note if f"{one.died_on.month}月{one.died_on.day}日" in note else f"{chinese_date(one.died_on)}，{note}"
    return f"{dated}。" if "计入" in note else f"{dated}，{counted}。"


def told(facts: Facts, one: Field, value: Any) -> str | None:
    """Return a value in words; None for what is empty, personal, or typed and not understood."""
    if value is None or one.personal or any(fault.code not in QUESTIONS for fault in faults(one, value)):
        return None
    if one.target is not None:
        names = facts.names.get(one.target, {})
        several = value if isinstance(value, list) else [value]
        return "、".join(str(names.get(str(ref)) or ref) for ref in several)
    if isinstance(value, list):
        return "、".join(shown(one, [part]) for part in value)
    return shown(one, value)


def paragraphs(
    facts: Facts, sheet: str, values: Values, *, without: Collection[str] = ()
) -> tuple[tuple[str, str], ...]:
    """Return the long facts of a row, each under its word."""
    found = []
    for one in SHEETS[sheet].fields:
        if one.kind is K.LONG and one.name not in without:
            said = told(facts, one, values.get(one.name))
            if said:
                found.append((one.label, said))
    return tuple(found)


def when(value: str | None, *, on: datetime) -> str:
    """Return a moment as a table of one day has it: 17时43分; with its date where it is another day."""
    if value is None:
        return ""
    try:
        read = datetime.fromisoformat(value)
        at = read.astimezone(SHANGHAI)
    except (ValueError, OverflowError):
        return value
    if read.tzinfo is None:
        return value  # kept as it was typed
    clock = clock_in_words(at.time())
    return clock if at.date() == on.astimezone(SHANGHAI).date() else f"{at.month}月{at.day}日{clock}"


def column(facts: Facts, sheet: str, name: str, rows: Sequence[Values]) -> list[str | None]:
    """Return one field of several rows in words."""
    one = SHEETS[sheet].field(name)
    return [told(facts, one, row.get(name)) for row in rows]
