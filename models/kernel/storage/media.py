"""What an uploaded file really is: recognised by its bytes against a list of allowed kinds, never by its name.

Not `filetype` or `puremagic`: both take a list that begins with “BM” for a bitmap, know no OFD, and miss brands of HEIC
and MP4 that telephones write; macros, programs and markup would still be looked for here.
"""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from models.kernel.errors import Invalid
from models.kernel.storage import limits, office_acts, pdf_acts, zips
from models.kernel.storage.file_names import safe_name
from models.kernel.storage.svg import inert
from models.kernel.text.encodings import decoded

__all__ = [
    "LIMIT",
    "Media",
    "acting_in",
    "kind_of",
    "recognise",
    "recognise_table",
    "refuse_acting",
    "refuse_unsafe_book",
    "safe_name",
]

LIMIT = 30 * 1024 * 1024
"""Largest upload in bytes unless the caller says otherwise."""


@dataclass(frozen=True, slots=True)
class Media:
    """A kind of file: what a person calls it, its MIME type, and the suffixes it may carry, the usual one first."""

    label: str
    mime: str
    suffixes: tuple[str, ...]


PDF = Media("PDF 文件", "application/pdf", (".pdf",))
PNG = Media("PNG 图片", "image/png", (".png",))
JPEG = Media("JPEG 图片", "image/jpeg", (".jpg", ".jpeg"))
TIFF = Media("TIFF 图片", "image/tiff", (".tif", ".tiff"))
WEBP = Media("WebP 图片", "image/webp", (".webp",))
SVG = Media("SVG 图", "image/svg+xml", (".svg",))
HEIC = Media("HEIC 图片", "image/heic", (".heic", ".heif"))
MP4 = Media("MP4 视频", "video/mp4", (".mp4", ".m4v"))
AVI = Media("AVI 视频", "video/x-msvideo", (".avi",))
QUICKTIME = Media("MOV 视频", "video/quicktime", (".mov",))
AUDIO = Media("M4A 录音", "audio/mp4", (".m4a",))
DOCX = Media("Word 文档", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",))
XLSX = Media("Excel 表格", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",))
OFD = Media("OFD 版式文件", "application/ofd", (".ofd",))
OLD_WORD = Media("旧版 Word 或 WPS 文档", "application/msword", (".doc", ".wps"))
OLD_EXCEL = Media("旧版 Excel 或 WPS 表格", "application/vnd.ms-excel", (".xls", ".et"))
ZIP = Media("ZIP 压缩包", "application/zip", (".zip",))
TEXT = Media("文本文件", "text/plain", (".txt",))
CSV = Media("CSV 表格", "text/csv", (".csv",))
TABLE = Media("表格文本", "text/csv", (".csv", ".tsv", ".tab", ".txt"))
"""Rows of cells as text, however their cells are parted."""

_MAGIC = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)
_RIFF = {b"WEBP": WEBP, b"AVI ": AVI}
# ISO base media: the brand after "ftyp" tells photo, sound and film apart.
_BRANDS = (
    ((b"heic", b"heix", b"hevc", b"mif1", b"msf1"), HEIC),
    ((b"qt  ",), QUICKTIME),
    ((b"M4A ",), AUDIO),
    (
        (
            b"isom",
            b"iso2",
            b"iso4",
            b"iso5",
            b"iso6",
            b"mp41",
            b"mp42",
            b"avc1",
            b"M4V ",
            b"3gp4",
            b"3gp5",
            b"3gp6",
            b"dash",
            b"MSNV",
        ),
        MP4,
    ),
)
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"#!",
    b"L\x00\x00\x00\x01\x14\x02",
)
_MARKUP = re.compile(r"<(!doctype|html|head|body|svg|script|iframe|\?xml|!--)", re.IGNORECASE)
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_BLOCK = 1 << 20
_PROGRAM_NAME = re.compile(
    r"\.(exe|dll|com|scr|msi|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|lnk|jar|apk|app|sh|py|html?|svg|xhtml|docm|xlsm)$",
    re.IGNORECASE,
)
_OFFICE_TYPES = "[Content_Types].xml"
_OFFICE_PARTS = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX))
_LOOKED_INTO = 100 << 20  # bytes of documents in a zip
_UNREADABLE = "无法检查的内容"
_CURES = {
    DOCX: "删除后另存，或另存为 PDF 后",
    XLSX: "断开链接、删除后另存，或另存为 PDF 后",
    OLD_WORD: "另存为 docx 或 PDF 后",
    OLD_EXCEL: "另存为 xlsx 或 PDF 后",
    PDF: "打印后重新扫描，或用“打印到 PDF”另存后",
    ZIP: "从压缩包里去除后",
}
"""What helps against what acts in a file of a kind."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def recognise(content: bytes | BinaryIO, name: str, limit: int = LIMIT) -> Media:
    """Return what `content` (bytes, or a seekable stream, left at its beginning) is.

    Raises Invalid when it is empty, larger than `limit` bytes, a program, a web page, a file with macros, of a kind
    not on the list, or named as another kind than it is.
    """
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    shown = safe_name(name)
    size = stream.seek(0, io.SEEK_END)
    if size == 0:
        raise Invalid(f"“{shown}”是空文件，请重新选择。", code="file_empty")
    if size > limit:
        raise Invalid(f"“{shown}”超过 {limits.size(limit)}，请压缩或拆分后再上传。", code="file_too_large")
    stream.seek(0)
    kind = _kind(stream, shown)
    stream.seek(0)
    if not shown.lower().endswith(kind.suffixes):
        usual = "或".join(kind.suffixes)
        raise Invalid(f"“{shown}”的内容是{kind.label}，扩展名应为 {usual}。", code="file_misnamed")
    return kind


def recognise_table(stream: BinaryIO, name: str, limit: int, encoding: str | None = None) -> Media:
    """Return whether a stream holds a workbook or rows of text, in `encoding` where one is told; read block by block, since
    it may be long. Left at its beginning.

    Raises Invalid as `recognise`, and for what is no table.
    """
    shown = safe_name(name)
    size = stream.seek(0, io.SEEK_END)
    if size == 0:
        raise Invalid(f"“{shown}”是空文件，请重新选择。", code="file_empty")
    if size > limit:
        raise Invalid(f"“{shown}”超过 {limits.size(limit)}，请按年度拆分后再导入。", code="file_too_large")
    stream.seek(0)
    head = stream.read(4096)
    if head.startswith(b"PK\x03\x04"):
        kind = _zipped(stream, shown)
    else:
        kind = ZIP if head.startswith((*_PROGRAMS, b"%PDF-", _OLE)) else _table_text(stream, shown, encoding)
    stream.seek(0)
    if kind not in (XLSX, TABLE):
        raise Invalid(f"“{shown}”不是 CSV、TSV 或 xlsx 表格，请另存后再导入。", code="file_kind")
    if not shown.lower().endswith(kind.suffixes):
        raise Invalid(f"“{shown}”的内容是{kind.label}，扩展名应为 {'或'.join(kind.suffixes)}。", code="file_misnamed")
    return kind


def _table_text(stream: BinaryIO, shown: str, encoding: str | None) -> Media:
    """Return what a text is that can be read in one of the encodings as a whole."""
    for candidate in (encoding,) if encoding else ("utf-8-sig", "gb18030", "utf-16"):
        stream.seek(0)
        decoder = codecs.getincrementaldecoder(candidate)()
        try:
            text = decoder.decode(stream.read(_BLOCK))
            if _MARKUP.search(text[:4096]):
                return ZIP
            while not _NO_TEXT.search(text):
                block = stream.read(_BLOCK)
                text = decoder.decode(block, final=not block)
                if not block:
                    return TABLE
        except UnicodeError:
            continue
    raise Invalid(
        f"“{shown}”不能按 {encoding or 'UTF-8 或 GB18030'} 编码读取，请核对导入模板中的编码（如 latin-1），或者另存为 UTF-8。",
        code="bad_encoding",
    )


def kind_of(stream: BinaryIO) -> Media:
    """Return what a stored file is, whatever it was called. Raises Invalid for what is on no list."""
    kind = _kind(stream, "文件")
    stream.seek(0)
    return kind


def _kind(stream: BinaryIO, shown: str) -> Media:
    head = stream.read(4096)
    if head.startswith(_PROGRAMS):
        raise Invalid(f"“{shown}”是可执行程序，不能上传。", code="file_program")
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[4:8] == b"ftyp":
        for brands, kind in _BRANDS:
            if head[8:12] in brands:
                return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(stream, shown)
    if head.startswith(_OLE):
        return _compound(head + stream.read(), shown)
    return _text(head + stream.read(), shown)


def _zipped(stream: BinaryIO, shown: str) -> Media:
    """Word, Excel and OFD are zip files: told apart by the parts they cannot be without."""
    try:
        with zips.opened(stream) as package:
            return _package(package, shown)
    except office_acts.Declares as declared:
        raise Invalid(
            f"“{shown}”内含不允许的文档类型声明（DTD），请用 Word、Excel 或 WPS 重新另存后再上传。", code="file_doctype"
        ) from declared
    except zips.BROKEN as error:
        raise Invalid(f"“{shown}”已损坏，打不开。", code="file_broken") from error


def _package(package: zipfile.ZipFile, shown: str) -> Media:
    zips.refuse_encrypted(package, shown)
    zips.refuse_unfolding(package, shown)
    names = package.namelist()
    if any(part.lower().endswith("vbaproject.bin") for part in names):
        raise _macros(shown)
    of_office = _OFFICE_TYPES in names
    kind = next((kind for part, kind in _OFFICE_PARTS if of_office and part in names), None)
    if kind is not None or "OFD.xml" in names:
        office_acts.refuse_declarations(package)
    if kind is not None and office_acts.MACROS in office_acts.acting_in(package):
        raise _macros(shown)
    if kind is not None:
        return kind
    zips.refuse_paths(package, shown)
    if "OFD.xml" in names:
        return OFD
    if of_office:
        raise Invalid(f"“{shown}”是演示文稿等办公文件，不能直接上传，请另存为 PDF 后再上传。", code="file_office_kind")
    program = next(
        (part for one in package.infolist() if _PROGRAM_NAME.search((part := zips.name_in(one)).rstrip(" ."))), None
    )
    if program is not None:
        raise _program_inside(shown, program)
    zips.refuse_nested(package, shown, (*DOCX.suffixes, *XLSX.suffixes, *OFD.suffixes, ".pptx"))
    for one, head in zips.heads(package):
        if head.startswith(_PROGRAMS):
            raise _program_inside(shown, zips.name_in(one))
    return ZIP


def _program_inside(shown: str, program: str) -> Invalid:
    return Invalid(f"压缩包“{shown}”里的“{safe_name(program)}”是程序或网页，不能上传。", code="file_program")


def _macros(shown: str) -> Invalid:
    return Invalid(f"“{shown}”含有宏，请另存为不含宏的文件再上传。", code="file_macros")


def acting_in(content: BinaryIO, kind: Media) -> tuple[str, ...]:
    """Return what in a recognised file acts, or reaches outside, when somebody opens it; in words. Left at its beginning.

    Also what nobody can look into, and a second file that hides behind the first.
    """
    content.seek(0)
    try:
        return tuple(dict.fromkeys(_acting(content, kind)))
    except zips.BROKEN:
        return (_UNREADABLE,)
    finally:
        content.seek(0)


def _acting(content: BinaryIO, kind: Media) -> Iterator[str]:
    if kind in (DOCX, XLSX):
        with zips.opened(content) as package:
            yield from office_acts.acting_in(package)
    elif kind is ZIP:
        with zips.opened(content) as package:
            yield from _inside(package)
    elif kind in (OLD_WORD, OLD_EXCEL):
        yield from office_acts.acting_in_compound(content.read())
    elif kind is not OFD:
        if kind is PDF:
            yield from pdf_acts.acting_in(content.read())
        if zips.has_zip(content):
            yield "附在后面的压缩包"


def _inside(package: zipfile.ZipFile) -> Iterator[str]:
    """What acts in the documents of a zip, each looked at as if it had come alone."""
    left = _LOOKED_INTO
    for one, head in zips.heads(package):
        if not head.startswith((b"PK", b"%PDF-", _OLE)):
            continue
        left -= one.file_size
        if left < 0 or one.file_size > LIMIT:
            yield _UNREADABLE
            return
        inner = io.BytesIO(package.read(one))
        try:
            yield from acting_in(inner, _kind(inner, safe_name(zips.name_in(one))))
        except Invalid as refusal:
            yield f"不能单独上传的文件“{safe_name(zips.name_in(one))}”" if refusal.code != "file_macros" else "宏"


def refuse_acting(content: BinaryIO, kind: Media, name: str) -> None:
    """Refuse a recognised file in which something acts or reaches outside. Raises Invalid, naming what."""
    if found := acting_in(content, kind):
        raise Invalid(
            f"“{safe_name(name)}”含有{'、'.join(found)}，不能上传，请{_CURES.get(kind, '去除后')}再上传。",
            code="file_acts",
        )


def refuse_unsafe_book(content: bytes, what: str) -> None:
    """Refuse a workbook to be read that is locked, has macros, declares entities or reaches outside; `what` it is
    called. Raises Invalid; what is no workbook, or too large, is for the reader to say.
    """
    stream = io.BytesIO(content)
    try:
        kind = _zipped(stream, what)
    except Invalid as refusal:
        if refusal.code in ("file_broken", "file_zip_bomb"):
            return
        raise
    if kind is XLSX:
        refuse_acting(stream, kind, what)


def _compound(content: bytes, shown: str) -> Media:
    """Word and Excel up to 2003, and WPS; installers use the same container. Stream names stand in it as UTF-16."""
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise _macros(shown)
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Invalid(f"“{shown}”设有密码，无法检查，请去除密码后再上传。", code="file_encrypted")
    for stream_name, kind in (("WordDocument", OLD_WORD), ("Workbook", OLD_EXCEL)):
        if stream_name.encode("utf-16-le") in content:
            return kind
    raise _unknown(shown)


def _text(content: bytes, shown: str) -> Media:
    text = decoded(content)
    if text is None:
        raise _unknown(shown)
    if _NO_TEXT.search(text):
        raise _unknown(shown)
    if inert(content):
        return SVG
    # Browsers look for markup at the beginning of a file whatever its name says.
    if _MARKUP.search(text[:4096]):
        raise Invalid(f"“{shown}”是网页或可缩放图形，可能带有脚本，不能上传。", code="file_markup")
    if _PROGRAM_NAME.search(shown):
        raise Invalid(f"“{shown}”是可执行程序，不能上传。", code="file_program")
    return CSV if shown.lower().endswith(".csv") else TEXT


def _unknown(shown: str) -> Invalid:
    return Invalid(
        f"“{shown}”不是可以上传的文件类型，可上传 PDF、图片、录音录像、Word、Excel、OFD、文本和 ZIP 文件。",
        code="file_kind",
    )
