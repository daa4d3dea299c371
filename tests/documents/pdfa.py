"""What a PDF/A-2b file must be, as far as pypdf can see it (ISO 19005-2): a stand-in where no validator is at hand."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

# 6.5.1: what may run, sound, play or leave the file.
FORBIDDEN_ACTIONS = {
    *("/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition"),
    *("/Trans", "/GoTo3DView", "/JavaScript"),
}
FONT_FILES = {"/FontFile", "/FontFile2", "/FontFile3"}


def faults(data: bytes) -> list[str]:
    """Return what keeps a file from being PDF/A-2b with tags; none for a sound one."""
    reader = PdfReader(io.BytesIO(data), strict=True)
    root = reader.trailer["/Root"].get_object()
    assert isinstance(root, DictionaryObject)
    return [*_file(data, reader), *_metadata(root), *_colour(root), *_tags(root), *_objects(reader)]


def _file(data: bytes, reader: PdfReader) -> Iterator[str]:
    if not data.startswith(b"%PDF-1.") or not all(byte > 127 for byte in data[10:14]) or data[9:10] != b"%":
        yield "6.1.2 header"
    if "/ID" not in reader.trailer:
        yield "6.1.3 no file identifier"
    if reader.is_encrypted or "/Encrypt" in reader.trailer:
        yield "6.1.3 encrypted"
    if not data.rstrip().endswith(b"%%EOF"):
        yield "6.1.3 data after the end"


def _metadata(root: DictionaryObject) -> Iterator[str]:
    if "/Metadata" not in root:
        yield "6.6.2 no metadata"
        return
    stream = root["/Metadata"].get_object()
    packet = stream.get_data().decode("utf-8")
    if "/Filter" in stream:
        yield "6.6.2 compressed metadata"
    if "<pdfaid:part>2</pdfaid:part>" not in packet or "<pdfaid:conformance>B</pdfaid:conformance>" not in packet:
        yield "6.6.4 does not say that it is PDF/A-2b"


def _colour(root: DictionaryObject) -> Iterator[str]:
    intents = root.get("/OutputIntents", [])
    profiles = [one.get_object() for one in intents if one.get_object().get("/S") == "/GTS_PDFA1"]
    if not profiles or any("/DestOutputProfile" not in one for one in profiles):
        yield "6.2.3 no output intent"


def _tags(root: DictionaryObject) -> Iterator[str]:
    if not root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in root:
        yield "6.7 no tags"
    if not root.get("/Lang"):
        yield "6.7.4 no language"
    if "/AA" in root or "/JavaScript" in root.get("/Names", {}):
        yield "6.5.2 acts by itself"


def _objects(reader: PdfReader) -> Iterator[str]:
    for number in reader.xref[0]:
        for found in _dictionaries(reader.get_object(IndirectObject(number, 0, reader))):
            yield from _object(number, found)


def _dictionaries(value: object) -> Iterator[DictionaryObject]:
    """Return a dictionary and those that stand in it; what it only points to comes by itself."""
    if isinstance(value, DictionaryObject):
        yield value
    inside = value.values() if isinstance(value, DictionaryObject) else value if isinstance(value, ArrayObject) else ()
    for one in inside:
        yield from _dictionaries(one)


def _object(number: int, found: DictionaryObject) -> Iterator[str]:
    if found.get("/S") in FORBIDDEN_ACTIONS:
        yield f"6.5.1 object {number} acts: {found['/S']}"
    if "/LZWDecode" in _filters(found):
        yield f"6.1.7 object {number} is packed by LZW"
    if found.get("/Type") == "/FontDescriptor" and not FONT_FILES & set(found):
        yield f"6.2.11 font {found.get('/FontName')} is not embedded"
    if found.get("/Subtype") in ("/TrueType", "/Type0", "/Type1") and "/ToUnicode" not in found:
        yield f"6.2.11 the text in font {found.get('/BaseFont')} cannot be read out"


def _filters(found: DictionaryObject) -> list[Any]:
    given = found.get("/Filter")
    return list(given) if isinstance(given, ArrayObject) else [given]
