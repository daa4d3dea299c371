"""PDF/A-2b: a PDF of LibreOffice with what it is on record for; the same paper gives the same bytes.

LibreOffice itself embeds the fonts, the colour profile and the tags. Its clock, its random file identifier, its edition
and the language of the machine are replaced here. What still tells two files of one paper apart is how another edition
of LibreOffice, or a machine with other fonts, sets the lines: so the first file made stands and is never made again.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from models.kernel.errors import Refused

PART, CONFORMANCE = "2", "B"
PRODUCER, TOOL, LANGUAGE = "LibreOffice", "shencha", "zh-CN"
_MADE = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
_IDENTIFIER = re.compile(rb"/ID \[ <[0-9A-Fa-f]{32}> <[0-9A-Fa-f]{32}> \]")


@dataclass(frozen=True, slots=True)
class Described:
    """What the file says of itself: the paper's title, number, issuer and day of issue."""

    title: str
    number: str
    issuer: str
    dated: date

    @property
    def day(self) -> str:
        """The day of issue as ISO 8601 has it."""
        return self.dated.isoformat()


def fixed(made: bytes, about: Described) -> bytes:
    """Return what LibreOffice made as PDF/A-2b that says what it is. Raises Refused (`pdf_failed`) for what is no PDF."""
    from pypdf import PdfReader, PdfWriter  # a tenth of a second to load, and most commands make no PDF
    from pypdf.errors import PyPdfError
    from pypdf.generic import NameObject, TextStringObject

    try:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(made)))
    except (PyPdfError, LookupError, ValueError, TypeError, AttributeError) as error:  # it trusts what it reads
        raise Refused("LibreOffice 生成的 PDF 不能读取。", code="pdf_failed") from error
    writer.pdf_header = "%PDF-1.7"  # ISO 19005-2 rests on ISO 32000-1
    writer.metadata = _information(about)
    writer.xmp_metadata = _packet(about)
    writer.root_object[NameObject("/Lang")] = TextStringObject(LANGUAGE)
    for intent in writer.root_object.get("/OutputIntents", []):
        profile = intent.get_object()["/DestOutputProfile"].get_object()
        profile.set_data(_undated(profile.get_data()))
    out = io.BytesIO()
    writer.write(out)
    return _identified(out.getvalue())


def _undated(profile: bytes) -> bytes:
    """Return a colour profile with another date of its making: LibreOffice writes its clock (ICC.1:2010, 7.2)."""
    return profile[:24] + _MADE + profile[36:84] + bytes(16) + profile[100:]  # the hash at its end may be left out


def _identified(data: bytes) -> bytes:
    """Let the file's identifier follow from what it holds: it must differ from file to file, and be the same for the same."""
    blank = _IDENTIFIER.sub(_identifier("0" * 32), data)
    return _IDENTIFIER.sub(_identifier(hashlib.sha256(blank).hexdigest()[:32]), data)


def _identifier(digits: str) -> bytes:
    return f"/ID [ <{digits}> <{digits}> ]".encode()


def _information(about: Described) -> dict[str, str]:
    """Return the information dictionary, which has to agree with the packet."""
    moment = f"D:{about.dated:%Y%m%d}000000+08'00'"
    return {
        "/Title": about.title,
        "/Author": about.issuer,
        "/Subject": about.number,
        "/Creator": TOOL,
        "/Producer": PRODUCER,
        "/CreationDate": moment,
        "/ModDate": moment,
    }


def _packet(about: Described) -> bytes:
    """Return the XMP packet, in the schemas that PDF/A knows without being told (ISO 19005-2, 6.6.2.3)."""
    title, number, issuer = (escape(text) for text in (about.title, about.number, about.issuer))
    moment = f"{about.day}T00:00:00+08:00"
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/">
   <pdfaid:part>{PART}</pdfaid:part>
   <pdfaid:conformance>{CONFORMANCE}</pdfaid:conformance>
   <dc:format>application/pdf</dc:format>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{number}</rdf:li></rdf:Alt></dc:description>
   <dc:identifier>{number}</dc:identifier>
   <dc:creator><rdf:Seq><rdf:li>{issuer}</rdf:li></rdf:Seq></dc:creator>
   <dc:date><rdf:Seq><rdf:li>{about.day}</rdf:li></rdf:Seq></dc:date>
   <dc:language><rdf:Bag><rdf:li>{LANGUAGE}</rdf:li></rdf:Bag></dc:language>
   <xmp:CreatorTool>{TOOL}</xmp:CreatorTool>
   <xmp:CreateDate>{moment}</xmp:CreateDate>
   <xmp:ModifyDate>{moment}</xmp:ModifyDate>
   <pdf:Producer>{PRODUCER}</pdf:Producer>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>""".encode()
