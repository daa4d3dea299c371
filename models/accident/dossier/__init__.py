"""案情卷: the intake format `case-dossier/1`, read strictly, with every fault told at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import ValidationError

from models.kernel import divisions as gbt2260
from models.kernel.errors import Fault, Invalid

from .faults import Location, reading_order, shape_faults
from .json_schema import schema
from .notes import notes
from .references import reference_faults
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

__all__ = [
    "LIMIT_BYTES",
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
    "notes",
    "read",
    "schema",
]


def read(data: bytes, *, now: datetime, divisions: Callable[[str], bool] = gbt2260.known) -> Dossier:
    """Return the dossier in a file's bytes; `now` is aware, `divisions` tells whether a division code exists.

    Raises Invalid with one fault per wrong place, sorted by section and position; a file over LIMIT_BYTES, in another
    encoding, or not JSON has one fault.
    """
    raw, found = tree(data)
    dossier: Dossier | None = None
    try:
        dossier = Dossier.model_validate(raw)
    except ValidationError as refusal:
        found += shape_faults(refusal)
    found += reference_faults(raw, now=now, known_division=divisions)
    if found or dossier is None:
        faults = _one_per_place(found)
        raise Invalid(f"案情卷有{len(faults)}处不合格，未写入任何内容", faults=faults)
    return dossier


def _one_per_place(found: list[tuple[Location, Fault]]) -> list[Fault]:
    """Return the first fault of each place, in reading order."""
    first: dict[Location, Fault] = {}
    for location, fault in found:
        first.setdefault(location, fault)
    return [first[location] for location in sorted(first, key=reading_order)]
