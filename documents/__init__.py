"""A paper's content as a file that an office accepts: the same content gives the same bytes."""

from __future__ import annotations

from documents.drawn import drawn
from documents.layout.package import Reader, Sheet, assemble
from documents.layout.passages import read_off, with_kept
from models.papers.content import Paper
from models.papers.content.passages import LaidOut


def sheet(paper: Paper) -> Sheet:
    """Return the paper laid out with what people wrote in it, not yet packed."""
    return with_kept(drawn(paper).sheet(paper), paper.kept)


def laid_out(paper: Paper) -> LaidOut:
    """Return the paragraphs and tables of the paper, as its file has them."""
    return read_off(drawn(paper).sheet(paper), paper.kept)


def render(paper: Paper, *, read: Reader | None = None) -> bytes:
    """Return the paper as docx (GB/T 9704-2012).

    `read` gives the bytes of a figure that the content names by its hash. Raises LookupError without it.
    """
    return assemble(sheet(paper)) if read is None else assemble(sheet(paper), read=read)


__all__ = ["laid_out", "render", "sheet"]
