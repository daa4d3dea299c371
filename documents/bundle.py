"""打印套件: many papers as one file to print, each with its own page numbers and beginning on a sheet of its own."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from documents.layout.package import write
from documents.layout.styles import R, W
from documents.layout.text import escape
from models.kernel.errors import Invalid

Element = Any  # lxml ships no types
_W, _R = f"{{{W}}}", f"{{{R}}}"
_RELS, _TYPES, _CORE, _DOCUMENT = (
    "word/_rels/document.xml.rels",
    "[Content_Types].xml",
    "docProps/core.xml",
    "word/document.xml",
)
_SHARED = ("word/styles.xml", "word/settings.xml")
_OWN = ("header", "footer", "image")  # kinds of parts that each paper brings for itself
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_BLANK_ID = {"header": "rIdBlankHeader", "footer": "rIdBlankFooter"}
_BLANK_TAG = {"header": "hdr", "footer": "ftr"}
_TINY = f'<w:p xmlns:w="{W}"><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
_MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml"


@dataclass
class _Bundle:
    """What grows while papers are added."""

    bodies: list[Element] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)
    overrides: list[str] = field(default_factory=list)
    parts: list[tuple[str, bytes]] = field(default_factory=list)
    drawings: int = 0


def merge(papers: Sequence[bytes]) -> bytes:
    """Return one docx of several that this system laid out: their own sections, footers and page numbers from 1.

    Each begins on an odd page, so that double-sided printing never puts two papers on one sheet. The same papers give
    the same bytes. Raises Invalid for none, or for one with styles of its own (a unit's own form): merge its PDF.
    """
    if not papers:
        raise Invalid("没有可以合并的文书。", code="nothing_to_merge")
    opened = [_parts(data) for data in papers]
    first = opened[0]
    if any(parts.get(name) != first[name] for parts in opened for name in _SHARED):
        raise Invalid("套用单位模板的文书版式各异，不能合并为一个 docx，请合并打印其 PDF。", code="styles_differ")
    bundle = _Bundle()
    for tag in _BLANK_TAG:
        _blank(bundle, tag)
    for n, parts in enumerate(opened, 1):
        _add(bundle, n, parts, last=n == len(opened))
    return _packed(first, bundle)


def _parts(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
    except zipfile.BadZipFile as error:
        raise Invalid("要合并的文件中有不是 docx 的文件。", code="not_docx") from error
    if not {_DOCUMENT, _RELS, *_SHARED} <= parts.keys():
        raise Invalid("要合并的文件中有不是 docx 的文件。", code="not_docx")
    return parts


def _add(bundle: _Bundle, n: int, parts: dict[str, bytes], *, last: bool) -> None:
    names = _relate(bundle, n, parts)
    body = etree.fromstring(parts[_DOCUMENT])[0]
    for element in body.iter():
        for attribute in (f"{_R}id", f"{_R}embed"):
            if element.get(attribute) is not None:
                element.set(attribute, names[element.get(attribute)])
        if isinstance(element.tag, str) and element.tag.endswith("}docPr"):
            bundle.drawings += 1
            element.set("id", str(bundle.drawings))
    sections = list(body.iter(f"{_W}sectPr"))
    _begin(sections[0], restart=len(sections) == 1 or sections[0].find(f"{_W}footerReference") is not None)
    if not last:
        _end(body, sections[-1])
    bundle.bodies.append(body)


def _relate(bundle: _Bundle, n: int, parts: dict[str, bytes]) -> dict[str, str]:
    """Take over the paper's own headers, footers and pictures under new names; return old → new relation ids."""
    names: dict[str, str] = {}
    for relation in etree.fromstring(parts[_RELS]):
        kind, target = relation.get("Type").rpartition("/")[2], relation.get("Target")
        if kind not in _OWN:
            continue
        new = f"rId{n}x{relation.get('Id')[3:]}"
        names[relation.get("Id")] = new
        stem, _, suffix = target.rpartition(".")
        name = f"{re.sub('[0-9]+$', '', stem)}{n}x{relation.get('Id')[3:]}.{suffix}"
        bundle.relations.append(f'<Relationship Id="{new}" Type="{R}/{kind}" Target="{name}"/>')
        bundle.parts.append((f"word/{name}", parts[f"word/{target}"]))
        if kind != "image":
            bundle.overrides.append(f'<Override PartName="/word/{name}" ContentType="{_MIME}.{kind}+xml"/>')
    return names


def _blank(bundle: _Bundle, tag: str) -> None:
    name, root = f"{tag}Blank.xml", _BLANK_TAG[tag]
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:{root} xmlns:w="{W}"><w:p/></w:{root}>'
    bundle.parts.append((f"word/{name}", xml.encode()))
    bundle.relations.append(f'<Relationship Id="{_BLANK_ID[tag]}" Type="{R}/{tag}" Target="{name}"/>')
    bundle.overrides.append(f'<Override PartName="/word/{name}" ContentType="{_MIME}.{tag}+xml"/>')


def _begin(section: Element, *, restart: bool) -> None:
    """Begin on an odd page with page 1; the elements of sectPr have a fixed order.

    What a section does not name it takes from the one before: so blank headers and footers are named.
    """
    for tag in ("header", "footer"):
        named = {e.get(f"{_W}type") for e in section.findall(f"{_W}{tag}Reference")}
        for when in ("default", "even"):
            if when not in named:
                blank = etree.Element(f"{_W}{tag}Reference")
                blank.set(f"{_W}type", when)
                blank.set(f"{_R}id", _BLANK_ID[tag])
                section.insert(0, blank)
    kind = etree.Element(f"{_W}type")
    kind.set(f"{_W}val", "oddPage")
    size = section.find(f"{_W}pgSz")
    size.addprevious(kind)
    if restart and section.find(f"{_W}pgNumType") is None:
        start = etree.Element(f"{_W}pgNumType")
        start.set(f"{_W}start", "1")
        section.find(f"{_W}cols").addprevious(start)


def _end(body: Element, section: Element) -> None:
    """Let the paper's last section end inside the bundle: it moves into a tiny paragraph of its own.

    Not into the one that is there: LibreOffice drops it, and the version block anchored to it would slip away.
    """
    body.remove(section)
    tiny = etree.fromstring(_TINY)
    tiny[0].append(section)
    body.append(tiny)


def _packed(first: dict[str, bytes], bundle: _Bundle) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, data in first.items():
            if name == _TYPES:
                write(package, name, _types(data, bundle))
            elif name == _RELS:
                write(package, name, _relations(data, bundle))
            elif not re.match(r"word/((header|footer)\d+\.xml|media/|document\.xml$)", name):
                write(package, name, _properties(data) if name == _CORE else data)
        for name, data in bundle.parts:
            write(package, name, data)
        document = etree.fromstring(first[_DOCUMENT])
        whole = document[0]
        for child in list(whole):
            whole.remove(child)
        for body in bundle.bodies:
            whole.extend(list(body))
        write(package, _DOCUMENT, etree.tostring(document, xml_declaration=True, encoding="UTF-8", standalone=True))
    return stream.getvalue()


def _types(data: bytes, bundle: _Bundle) -> bytes:
    kept = re.sub(rb'<Override PartName="/word/(header|footer)\d+\.xml"[^>]*/>', b"", data)
    return kept.replace(b"</Types>", "".join(bundle.overrides).encode() + b"</Types>")


def _relations(data: bytes, bundle: _Bundle) -> bytes:
    kept = re.sub(rb'<Relationship [^>]*/(header|footer|image)"[^>]*/>', b"", data)
    return kept.replace(b"</Relationships>", "".join(bundle.relations).encode() + b"</Relationships>")


def _properties(data: bytes) -> bytes:
    title = escape("文书打印套件").encode()
    data = re.sub(rb"<dc:title>.*?</dc:title>", b"<dc:title>" + title + b"</dc:title>", data, flags=re.DOTALL)
    return re.sub(rb"<cp:category>.*?</cp:category>", b"<cp:category></cp:category>", data, flags=re.DOTALL)


def merge_pdf(papers: Sequence[bytes], *, double_sided: bool = True) -> bytes:
    """Return one PDF; with `double_sided` a blank page follows every paper of odd length but the last.

    Needs no LibreOffice. Raises Invalid for none, or for bytes that are no readable PDF.
    """
    from pypdf import PdfReader, PdfWriter  # only the print set needs it
    from pypdf.errors import PyPdfError

    if not papers:
        raise Invalid("没有可以合并的文书。", code="nothing_to_merge")
    writer = PdfWriter()
    try:
        for n, data in enumerate(papers, 1):
            pages = PdfReader(io.BytesIO(data)).pages
            for page in pages:
                writer.add_page(page)
            if double_sided and len(pages) % 2 and n < len(papers):
                writer.add_blank_page()
    except PyPdfError as error:
        raise Invalid("要合并的文件中有不能读取的 PDF。", code="not_pdf") from error
    writer.metadata = None
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
