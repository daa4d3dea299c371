"""Every door by which accidents come in as a file reads it here: a dossier (JSON) or a workbook (xlsx), by what it is."""

from __future__ import annotations

from datetime import datetime

from models.kernel.errors import Invalid

from . import notes, read
from .understood import Understood


def understood(data: bytes, *, now: datetime) -> tuple[Understood, ...]:
    """Return what a file says of each of its accidents, with all remarks; `now` is aware.

    Raises Invalid with one fault for each wrong place, named by key in JSON and by sheet, row and column in a workbook.
    """
    if data.startswith(b"PK"):
        from .workbook import read_workbook  # a command that reads JSON starts without it

        return read_workbook(data, now=now)
    dossier = read(data, now=now)
    return (Understood(dossier, notes(dossier, now=now)),)


def understood_one(data: bytes, *, now: datetime) -> Understood:
    """Return what a file says that must be about one accident. Raises Invalid."""
    found = understood(data, now=now)
    if len(found) > 1:
        raise Invalid(f"这份表格写了{len(found)}起事故，这里一次只用一起，请分成几份。", code="more_than_one")
    return found[0]
