"""The words of what can be found, as they stand in its own row now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.case.tables import Evidence, Finding
from models.kernel.vocabulary import SearchKind
from models.overview.rules.searching import leaves
from models.papers.tables import Document
from models.rectification.tables import Measure, Reply

SPAN = 1 << 40
"""Room for the row numbers of one kind; the triggers count by it, too (`models/migrations/search_marks.py`)."""

NEVER = "\n"
"""Between two texts of one row: no word that is looked for spans it."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the words of a kind stand, and the number of the kind."""

    number: int
    table: type[Any]
    words: Callable[[Any], tuple[str | None, ...]]

    @property
    def base(self) -> int:
        """Return what is added to a row number to name its text."""
        return self.number * SPAN

    def text_of(self, row: Any) -> str:
        """Return all words of a row."""
        return NEVER.join(filter(None, self.words(row)))

    def among(self, ids: Collection[int]) -> ColumnElement[bool]:
        """Return which rows have one of these numbers."""
        found: ColumnElement[bool] = self.table.id.in_(ids)
        return found


SOURCES: Mapping[SearchKind, Source] = {
    SearchKind.FINDING: Source(1, Finding, lambda row: (row.text, "、".join(map(str, row.cause_tags or ())))),
    SearchKind.MEASURE: Source(2, Measure, lambda row: (row.text, row.proof)),
    SearchKind.REPLY: Source(3, Reply, lambda row: (row.text, row.incoming_number)),
    SearchKind.PAPER: Source(4, Document, lambda row: (row.title, row.number, *leaves(row.content))),
    SearchKind.EVIDENCE: Source(5, Evidence, lambda row: (row.title, row.file_name)),
}


def texts_of(session: Session, text_ids: Collection[int]) -> dict[int, str]:
    """Return the words of texts by their numbers, without those whose rows are gone; a statement a kind."""
    found = {}
    for source in SOURCES.values():
        ids = [one - source.base for one in text_ids if source.base <= one < source.base + SPAN]
        if ids:
            rows = session.scalars(select(source.table).where(source.among(ids)))
            found.update({source.base + row.id: source.text_of(row) for row in rows})
    return found
