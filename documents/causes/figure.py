"""致因图 as a figure of a paper: a sentence that refers to it, the drawing, its caption."""

from __future__ import annotations

from documents.layout.figure import caption, named
from documents.layout.text import body, keep_next, paragraph
from models.papers.content.causes import Causes

from .pages import pages_of, told
from .word import drawn

_CENTRED = '<w:keepNext/><w:snapToGrid w:val="0"/><w:spacing w:before="120"/><w:jc w:val="center"/>'
_BESIDE_WORDS = 1800  # height that leaves room for a heading, the sentence below it, and the caption


def figure(number: int, words: str, causes: Causes) -> str:
    """Return figure `number` of a paper as paragraphs, on as many pages as it takes; `words` are its caption.

    Nothing where there are no causes.
    """
    pages = pages_of(causes, height=_BESIDE_WORDS)
    if not pages:
        return ""
    name, many = named(number), len(pages)
    told_of = body(f"直接原因、间接原因、未履行职责的单位和整改措施的对应关系见{name}，内容为要点，全文见相应部分。")
    described = ["".join(told(causes)), *(f"{name}（续）" for _ in pages[1:])]
    # Heading and sentence go with the picture: alone they would leave a page that says nothing.
    return keep_next(told_of) + "".join(
        paragraph("", drawn(page, 10 * number + n, f"{name} {words}", described[n]), _CENTRED)
        + caption(number, words, part=f"（{n + 1}/{many}）" if many > 1 else "")
        for n, page in enumerate(pages)
    )
