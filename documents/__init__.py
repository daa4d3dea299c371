"""A paper's content as a file that an office accepts: the same content gives the same bytes."""

from __future__ import annotations

from documents.drawn import drawn
from documents.layout.package import Sheet, assemble
from documents.layout.passages import read_off, with_kept
from models.papers.content import Paper
from models.papers.content.passages import LaidOut


def sheet(paper: Paper, *, for_pdf: bool = False) -> Sheet:
    """Return the paper laid out with what people wrote in it, not yet packed."""
    return with_kept(drawn(paper).sheet(paper, for_pdf=for_pdf), paper.kept)


def laid_out(paper: Paper) -> LaidOut:
    """Return the paragraphs and tables of the paper, as its file has them."""
    return read_off(drawn(paper).sheet(paper, for_pdf=False), paper.kept)


def render(paper: Paper, *, for_pdf: bool = False) -> bytes:
    """Return the paper as docx (GB/T 9704-2012). `for_pdf` gives the twin to hand to LibreOffice, not to people."""
    return assemble(sheet(paper, for_pdf=for_pdf), for_pdf=for_pdf)


__all__ = ["laid_out", "render", "sheet"]
