"""A dry run of a template: it must make a sound file of a full paper, an empty one and a hostile one."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from documents.drawn import fields
from documents.layout.styles import W
from documents.templates.compiled import Compiled, place
from documents.templates.package import Element
from documents.templates.values import MARK, Values, empty_specimen, hostile_specimen, specimen
from models.kernel.errors import Fault, Invalid

_W = f"{{{W}}}"
_NEVER_IN = {"r": ("body", "tc", "tr", "tbl", "hdr", "ftr", "r", "t"), "p": ("p", "r", "t", "tr", "tbl")}


def trial(template: Compiled) -> list[Fault]:
    """Return what went wrong, each thing once."""
    known = fields(template.kind)
    cases: tuple[tuple[str, Values], ...] = (
        ("样例", specimen(known)),
        ("没有内容的文书", empty_specimen(known)),
        ("含特殊字符的文书", hostile_specimen(known)),
    )
    return list(dict.fromkeys(fault for name, given in cases for fault in _tried(template, name, given)))


def _tried(template: Compiled, name: str, given: Values) -> Iterator[Fault]:
    try:
        for part, text in template.filled(given):
            try:
                root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
            except (etree.XMLSyntaxError, UnicodeEncodeError):
                yield Fault(place(part), f"用{name}试填后文件结构损坏，请检查循环和条件的位置。", "broken_output")
                continue
            yield from _structure(part, root)
            yield from _marks(part, root)
    except Invalid as refused:
        yield Fault("试填", f"用{name}试填失败：{refused.message}", refused.code)


def _structure(part: str, root: Element) -> Iterator[Fault]:
    if part == "word/document.xml" and root.find(f"{_W}body") is None:
        yield Fault(place(part), "试填后没有正文。", "broken_output")
    for local, forbidden in _NEVER_IN.items():
        if any(
            etree.QName(e.getparent()).localname in forbidden
            for e in root.iter(_W + local)
            if e.getparent() is not None
        ):
            yield Fault(place(part), "试填后段落错位，循环和条件应当各占一段（使用 {%p … %}）。", "broken_output")
    if any(etree.QName(e.getparent()).localname != "r" for e in root.iter(_W + "t")):
        yield Fault(place(part), "试填后文字错位，循环和条件应当各占一段（使用 {%p … %}）。", "broken_output")
    for cell in root.iter(_W + "tc"):
        if cell.find(f".//{_W}p") is None:
            yield Fault(place(part), "试填后表格单元格为空，单元格中至少应当保留一段。", "empty_cell")
            break
    for table in root.iter(_W + "tbl"):
        if table.find(f".//{_W}tr") is None:
            yield Fault(place(part), "试填后表格没有行，请保留表头行。", "empty_table")
            break


def _marks(part: str, root: Element) -> Iterator[Fault]:
    for element in root.iter():
        text = element.text or ""
        beside = [*element.attrib.values(), element.tail or "", "" if element.tag == _W + "t" else text]
        if any(MARK in value for value in beside):
            yield Fault(place(part), "字段只能写在普通文字中，不能写在域代码、批注或者属性里。", "field_place")
            return
