"""A paper's content as a file that an office accepts: the same content gives the same bytes."""

from __future__ import annotations

from documents.drawn import drawn
from documents.layout.package import Reader, Sheet, assemble
from models.papers.content import Paper


def sheet(paper: Paper, *, for_pdf: bool = False) -> Sheet:
    """Return the paper laid out, not yet packed."""
    return drawn(paper).sheet(paper, for_pdf=for_pdf)


def render(paper: Paper, *, for_pdf: bool = False, read: Reader | None = None) -> bytes:
    """Return the paper as docx (GB/T 9704-2012). `for_pdf` gives the twin to hand to LibreOffice, not to people.

    `read` gives the bytes of a figure that the content names by its hash. Raises LookupError without it.
    """
    laid_out = sheet(paper, for_pdf=for_pdf)
    return assemble(laid_out, for_pdf=for_pdf) if read is None else assemble(laid_out, for_pdf=for_pdf, read=read)


__all__ = ["render", "sheet"]
