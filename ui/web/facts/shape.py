"""The shape of a sheet as its element in the browser reads it: columns, and the words to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from models.accident.sheets import Field, FieldKind, Sheet
from models.accident.sheets.fields import LISTS
from ui.web.facts.parts import in_order, is_usual

YES_OR_NO = ("是", "否")


@dataclass(frozen=True, slots=True)
class Column:
    """One field as the browser draws it. `main` is shown at first, `several` takes more than one word, `to` is the sheet
    whose rows are chosen from, `choices` are words to choose from; `open` keeps others too."""

    name: str
    title: str
    kind: FieldKind
    required: bool
    main: bool
    several: bool
    open: bool
    choices: tuple[str, ...] | None
    to: str | None
    help: str | None


def columns(sheet: Sheet, *, english: bool = False) -> tuple[Column, ...]:
    """Return the columns of a sheet: what is asked first in that order, then the others in the sheet's."""
    return tuple(_column(sheet, field, english) for field in in_order(sheet))


def _column(sheet: Sheet, field: Field, english: bool) -> Column:
    return Column(
        name=field.name,
        # As with the fields of steps: the name in the program is the English.
        title=field.name.removesuffix("_ref").replace("_", " ").capitalize() if english else field.label,
        kind=field.kind,
        required=field.required,
        main=is_usual(sheet, field),
        several=field.kind in LISTS,
        open=field.open,
        choices=_choices(field),
        to=field.target,
        help=field.help,
    )


def _choices(field: Field) -> tuple[str, ...] | None:
    if field.kind is FieldKind.BOOLEAN:
        return YES_OR_NO
    return tuple(choice.label for choice in field.offered) or None
