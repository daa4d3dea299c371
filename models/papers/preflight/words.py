"""What no paper of any kind may say: notes of whoever typed the data, and a frame without its contact."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.papers.content.common import Content, HeadedPaper, Paper

from .remarks import Place, Remark, missing

# Written by whoever entered the facts, never meant for the reader of a paper.
PLACEHOLDER = re.compile(
    r"来源未指明|未具名|姓名(?:不详|待查)|待补充|待完善|待核实|待填写|待定|(?<![A-Za-z])[Xx]{3,}(?![A-Za-z])|×{2,}(?![一-龥]?\d)"
    r"|\?\?|？？|【[^】]*】|\[[^\]]{0,40}\]|TODO"
)
# Names of files, links and codes are no prose.
NO_PROSE = frozenset({"kind", "number", "url", "answer_code", "sha256", "path", "case_number", "about", "mark"})
SHOWN = 30


def of_every_paper(paper: Paper) -> Iterator[Remark]:
    """Yield what is wrong with the words and the frame of a paper, whatever its kind."""
    for text in prose_of(paper):
        if found := PLACEHOLDER.search(text):
            yield missing(
                "placeholder",
                Place.PAPER,
                "写定的内容",
                f"“{_around(text, found)}”里有尚未写定的内容“{found[0]}”。",
                row=found[0],
            )
    if (
        isinstance(paper, HeadedPaper)
        and paper.head.recipients
        and not (paper.head.contact_name and _rings(paper.head.contact_phone))
    ):
        yield missing(
            "contact",
            Place.OFFICE,
            "联系人和电话",
            "发出的文书须写明联系人和电话，请管理员填写（SHENCHA_CONTACT、SHENCHA_PHONE）。",
        )


def _rings(phone: str | None) -> bool:
    """Return whether somebody can be called: 000-00000000 and what holds no figure are no number."""
    return bool(phone and re.search("[1-9]", phone))


def prose_of(content: Content) -> Iterator[str]:
    """Yield every text that a reader of the paper reads, in its order."""
    for name in type(content).model_fields:
        if name not in NO_PROSE:
            yield from _texts(getattr(content, name))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Content):
        yield from prose_of(value)
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif type(value) is str:
        yield value


def _around(text: str, found: re.Match[str]) -> str:
    """Return the place in a text, short enough for a line."""
    start = max(0, found.start() - SHOWN // 2)
    end = min(len(text), found.end() + SHOWN // 2)
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
