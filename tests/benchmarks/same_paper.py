"""A rendered paper taken apart into what it says and looks like, so that rivals set the very same words and fonts."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph as DocxParagraph


@dataclass(frozen=True, slots=True)
class Words:
    """A run of text: font, size in points (None: the style's), colour as RRGGBB."""

    text: str
    font: str | None
    size: float | None
    colour: str | None


@dataclass(frozen=True, slots=True)
class Lines:
    """A paragraph, with its style's name."""

    style: str
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: rows of cells of paragraphs."""

    rows: tuple[tuple[tuple[Lines, ...], ...], ...]


Block = Lines | Grid


def blocks(docx: bytes) -> tuple[Block, ...]:
    """Return the body of a docx in its order."""
    body = Document(io.BytesIO(docx)).iter_inner_content()
    return tuple(_grid(block) if isinstance(block, DocxTable) else _lines(block) for block in body)


def _lines(paragraph: DocxParagraph) -> Lines:
    return Lines(paragraph.style.name if paragraph.style else "", tuple(_words(paragraph)))


def _words(paragraph: DocxParagraph) -> Iterator[Words]:
    for run in paragraph.runs:
        fonts = run._r.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        font = fonts.get(qn("w:eastAsia")) if fonts is not None else None
        colour = run.font.color.rgb if run.font.color is not None else None
        size = run.font.size.pt if run.font.size is not None else None
        yield Words(run.text, font, size, str(colour) if colour is not None else None)


def _grid(table: DocxTable) -> Grid:
    return Grid(tuple(tuple(tuple(map(_lines, cell.paragraphs)) for cell in row.cells) for row in table.rows))


def said(docx: bytes) -> str:
    """Return every word of the body without white space: two papers that say the same give the same."""
    root = Document(io.BytesIO(docx)).element.body
    return re.sub(r"\s+", "", "".join(text.text or "" for text in root.iter(qn("w:t"))))
