"""A sheet (情况表): the fields that belong together, as one form or as a list of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.kernel.errors import NotFound
from models.kernel.vocabulary import Aspect

from .fields import Field

ONLY_ROW = "1"
"""The short name of the one row that a form has."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`many` rows with short names that begin with `prefix`, or one form; `aspect` is what the sheet tells about.

    `named_by` is the field by which a person knows a row, as a unit by its name. A `walled` sheet is read and written only
    by who handles what it is about; it is no part of findings, papers, volume and exports. A `lasting` one no report tells:
    it is filled in place as long as the case runs.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    many: bool = True
    prefix: str = ""
    aspect: Aspect | None = None
    named_by: str | None = None
    walled: bool = False
    lasting: bool = False

    def field(self, name: str) -> Field:
        """Return a field by its name or by its Chinese word. Raises NotFound."""
        for field in self.fields:
            if name in (field.name, field.label):
                return field
        raise NotFound(f"“{self.title}”中没有“{name}”这一项。", code="unknown_field")

    @property
    def required(self) -> Iterable[Field]:
        """The fields without which a row says nothing."""
        return (field for field in self.fields if field.required)
