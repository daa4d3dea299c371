"""A paper to be read in the page: our own rendering of the very file, where no PDF can be shown."""

from __future__ import annotations

import io
import zipfile
from html import escape
from typing import Any

from lxml import etree

from ui.web.parts.words import Html

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ALIGN = {"center": "center", "right": "right", "end": "right", "both": "justify", "distribute": "justify"}


def readable(docx: bytes) -> Html:
    """Return the body of a docx as HTML: paragraphs with their alignment, weight, colour and indent, and tables."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        root = etree.fromstring(package.read("word/document.xml"), _careful())
    body = root.find(f"{W}body")
    parts = [] if body is None else [_block(child) for child in body]
    return Html(f'<article class="sc-paper" tabindex="0" aria-label="文书内容">{"".join(parts)}</article>')


def _careful() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _block(element: Any) -> str:
    if element.tag == f"{W}p":
        return _paragraph(element)
    if element.tag == f"{W}tbl":
        rows = "".join(
            "<tr>"
            + "".join(f"<td>{''.join(_block(part) for part in cell)}</td>" for cell in row.findall(f"{W}tc"))
            + "</tr>"
            for row in element.findall(f"{W}tr")
        )
        return f"<table>{rows}</table>"
    if element.tag == f"{W}sdt":
        content = element.find(f"{W}sdtContent")
        return "" if content is None else "".join(_block(part) for part in content)
    return ""


def _paragraph(paragraph: Any) -> str:
    look = []
    properties = paragraph.find(f"{W}pPr")
    if properties is not None:
        align = properties.find(f"{W}jc")
        if align is not None and align.get(f"{W}val") in ALIGN:
            look.append(f"text-align:{ALIGN[align.get(f'{W}val')]}")
        indent = properties.find(f"{W}ind")
        if indent is not None and (indent.get(f"{W}firstLineChars") or indent.get(f"{W}firstLine")):
            look.append("text-indent:2em")
    text = "".join(_run(run) for run in paragraph.iter(f"{W}r"))
    style = f' style="{";".join(look)}"' if look else ""
    return f"<p{style}>{text or '&nbsp;'}</p>"


def _run(run: Any) -> str:
    text = ""
    for part in run:
        if part.tag == f"{W}t":
            text += escape(part.text or "")
        elif part.tag == f"{W}br":
            text += "<br>"
        elif part.tag == f"{W}tab":
            text += "　"
    properties = run.find(f"{W}rPr")
    if not text or properties is None:
        return text
    colour, bold, size = (properties.find(f"{W}{name}") for name in ("color", "b", "sz"))
    look = []
    if colour is not None and (colour.get(f"{W}val") or "").upper() in ("FF0000", "C00000"):
        look.append("color:#c00000")
    if bold is not None and bold.get(f"{W}val") not in ("0", "false"):
        look.append("font-weight:700")
    if size is not None and (size.get(f"{W}val") or "").isdecimal() and int(size.get(f"{W}val")) >= 40:
        look.append("font-size:1.3em;font-weight:600")
    return f'<span style="{";".join(look)}">{text}</span>' if look else text
