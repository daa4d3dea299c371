"""The names that a paper states: of people, bodies, vehicles and places. Nobody edits them, and no line breaks inside one."""

from __future__ import annotations

from collections.abc import Iterator

from .common import Content

_ONE = (
    "name",
    "organisation",
    "subject",
    "plate",
    "lead",
    "responsible_person",
    "issuer",
    "place",
    "owner",
    "institute",
    "representative",
    "given_by",
)
_PRESENT = ("vehicle", "chaired_by", "recorded_by", "attendees", "participants", "attended_by", "transferred_by")
_SEVERAL = ("organisations", "people", "cooperating", "recipients", "copied_to", "handlers", "reconsidered_by")
NAMED = frozenset((*_ONE, *_PRESENT, *_SEVERAL))
"""Fields of contents that hold a name, or several."""
SHORTEST = 2
"""Characters of a name that is looked for in a text: one alone stands in every second word."""


def names_in(content: Content) -> Iterator[str]:
    """Yield every name that a paper states, as often as it does."""
    for field in type(content).model_fields:
        yield from _names(getattr(content, field), named=field in NAMED)


def _names(value: object, *, named: bool) -> Iterator[str]:
    if isinstance(value, Content):
        yield from names_in(value)
    elif isinstance(value, tuple):
        for one in value:
            yield from _names(one, named=named)
    elif named and type(value) is str and len(value) >= SHORTEST:
        yield value
