"""Pictures inside a line, and QR codes as small PNG files, the same bytes for the same address."""

from __future__ import annotations

import struct
import zlib

from documents.layout.measures import twips
from documents.layout.package import Media
from documents.layout.qr import modules
from documents.layout.text import paragraph, quoted

_SIDE = 25  # mm of a QR code in print
_QUIET = 4  # modules of white around the code
_EMU = 635  # in a twip
_INK = bytes((255, 0))  # a module is one byte of a one-bit picture: eight white or eight black pixels
_TO_INK = _INK + bytes(254)


def code(*, kept_with_next: bool = False) -> str:
    """The paragraph of a QR code in a paper that has no other picture."""
    kept = "<w:keepNext/>" if kept_with_next else ""
    picture = inline(1, _SIDE, _SIDE, "二维码")
    return paragraph("GWCell", picture, f'{kept}<w:spacing w:line="240" w:lineRule="auto"/>')


def code_media(address: str) -> tuple[Media, ...]:
    """The file of the QR code that leads to an address."""
    return (Media("png", qr_png(address)),)


def qr_png(address: str) -> bytes:
    """Return a QR code (level M) as a one-bit PNG."""
    code = modules(address)
    across = len(code) + 2 * _QUIET
    quiet, blank = bytes(_QUIET), [bytes(across)] * _QUIET
    rows = (b"\x00" + row.translate(_TO_INK) for row in [*blank, *(quiet + m + quiet for m in code), *blank])
    data = zlib.compress(b"".join(row * 8 for row in rows), 6)
    header = struct.pack(">IIBBBBB", across * 8, across * 8, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def inline(number: int, width_mm: float, height_mm: float, description: str) -> str:
    """A run that shows picture `number` of the package."""
    across, down = (twips(side) * _EMU for side in (width_mm, height_mm))
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{across}" cy="{down}"/>'
        f'<wp:docPr id="{number}" name="image{number}" descr="{quoted(description)}"/><a:graphic><a:graphicData '
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="image{number}.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="rId{100 + number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
        f'<a:off x="0" y="0"/><a:ext cx="{across}" cy="{down}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
