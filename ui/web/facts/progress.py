"""How far a part of the investigation is filled in, as the page says it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from models.case.queries.fact_progress import SheetFilled, facts_filled
from models.kernel.rights.policy import Actor
from ui.web.facts.parts import PARTS


def together(sheets: Iterable[SheetFilled]) -> SheetFilled:
    """Return how far sheets that stand together are filled in."""
    every = list(sheets)
    return SheetFilled(
        rows=sum(one.rows for one in every),
        cells=sum(one.cells for one in every),
        required=sum(one.required for one in every),
        filled=sum(one.filled for one in every),
    )


def part_filled(session: Session, actor: Actor, case: str, sheet_name: str) -> dict[str, dict[str, str]]:
    """Return the part of which a sheet is one, by its name, with words and look of how far it is filled in; nothing for
    a sheet of no part."""
    found = {}
    for part in PARTS.values():
        if sheet_name in part.sheets:
            far = together(facts_filled(session, actor, case, part.sheets).sheets.values())
            found[part.name] = {"text": in_words(far), "look": look(far)}
    return found


def in_words(filled: SheetFilled) -> str:
    """Return 6行 缺2, 5/5, 3项 or 未填."""
    if not filled.cells:
        return "未填"
    if filled.rows:
        missing = filled.required - filled.filled
        return f"{filled.rows}行{f' 缺{missing}' if missing else ''}"
    return f"{filled.filled}/{filled.required}" if filled.required else f"{filled.cells}项"


def look(filled: SheetFilled) -> str:
    """Return what it looks like: nothing, lacking or well."""
    if not filled.cells:
        return "nothing"
    return "lacking" if filled.filled < filled.required else "well"
