"""QR codes as small PNG files, the same bytes for the same address."""

from __future__ import annotations

import struct
import zlib

import segno

from documents.layout.measures import twips

_PIXELS, _QUIET = 6, 4  # per module, and the white border in modules
_EMU = 635  # in a twip


def qr_png(address: str) -> bytes:
    """Return a QR code (level M) as a one-bit PNG. The mask is fixed: choosing one costs more than the paper."""
    modules = [bytes(row) for row in segno.make(address, error="m", mask=3, micro=False, boost_error=False).matrix]
    side = (len(modules) + 2 * _QUIET) * _PIXELS
    blank = [bytes(len(modules))] * _QUIET
    rows = b"".join(_scanline(row, side) * _PIXELS for row in [*blank, *modules, *blank])
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b"")
    )


def _scanline(row: bytes, side: int) -> bytes:
    quiet = "1" * (_QUIET * _PIXELS)
    bits = quiet + "".join(("0" if dark else "1") * _PIXELS for dark in row) + quiet
    return b"\x00" + int(bits.ljust(-(-side // 8) * 8, "1"), 2).to_bytes(-(-side // 8), "big")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def inline(number: int, side_mm: float, description: str) -> str:
    """A run that shows picture `number` of the package as a square."""
    side = twips(side_mm) * _EMU
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{side}" cy="{side}"/>'
        f'<wp:docPr id="{number}" name="image{number}" descr="{description}"/><a:graphic><a:graphicData '
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="image{number}.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="rId{100 + number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
        f'<a:off x="0" y="0"/><a:ext cx="{side}" cy="{side}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
