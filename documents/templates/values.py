"""The values of named fields: plain escaped text in dictionaries and lists, and specimens to try a template with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from markupsafe import Markup

from documents.fields.named import AnyField, AnyFields, Fields, Named, Shape
from documents.layout.text import escape, split
from models.papers.content.wording import NOTHING

_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
MARK = "\ue000"
"""Stands in the values of a hostile specimen, to be found again in the output."""

Values: TypeAlias = "dict[str, Markup | list[Markup] | list[Values]]"
Source = TypeVar("Source")


def worded(value: object) -> Markup:
    """Return a value as text for a run: markup escaped, control characters gone, line breaks kept as such.

    Braces of the template language are content here and stay so: what is printed is not read again.
    """
    if value is None or value is False:
        return Markup("")
    return Markup(_BREAK.join(escape(line) for line in split(str(value))))  # noqa: S704 - escaped one word before


def shown(value: object) -> object:
    """What is printed for an expression: a stroke where there is nothing, so that no field is left blank."""
    return NOTHING if value == "" else value


def values(fields: Fields[Source], source: Source) -> Values:
    """Read the fields from a paper, or from an entry of one of its lists."""
    return {f.name: _value(f, source) for f in fields}


def _value(named: Named[Source], source: Source) -> Markup | list[Markup] | list[Values]:
    found: Any = named.get(source)  # texts or entries, as its shape says, and the entries of what its fields are
    if named.shape is Shape.LINES:
        return [worded(line) for line in found]
    if named.shape is Shape.ENTRIES:
        return [values(named.fields, entry) for entry in found]
    return worded(found)


def specimen(fields: AnyFields, *, entries: int = 2) -> Values:
    """Every field filled with its own name, lists with so many entries."""
    return _made(fields, entries, lambda f: f"〔{f.name}〕")


def empty_specimen(fields: AnyFields) -> Values:
    """A paper of which nothing is known."""
    return _made(fields, 0, lambda _: "")


def hostile_specimen(fields: AnyFields) -> Values:
    """Text that tries to break out of where it stands."""
    ugly = f"{MARK}<w:p>&\"'{{{{ 7*7 }}}}{{% raw %}}\x00\ud800]]>甲\n乙{MARK}"
    return _made(fields, 2, lambda _: ugly)


def _made(fields: AnyFields, count: int, word: Callable[[AnyField], str]) -> Values:
    made: Values = {}
    for f in fields:
        if f.shape is Shape.TEXT:
            made[f.name] = worded(word(f))
        elif f.shape is Shape.LINES:
            made[f.name] = [worded(word(f))] * count
        else:
            made[f.name] = [_made(f.fields, count, word)] * count
    return made
