"""What an uploaded file really is: recognised by its bytes against a list of allowed kinds, never by its name.

Not `filetype` or `puremagic`: both take a list that begins with “BM” for a bitmap, know no OFD, and miss brands of HEIC
and MP4 that telephones write; macros, programs and markup would still be looked for here.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from models.kernel.errors import Invalid
from models.kernel.storage import limits
from models.kernel.storage.file_names import safe_name
from models.kernel.storage.svg import inert
from models.kernel.text.encodings import decoded

__all__ = ["LIMIT", "Media", "recognise", "safe_name"]

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
_PROGRAM_NAME = re.compile(
    r"\.(exe|dll|com|scr|msi|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|lnk|jar|apk|app|sh|py|html?|svg|xhtml|docm|xlsm)$",
    re.IGNORECASE,
)
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
        with zipfile.ZipFile(stream) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise Invalid(f"“{shown}”已损坏，打不开。", code="file_broken") from error
    if any(part.lower().endswith("vbaproject.bin") for part in names):
        raise Invalid(f"“{shown}”含有宏，请另存为不含宏的文件再上传。", code="file_macros")
    for part, kind in (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX)):
        if part in names and "[Content_Types].xml" in names:
            return kind
    if "OFD.xml" in names:
        return OFD
    program = next((part for part in names if _PROGRAM_NAME.search(part.rstrip(" ."))), None)
    if program is not None:
        raise Invalid(f"压缩包“{shown}”里的“{safe_name(program)}”是程序或网页，不能上传。", code="file_program")
    return ZIP


def _compound(content: bytes, shown: str) -> Media:
    """Word and Excel up to 2003, and WPS; installers use the same container. Stream names stand in it as UTF-16."""
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise Invalid(f"“{shown}”含有宏，请另存为不含宏的文件再上传。", code="file_macros")
    for stream_name, kind in (("WordDocument", OLD_WORD), ("Workbook", OLD_EXCEL)):
        if stream_name.encode("utf-16-le") in content:
            return kind
    raise _unknown(shown)


def _text(content: bytes, shown: str) -> Media:
    text = decoded(content)
    if text is None:
        raise _unknown(shown)
    if re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f]", text):
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
