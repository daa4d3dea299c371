"""What a dossier says otherwise than the case: side by side, so that a person takes it over field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.accident.dossier import Dossier
from models.accident.rules.identities import half_hidden
from models.accident.sheets import ONLY_ROW, SHEETS, Field, FieldKind, Sheet, Value, shown
from models.accident.sheets.fields import POINTERS
from models.kernel.rights.policy import Actor
from models.kernel.text.folded import folded

from .fact_rows import Refs, rows_of
from .facts import cells_of, hidden, sight_of

_NAMED = ("people", "officials", "vehicles", "organisations")


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that two tell differently. `row` is its row here, None for one that only the dossier has (`theirs`).

    `value` is what `change_fact` takes to take it over: of what points to a row the name that it has in the dossier.
    """

    sheet: str
    row: str | None
    theirs: str
    field: str
    label: str
    here: str
    there: str
    value: Value


def differences(session: Session, actor: Actor, case_number: str, dossier: Dossier) -> tuple[Difference, ...]:
    """Return what a dossier says otherwise, in the order of the sheets; what it does not say takes nothing away.

    Rows are the same by the name they bear (unit, person, plate), else by their short name. Raises NotFound, NotAllowed.
    """
    sight = sight_of(session, actor, case_number)
    refs, names = Refs(session, sight.case), _names(dossier)
    found: list[Difference] = []
    for one in SHEETS.values():
        theirs = dossier.facts.get(one.name, ())
        if not theirs or sight.keeps_out(one):
            continue
        ours = rows_of(session, sight.case, one, refs, *hidden(actor, one, sight))
        cells = {row.ref: cells_of(one, row, refs, personal=sight.personal) for row in ours}
        names_here = {ref: folded(told[one.named_by].text) if one.named_by else "" for ref, told in cells.items()}
        for row, same in zip(theirs, _same(one, theirs, names_here), strict=True):
            ref = row.get("ref", ONLY_ROW)
            for field in one.fields:
                there = _in_words(field, row.get(field.name), names)
                here = "" if same is None else cells[same][field.name].text
                if there and there != here and not (same and cells[same][field.name].masked):
                    value = there if field.kind in POINTERS else row[field.name]
                    told = half_hidden(here) if field.personal else here
                    found.append(Difference(one.name, same, ref, field.name, field.label, told, there, value))
    return tuple(found)


def _same(sheet: Sheet, theirs: Sequence[Mapping[str, Any]], here: Mapping[str, str]) -> list[str | None]:
    """Return for each row of a dossier the row here that is the same, each once; `here` is short name → folded name.

    Of several that bear one name, as measures that were split, those of one short name belong together first.
    """
    names = [folded(str(row.get(sheet.named_by or "") or "")) for row in theirs]
    refs = [str(row.get("ref", ONLY_ROW)) for row in theirs]
    found: list[str | None] = [
        ref if name and here.get(ref) == name else None for name, ref in zip(names, refs, strict=True)
    ]
    free = [ref for ref in here if ref not in found]
    for at, name in enumerate(names):
        if found[at] is None and name:
            found[at] = next((ref for ref in free if here[ref] == name), None)
            free = [ref for ref in free if ref != found[at]]
    for at, (name, ref) in enumerate(zip(names, refs, strict=True)):
        # Of what bears a name another short name says nothing, and the same one may be another's.
        if found[at] is None and ref in free and not (name and sheet.name in _NAMED):
            found[at] = ref
            free.remove(ref)
    return found


def _names(dossier: Dossier) -> dict[str, dict[str, str]]:
    """Return what the rows of a dossier are called, by list and short name."""
    found: dict[str, dict[str, str]] = {}
    for one in SHEETS.values():
        if one.many and one.named_by:
            found[one.name] = {
                row["ref"]: str(row.get(one.named_by) or row["ref"]) for row in dossier.facts.get(one.name, ())
            }
    found["people"] = {**found.get("people", {}), **found.get("officials", {})}
    found["findings"] = {}  # known by their short names
    return found


def _in_words(field: Field, value: Value, names: dict[str, dict[str, str]]) -> str:
    if value is None:
        return ""
    if field.kind not in POINTERS or field.target is None:
        return shown(field, value)
    called = names.get(field.target, {})
    several = value if isinstance(value, list) else [str(value)]
    sign = "；" if field.kind is FieldKind.REFS else ""
    return sign.join(called.get(ref, ref) for ref in several)
