"""What may answer a question: a field of a sheet of facts, named as `sheet.field`, or a whole sheet."""

from __future__ import annotations

from models.accident.sheets import SHEETS


def is_known(name: str) -> bool:
    """Return whether a sheet, or a field of a sheet, has this name."""
    sheet, dot, field = name.partition(".")
    return sheet in SHEETS and (not dot or any(one.name == field for one in SHEETS[sheet].fields))
