"""What came back in an edited draft: the words of its passages, once the file is known to be ours and to hold no more.

Nothing but words is taken: formats stay the system's. What the file changes besides is refused with one sentence.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from documents.editable import CASE, PAPER, STATE, Expected, expected, is_key
from documents.templates.package import Unsafe, audit, read
from models.kernel.errors import Invalid
from models.papers.content import Paper
from models.papers.content.passages import label
from models.papers.rules.facts_in_words import StatedFacts

Element = Any  # lxml ships no types
_CUSTOM = "docProps/custom.xml"
# What a drawing says is looked at; an office program keeps it in more than one form.
_DRAWN = (qn("w:txbxContent"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent")
_TRACKED = re.compile(r"\}(?:ins|del|moveFrom|moveTo|cellIns|cellDel|cellMerge|\w+Change)$")
_NO_WORDS = tuple(
    qn(f"w:{name}") for name in ("drawing", "pict", "object", "sym", "footnoteReference", "endnoteReference")
)
_PROSE = ("GWBody", "公文正文")
_SHOWN = 24  # characters of a text that a sentence quotes


@dataclass(frozen=True, slots=True)
class Came:
    """A file that came back: which paper of which case, the state it was exported from, and its blocks."""

    case: str
    paper: str
    state: str
    blocks: tuple[_Block, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    key: str | None
    text: str
    prose: bool = False
    cells: tuple[str, ...] | None = None
    strange: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """The words of a passage before and now."""

    name: str
    label: str
    before: str
    now: str


def opened(data: bytes) -> Came:
    """Return what a file holds. Raises Invalid with one sentence for what is no edited draft of ours."""
    try:
        parts = read(data)
        fault = next(audit(parts), None)
    except Unsafe as unsafe:
        fault = unsafe.fault
    if fault is not None:
        raise Invalid(fault.message, code=fault.code)
    told = _properties(parts.get(_CUSTOM))
    if any(name not in told for name in (CASE, PAPER, STATE)):
        raise Invalid("这不是从本系统导出的可编辑文书，请用“导出可编辑文件”得到的文件修改。", code="not_ours")
    try:
        document = Document(io.BytesIO(data))
    except (KeyError, ValueError) as error:
        raise Invalid("文件内部已损坏，无法读取，请用 Word 或 WPS 重新另存。", code="broken") from error
    body = document.element.body
    if any(isinstance(one.tag, str) and _TRACKED.search(one.tag) for one in body.iter()):
        raise Invalid("文件里有未处理的修订，请先在“审阅”里接受或者拒绝全部修订。", code="tracked_changes")
    styles = {style.style_id: style.name or "" for style in document.styles}
    return Came(told[CASE], told[PAPER], told[STATE], tuple(_blocks(body, styles)))


def _properties(data: bytes | None) -> dict[str, str]:
    if data is None:
        return {}
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    return {one.get("name") or "": "".join(one.itertext()) for one in root}


def _blocks(parent: Element, styles: Mapping[str, str], key: str | None = None) -> Iterator[_Block]:
    """Yield paragraphs and tables in their order; a key that stands before a paragraph is that paragraph's."""
    for child in parent:
        if child.tag == qn("w:bookmarkStart"):
            key = _ours(child.get(qn("w:name"))) or key
        elif child.tag == qn("w:sdt"):
            inner = child.find(qn("w:sdtContent"))
            tag = child.find(f"{qn('w:sdtPr')}/{qn('w:tag')}")
            yield from _blocks(inner if inner is not None else (), styles, _ours(_value(tag)) or key)
            key = None
        elif child.tag == qn("w:p"):
            yield _paragraph(child, styles, key)
            key = None
        elif child.tag == qn("w:tbl"):
            yield _Block(None, "", cells=tuple(_text(cell) for cell in child.iter(qn("w:tc"))))


def _paragraph(element: Element, styles: Mapping[str, str], key: str | None) -> _Block:
    marks = [_ours(one.get(qn("w:name"))) for one in element.iter(qn("w:bookmarkStart"))]
    tags = [_ours(_value(one)) for one in element.iter(qn("w:tag"))]
    keys = dict.fromkeys(one for one in (key, *marks, *tags) if one is not None)
    style = _value(element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")) or ""
    strange = next(element.iter(*_NO_WORDS), None) is not None
    # Two keys in one paragraph: two passages were joined, and the second is missed by its key.
    return _Block(
        next(iter(keys), None), _text(element), {style, styles.get(style)} & {*_PROSE} != set(), None, strange
    )


def _value(element: Element) -> str | None:
    return None if element is None else element.get(qn("w:val"))


def _ours(name: str | None) -> str | None:
    return name if is_key(name) else None


def _text(element: Element) -> str:
    told = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
    found = []
    for one in element.iter(qn("w:t"), *told):
        if one.getparent().tag == qn("w:r") and next(one.iterancestors(*_DRAWN), None) is None:
            found.append(one.text or "" if one.tag == qn("w:t") else told[one.tag])
    return "".join(found).strip()


def differences(came: Came, said: Paper, fixed: frozenset[str], facts: StatedFacts) -> tuple[Difference, ...]:
    """Return the passages whose words are others now. Raises Invalid for the first thing that is no change of words."""
    wanted = expected(said, fixed)
    texts = _Reading(wanted, facts).of(came.blocks)
    return tuple(
        Difference(one.name, label(one.name), one.text, texts[one.name])
        for one in wanted
        if one.name and _plain(texts[one.name]) != _plain(one.text)
    )


class _Reading:
    """Follows a file block by block beside what it should hold."""

    def __init__(self, wanted: Sequence[Expected], facts: StatedFacts) -> None:
        self.wanted, self.facts = wanted, facts
        self.at = 0
        self.open: Expected | None = None
        self.texts: dict[str, str] = {}

    def of(self, blocks: Sequence[_Block]) -> dict[str, str]:
        """Return the words of each passage by its name. Raises Invalid."""
        for block in blocks:
            if block.cells is not None:
                self._table(block.cells)
            elif block.key is not None:
                self._passage(block.key, block)
            elif block.text:
                self._paragraph(block)
        if self.at < len(self.wanted):
            self._missed(self.wanted[self.at])
        for one in self.wanted:
            if one.fixed and one.name and _plain(self.texts[one.name]) != _plain(one.text):
                raise Invalid(f"{label(one.name)}含有签发时才确定的日期或者文号，不能修改。", code="passage_fixed")
        return self.texts

    def _passage(self, key: str, block: _Block) -> None:
        place = next((n for n, one in enumerate(self.wanted) if one.key == key), None)
        if place is None:
            raise Invalid(f"段落“{_short(block.text)}”不是这份文书里的段落。", code="passage_unknown")
        one = self.wanted[place]
        if one.name in self.texts:
            raise Invalid(f"{label(one.name)}在文件里出现了两次，请只保留一段。", code="passage_doubled")
        if place < self.at:
            raise Invalid(f"{label(one.name)}的先后顺序变了，请移回原来的位置。", code="passage_moved")
        if place > self.at:
            self._missed(self.wanted[self.at])
        words = _without_lead(one, block.text)
        if not words:
            raise Invalid(f"{label(one.name)}的文字被删除了，段落不能删除，请改写。", code="passage_dropped")
        _only_words(one, block)
        self.texts[one.name], self.at, self.open = words, place + 1, one

    def _paragraph(self, block: _Block) -> None:
        due = self.wanted[self.at] if self.at < len(self.wanted) else None
        if due is not None and due.key is None and not due.table and _plain(due.text) == _plain(block.text):
            self.at, self.open = self.at + 1, None
        elif self.open is not None and block.prose:
            _only_words(self.open, block)
            self.texts[self.open.name] += "\n" + block.text
        elif due is not None and self._comes_later(block):
            self._missed(due)
        elif due is not None and due.key is None and not due.table:
            raise Invalid(
                f"“{_short(due.text)}”变成了“{_short(block.text)}”：标题、文号、主送和署名由系统生成，文件里不能改。",
                code="frame_changed",
            )
        else:
            raise Invalid(f"“{_short(block.text)}”是多出来的文字，请写进已有的段落。", code="text_added")

    def _comes_later(self, block: _Block) -> bool:
        rest = self.wanted[self.at + 1 :]
        return any(one.key is None and not one.table and _plain(one.text) == _plain(block.text) for one in rest)

    def _table(self, cells: tuple[str, ...]) -> None:
        due = self.wanted[self.at] if self.at < len(self.wanted) else None
        if due is None or not due.table:
            raise Invalid("文件里多了一张表格，表格由系统按案件情况生成。", code="table_added")
        before, now = [_plain(one) for one in due.cells], [_plain(one) for one in cells]
        if len(before) != len(now):
            raise Invalid("表格的行列有增减，表格由系统按案件情况生成，请到案件的相应栏目修改。", code="table_changed")
        for n, (old, new) in enumerate(zip(before, now, strict=True)):
            if old != new:
                at = self.facts.entered(due.cells[n])
                raise Invalid(
                    f"表格里的“{_short(old)}”变成了“{_short(new)}”：表格由系统按案件情况生成，请到“{at}”修改。",
                    code="table_changed",
                )
        self.at, self.open = self.at + 1, None

    def _missed(self, one: Expected) -> None:
        if one.key is not None:
            raise Invalid(
                f"文件里没有{label(one.name)}“{_short(one.text)}”，段落不能删除，请改写。", code="passage_dropped"
            )
        if one.table:
            raise Invalid("文件里少了一张表格，表格由系统按案件情况生成，不能删除。", code="table_changed")
        raise Invalid(
            f"文件里没有“{_short(one.text)}”：标题、文号、主送和署名由系统生成，文件里不能改。", code="frame_changed"
        )


def _without_lead(one: Expected, text: str) -> str:
    """Return the words behind the lead of a passage. Raises Invalid where the lead is another one."""
    lead = _plain(one.lead)
    at = 0
    for character in lead:
        while at < len(text) and text[at].isspace():
            at += 1
        if at >= len(text) or text[at] != character:
            raise Invalid(f"{label(one.name)}段首的“{one.lead.strip()}”由系统生成，不能改。", code="lead_changed")
        at += 1
    return text[at:].strip()


def _only_words(one: Expected, block: _Block) -> None:
    if block.strange:
        raise Invalid(f"{label(one.name)}里有图片、脚注或者特殊符号，只能修改文字。", code="no_words")


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
