"""The top of a paper: issuing body's mark, number, red line, title, recipient (GB/T 9704 art. 7.2, 7.3, 10.1)."""

from __future__ import annotations

from functools import cache
from math import ceil

from documents.layout.measures import (
    BIAOSONG,
    CHARACTERS,
    HEI,
    KAI,
    LEFT,
    LETTER_MARK,
    LETTER_RULE_WIDTH,
    LINE_PITCH,
    LINES,
    MARK_SPACE,
    MM,
    PAGE_WIDTH,
    RED,
    TEXT_WIDTH,
    TOP,
    characters,
    twips,
)
from documents.layout.styles import MARK_LINE, MARK_RISE
from documents.layout.text import BREAK, TAB, empty, indent, paragraph, run, run_properties
from models.kernel.vocabulary import DocumentForm
from models.papers.content import Head
from models.papers.content.wording import NOTHING, or_nothing, title_lines, width

_MARK_HEIGHT, _LETTER_GAP = 13.9, 4  # mm: characters of the full-size mark, from them to the rule
_RULE_LINE = 40  # twips: the empty line that carries the rule
_MARK_SIZE, _SMALLEST_MARK, _NARROWEST, _THINNEST = 84, 44, 60, 33  # half points, then percent


def _fit(text: str) -> tuple[int, int]:
    """Size (half points) and scale (percent) that fit the mark into one line: first narrower, then smaller, then thin."""
    wanted, room = width(text) or 1.0, TEXT_WIDTH - 120
    scale = min(100, int(100 * room / (wanted * _MARK_SIZE * 10)))
    if scale >= _NARROWEST:
        return _MARK_SIZE, scale
    size = int(room / (wanted * 10) * 100 / _NARROWEST)
    if size >= _SMALLEST_MARK:
        return size, _NARROWEST
    return _SMALLEST_MARK, max(_THINNEST, int(100 * room / (wanted * _SMALLEST_MARK * 10)))


def _mark_line(size: int) -> int:
    return round(MARK_LINE * size / _MARK_SIZE)


@cache
def _mark(text: str) -> str:
    size, scale = _fit(text)
    smaller = "" if size == _MARK_SIZE else _spacing(twips(MARK_SPACE) - MARK_RISE, _mark_line(size))
    return paragraph("GWMark", run(text, run_properties(BIAOSONG, size, RED, scale if scale < 100 else None)), smaller)


def _spacing(before: int, line: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="0" w:line="{line}" w:lineRule="exact"/>'


def _number(head: Head) -> str:
    number = or_nothing(head.number)
    # An 意见 goes upward, across or down; only upward somebody is named who signed it.
    if head.form not in (DocumentForm.REPORT, DocumentForm.REQUEST) and head.signatory is None:
        return paragraph("GWNumber", run(number))
    stop = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH - characters(1)}"/></w:tabs>'
    # The red line follows the paragraph's indents, so only the first line is indented.
    signed = run("签发人：") + run(or_nothing(head.signatory), run_properties(KAI))
    return paragraph("GWNumber", run(number) + TAB + signed, stop + indent(first=1) + '<w:jc w:val="left"/>')


def _priority(word: str) -> str:
    """特急 or 加急 at the upper left corner of the text block (7.2.3), in a frame, so that the mark keeps its place."""
    frame = (
        f'<w:framePr w:w="{characters(2) + 40}" w:h="{LINE_PITCH}" w:hRule="exact" w:wrap="around" '
        f'w:vAnchor="page" w:hAnchor="page" w:x="{LEFT}" w:y="{TOP}"/>'
    )
    return paragraph("", run(word, run_properties(HEI)), frame)


def _letter_number(head: Head, handled: str | None) -> str:
    """The number under the double rule at the right, 紧急程度 on the same line at the left (10.1), and how it is handled."""
    number = run(or_nothing(head.number))
    left = "　".join(filter(None, (head.priority, handled)))
    if not left:
        return paragraph("GWLetterNumber", number)
    stop = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs><w:jc w:val="left"/>'
    return paragraph("GWLetterNumber", run(left, run_properties(HEI)) + TAB + number, stop)


def _letter_frame(top: float, height: int) -> str:
    """A frame across the 170 mm of the letter's rules, `top` in millimetres under the page's edge."""
    wide = twips(LETTER_RULE_WIDTH)
    return (
        f'<w:framePr w:w="{wide}" w:h="{height}" w:hRule="exact" w:wrap="notBeside" w:vAnchor="page" w:hAnchor="page" '
        f'w:x="{(PAGE_WIDTH - wide) // 2}" w:y="{twips(top)}"/>'
    )


def _letter_mark(mark: str) -> str:
    """The mark 30 mm under the page's top edge and the red double rule 4 mm under it, each in a frame of its own."""
    size, scale = _fit(mark)
    line = _mark_line(size)
    properties = run_properties(BIAOSONG, size, RED, scale if scale < 100 else None)
    rule = LETTER_MARK + _MARK_HEIGHT * size / _MARK_SIZE + _LETTER_GAP - _RULE_LINE / MM / 2
    red = f'<w:pBdr><w:bottom w:val="thickThinSmallGap" w:sz="24" w:space="0" w:color="{RED}"/></w:pBdr>'
    return paragraph("GWMark", run(mark, properties), _letter_frame(LETTER_MARK, line) + _spacing(0, line)) + paragraph(
        "GWMark", "", _letter_frame(rule, _RULE_LINE) + red + _spacing(0, _RULE_LINE)
    )


def _title(lines: tuple[str, ...]) -> str:
    broken = [part for line in lines for part in title_lines(line)]
    return paragraph("GWTitle", BREAK.join(run(line) for line in broken))


def recipients_line(head: Head) -> str:
    """主送 with its colon; `—` when nobody is named yet."""
    return ("、".join(head.recipients) or NOTHING).rstrip("：:") + "："


def recipients_fit(head: Head) -> bool:
    """Whether the first page still shows body text; else the recipients move to the version block (7.3.2)."""
    lines = ceil(width(recipients_line(head)) / CHARACTERS)
    title = sum(len(title_lines(line)) for line in head.title) * 700 / 579
    above = 6.4 if head.form is not DocumentForm.LETTER else 3
    return above + 5 + title + 1 + lines <= LINES - 2


IN_PERSON = "内部资料　专人送达"
"""How a letter about duties and clues is handled: it is no secret of the state, and no business of the mail room."""


def top(head: Head, *, addressed: bool = True, handled: str | None = None) -> str:
    """Everything above the first body paragraph; minutes are addressed to nobody. `handled` stands on letters only."""
    if head.form is DocumentForm.LETTER:
        start = _letter_mark(head.mark) + _letter_number(head, handled) + empty(2)
    else:
        start = (
            (_priority(head.priority) if head.priority else "") + _mark(head.mark) + empty(2) + _number(head) + empty(2)
        )
    recipient = paragraph("GWRecipient", run(recipients_line(head))) if addressed and recipients_fit(head) else ""
    return start + _title(head.title) + empty() + recipient


def enclosure(number: int | None, title: str) -> str:
    """附件 on a page of its own: the word and its number first, the title on the third line (7.3.7)."""
    mark = "附件" if number is None else f"附件{number}"
    hei = run_properties(HEI)
    return paragraph("GWEnclosure", run(mark, hei)) + empty() + _title((title,)) + empty()
