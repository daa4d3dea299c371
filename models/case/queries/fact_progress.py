"""案情: how far each sheet of a case is filled in, without judging what stands there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.accident.sheets import Sheet, sheet
from models.kernel.rights.policy import Actor

from .fact_rows import Refs, rows_of, said_beside
from .facts import hidden, sight_of


@dataclass(frozen=True, slots=True)
class SheetFilled:
    """What a sheet holds: rows of a list, filled cells, and how many cells are required and how many of these filled."""

    rows: int
    cells: int
    required: int
    filled: int


@dataclass(frozen=True, slots=True)
class FactsFilled:
    """The sheets that an actor may see, by name; `editable` is whether the actor may change them in place."""

    sheets: Mapping[str, SheetFilled]
    editable: bool


def facts_filled(session: Session, actor: Actor, case_number: str, sheet_names: Iterable[str]) -> FactsFilled:
    """Return how far sheets are filled in; those that the actor may not see are left out. Raises NotFound, NotAllowed."""
    sight = sight_of(session, actor, case_number)
    refs = Refs(session, sight.case)
    seen = [one for one in map(sheet, sheet_names) if not sight.keeps_out(one)]
    said = said_beside(session, sight.case, seen)
    found = {
        one.name: _filled(
            one,
            said[one.name]
            if one.name in said
            else [row.values for row in rows_of(session, sight.case, one, refs, *hidden(actor, one, sight))],
        )
        for one in seen
    }
    return FactsFilled(found, editable=sight.editable)


def _filled(one: Sheet, rows: Sequence[Mapping[str, Any]]) -> SheetFilled:
    must = {field.name for field in one.required}
    there = [{name for name, value in values.items() if value is not None} for values in rows]
    return SheetFilled(
        rows=len(rows) if one.many else 0,
        cells=sum(map(len, there)),
        required=len(must) * len(rows),
        filled=sum(len(names & must) for names in there),
    )
