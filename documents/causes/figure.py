"""致因图 as a figure of a paper: a sentence that refers to it, the drawing, its caption."""

from __future__ import annotations

from documents.layout.measures import CELL, FANG
from documents.layout.text import body, keep_next, paragraph, run, run_properties
from models.papers.content.causes import Causes

from .drawing import drawings, told
from .word import drawn

_CENTRED = '<w:snapToGrid w:val="0"/><w:spacing w:before="120"/><w:jc w:val="center"/>'
_BESIDE_WORDS = 1800  # height that leaves room for a heading, the sentence below it, and the caption
_CAPTION = run_properties(FANG, CELL)


def figure(number: int, caption: str, causes: Causes) -> str:
    """Return figure `number` of a paper as paragraphs, on as many pages as it takes; nothing where there are no causes."""
    pages = drawings(causes, height=_BESIDE_WORDS)
    if not pages:
        return ""
    name = f"图{number}"
    told_of = body(f"直接原因、间接原因、未履行职责的单位和整改措施的对应关系见{name}，内容为要点，全文见相应部分。")
    words = ["".join(told(causes)), *(f"{name}（续）" for _ in pages[1:])]
    drawn_pages = (
        paragraph("", drawn(page, 10 * number + n, f"{name} {caption}", words[n]), f"<w:keepNext/>{_CENTRED}")
        + _caption(f"{name}　{caption}" + (f"（{n + 1}/{len(pages)}）" if len(pages) > 1 else ""))
        for n, page in enumerate(pages)
    )
    # Heading and sentence go with the picture: alone they would leave a page that says nothing.
    return keep_next(told_of) + "".join(drawn_pages)


def _caption(words: str) -> str:
    return paragraph("", run(words, _CAPTION), _CENTRED)
