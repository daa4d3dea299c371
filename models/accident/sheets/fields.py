"""A field (栏目): one thing that the investigation collects, declared once for every door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.kernel.vocabulary import Word


class FieldKind(StrEnum):
    """What a field holds, and as what its value stands in a dossier and in the database.

    text and long are texts, integer, decimal and money numbers (money in yuan, to the fen), date `2026-03-01`, moment
    `2026-03-01T08:30:00+08:00`, clock `08:30`, boolean true or false, choice one word and choices several, ref and
    organisation the short name of a row (of `to`, of the units of the case) and refs several, stake `K12+318`, place a
    point with its datum: `{"x": 114.87, "y": 30.39, "datum": "gcj02"}`.
    """

    TEXT = "text"
    LONG = "long"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    CLOCK = "clock"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    CHOICES = "choices"
    REF = "ref"
    REFS = "refs"
    ORGANISATION = "organisation"
    STAKE = "stake"
    PLACE = "place"


NUMBERS = (FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.MONEY)
LISTS = (FieldKind.CHOICES, FieldKind.REFS)
POINTERS = (FieldKind.REF, FieldKind.REFS, FieldKind.ORGANISATION)


@dataclass(frozen=True, slots=True)
class Choice:
    """One word to choose: the value that is stored, what the office calls it, and what else people write for it.

    `ruled` where a rule reads it: it cannot be retired. `retired` where it is offered no more, and understood as before.
    """

    value: str
    label: str
    aliases: tuple[str, ...] = ()
    ruled: bool = False
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to know. `name` is the key in a dossier, `label` the office's word, `to` the sheet that a ref points into.

    `open` choices take any word: one that is on no list is kept as it was written, and the nearest is offered.
    `standard` names the field's or code's standard where it is known. `least` and `most` bound a number.
    """

    name: str
    label: str
    kind: FieldKind
    required: bool = False
    choices: tuple[Choice, ...] = ()
    open: bool = False
    to: str | None = None
    unit: str | None = None
    help: str | None = None
    personal: bool = False
    standard: str | None = None
    least: float | None = None
    most: float | None = None

    @property
    def offered(self) -> tuple[Choice, ...]:
        """The words to choose from now; `choices` are all that are understood."""
        return tuple(one for one in self.choices if not one.retired)

    @property
    def target(self) -> str | None:
        """The sheet that its value points into."""
        return "organisations" if self.kind is FieldKind.ORGANISATION else self.to


def of_word(word: type[Word], aliases: Mapping[str, tuple[str, ...]] | None = None) -> tuple[Choice, ...]:
    """Return the choices of a closed list, with what people write for some of them."""
    also = aliases or {}
    return tuple(Choice(one.value, one.label, also.get(one.value, ()), ruled=True) for one in word)


def of_labels(*labels: str) -> tuple[Choice, ...]:
    """Return choices that are stored as the words themselves; `驾驶人/驾驶员/司机` is one with two other spellings."""
    parts = (label.split("/") for label in labels)
    return tuple(Choice(first, first, tuple(others)) for first, *others in parts)
