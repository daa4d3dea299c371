"""Runs and paragraphs as WordprocessingML text. Content is escaped here and nowhere else."""

from __future__ import annotations

import re
from functools import cache

from documents.layout.measures import FANG, characters, latin_beside

_SPECIAL = re.compile("[&<>\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile("[\t\n\x0b\x0c\r\x85]+")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")


def escape(text: str) -> str:
    """Return text fit for XML: breaks and tabs become a space, control characters go, non-characters are □."""
    if not _SPECIAL.search(text):
        return text
    text = _NO_CHARACTER.sub("□", _CONTROL.sub("", _SPACES.sub(" ", text)))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(text: str) -> str:
    """Return text fit for an attribute between double quotes."""
    return escape(text).replace('"', "&quot;")


@cache
def run_properties(
    font: str = FANG, size: int | None = None, colour: str | None = None, scale: int | None = None
) -> str:
    """Name the font on the run itself, East Asian side included; size in half points, scale in percent."""
    latin = latin_beside(font)
    return (
        f'<w:rPr><w:rFonts w:hint="eastAsia" w:ascii="{latin}" w:eastAsia="{font}" w:hAnsi="{latin}" w:cs="{latin}"/>'
        + (f'<w:color w:val="{colour}"/>' if colour else "")
        + (f'<w:w w:val="{scale}"/>' if scale else "")
        + (f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else "")
        + "</w:rPr>"
    )


# Fonts and size come from the paragraph's style, so that an office changes all text of a kind in one place. Only the hint
# stands on the run: by it Word sets “ ” and … as Chinese marks.
_BODY_RUN = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'


def run(text: str, properties: str = _BODY_RUN) -> str:
    """A run of text; without properties it looks as the style of its paragraph says."""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


TAB = f"<w:r>{_BODY_RUN}<w:tab/></w:r>"
BREAK = f"<w:r>{_BODY_RUN}<w:br/></w:r>"


def paragraph(style: str, runs: str = "", properties: str = "") -> str:
    """A paragraph in a style of the base package; an empty style is Normal."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{runs}</w:p>" if named or properties else f"<w:p>{runs}</w:p>"


def split(text: str) -> list[str]:
    """The paragraphs of a text that came with line breaks of its own."""
    return [line for line in (part.strip() for part in re.split("[\r\n\x0b\x0c]+", text)) if line]


def body(text: str) -> str:
    """Body paragraphs, two characters in; one for each line of the text."""
    return "".join(paragraph("GWBody", run(line)) for line in split(text))


def led(lead: str, text: str, font: str = FANG) -> str:
    """A body paragraph whose first words stand in another font: （一）题目。正文."""
    lines = split(text) or [""]
    first = paragraph("GWBody", run(lead, _BODY_RUN if font == FANG else run_properties(font)) + run(lines[0]))
    return first + "".join(paragraph("GWBody", run(line)) for line in lines[1:])


def empty(count: int = 1, *, keep: bool = False) -> str:
    """Empty lines of the grid."""
    return paragraph("", "", "<w:keepNext/>" if keep else "") * count


def indent(*, left: float = 0, right: float = 0, first: float = 0, hanging: float = 0) -> str:
    """Indents in characters, each also in twips for readers that know no characters."""
    parts = [
        f'w:{name}Chars="{round(count * 100)}" w:{name}="{characters(count)}"'
        for name, count in (("left", left), ("right", right), ("firstLine", first), ("hanging", hanging))
        if count or name in ("left", "right")
    ]
    return f"<w:ind {' '.join(parts)}/>"


def keep_next(block: str, count: int = 1) -> str:
    """Bind the last `count` paragraphs of a block to what follows, so that a signature never stands alone on a page.

    A table ends the chain: what stands before it is not bound.
    """
    at = block.rfind("<w:p>")
    if at < 0 or count < 1:
        return block
    last = block[at:]
    if "<w:tbl" in last or "</w:tbl>" in last:
        return block
    before = keep_next(block[:at], count - 1) if block[:at].endswith("</w:p>") else block[:at]
    if last.startswith("<w:p><w:pPr>"):
        named = re.match(r'<w:p><w:pPr>(<w:pStyle w:val="[^"]*"/>)?', last)
        end = named.end() if named else 0
        return before + last[:end] + "<w:keepNext/><w:keepLines/>" + last[end:]
    return before + "<w:p><w:pPr><w:keepNext/><w:keepLines/></w:pPr>" + last[5:]
