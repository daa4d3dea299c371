"""A paper to be read in the page: our own rendering of the very file, where no PDF can be shown."""

from __future__ import annotations

import io
import zipfile
from html import escape
from typing import Any

from lxml import etree

from ui.web.parts.words import Html

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DESCRIBED = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
RED = ("FF0000", "C00000")
LARGE = 40
"""From how many half points on a text is a heading."""
Element = Any  # lxml ships no types
Styles = dict[str, dict[str, str]]
ALIGN = {"center": "center", "right": "right", "end": "right", "both": "justify", "distribute": "justify"}


def readable(docx: bytes) -> Html:
    """Return the body of a docx as HTML: paragraphs with their alignment, weight, colour and indent, and tables."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        root = etree.fromstring(package.read("word/document.xml"), _careful())
        named = "word/styles.xml" in package.namelist()
        styles = _styles(etree.fromstring(package.read("word/styles.xml"), _careful())) if named else {}
    body = root.find(f"{W}body")
    parts = [] if body is None else [_block(child, styles) for child in body]
    return Html(f'<article class="sc-paper" tabindex="0" aria-label="文书内容">{"".join(parts)}</article>')


def _careful() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _styles(root: Element) -> Styles:
    """Return the look of each paragraph style, with what it takes over from the one it is based on."""
    rows = {style.get(f"{W}styleId"): style for style in root.findall(f"{W}style")}

    def look(name: str | None) -> dict[str, str]:
        style = rows.get(name)
        if style is None:
            return {}
        based = style.find(f"{W}basedOn")
        inherited = {} if based is None else look(based.get(f"{W}val"))
        return {**inherited, **_paragraph_look(style.find(f"{W}pPr")), **_run_look(style.find(f"{W}rPr"))}

    return {name: look(name) for name in rows if name}


def _block(element: Element, styles: Styles) -> str:
    if element.tag == f"{W}p":
        return _paragraph(element, styles)
    if element.tag == f"{W}tbl":
        rows = "".join(
            "<tr>"
            + "".join(f"<td>{''.join(_block(part, styles) for part in cell)}</td>" for cell in row.findall(f"{W}tc"))
            + "</tr>"
            for row in element.findall(f"{W}tr")
        )
        return f"<table>{rows}</table>"
    if element.tag == f"{W}sdt":
        content = element.find(f"{W}sdtContent")
        return "" if content is None else "".join(_block(part, styles) for part in content)
    return ""


def _paragraph(paragraph: Element, styles: Styles) -> str:
    properties = paragraph.find(f"{W}pPr")
    named = None if properties is None else properties.find(f"{W}pStyle")
    look = {**({} if named is None else styles.get(named.get(f"{W}val"), {})), **_paragraph_look(properties)}
    text = "".join(_run(run) for run in paragraph.iter(f"{W}r"))
    return f"<p{_style(look)}>{text or '&nbsp;'}</p>"


def _paragraph_look(properties: Element) -> dict[str, str]:
    look: dict[str, str] = {}
    if properties is None:
        return look
    align = properties.find(f"{W}jc")
    if align is not None:
        look["text-align"] = ALIGN.get(align.get(f"{W}val"), "left")
    indent = properties.find(f"{W}ind")
    if indent is not None:
        first = [indent.get(f"{W}{name}") for name in ("firstLineChars", "firstLine")]
        if any(first):
            look["text-indent"] = "2em" if any(value not in (None, "0") for value in first) else "0"
        right = indent.get(f"{W}rightChars") or ""
        if right.isdecimal() and right != "0":
            look["padding-right"] = f"{int(right) / 100:g}em"
    return look


def _run_look(properties: Element) -> dict[str, str]:
    look: dict[str, str] = {}
    if properties is None:
        return look
    colour, bold, size = (properties.find(f"{W}{name}") for name in ("color", "b", "sz"))
    if colour is not None and (colour.get(f"{W}val") or "").upper() in RED:
        look["color"] = "#c00000"
    if bold is not None and bold.get(f"{W}val") not in ("0", "false"):
        look["font-weight"] = "700"
    half_points = "" if size is None else size.get(f"{W}val") or ""
    if half_points.isdecimal() and int(half_points) >= LARGE:
        look["font-size"] = "1.25em"
        look["font-weight"] = "600"
    return look


def _run(run: Element) -> str:
    text = ""
    for part in run:
        if part.tag == f"{W}t":
            text += escape(part.text or "")
        elif part.tag == f"{W}br":
            text += "<br>"
        elif part.tag == f"{W}tab":
            text += "　"
        elif part.tag == f"{W}drawing":
            text += escape(_told(part))
    look = _run_look(run.find(f"{W}rPr")) if text else {}
    return f"<span{_style(look)}>{text}</span>" if look else text


def _told(drawing: Element) -> str:
    """What a picture is, in words: the file shows it."""
    return "".join(f"［{one.get('descr')}］" for one in drawing.iter(DESCRIBED) if one.get("descr"))


def _style(look: dict[str, str]) -> str:
    return f' style="{";".join(f"{name}:{value}" for name, value in look.items())}"' if look else ""
