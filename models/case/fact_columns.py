"""Where each fact of a sheet lies: a typed column for what is queried, joined or counted, else the details of its row.

What a column cannot hold stays beside it in the details under the same name: a word that is on no list, money to the
fen, a point with its datum, and what somebody typed and nobody understood yet. What stands there is what is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from models.accident.rules.datums import converted
from models.accident.sheets import Field, FieldKind, Sheet, Value, faults
from models.accident.sheets.points import point
from models.accident.sheets.values import QUESTIONS
from models.accident.tables import Accident, Person, Vehicle
from models.accountability.tables import AccountabilityItem
from models.case.tables import CaseOrganisation, Evidence, FactRow, Finding, TeamMember
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.vocabulary import (
    AccountabilityCategory,
    Aspect,
    Datum,
    FindingLevel,
    OrganisationKind,
    PersonOutcome,
    PersonRole,
    Word,
)
from models.rectification.tables import Measure

BLANK = ""
"""What the details say of a required field that somebody emptied; its column, which cannot be empty, keeps the last."""


class Holds(StrEnum):
    """How a column holds a value of a field."""

    AS_IS = "as_is"
    ROWS = "rows"  # a list of texts
    WORD = "word"
    LABEL = "label"  # a word by its Chinese, as accountability items keep it
    MOMENT = "moment"
    YUAN = "yuan"
    UNIT = "unit"  # a row number of a unit, of which the value is its short name in the case
    VEHICLE = "vehicle"


class Column(NamedTuple):
    """The attribute of a row that holds a field; of a closed list also the word for what is on no list."""

    attribute: str
    holds: Holds = Holds.AS_IS
    word: type[Word] | None = None
    otherwise: Word | None = None


def _as_is(*names: str) -> dict[str, Column]:
    return {name: Column(name) for name in names}


_PERSON = {
    **_as_is("name", "id_number", "position"),
    "organisation_ref": Column("organisation_id", Holds.UNIT),
    "vehicle_ref": Column("vehicle_id", Holds.VEHICLE),
    "outcome": Column("outcome", Holds.WORD, PersonOutcome, PersonOutcome.UNKNOWN),
}
COLUMNS: Mapping[str, Mapping[str, Column]] = {
    "source": {"title": Column("title")},
    "accident": {
        **_as_is("accident_number", "division_code", "place", "road_name", "road_number", "stake", "road_class"),
        **_as_is("weather", "light", "pattern", "deaths", "serious_injuries", "minor_injuries", "injured_unspecified"),
        **_as_is("production_safety", "investigated_by", "summary"),
        "occurred_at": Column("occurred_at", Holds.MOMENT),
        "direct_loss_yuan": Column("economic_loss", Holds.YUAN),
        "property_loss_yuan": Column("property_loss", Holds.YUAN),
    },
    "people": {**_PERSON, "role": Column("role", Holds.WORD, PersonRole, PersonRole.OTHER)},
    "officials": {**_PERSON, "role": Column("role", Holds.WORD, PersonRole, PersonRole.OFFICIAL)},
    "vehicles": {
        **_as_is("plate", "type", "usage", "approved_load_kg", "actual_load_kg", "approved_persons", "actual_persons"),
        **_as_is("speed_kmh", "speed_limit_kmh"),
        "owner_ref": Column("owner_id", Holds.UNIT),
        "defects": Column("defects", Holds.ROWS),
    },
    "team": {**_as_is("name", "role"), "organisation_ref": Column("organisation_id", Holds.UNIT)},
    "evidence": _as_is("title"),
    "findings": {
        **_as_is("text", "duty_failure"),
        "level": Column("level", Holds.WORD, FindingLevel),
        "aspect": Column("aspect", Holds.WORD, Aspect),
        "cause_tags": Column("cause_tags", Holds.ROWS),
        "legal_basis": Column("legal_basis", Holds.ROWS),
    },
    "measures": _as_is("text", "proof"),
    "accountability": {
        **_as_is("duty", "facts"),
        "proposal": Column("text"),
        "category": Column("category", Holds.LABEL, AccountabilityCategory, AccountabilityCategory.OTHER),
        "legal_basis": Column("basis", Holds.ROWS),
        "competent_organ_ref": Column("competent_organ_id", Holds.UNIT),
    },
}
# Facts of a unit that stand with the unit itself, for every case that names it.
OF_THE_UNIT: Mapping[str, Column] = {
    **_as_is("name", "division_code", "credit_code"),
    "kind": Column("kind", Holds.WORD, OrganisationKind, OrganisationKind.OTHER),
}
# Facts that stand in rows beside their own, or in a column that does not say them as they are shown: who and what a
# finding or measure is about, in whose hands it is, what evidence supports and where its original lies.
LINKED: Mapping[str, frozenset[str]] = {
    "evidence": frozenset({"finding_ref", "other_finding_refs", "reference"}),
    "findings": frozenset({"organisation_refs", "person_refs"}),
    "measures": frozenset(
        {"finding_refs", "organisation_ref", "cooperating_refs", "responsible_person", "cooperating_person", "due"}
    ),
    "accountability": frozenset({"subject_type", "subject_ref", "finding_refs"}),
}
TABLES: Mapping[str, Any] = {
    "source": Accident,
    "accident": Accident,
    "people": Person,
    "officials": Person,
    "vehicles": Vehicle,
    "organisations": CaseOrganisation,
    "team": TeamMember,
    "evidence": Evidence,
    "findings": Finding,
    "measures": Measure,
    "accountability": AccountabilityItem,
}


def table_of(sheet: Sheet) -> Any:
    """Return the table whose rows are those of a sheet."""
    return TABLES.get(sheet.name, FactRow)


def column_of(sheet: Sheet, field: Field) -> Column | None:
    """Return the column that holds a field; None for what lies in the details or in rows beside it."""
    if sheet.name == "organisations":
        return OF_THE_UNIT.get(field.name)
    return COLUMNS.get(sheet.name, {}).get(field.name)


def fields_in(record: Any, attributes: Collection[str]) -> set[str]:
    """Return the names of the fields that columns of a row hold."""
    return {
        name
        for sheet, columns in COLUMNS.items()
        if isinstance(record, TABLES[sheet])
        for name, column in columns.items()
        if column.attribute in attributes
    }


def beside(sheet: Sheet, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the details of a row must hold of its values: all that no column holds as it is."""
    return {
        field.name: values[field.name]
        for field in sheet.fields
        if values.get(field.name) is not None and not fits(sheet, field, values[field.name])
    }


def never_null(sheet: Sheet, field: Field) -> bool:
    """Tell whether a field lies where nothing can stand for not known."""
    if field.name in LINKED.get(sheet.name, ()):
        return True
    column = COLUMNS.get(sheet.name, {}).get(field.name)
    return column is not None and not getattr(table_of(sheet), column.attribute).nullable


def fits(sheet: Sheet, field: Field, value: Value) -> bool:
    """Tell whether columns, or rows beside this one, hold a value whole."""
    if field.name in LINKED.get(sheet.name, ()):
        return True
    if sheet.name == "accident" and field.kind is FieldKind.PLACE:
        return isinstance(value, dict) and value.get("datum") == Datum.UNKNOWN
    column = column_of(sheet, field)
    if column is None:
        return False
    if any(fault.code not in QUESTIONS for fault in faults(field, value)):
        return False
    if column.holds is Holds.YUAN:
        return isinstance(value, int)
    return column.word is None or value in {_kept(column, one) for one in column.word}


def _kept(column: Column, word: Word) -> str:
    return word.label if column.holds is Holds.LABEL else word.value


def to_column(column: Column, value: Value) -> Any:
    """Return what a column keeps of a value that is understood; refs are resolved by who asks."""
    if value is None:
        return [] if column.holds is Holds.ROWS else column.otherwise
    if column.word is not None:
        return _word(column, str(value))
    if column.holds is Holds.MOMENT:
        return datetime.fromisoformat(str(value))
    if column.holds is Holds.YUAN:
        assert isinstance(value, int | float)
        return int(value)
    return list(value) if isinstance(value, list) else value


def _word(column: Column, value: str) -> Any:
    assert column.word is not None
    found = next((one for one in column.word if _kept(column, one) == value), column.otherwise)
    return found.label if found is not None and column.holds is Holds.LABEL else found


def from_column(column: Column, kept: Any) -> Value:
    """Return the value that a column holds; row numbers are resolved by who asks."""
    if kept is None or kept == []:
        return None
    if isinstance(kept, Word):
        return kept.value
    if isinstance(kept, datetime):
        return kept.astimezone(SHANGHAI).isoformat()
    if isinstance(kept, float) and kept.is_integer():
        return int(kept)
    return list(kept) if column.holds is Holds.ROWS else kept


def degrees(value: Mapping[str, Any] | None) -> tuple[float | None, float | None]:
    """Return the degrees east and north, in the datum of the index of places, of a stored point."""
    if value is None:
        return None, None
    there = converted(point(value), Datum.CGCS2000)
    return (there.x, there.y) if there.datum is Datum.UNKNOWN else (round(there.x, 7), round(there.y, 7))
