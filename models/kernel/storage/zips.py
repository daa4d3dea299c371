"""Zip files (压缩包): looked at before anything is unpacked, for what would write elsewhere, unfold or hide."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from models.kernel.errors import Invalid
from models.kernel.storage.file_names import safe_name

MOST_ENTRIES, MOST_BYTES = 5000, 1 << 30
"""Files in a zip, and their bytes unpacked: beyond it no evidence comes, and every reader would suffer."""
_RATIO, _SMALL = 200, 4096
"""A file that unfolds to more than so many times its packed size, small ones apart, was made to do so."""
_DIRECTORY = 2 << 20  # bytes of the list of contents, which is read whole
_TAIL = 22 + 65535
_END, _LOCATOR, _WIDE = b"PK\x05\x06", b"PK\x06\x07", 0xFFFFFFFF
_LINK = 0o120000
_UTF8, _ENCRYPTED = 0x800, 0x1
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError, OSError)
"""What reading a damaged zip ends with; `RuntimeError` where a password is asked for."""
NESTED = (
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b\x08",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"MSCF\x00\x00\x00\x00",
    b"\x28\xb5\x2f\xfd",
)
"""How further kinds of archives begin; a zip among them is told by what it holds."""
_NESTED_NAME = re.compile(
    r"\.(zip|rar|7z|tar|tgz|gz|bz2|tbz2?|xz|zst|cab|arj|lzh|lha|ace|iso|img|vhdx?|jar|war|apk|z\d\d|\d{3})$",
    re.IGNORECASE,
)


def opened(stream: BinaryIO) -> zipfile.ZipFile:
    """Open a zip whose list of contents is no larger than is worth reading. Raises what `BROKEN` names."""
    size = _directory_size(stream)
    if size > _DIRECTORY:
        raise zipfile.BadZipFile("the list of contents is too long")
    stream.seek(0)
    return zipfile.ZipFile(stream)


def opened_bytes(data: bytes) -> zipfile.ZipFile:
    """Open a zip that lies in memory, as `opened`."""
    return opened(io.BytesIO(data))


def _directory_size(stream: BinaryIO) -> int:
    """Return what the end of a zip says of its list of contents, in bytes; the library reads that much at once."""
    end = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, end - _TAIL))
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile("no end of the list of contents")
    size: int = struct.unpack_from("<L", tail, at + 12)[0]
    if tail[max(0, at - 20) : at - 16] == _LOCATOR and at >= 76:
        size = max(size if size != _WIDE else 0, struct.unpack_from("<Q", tail, at - 76 + 40)[0])
    return size


def has_zip(stream: BinaryIO) -> bool:
    """Tell whether a zip lies at the end of a file, whatever its beginning is; leaves the stream where it likes."""
    try:
        with opened(stream) as found:
            return bool(found.infolist())
    except BROKEN:
        return False


def refuse_unfolding(package: zipfile.ZipFile, shown: str) -> None:
    """Refuse what unfolds beyond measure. Raises Invalid."""
    entries = package.infolist()
    packed = sum(one.compress_size for one in entries)
    vast = any(one.file_size > _RATIO * max(one.compress_size, _SMALL) for one in entries)
    overlapping = packed > _length(package)
    if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > MOST_BYTES or vast or overlapping:
        raise Invalid(
            f"“{shown}”展开后过大或文件过多，疑似压缩炸弹，不能上传，请解开后分别上传。", code="file_zip_bomb"
        )


def refuse_encrypted(package: zipfile.ZipFile, shown: str) -> None:
    """Refuse what nobody can look into. Raises Invalid."""
    if any(one.flag_bits & _ENCRYPTED for one in package.infolist()):
        raise Invalid(f"“{shown}”设有密码，无法检查，请去除密码后再上传。", code="file_encrypted")


def refuse_paths(package: zipfile.ZipFile, shown: str) -> None:
    """Refuse names that lead out of the folder into which somebody unpacks. Raises Invalid."""
    for one in package.infolist():
        name = name_in(one)
        leads = name.startswith(("/", "\\", "~")) or re.match(r"[A-Za-z]:", name) is not None or "\\" in name
        leads = leads or ".." in name.split("/") or re.search(r"[\x00-\x1f]", one.orig_filename) is not None
        if leads or (one.external_attr >> 16) & 0o170000 == _LINK:
            raise Invalid(
                f"压缩包“{shown}”里的“{safe_name(name)}”指向压缩包以外的位置，不能上传，请重新打包。",
                code="file_zip_path",
            )


def refuse_nested(package: zipfile.ZipFile, shown: str, office: tuple[str, ...]) -> None:
    """Refuse archives inside an archive, by name and by how they begin; `office` suffixes are packages of their own.

    Raises Invalid.
    """
    for one, head in heads(package):
        name = name_in(one)
        zipped = head.startswith(b"PK\x03\x04") and not name.lower().endswith(office)
        if zipped or head.startswith(NESTED) or _NESTED_NAME.search(name.rstrip(" .")):
            raise Invalid(f"压缩包“{shown}”里还有压缩包“{safe_name(name)}”，请解开后再上传。", code="file_zip_nested")


def heads(package: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    """Yield every file of a zip with its first bytes. Raises what `BROKEN` names."""
    for one in package.infolist():
        if not one.is_dir():
            with package.open(one) as stream:
                yield one, stream.read(512)


def name_in(one: zipfile.ZipInfo) -> str:
    """Return the name of a file in a zip; without a mark it is written as the machine wrote where it was packed."""
    if one.flag_bits & _UTF8:
        return one.filename
    try:
        raw = one.filename.encode("cp437")
    except UnicodeEncodeError:
        return one.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return one.filename


def _length(package: zipfile.ZipFile) -> int:
    assert package.fp is not None
    at = package.fp.tell()
    end = package.fp.seek(0, io.SEEK_END)
    package.fp.seek(at)
    return end
