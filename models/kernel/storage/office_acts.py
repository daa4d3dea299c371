"""What in a document or workbook acts or reaches outside when somebody opens it (活动内容): docx, xlsx, and their old kinds."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from xml.parsers import expat

from models.kernel.storage import zips

MACROS = "宏"
TEMPLATE, OBJECT, ACTIVEX, CHUNK = "外部模板", "嵌入或链接的对象（OLE）", "ActiveX 控件", "外来文档片段（altChunk）"
PICTURE, WORKBOOK, DATA, OUTSIDE = "链接到外部的图片", "与其他工作簿的链接", "外部数据连接", "引用文件之外的内容"
FIELDS, ADDRESS, DEEP, VAST = (
    "会取用外部内容的域代码（DDE、LINK 等）",
    "指向程序或共享文件的超链接",
    "多层嵌入的文件",
    "过大而无法检查的部分",
)
_OF_RELATION = {
    "oleObject": OBJECT,
    "control": ACTIVEX,
    "activeXControlBinary": ACTIVEX,
    "aFChunk": CHUNK,
    "subDocument": OUTSIDE,
    "frame": OUTSIDE,
    "mailMergeSource": DATA,
    "mailMergeHeaderSource": DATA,
    "connections": DATA,
    "queryTable": DATA,
    "externalLink": WORKBOOK,
    "externalLinkPath": WORKBOOK,
    "attachedToolbars": MACROS,
    "vbaProject": MACROS,
    "wordVbaData": MACROS,
    "xlMacrosheet": MACROS,
    "xlIntlMacrosheet": MACROS,
}
_MACRO_TYPE = re.compile(r"macroEnabled|vbaProject|macrosheet|vbaData", re.IGNORECASE)
_LOCAL = re.compile(r"\s*(?:file:/*)?[A-Za-z]:|\s*[^:/\\]+$", re.IGNORECASE)
_PLAIN_ADDRESS = re.compile(r"\s*(?:https?:|mailto:|tel:|#|[^:\\/]*$)", re.IGNORECASE)
_TAKES = re.compile(
    r"\s*(?:DDE|DDEAUTO|LINK|INCLUDETEXT|IMPORT|INCLUDE)\b|\s*INCLUDEPICTURE\s+\"?\s*(?:\w+:|\\\\|//)", re.IGNORECASE
)
_LARGEST = 96 << 20  # bytes of all parts that are looked at
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_DEEPEST = 2
# Word reads whatever part the relations name: all XML is looked at, but for the sheets of a workbook.
_LOOKED_AT = re.compile(r"^(?!xl/).*\.xml$|\.rels$|/(?:embeddings|activex)/[^/]*(?<!\.xml)$")


class _Enough(Exception):
    """What was looked for is known."""


class Declares(Exception):
    """An XML part declares a document type: it could unfold, or fetch what is elsewhere."""


def refuse_declarations(package: zipfile.ZipFile) -> None:
    """Look at how every XML part begins. Raises Declares for one with a document type, and what `zips.BROKEN` names."""
    for one in package.infolist():
        if one.filename.lower().endswith((".xml", ".rels", ".vml")) and not one.is_dir():
            with package.open(one) as stream:
                refuse_declaration(stream.read)


def refuse_declaration(read: Callable[[int], bytes]) -> None:
    """Read XML up to its first element. Raises Declares."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = _stop
    parser.StartDoctypeDeclHandler = _declared
    try:
        while block := read(4096):
            parser.Parse(block, False)
    except (_Enough, expat.ExpatError, ValueError):
        return


def _stop(*_: object) -> None:
    raise _Enough


def _declared(*_: object) -> None:
    raise Declares


def acting_in(package: zipfile.ZipFile, deep: int = 0) -> Iterator[str]:
    """Yield what in a package acts or reaches outside, in words, as often as it is met. Raises what `zips.BROKEN` names."""
    left = _LARGEST
    for one in package.infolist():
        name = one.filename.lower()
        if one.is_dir() or not _LOOKED_AT.search(name):
            continue
        left -= one.file_size
        if left < 0:
            yield VAST
            return
        if name == "[content_types].xml":
            yield from _types(package.read(one))
        elif name.endswith(".rels"):
            yield from _relations(package.read(one))
        elif name.endswith(".xml"):
            yield from _fields(package.read(one))
        else:
            yield from _embedded(package.read(one), deep)


def _embedded(content: bytes, deep: int) -> Iterator[str]:
    """A chart carries its figures as a workbook of its own."""
    if not content.startswith(b"PK"):
        return
    if deep + 1 >= _DEEPEST:
        yield DEEP
        return
    with zips.opened(BytesIO(content)) as inner:
        if any(one.filename.lower().endswith("vbaproject.bin") for one in inner.infolist()):
            yield MACROS
        yield from acting_in(inner, deep + 1)


def _types(content: bytes) -> Iterator[str]:
    yield from _judged(content, _of_type)


def _relations(content: bytes) -> Iterator[str]:
    yield from _judged(content, _of_relation)


def _of_type(_: str, attributes: dict[str, str]) -> str | None:
    return MACROS if _MACRO_TYPE.search(attributes.get("ContentType", "")) else None


def _of_relation(name: str, attributes: dict[str, str]) -> str | None:
    if name.rpartition(" ")[2] != "Relationship":
        return None
    kind, target = attributes.get("Type", "").rpartition("/")[2], attributes.get("Target", "")
    if kind in _OF_RELATION:
        return _OF_RELATION[kind]
    if attributes.get("TargetMode", "Internal").lower() != "external":
        return None
    if kind == "attachedTemplate":  # a letterhead on the writer's own disk is nowhere here
        return None if _LOCAL.match(target) else TEMPLATE
    if kind == "hyperlink":
        return None if _PLAIN_ADDRESS.match(target) else ADDRESS
    return PICTURE if kind == "image" else OUTSIDE


def _fields(content: bytes) -> Iterator[str]:
    """Fields stand in attributes, or in pieces between a beginning and an end."""
    codes: list[str] = []
    open_codes: list[list[str]] = []
    inside = [False]

    def begin(name: str, attributes: dict[str, str]) -> None:
        space, _, own = name.rpartition(" ")
        if space not in (_W, _STRICT_W):
            return
        if own == "fldSimple":
            codes.append(attributes.get(f"{space} instr", ""))
        elif own == "fldChar":
            kind = attributes.get(f"{space} fldCharType")
            if kind == "begin":
                open_codes.append([])
            elif open_codes and kind in ("separate", "end"):
                codes.append("".join(open_codes[-1]))
                if kind == "end":
                    open_codes.pop()
        elif own in ("instrText", "delInstrText"):
            inside[0] = True

    def end(name: str) -> None:
        if name.endswith(("instrText", "delInstrText")):
            inside[0] = False

    def text(words: str) -> None:
        if inside[0]:
            (open_codes[-1] if open_codes else codes).append(words)

    _parsed(content, begin, end, text)
    codes += ["".join(one) for one in open_codes]
    if any(_TAKES.match(code) for code in codes):
        yield FIELDS


def _judged(content: bytes, judge: Callable[[str, dict[str, str]], str | None]) -> Iterator[str]:
    """Yield what elements are judged to be; they are not kept: a small file has millions of them."""
    found: dict[str, None] = {}

    def begin(name: str, attributes: dict[str, str]) -> None:
        if (words := judge(name, attributes)) is not None:
            found[words] = None

    _parsed(content, begin)
    yield from found


def _parsed(
    content: bytes,
    begin: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
) -> None:
    """Read XML as far as it is well formed: further no program reads it either."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _declared
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, Declares, ValueError):
        return


_OLE_OBJECT = ("\x01Ole10Native".encode("utf-16-le"), "\x01Ole10ItemName".encode("utf-16-le"))
# A sheet of Excel 4.0 macros in the list of sheets: record 0x85, its length, place (4), hidden or not, kind 1.
_MACRO_SHEET = re.compile(rb"\x85\x00[\x08-\x50]\x00.{4}[\x00-\x02]\x01[\x01-\x1f][\x00\x01]", re.DOTALL)
MACRO_SHEET = "Excel 4.0 宏表"


def acting_in_compound(content: bytes) -> Iterator[str]:
    """Yield what in a Word or Excel file up to 2003 acts, in words; macros are told by `media`."""
    if any(mark in content for mark in _OLE_OBJECT):
        yield OBJECT
    if "Workbook".encode("utf-16-le") in content and _MACRO_SHEET.search(content):
        yield MACRO_SHEET
