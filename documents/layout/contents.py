"""目录: what a long report begins with, its headings with the pages on which they stand.

Which page a heading falls on is known only to the program that sets the lines. So each number is a PAGEREF field: LibreOffice
fills it when it makes the PDF, Word when it opens the file. Whether there is a 目录 at all is decided from the text alone,
by an estimate, so that the same content gives the same bytes on every machine.
"""

from __future__ import annotations

import re
from math import ceil

from documents.layout.measures import CELL, CHARACTERS, HEI, LINE_PITCH, TEXT_HEIGHT, TEXT_WIDTH
from documents.layout.passages import Block, blocks, text_of
from documents.layout.text import TAB, indent, paragraph, run, run_properties
from models.papers.content.wording import width

LONG = 15
"""Pages from which on a reader looks for a 目录."""

_HEADING = re.compile(r'(<w:p><w:pPr><w:pStyle w:val="([12])"/></w:pPr>)(.*?)</w:p>')
_FIRST = '<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr>'
_ROW, _CELL = re.compile(r"<w:tr>.*?</w:tr>", re.DOTALL), re.compile(r"<w:tc>.*?</w:tc>", re.DOTALL)
_WIDE, _PARAGRAPH = re.compile(r'<w:tcW w:w="(\d+)"'), re.compile(r"<w:p>.*?</w:p>", re.DOTALL)
_EXTENT = re.compile(r'<wp:extent cx="\d+" cy="(\d+)"/?>')
_EMU = 635  # in a twip
_CELL_LINE, _CELL_SIDES, _CELL_ENDS, _ROW_LEAST = 400, 160, 80, 480  # twips, as `table` sets them


def pages(body: str) -> int:
    """Estimate how many pages a body fills, within a few of what an office program makes of it."""
    return ceil(sum(map(_height, blocks(body))) / TEXT_HEIGHT)


def _height(block: Block) -> int:
    """Height of a paragraph or a table in twips."""
    if block.table:
        return sum(map(_row_height, _ROW.findall(block.xml)))
    drawn = sum(int(high) // _EMU for high in _EXTENT.findall(block.xml))
    return drawn or max(1, ceil((width(block.text) + 2) / CHARACTERS)) * LINE_PITCH


def _row_height(row: str) -> int:
    return max(_ROW_LEAST, *(_cell_height(cell) for cell in _CELL.findall(row)), 0)


def _cell_height(cell: str) -> int:
    room = max(int(_WIDE.findall(cell)[0]) - _CELL_SIDES, CELL * 10)
    lines = sum(max(1, ceil(width(text_of(one)) * CELL * 10 / room)) for one in _PARAGRAPH.findall(cell))
    return lines * _CELL_LINE + _CELL_ENDS


def with_contents(body: str) -> str:
    """Return a body with a 目录 of its headings before the first of them."""
    listed: list[str] = []

    def marked(found: re.Match[str]) -> str:
        name = f"_Toc{len(listed) + 1}"
        listed.append(_line(text_of(found[3]), name, deep=found[2] == "2"))
        start = f'<w:bookmarkStart w:id="{len(listed)}" w:name="{name}"/>'
        return f'{found[1]}{start}{found[3]}<w:bookmarkEnd w:id="{len(listed)}"/></w:p>'

    text = _HEADING.sub(marked, body)
    head = paragraph("", run("目　　录", run_properties(HEI)), '<w:keepNext/><w:jc w:val="center"/>')
    first = text.find(_FIRST)
    return body if first < 0 else text[:first] + head + "".join(listed) + text[first:]


def _line(words: str, name: str, *, deep: bool) -> str:
    """A heading, dots, its page; the number is empty until an office program has set the lines."""
    stop = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{TEXT_WIDTH}"/></w:tabs>'
    return paragraph(
        "", run(words) + TAB + _page_of(name), stop + indent(left=2 if deep else 0) + '<w:jc w:val="left"/>'
    )


def _page_of(name: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> PAGEREF {name} \\h </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t></w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
