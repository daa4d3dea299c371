"""Take a rendered paper apart, to look at its numbers."""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Docx:
    """The parts of a docx as trees and text."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            self.parts = {name: package.read(name) for name in package.namelist()}
        self.document = self.tree("word/document.xml")
        self.body = self.document[0]

    def tree(self, part: str) -> etree._Element:
        return etree.fromstring(self.parts[part])

    def style(self, ident: str) -> etree._Element:
        return next(s for s in self.tree("word/styles.xml").iter(W + "style") if s.get(W + "styleId") == ident)

    def paragraphs(self, style: str | None = None) -> list[etree._Element]:
        return [p for p in self.body.iter(W + "p") if style is None or style_of(p) == style]

    def text(self) -> str:
        return "\n".join(text_of(p) for p in self.body.iter(W + "p"))

    def top(self) -> list[etree._Element]:
        """The children of the body."""
        return list(self.body)


def text_of(element: etree._Element) -> str:
    return "".join(t.text or "" for t in element.iter(W + "t"))


def style_of(paragraph: etree._Element) -> str:
    named = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if named is None else str(named.get(W + "val"))


def values(element: etree._Element, path: str) -> dict[str, str]:
    """The w attributes of the first element under a path such as pPr/spacing."""
    found = element.find("/".join(W + step for step in path.split("/")))
    assert found is not None, f"no {path}"
    return {re.sub(r"^\{.*\}", "", str(name)): str(value) for name, value in found.attrib.items()}
