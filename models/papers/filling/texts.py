"""The text of a draft, paragraph by paragraph: as the facts give it, and what people wrote in its place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.papers.content import KeptText, Paper, canonical
from models.papers.content.passages import Passage, placed
from models.papers.laid_out import laid_out
from models.papers.tables import PaperText


@dataclass(frozen=True, slots=True)
class DraftText:
    """A draft as it reads now. `fixed` are the passages that only its signing completes: with its date or its number."""

    said: Paper
    passages: tuple[Passage, ...]
    fixed: frozenset[str]

    @property
    def digest(self) -> str:
        """Return the hash of what the draft says, by which a file that comes back is recognised."""
        return hashlib.sha256(canonical(self.said)).hexdigest()


def draft_text(draft: Paper, signed: Paper) -> DraftText:
    """Return the text of a draft; `signed` is the same paper as if it were signed today."""
    passages = laid_out(draft).passages
    lasting = {one.base for one in laid_out(signed).passages}
    return DraftText(draft, passages, frozenset(one.name for one in passages if one.base not in lasting))


def kept_of(session: Session, document_id: int) -> tuple[KeptText, ...]:
    """Return what people wrote in the place of paragraphs of a paper, in the order in which they first did. One statement."""
    rows = session.execute(
        select(PaperText.passage, PaperText.base, PaperText.text)
        .where(PaperText.document_id == document_id)
        .order_by(PaperText.id)
    )
    return tuple(KeptText(passage=passage, base=base, text=text) for passage, base, text in rows)


def standing(kept: Iterable[KeptText], paper: Paper) -> tuple[KeptText, ...]:
    """Return what of the kept texts stands in a paper, each under the name that its passage has there."""
    told = placed(kept, laid_out(paper).passages).standing
    return tuple(one.model_copy(update={"passage": name}) for name, one in sorted(told.items()))
