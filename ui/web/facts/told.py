"""What a browser is told: a sheet, what changed in it, what became of each change, in JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from models.accident.sheets import QUESTIONS, Field, Sheet
from models.accident.sheets.fields import POINTERS
from models.case.queries.facts import CellShown, FactChangeShown, RowShown, SheetShown
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Conflict, Fault, Invalid, NotAllowed, NotFound, Refused
from models.knowledge.queries import EntryShown
from ui.web.facts.parts import ABOUT, NEEDS, WITHDRAWN
from ui.web.facts.shape import columns

Json = dict[str, Any]  # what json.dumps takes: a border

BY_CODE = {"ref_not_found": 410, "other_account": 401}
"""Refusals whose status their code tells: a row that somebody took out; words of who is not signed in any more."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """What stands in a cell that somebody else changed meanwhile."""

    text: str
    version: int
    by: str
    at: datetime
    mine: bool


def sheet_told(sheet: Sheet, found: SheetShown, account: str, *, english: bool) -> Json:
    """Return a whole sheet: its columns and its rows."""
    return {
        "sheet": sheet.name,
        "title": sheet.title,
        "many": sheet.many,
        "needs": NEEDS.get(sheet.name, ()),
        "editable": found.editable,
        "correctable": found.correctable,
        "hides": found.hides,
        "withdrawn": sheet.name in WITHDRAWN,
        "about": ABOUT.get(sheet.name),
        "account": account,
        "seq": found.seq,
        "fields": [asdict(column) for column in columns(sheet, english=english)],
        "rows": [row_told(sheet, row) for row in found.rows],
    }


def row_told(sheet: Sheet, row: RowShown) -> Json:
    """Return a row with its cells; those that are empty, sound and were never touched are left out."""
    told = {field.name: cell_told(field, row.cells[field.name]) for field in sheet.fields if field.name in row.cells}
    held = {"held": row.held} if row.held else {}
    return {"ref": row.ref, **held, "cells": {name: cell for name, cell in told.items() if any(cell.values())}}


def cell_told(field: Field, cell: CellShown) -> Json:
    """Return a cell. Rows of other sheets stand in it by their short names: the browser knows what they are called."""
    return {
        "text": cell_text(field, cell),
        "version": cell.version,
        "faults": faults_told(cell.faults),
        "masked": cell.masked,
    }


def cell_text(field: Field, cell: CellShown) -> str:
    """Return the text of a cell as it is sent back and forth."""
    if field.kind not in POINTERS or cell.value is None:
        return cell.text
    return "；".join(map(str, cell.value)) if isinstance(cell.value, list) else str(cell.value)


def faults_told(faults: Iterable[Fault]) -> list[Json]:
    """Return what is wrong with a value that was kept, and what is only asked about it."""
    return [{"message": one.message, "code": one.code, "asks": one.code in QUESTIONS} for one in faults]


def news_told(sheet: Sheet, found: SheetShown, changes: Iterable[FactChangeShown], account: str) -> Json:
    """Return what changed: who changed which cells, those rows as they are now, and the order of all."""
    every = list(changes)
    touched = {change.row for change in every}
    return {
        "seq": max((change.seq for change in every), default=found.seq),
        "changes": [
            {"row": one.row, "field": one.field, "by": one.by, "mine": one.account == account} for one in every
        ],
        "rows": [row_told(sheet, row) for row in found.rows if row.ref in touched],
        "order": [row.ref for row in found.rows],
    }


def entry_told(entry: EntryShown) -> Json:
    """Return an entry of the knowledge base: what would be written, and what a person reads before choosing."""
    return {
        "key": entry.key,
        "title": entry.title,
        "aspect": entry.aspect.label,
        "duty": entry.duty,
        "finding": entry.finding,
        "basis": [cited.told for cited in entry.basis],
        "measures": [f"{one.text}（{one.by.label}，{one.proof}）" for one in entry.measures],
    }


def refusal_told(refusal: Refused) -> Json:
    """Return a refusal with its status: one sentence and a code."""
    return {"status": status_of(refusal), "code": refusal.code, "message": refusal.message}


def status_of(refusal: Refused) -> int:
    """Return the HTTP status of a refusal."""
    if refusal.code in BY_CODE:
        return BY_CODE[refusal.code]
    for kind, status in ((NotFound, 404), (NotAllowed, 403), (Invalid, 422), (Conflict, 409)):
        if isinstance(refusal, kind):
            return status
    return 409


def theirs_told(theirs: Theirs) -> Json:
    """Return what stands against somebody's words."""
    at = theirs.at.astimezone(SHANGHAI)
    return {**asdict(theirs), "at": f"{at:%H:%M}"}
