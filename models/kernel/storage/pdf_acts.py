"""What in a PDF acts when somebody opens it (活动内容): scripts, programs, forms that send, files inside.

Names are looked for in the bytes themselves and in its packed objects, not by walking from page to page: what one reader
does not reach another one may. Not `pypdf`: it needs seconds for a file of many objects, and stops where one is damaged,
which a reader of documents mends.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# A name ends where another sign of the language begins. Long names never stand in packed bytes by chance; the short ones
# are looked for together with what must follow them.
_ACTS = (
    (re.compile(rb"/JavaScript(?![A-Za-z0-9])"), "脚本（JavaScript）"),
    (re.compile(rb"/Launch(?![A-Za-z0-9])"), "启动程序的动作"),
    (re.compile(rb"/EmbeddedFiles?(?![A-Za-z0-9])"), "嵌入的文件"),
    (re.compile(rb"/XFA\s*(?:\[|\d+\s+\d+\s+R)"), "动态表单（XFA）"),
    (re.compile(rb"/RichMedia(?![a-z])"), "多媒体"),
    (re.compile(rb"/(?:SubmitForm|ImportData)(?![A-Za-z0-9])"), "向外提交数据的动作"),
    (re.compile(rb"/S\s*/GoTo[ER](?![A-Za-z0-9])"), "打开其他文件的动作"),
)
_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:<<|\d+\s+\d+\s+R)")
_OPENING = re.compile(rb"/(?:OpenAction|AA)\s*(?:(<<.{0,600})|(\d+)\s+\d+\s+R)", re.DOTALL)
_TO_ADDRESS = re.compile(rb"/URI\s*[(<\d]")
_PACKED = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
_NUMBERS = re.compile(rb"\s*\d+\s+\d+[\s\d]*")
_FILTERS = re.compile(rb"/(?:ASCIIHexDecode|ASCII85Decode|LZWDecode|RunLengthDecode|Crypt|Predictor|AHx|A85|LZW|RL)\b")
_STREAM = re.compile(rb"stream\r?\n")
_BEFORE = 2048  # bytes before a stream in which what it is stands
_MOST = 64 << 20  # bytes that packed objects come to
_UNMARKED = 1 << 20
_PIECE = 1 << 16
_MOST_OPENINGS = 200
"""Actions on opening by number: a document has one, its pages may have some; each is looked for in all of it."""
HIDDEN, LOCKED = "无法检查的内部对象", "密码保护，无法检查内容"
OPENS_ADDRESS = "打开时访问网址的动作"


def acting_in(content: bytes) -> tuple[str, ...]:
    """Return what in a PDF acts by itself, in words; also what nobody can look into."""
    found: dict[str, None] = {}
    texts = [content]
    try:
        texts += _packed_objects(content)
    except _Hidden:
        found[HIDDEN] = None
    plain = [_ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), text) if b"#" in text else text for text in texts]
    for text in plain:
        found |= {words: None for pattern, words in _ACTS if pattern.search(text)}
        if _ENCRYPTED.search(text):
            found[LOCKED] = None
    openings = {opening[2] or opening[1]: opening for text in plain for opening in _OPENING.finditer(text)}
    if len(openings) > _MOST_OPENINGS:
        found[HIDDEN] = None
    elif any(_goes_out(opening, plain) for opening in openings.values()):
        found[OPENS_ADDRESS] = None
    return tuple(found)


class _Hidden(Exception):
    """Packed objects that are packed in an unusual way, or beyond measure."""


def _packed_objects(content: bytes) -> Iterator[bytes]:
    """Yield the objects that are packed together. Raises _Hidden for what no program of an office writes."""
    left = _MOST
    for begin in _STREAM.finditer(content):
        head = content[max(0, begin.start() - _BEFORE) : begin.start()]
        said = head[max(head.rfind(b" obj"), head.rfind(b"endstream"), 0) :]
        said = _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), said)
        marked = _PACKED.search(said) is not None
        if marked and _FILTERS.search(said):
            raise _Hidden
        if marked and b"Flate" not in said and b"/Fl" not in said:
            continue  # stands there as it is, and was looked at
        data = memoryview(content)[begin.end() : begin.end() + _MOST]  # no copy for each of thousands
        if not marked:  # what says by a detour what it is still begins with pairs of numbers, as some drawings do
            if not _NUMBERS.match(_unpacked(data[:512], 32)):
                continue
            text = _unpacked(data, min(_UNMARKED, left + 1))
        else:
            text = _unpacked(data, left + 1)
        left -= len(text)
        if left < 0:
            raise _Hidden
        yield text


def _unpacked(data: memoryview, most: int) -> bytes:
    """Return at most so many bytes of what was packed; read in pieces, as the rest would be copied each time."""
    unpacking, text = zlib.decompressobj(), bytearray()
    try:
        for at in range(0, len(data), _PIECE):
            text += unpacking.decompress(data[at : at + _PIECE], most - len(text))
            if unpacking.eof or len(text) >= most:
                break
    except zlib.error:
        return b""
    return bytes(text)


def _goes_out(opening: re.Match[bytes], texts: list[bytes]) -> bool:
    if opening[1] is not None:
        return _TO_ADDRESS.search(opening[1]) is not None
    number = opening[2]
    direct = re.compile(rb"(?<!\d)" + number + rb"\s+\d+\s+obj(.{0,600})", re.DOTALL)
    if any(_TO_ADDRESS.search(one[1].split(b"endobj")[0]) for text in texts for one in direct.finditer(text)):
        return True
    return any(_TO_ADDRESS.search(_in_packed(text, number)) for text in texts[1:])


def _in_packed(text: bytes, number: bytes) -> bytes:
    """Return the text of an object in packed ones, by the pairs of number and place with which they begin."""
    head = _NUMBERS.match(text)
    pairs = (head[0] if head else b"").split()
    numbers, places = pairs[::2], pairs[1::2]
    if number not in numbers[: len(places)]:
        return b""
    first = (len(head[0]) if head else 0) + int(places[numbers.index(number)])
    return text[first : first + 600]
