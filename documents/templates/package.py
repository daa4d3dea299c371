"""What the package of a docx that comes in may hold: text, styles and pictures. Everything that acts, links or hides is refused."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from documents.layout.styles import R, W
from models.kernel.errors import Fault
from models.kernel.storage.zips import opened_bytes

Element = Any  # lxml ships no types
Parts = dict[str, bytes]

LARGEST_FILE, LARGEST_WHOLE, LARGEST_TEXT = 5 << 20, 30 << 20, 2 << 20  # bytes: zipped, unzipped, one XML part
_MOST_PARTS, _LONGEST_NAME, _RATIO = 300, 120, 200
_OPC = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "[Content_Types].xml"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_NAME = re.compile(r"(?:[A-Za-z0-9_\-\[\]]+/){0,4}[A-Za-z0-9_.\-\[\]]+")
_PICTURES = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF8",),
}
_ALLOWED = (".xml", ".rels", *_PICTURES)
_RELATIONS = frozenset(
    (
        *("officeDocument", "extended-properties", "custom-properties", "core-properties", "thumbnail"),
        *("styles", "stylesWithEffects", "settings", "webSettings", "fontTable", "theme", "numbering"),
        *("header", "footer", "footnotes", "endnotes", "image", "customXml", "customXmlProps"),
    )
)
_REFUSED_RELATIONS = {
    "vbaProject": "宏",
    "oleObject": "嵌入对象（OLE）",
    "package": "嵌入文件",
    "control": "ActiveX 控件",
    "aFChunk": "外来文档片段（altChunk）",
    "attachedTemplate": "附加模板",
    "subDocument": "子文档",
    "frame": "框架",
    "hyperlink": "超链接",
    "mailMergeSource": "邮件合并数据源",
    "attachedToolbars": "自定义工具栏",
    "ui/extensibility": "自定义功能区",
    "font": "嵌入字体",
    "comments": "批注",
}
_REFUSED_NAMES = (
    (re.compile(r"vba|macro", re.IGNORECASE), "macros", "宏"),
    (re.compile(r"activex", re.IGNORECASE), "activex", "ActiveX 控件"),
    (re.compile(r"embeddings|oleobject", re.IGNORECASE), "ole", "嵌入对象（OLE）"),
    (re.compile(r"afchunk|altchunk", re.IGNORECASE), "alt_chunk", "外来文档片段（altChunk）"),
)
_REFUSED_ELEMENTS = {
    "altChunk": ("alt_chunk", "外来文档片段（altChunk）"),
    "object": ("ole", "嵌入对象（OLE）"),
    "OLEObject": ("ole", "嵌入对象（OLE）"),
    "control": ("activex", "ActiveX 控件"),
    "ocx": ("activex", "ActiveX 控件"),
    "subDoc": ("sub_document", "子文档"),
    "attachedTemplate": ("attached_template", "附加模板"),
    "mailMerge": ("mail_merge", "邮件合并"),
    "frameset": ("frameset", "框架"),
    "script": ("script", "脚本"),
    "movie": ("script", "影片"),
    "ddeLink": ("dde", "DDE 链接"),
}
_FIELDS = frozenset(("PAGE", "NUMPAGES", "SECTIONPAGES"))


class Unsafe(Exception):
    """The package is refused; nothing further can be examined."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def parse(name: str, data: bytes) -> Element:
    """Return a part's tree, without entities, network or external declarations. Raises Unsafe."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unsafe(Fault(name, "内部格式已损坏，无法读取，请用 Word 或 WPS 重新另存。", "broken")) from error
    if root.getroottree().docinfo.doctype:
        raise Unsafe(Fault(name, "内含不允许的文档类型声明（DTD）。", "doctype"))
    return root


def read(data: bytes) -> Parts:
    """Return the parts of a docx by name, in their order. Raises Unsafe for what no template may be."""
    if len(data) > LARGEST_FILE:
        raise Unsafe(Fault("文件", f"文件超过{LARGEST_FILE >> 20}MB，请压缩或者删除图片。", "too_large"))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unsafe(Fault("文件", "文件已加密或者是旧版 doc 格式，请去除密码并另存为 docx。", "encrypted"))
    try:
        with opened_bytes(data) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, ValueError) as error:
        raise Unsafe(Fault("文件", "不是完好的 docx 文件，无法打开。", "not_docx")) from error


def _read(archive: zipfile.ZipFile) -> Parts:
    entries = [e for e in archive.infolist() if not e.is_dir()]
    if len(entries) > _MOST_PARTS:
        raise Unsafe(Fault("文件", f"内部文件超过{_MOST_PARTS}个，不是正常的文件。", "too_large"))
    if len({e.filename.lower() for e in entries}) != len(entries):
        raise Unsafe(Fault("文件", "内部文件重名，不是正常的文件。", "duplicate_names"))
    parts: Parts = {}
    left = LARGEST_WHOLE
    for entry in entries:
        _name(entry)
        if entry.file_size > left or entry.file_size > _RATIO * max(entry.compress_size, 4096):
            raise Unsafe(Fault("文件", "展开后过大，疑似压缩炸弹。", "zip_bomb"))
        with archive.open(entry) as stream:
            parts[entry.filename] = stream.read(left + 1)  # the declared size may lie
        left -= len(parts[entry.filename])
        if left < 0:
            raise Unsafe(Fault("文件", "展开后过大，疑似压缩炸弹。", "zip_bomb"))
    if _TYPES not in parts or "word/document.xml" not in parts:
        raise Unsafe(Fault("文件", "不是 Word 文档：其中没有正文部分。", "not_docx"))
    return parts


def _name(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if entry.flag_bits & 1:
        raise Unsafe(Fault("文件", "文件已加密，请去除密码。", "encrypted"))
    linked = entry.external_attr >> 16 & 0o170000 == 0o120000
    if linked or len(name) > _LONGEST_NAME or not _NAME.fullmatch(name) or ".." in name:
        raise Unsafe(Fault("文件", f"内部文件名“{name[:60]}”不合规，可能指向文件之外。", "unsafe_name"))


def audit(parts: Parts) -> Iterator[Fault]:
    """Name everything in the package that acts, links elsewhere or hides."""
    for name, data in parts.items():
        yield from _kind(name, data)
    yield from _content_types(parts)
    for name, data in parts.items():
        if name.endswith(".rels"):
            yield from _relations(name, data, parts)
        elif name.endswith(".xml") and name != _TYPES:
            if len(data) > LARGEST_TEXT:
                raise Unsafe(Fault(name, f"内容超过{LARGEST_TEXT >> 20}MB，不是正常的文件。", "too_large"))
            yield from _elements(name, parse(name, data))


def _kind(name: str, data: bytes) -> Iterator[Fault]:
    for pattern, code, label in _REFUSED_NAMES:
        if pattern.search(name):
            yield Fault(name, f"文件不得含有{label}，请删除后重新上传。", code)
            return
    suffix = "." + name.rpartition(".")[2].lower()
    if suffix not in _ALLOWED:
        yield Fault(name, "文件中只能有文字、样式和 PNG、JPEG、GIF 图片。", "foreign_part")
    elif suffix in _PICTURES and not data.startswith(_PICTURES[suffix]):
        yield Fault(name, "图片内容与扩展名不符。", "foreign_part")


def _content_types(parts: Parts) -> Iterator[Fault]:
    root = parse(_TYPES, parts[_TYPES])
    declared = [(e.get("PartName") or e.get("Extension") or "", e.get("ContentType") or "") for e in root]
    main = next((kind for name, kind in declared if name == "/word/document.xml"), "")
    if main != _MAIN:
        yield Fault(_TYPES, "不是普通的 docx 文档（含宏文档和 dotx 模板请另存为 docx）。", "not_docx")
    for name, kind in declared:
        if re.search(r"macro|vba|activeX|oleObject|javascript|html|script|executable", kind, re.IGNORECASE):
            yield Fault(_TYPES, f"“{name}”的类型（{kind[:60]}）不允许出现在文件中。", "foreign_part")


def _relations(name: str, data: bytes, parts: Parts) -> Iterator[Fault]:
    folder = posixpath.dirname(posixpath.dirname(name))
    for relation in parse(name, data):
        target, kind = relation.get("Target") or "", relation.get("Type") or ""
        word = next((w for w in _REFUSED_RELATIONS if kind.endswith("/" + w)), None)
        if word is not None:
            yield Fault(name, f"文件不得含有{_REFUSED_RELATIONS[word]}，请删除后重新上传。", _code(word))
        elif kind.rpartition("/")[2] not in _RELATIONS:
            yield Fault(name, f"含有不允许的关联“{kind.rpartition('/')[2][:40]}”。", "relation")
        if relation.get("TargetMode") not in (None, "Internal"):
            yield Fault(name, f"引用了文件之外的内容“{target[:60]}”，请改为插入到文档中。", "external")
        elif not _inside(target, folder, parts):
            yield Fault(name, f"引用的内容“{target[:60]}”不在文件之内。", "external")


def _code(word: str) -> str:
    known = {"vbaProject": "macros", "oleObject": "ole", "package": "ole", "control": "activex", "aFChunk": "alt_chunk"}
    return known.get(word, "attached_template" if word == "attachedTemplate" else "relation")


def _inside(target: str, folder: str, parts: Parts) -> bool:
    if re.search(r"[:\\%?#]|//", target):
        return False
    path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return path in parts


def _elements(name: str, root: Element) -> Iterator[Fault]:
    seen: set[str] = set()
    for element in root.iter():
        if not isinstance(element.tag, str):
            if isinstance(element, etree._ProcessingInstruction):
                yield Fault(name, "含有处理指令，请用 Word 或 WPS 重新另存。", "instruction")
            continue
        local = etree.QName(element).localname
        if local in _REFUSED_ELEMENTS and local not in seen:
            seen.add(local)
            code, label = _REFUSED_ELEMENTS[local]
            yield Fault(name, f"文件不得含有{label}，请删除后重新上传。", code)
        links = (f"{{{R}}}link", f"{{{R}}}href", "{urn:schemas-microsoft-com:office:office}href")
        if any(element.get(link) for link in links) or (local != "binData" and _remote(element)):
            yield Fault(name, "含有链接到外部的图片或者对象，请改为插入到文档中。", "external")
    yield from _field_codes(name, root)


def _remote(element: Element) -> bool:
    return any(
        re.match(r"\s*(https?|ftp|file|javascript|data|mailto|\\\\)", v, re.IGNORECASE) is not None
        for k, v in element.attrib.items()
        if etree.QName(k).localname in ("src", "href", "background", "action")
    )


def _field_codes(name: str, root: Element) -> Iterator[Fault]:
    """Allow page numbers only: DDE, INCLUDETEXT, INCLUDEPICTURE, LINK, HYPERLINK … all reach outside."""
    w = f"{{{W}}}"
    open_codes: list[list[str]] = []
    codes = [e.get(f"{w}instr") or "" for e in root.iter(f"{w}fldSimple")]
    for element in root.iter(f"{w}fldChar", f"{w}instrText", f"{w}delInstrText"):
        if element.tag != f"{w}fldChar":
            if open_codes:
                open_codes[-1].append(element.text or "")
            else:
                codes.append(element.text or "")
        elif element.get(f"{w}fldCharType") == "begin":
            open_codes.append([])
        elif element.get(f"{w}fldCharType") == "end" and open_codes:
            codes.append("".join(open_codes.pop()))
    codes += ["".join(code) for code in open_codes]
    for code in codes:
        words = code.split()
        if not words or words[0].upper() not in _FIELDS:
            shown = words[0][:30] if words else "空"
            kind = "dde" if shown.upper().startswith("DDE") else "field_code"
            yield Fault(name, f"含有域代码“{shown}”，文件只能使用页码域。", kind)
