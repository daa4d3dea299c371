"""The top of a paper: issuing body's mark, number, red line, title, recipient (GB/T 9704 art. 7.2, 7.3, 10.1)."""

from __future__ import annotations

from functools import cache
from math import ceil

from documents.layout.measures import (
    BIAOSONG,
    CHARACTERS,
    HEI,
    KAI,
    LETTER_MARK,
    LETTER_RULE_WIDTH,
    LINES,
    PAGE_WIDTH,
    RED,
    TEXT_WIDTH,
    TITLE,
    characters,
    twips,
)
from documents.layout.text import BREAK, TAB, empty, indent, paragraph, run, run_properties
from models.papers import Head
from models.papers.wording import NOTHING, or_nothing, title_lines, width
from models.rules.vocabulary import DocumentForm

_MARK_SIZE, _SMALLEST_MARK, _NARROWEST = 84, 44, 60  # half points, half points, percent
_RULE_SPACE = 6  # points under the mark's line box: the rule then stands 4 mm under the characters


@cache
def _mark_properties(text: str, room: int) -> str:
    """Fit the mark into one line: narrow it to 60 %, then make it smaller, never below the title's size."""
    wanted = width(text) or 1.0
    scale = min(100, int(100 * room / (wanted * _MARK_SIZE * 10)))
    size = _MARK_SIZE
    if scale < _NARROWEST:
        scale = _NARROWEST
        size = max(_SMALLEST_MARK, int(room / (wanted * 10) * 100 / _NARROWEST))
    return run_properties(BIAOSONG, size, RED, scale if scale < 100 else None)


def _mark(head: Head) -> str:
    return paragraph("GWMark", run(head.mark, _mark_properties(head.mark, TEXT_WIDTH - 120)))


def _number(head: Head) -> str:
    number = or_nothing(head.number)
    if head.form is not DocumentForm.REPORT:
        return paragraph("GWNumber", run(number))
    stop = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH - characters(1)}"/></w:tabs>'
    # The red line follows the paragraph's indents, so only the first line is indented.
    signed = run("签发人：") + run(or_nothing(head.signatory), run_properties(KAI))
    return paragraph("GWNumber", run(number) + TAB + signed, stop + indent(first=1) + '<w:jc w:val="left"/>')


def _letter_mark(head: Head) -> str:
    """The mark in a frame 30 mm from the page's top edge, with the upper red rule 4 mm under it."""
    rule = twips(LETTER_RULE_WIDTH)
    frame = (
        f'<w:framePr w:w="{rule}" w:wrap="notBeside" w:vAnchor="page" w:hAnchor="page" '
        f'w:x="{(PAGE_WIDTH - rule) // 2}" w:y="{twips(LETTER_MARK) - 60}"/>'
        f'<w:pBdr><w:bottom w:val="thickThinSmallGap" w:sz="24" w:space="{_RULE_SPACE}" w:color="{RED}"/></w:pBdr>'
        '<w:spacing w:before="0" w:after="0" w:line="900" w:lineRule="exact"/>'
    )
    return paragraph("GWMark", run(head.mark, _mark_properties(head.mark, TEXT_WIDTH - 120)), frame)


def _title(lines: tuple[str, ...]) -> str:
    broken = [part for line in lines for part in title_lines(line)]
    properties = run_properties(BIAOSONG, TITLE)
    return paragraph("GWTitle", BREAK.join(run(line, properties) for line in broken))


def recipients_line(head: Head) -> str:
    """主送 with its colon; `—` when nobody is named yet."""
    return ("、".join(head.recipients) or NOTHING).rstrip("：:") + "："


def recipients_fit(head: Head) -> bool:
    """Whether the first page still shows body text; else the recipients move to the version block (7.3.2)."""
    lines = ceil(width(recipients_line(head)) / CHARACTERS)
    title = sum(len(title_lines(line)) for line in head.title) * 700 / 579
    above = 6.4 if head.form is not DocumentForm.LETTER else 3
    return above + 5 + title + 1 + lines <= LINES - 2


def top(head: Head) -> str:
    """Everything above the first body paragraph."""
    if head.form is DocumentForm.LETTER:
        start = _letter_mark(head) + paragraph("GWLetterNumber", run(or_nothing(head.number))) + empty(2)
    else:
        start = _mark(head) + empty(2) + _number(head) + empty(2)
    recipient = paragraph("GWRecipient", run(recipients_line(head))) if recipients_fit(head) else ""
    return start + _title(head.title) + empty() + recipient


def enclosure(number: int | None, title: str) -> str:
    """附件 on a page of its own: the word and its number first, the title on the third line (7.3.7)."""
    mark = "附件" if number is None else f"附件{number}"
    hei = run_properties(HEI)
    return paragraph("GWEnclosure", run(mark, hei)) + empty() + _title((title,)) + empty()
