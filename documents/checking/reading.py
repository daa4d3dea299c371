"""Any docx as it will be set: opened safely, its properties resolved through styles and defaults."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from documents.layout.styles import R, W
from models.kernel.errors import Invalid
from models.kernel.storage.zips import opened_bytes

Element = Any  # lxml ships no types
_W = f"{{{W}}}"
_LARGEST_FILE, _LARGEST_PART, _MOST_PARTS = 30 << 20, 40 << 20, 5000  # bytes, bytes once unpacked, entries
_CONTAINER = b"\xd0\xcf\x11\xe0"  # the old compound file: .doc, or an encrypted docx


def w(name: str) -> str:
    """A WordprocessingML name as lxml writes it."""
    return _W + name


def value(element: Element, name: str = "val") -> str | None:
    """An attribute of the w namespace; None where element or attribute is absent."""
    return None if element is None else element.get(_W + name)


def whole(text: str | None) -> int | None:
    """A figure as Word reads it; None when it is none."""
    match = re.fullmatch(r"\s*(-?\d{1,9})(\.\d*)?\s*(pt)?\s*", text or "")
    return None if match is None else int(match[1]) * (20 if match[3] else 1)


def _off(element: Element) -> bool:
    return element is None or value(element) in ("0", "false", "off", "none")


@dataclass(frozen=True)
class Package:
    """The parts of a docx that decide how it looks."""

    document: Element
    styles: dict[str, Element]
    default_style: str | None
    defaults: Element  # rPrDefault/rPr
    settings: Element
    edges: dict[str, Element]  # headers and footers by relationship id
    category: str
    _cache: dict[tuple[str, str], tuple[Element, ...]] = field(default_factory=dict)

    @property
    def body(self) -> Element:
        """w:body; raises Invalid when the document has none."""
        body = self.document.find(w("body"))
        if body is None:
            raise Invalid("文件中没有正文，不是有效的 docx 文件。", code="not_docx")
        return body

    def chain(self, style: str | None, part: str) -> tuple[Element, ...]:
        """pPr or rPr of a style and of those it is based on, nearest first."""
        key = (style or "", part)
        if key not in self._cache:
            found, seen = [], set()
            name = style or self.default_style
            while name and name not in seen and name in self.styles:
                seen.add(name)
                element = self.styles[name].find(w(part))
                if element is not None:
                    found.append(element)
                name = value(self.styles[name].find(w("basedOn")))
            self._cache[key] = tuple(found)
        return self._cache[key]

    def paragraphs(self) -> list[Element]:
        """The paragraphs of the body itself, those in content controls too, tables left out."""
        found: list[Element] = []
        for child in self.body:
            if child.tag == w("p"):
                found.append(child)
            elif child.tag == w("sdt"):
                found += child.findall(f"{w('sdtContent')}/{w('p')}")
        return found


@dataclass(frozen=True, slots=True)
class Font:
    """What a run is set in: East Asian face (`theme` when a theme decides), half points, colour."""

    face: str | None
    size: int
    colour: str | None


class Paragraph:
    """One paragraph with its resolved properties."""

    def __init__(self, package: Package, element: Element) -> None:
        self.element, self.package = element, package
        own = element.find(w("pPr"))
        self.style = value(own.find(w("pStyle"))) if own is not None else None
        self._layers = ((own,) if own is not None else ()) + package.chain(self.style, "pPr")
        self.text = "".join(_texts(element)).strip()

    def get(self, name: str) -> Element:
        """The nearest property element of that name; None when nothing sets it."""
        return next((e for layer in self._layers if (e := layer.find(w(name))) is not None), None)

    def attribute(self, name: str, attribute: str) -> int | None:
        """The nearest figure of a property whose attributes are inherited one by one (ind, spacing)."""
        found = (value(layer.find(w(name)), attribute) for layer in self._layers)
        return next((n for text in found if (n := whole(text)) is not None), None)

    def on(self, name: str) -> bool:
        """Whether a switch such as pageBreakBefore is on."""
        return not _off(self.get(name))

    @property
    def alignment(self) -> str:
        return value(self.get("jc")) or "left"

    def indent(self, side: str, size: int) -> float:
        """An indent in characters of `size` half points: firstLine, left, right, hanging."""
        chars = self.attribute("ind", f"{side}Chars")
        if chars is None and side in ("left", "right"):
            chars = self.attribute("ind", {"left": "startChars", "right": "endChars"}[side])
        if chars:
            return chars / 100
        twips = self.attribute("ind", side)
        if twips is None and side in ("left", "right"):
            twips = self.attribute("ind", {"left": "start", "right": "end"}[side])
        return (twips or 0) / (size * 10)

    def fonts(self) -> Iterator[tuple[str, Font]]:
        """Each run's text with its font, empty runs left out."""
        for run in self.element.iter(w("r")):
            text = "".join(_texts(run))
            if text.strip():
                yield text, self._font(run)

    def _font(self, run: Element) -> Font:
        own = run.find(w("rPr"))
        styled = (
            self.package.chain(value(own.find(w("rStyle"))), "rPr")
            if own is not None and own.find(w("rStyle")) is not None
            else ()
        )
        layers = [
            e for e in (own, *styled, *self.package.chain(self.style, "rPr"), self.package.defaults) if e is not None
        ]
        sizes = (whole(value(layer.find(w("sz")))) for layer in layers)
        colours = (value(layer.find(w("color"))) for layer in layers)
        return Font(
            _face(layers), next((s for s in sizes if s), 20), next((c for c in colours if c and c != "auto"), None)
        )


def _face(layers: list[Element]) -> str | None:
    for layer in layers:
        fonts = layer.find(w("rFonts"))
        if value(fonts, "eastAsiaTheme"):
            return "theme"
        if named := value(fonts, "eastAsia"):
            return named
    return None


def _texts(element: Element) -> Iterator[str]:
    for node in element.iter(w("t"), w("tab"), w("br")):
        if node.tag == w("t"):
            yield node.text or ""
        elif node.tag == w("tab") and node.getparent().tag == w("r"):
            yield "\t"
        elif node.tag == w("br"):
            yield "\n"


def open_docx(data: bytes) -> Package:
    """Open a docx without trusting it. Raises Invalid with one sentence for anything that is none."""
    if len(data) > _LARGEST_FILE:
        raise Invalid("文件超过30MB，不予检查。", code="too_large")
    if data.startswith(_CONTAINER):
        raise Invalid("文件已加密或者是旧版 doc 格式，请去除密码并另存为 docx 后再检查。", code="encrypted")
    try:
        with opened_bytes(data) as archive:
            return _package(_read(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise Invalid("文件不是完好的 docx 文件，无法打开。", code="not_docx") from error
    except etree.XMLSyntaxError as error:
        raise Invalid("docx 文件内部格式已损坏，无法读取。", code="not_docx") from error


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if any(e.flag_bits & 1 for e in entries):
        raise Invalid("文件已加密，请去除密码后再检查。", code="encrypted")
    wanted = [
        e
        for e in entries
        if e.filename.startswith(("word/", "docProps/", "[Content")) and e.filename.endswith((".xml", ".rels"))
    ]
    if len(entries) > _MOST_PARTS or sum(e.file_size for e in wanted) > _LARGEST_PART:
        raise Invalid("文件展开后过大，疑似压缩炸弹，不予检查。", code="too_large")
    parts = {}
    for entry in wanted:
        with archive.open(entry) as stream:
            parts[entry.filename] = stream.read(_LARGEST_PART + 1)  # the declared size may lie
        if sum(map(len, parts.values())) > _LARGEST_PART:
            raise Invalid("文件展开后过大，疑似压缩炸弹，不予检查。", code="too_large")
    return parts


def _parse(data: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.doctype:
        raise Invalid("docx 文件内含不允许的文档类型声明，不予检查。", code="not_docx")
    return root


def _package(parts: dict[str, bytes]) -> Package:
    if "word/document.xml" not in parts:
        raise Invalid("文件不是 docx 文件：其中没有正文部分。", code="not_docx")
    document = _parse(parts["word/document.xml"])
    empty = etree.Element(w("none"))
    styles = _parse(parts["word/styles.xml"]) if "word/styles.xml" in parts else empty
    settings = _parse(parts["word/settings.xml"]) if "word/settings.xml" in parts else empty
    relations = _parse(parts["word/_rels/document.xml.rels"]) if "word/_rels/document.xml.rels" in parts else empty
    edges = {}
    for relation in relations:
        target = "word/" + (relation.get("Target") or "").removeprefix("/word/")
        if (relation.get("Type") or "").endswith(("/header", "/footer")) and target in parts:
            edges[relation.get("Id")] = _parse(parts[target])
    paragraph_styles = [s for s in styles.iter(w("style")) if value(s, "styleId")]
    default = next(
        (s for s in paragraph_styles if value(s, "type") == "paragraph" and value(s, "default") in ("1", "true")), None
    )
    core = _parse(parts["docProps/core.xml"]) if "docProps/core.xml" in parts else empty
    return Package(
        document=document,
        styles={str(value(s, "styleId")): s for s in paragraph_styles},
        default_style=value(default, "styleId"),
        defaults=styles.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}"),
        settings=settings,
        edges=edges,
        category=core.findtext("{*}category") or "",
    )


def edge(package: Package, section: Element, kind: str, when: str) -> Element:
    """A section's header or footer for default, even or first pages; None when there is none."""
    for reference in section.findall(w(f"{kind}Reference")):
        if value(reference, "type") == when:
            return package.edges.get(reference.get(f"{{{R}}}id"))
    return None
