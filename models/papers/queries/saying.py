"""Which signed papers say something: looked for in the words of their frozen content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.lifecycle import SIGNED
from models.papers.tables import Document, withdrawn

from .case_papers import of_case

SHORTEST = 2
"""Characters from which on a text says something: a single figure stands in every paper."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A signed paper that holds the words."""

    id: int
    ref: str
    number: str | None
    title: str

    @property
    def called(self) -> str:
        """Its short name, with its number."""
        return f"{self.ref}（{self.number}）" if self.number else self.ref


def papers_saying(session: Session, case_id: int, words: str) -> list[Saying]:
    """Return the signed papers of a case, none of them withdrawn, in whose words a text stands."""
    if len(words) < SHORTEST:
        return []
    papers = session.execute(
        select(Document.id, Document.ref, Document.number, Document.title, Document.content)
        .where(of_case(case_id), Document.status.in_(SIGNED), Document.id.not_in(withdrawn()))
        .order_by(Document.id)
    )
    return [
        Saying(row.id, row.ref, row.number, row.title)
        for row in papers
        if words in row.title or any(words in text for text in _texts(row.content))
    ]


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for part in content.values():
            yield from _texts(part)
    elif isinstance(content, list):
        for part in content:
            yield from _texts(part)
