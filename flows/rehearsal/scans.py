"""Scans as a rehearsal makes them up: one PDF page that says what would lie on the glass; the same words, the same bytes."""

from __future__ import annotations

from collections.abc import Sequence

# The fonts of a reader that knows Chinese are used; nothing is embedded, so that a scan is a kilobyte.
_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
    b"/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
    b"/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
    b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>]>>"
)
_MARK = b"SIMULATED SCAN - shencha rehearse"  # for readers without Chinese fonts
_WIDTH = 30  # characters of 14 pt in a line


def simulated_scan(what: str, lines: Sequence[str]) -> bytes:
    """Return a one-page PDF that is headed as a simulated scan of `what` and bears the lines."""
    shown = [f"【推演】{what}（模拟扫描件，不是真实印章或签字）", ""]
    shown += [line[at : at + _WIDTH] for line in lines for at in range(0, max(len(line), 1), _WIDTH)]
    text = b"".join(b"<" + line.encode("utf-16-be").hex().encode() + b">Tj T* " for line in shown)
    stream = b"BT /F2 14 Tf 24 TL 70 784 Td (" + _MARK + b") Tj T* /F1 14 Tf " + text + b"ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        _FONT,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(data),
    )
