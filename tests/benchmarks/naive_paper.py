"""The paper as most programs write it: python-docx, its default template, fonts run by run, cells one by one."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from tests.benchmarks.same_paper import Block, Grid, Lines, Words

BODY, LATIN = "仿宋_GB2312", "Times New Roman"
CENTRED = ("Mark", "Title", "Number", "标志", "标题", "字号")


def write(content: Sequence[Block]) -> bytes:
    """Return the docx of what `same_paper.blocks` found."""
    document = Document()
    _page(document)
    for block in content:
        if isinstance(block, Grid):
            _table(document, block)
        else:
            _fill(document.add_paragraph(), block, indent=True)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _page(document: Docx) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _say(footer, Words("— ", "宋体", 14, None))
    field = footer.add_run()
    for kind in ("begin", "end"):
        if kind == "end":
            code = OxmlElement("w:instrText")
            code.text = "PAGE"
            field._r.append(code)
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        field._r.append(mark)
    _say(footer, Words(" —", "宋体", 14, None))


def _fill(paragraph: Paragraph, lines: Lines, *, indent: bool) -> None:
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28.95)
    if any(word in lines.style for word in CENTRED):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif indent:
        form.first_line_indent = Pt(32)
    for words in lines.words:
        _say(paragraph, words)


def _say(paragraph: Paragraph, words: Words) -> None:
    run = paragraph.add_run(words.text)
    run.font.name, run.font.size = LATIN, Pt(words.size or 16)
    run._r.rPr.rFonts.set(qn("w:eastAsia"), words.font or BODY)
    if words.colour is not None:
        run.font.color.rgb = RGBColor.from_string(words.colour)


def _table(document: Docx, grid: Grid) -> None:
    table = document.add_table(rows=len(grid.rows), cols=max(map(len, grid.rows)))
    table.style = "Table Grid"
    for across, row in enumerate(grid.rows):
        for down, cell in enumerate(row):
            target = table.cell(across, down)
            for place, lines in enumerate(cell):
                _fill(target.paragraphs[0] if place == 0 else target.add_paragraph(), lines, indent=False)
