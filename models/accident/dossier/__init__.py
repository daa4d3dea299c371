"""案情卷: the intake formats `case-dossier/1` and `/2`, read strictly, with every fault told at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from models.accident.sheets import SHEETS
from models.kernel import divisions as gbt2260
from models.kernel.errors import Fault, Invalid

from . import second
from .faults import Location, reading_order, shape_faults
from .json_schema import schema
from .notes import notes
from .references import POINTERS, reference_faults
from .shape import (
    Accident,
    AccountabilityItem,
    Dossier,
    Finding,
    LaterDeath,
    Measure,
    Milestone,
    Organisation,
    Person,
    Source,
    TeamMember,
    Vehicle,
)
from .source_text import LIMIT_BYTES, tree

SECOND = second.SCHEMA

__all__ = [
    "LIMIT_BYTES",
    "SECOND",
    "Accident",
    "AccountabilityItem",
    "Dossier",
    "Finding",
    "LaterDeath",
    "Measure",
    "Milestone",
    "Organisation",
    "Person",
    "Source",
    "TeamMember",
    "Vehicle",
    "completed",
    "notes",
    "read",
    "schema",
    "write",
]


def read(data: bytes, *, now: datetime, divisions: Callable[[str], bool] = gbt2260.known) -> Dossier:
    """Return the dossier in a file's bytes; `now` is aware, `divisions` tells whether a division code exists.

    Raises Invalid with one fault per wrong place, sorted by section and position; a file over LIMIT_BYTES, in another
    encoding, or not JSON has one fault.
    """
    raw, found = tree(data)
    shaped = _second if raw.get("schema") == second.SCHEMA else _first
    if shaped is _second:
        raw = second.at_midnight(raw)
    dossier = shaped(raw, found)
    pointers = second.pointed() if shaped is _second else POINTERS
    found += reference_faults(raw, now=now, known_division=divisions, pointers=pointers)
    if found or dossier is None:
        faults = _one_per_place(found)
        raise Invalid(f"案情卷有{len(faults)}处不合格，未写入任何内容", faults=faults)
    return dossier


def completed(dossier: Dossier) -> Dossier:
    """Return a dossier that was put together by a program with its facts as rows of sheets; one that was read has them."""
    return dossier if dossier.facts else dossier.with_facts(second.rows(second.upgraded(dossier)))


def write(dossier: Dossier) -> dict[str, Any]:
    """Return a dossier of either format as the tree of `case-dossier/2`, without nulls; `read` gives it back."""
    told: dict[str, Any] = {"schema": second.SCHEMA}
    for name, rows in dossier.facts.items():
        if rows:
            told[name] = rows if SHEETS[name].many else rows[0]
    return told


Found = list[tuple[Location, Fault]]


def _first(raw: dict[str, object], found: Found) -> Dossier | None:
    try:
        dossier = Dossier.model_validate(raw)
    except ValidationError as refusal:
        found += shape_faults(refusal)
        return None
    return None if found else completed(dossier)


def _second(raw: dict[str, object], found: Found) -> Dossier | None:
    try:
        tree = second.plain(second.checked(raw))
        dossier = Dossier.model_validate(second.projected(tree))
    except ValidationError as refusal:
        found += shape_faults(refusal)
        return None
    return dossier.with_facts(second.rows(tree))


def _one_per_place(found: list[tuple[Location, Fault]]) -> list[Fault]:
    """Return the first fault of each place, in reading order."""
    first: dict[Location, Fault] = {}
    for location, fault in found:
        first.setdefault(location, fault)
    return [first[location] for location in sorted(first, key=reading_order)]
