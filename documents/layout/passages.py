"""The paragraphs of a laid-out body: named after the headings above them, and exchanged for what a person wrote.

Works on the body that a layout made, so that no layout has to know of it: every paragraph of running text is in the
style `GWBody` outside tables, a first run of its own is its lead.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from documents.layout.package import Sheet
from documents.layout.text import run, split
from models.papers.content.common import KeptText
from models.papers.content.passages import LaidOut, Line, Passage, placed, unnumbered

_BLOCK = re.compile(r"<w:tbl>.*?</w:tbl>|<w:p>.*?</w:p>", re.DOTALL)
_BOX = "<w:txbxContent>"
# As above where a drawing holds paragraphs of its own, which end none of ours.
_BLOCK_WITH_BOXES = re.compile(rf"<w:tbl>.*?</w:tbl>|<w:p>(?:{_BOX}.*?</w:txbxContent>|(?!{_BOX}).)*?</w:p>", re.DOTALL)
_DRAWN = "<w:drawing>"
_STYLED = re.compile(r'<w:p><w:pPr><w:pStyle w:val="([^"]*)"/>')
_START = re.compile(r"<w:p><w:pPr>.*?</w:pPr>", re.DOTALL)
_RUN = re.compile(r"<w:r>.*?</w:r>", re.DOTALL)
_TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_CELL = re.compile(r"<w:tc>.*?</w:tc>", re.DOTALL)
_OPENING, _PROSE = "开头", "GWBody"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a table of the body as it stands there; `passage` where it is running text."""

    xml: str
    style: str = ""
    passage: Passage | None = None

    @property
    def text(self) -> str:
        """Return what is read in a paragraph; a drawing is looked at."""
        return "" if _DRAWN in self.xml else text_of(self.xml)

    @property
    def table(self) -> bool:
        """Whether it is a table."""
        return self.xml.startswith("<w:tbl>")

    @property
    def cells(self) -> tuple[str, ...]:
        """Return what is read in each cell of a table."""
        return tuple(text_of(cell) for cell in _CELL.findall(self.xml))

    @property
    def start(self) -> str:
        """Return how a paragraph begins, with its properties."""
        begun = _START.match(self.xml)
        return begun[0] if begun else "<w:p>"

    @property
    def lead(self) -> str:
        """Return the run of the lead of a passage."""
        return _RUN.findall(self.xml)[0] if self.passage is not None and self.passage.lead else ""


def text_of(xml: str) -> str:
    """Return the text in a piece of WordprocessingML."""
    text = "".join(_TEXT.findall(xml))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def blocks(body: str) -> Iterator[Block]:
    """Yield the paragraphs and tables of a body, in their order; joined they are the body again."""
    section, beneath = _OPENING, ""
    counted: Counter[str] = Counter()
    for found in (_BLOCK_WITH_BOXES if _BOX in body else _BLOCK).finditer(body):
        xml = found[0]
        styled = _STYLED.match(xml)
        style = styled[1] if styled else ""
        if style == "1":
            section, beneath = unnumbered(text_of(xml)), ""
        elif style == "2":
            beneath = unnumbered(text_of(xml))
        elif style == "GWEnclosure":
            section, beneath = text_of(xml), ""
        passage = None
        if style == _PROSE:
            lead, text = _lead_and_text(xml)
            if text:
                path = f"{section}/{beneath}" if beneath else section
                counted[path] += 1
                passage = Passage(f"{path}/{counted[path]}", lead, text)
        yield Block(xml, style, passage)


def _lead_and_text(xml: str) -> tuple[str, str]:
    runs = [text_of(one) for one in _RUN.findall(xml)]
    return ("", "".join(runs)) if len(runs) < 2 else (runs[0], "".join(runs[1:]))


def with_kept(sheet: Sheet, kept: tuple[KeptText, ...]) -> Sheet:
    """Return the sheet with the words of people where their facts are still what they were."""
    if not kept:
        return sheet
    every = list(blocks(sheet.body))
    standing = placed(kept, [one.passage for one in every if one.passage is not None]).standing
    return replace(sheet, body="".join(_worded(one, standing) for one in every))


def _worded(block: Block, standing: Mapping[str, KeptText]) -> str:
    if block.passage is None or block.passage.name not in standing:
        return block.xml
    first, *further = split(standing[block.passage.name].text)
    return f"{block.start}{block.lead}{run(first)}</w:p>" + "".join(
        f"{block.start}{run(line)}</w:p>" for line in further
    )


def read_off(sheet: Sheet, kept: tuple[KeptText, ...]) -> LaidOut:
    """Return what a sheet of the bare facts holds, and how it reads with what people wrote."""
    every = list(blocks(sheet.body))
    passages = tuple(one.passage for one in every if one.passage is not None)
    standing = placed(kept, passages).standing
    lines: list[Line] = []
    for one in every:
        if one.table or not one.text:
            continue
        if one.passage is None:
            lines.append(Line("", one.text))
        else:
            said = standing[one.passage.name].text if one.passage.name in standing else one.passage.text
            lines += [Line(one.passage.name, part) for part in split(one.passage.lead + said)]
    return LaidOut(passages, tuple(lines), tuple(one.cells for one in every if one.table))
