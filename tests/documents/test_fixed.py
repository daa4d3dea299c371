"""PDF/A-2b of a paper: conforming as far as can be seen here, described, and the same each time."""

from __future__ import annotations

import io
from datetime import date

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from documents import pdf, render
from documents.fixed import Described, fixed
from models.kernel.errors import Refused
from tests.documents import samples
from tests.documents.pdfa import faults

needs_office = pytest.mark.skipif(not pdf.available(), reason="LibreOffice is not installed")

ABOUT = Described("关于落实整改措施的通知 <1>", "江州公交调〔2026〕12号", "江城市公安局交通警察支队", date(2026, 4, 2))


@pytest.fixture(scope="module")
def made() -> list[bytes]:
    """The same paper, by LibreOffice, twice: a start of it takes longer than the second that it writes into the file."""
    twin = render(samples.notice())
    return [*pdf.convert([twin]), *pdf.convert([twin])]


@pytest.mark.office
@needs_office
def test_a_paper_is_tagged_pdf_a_2b(made: list[bytes]) -> None:
    assert faults(fixed(made[0], ABOUT)) == []


@pytest.mark.office
@needs_office
def test_the_same_paper_made_at_two_moments_is_the_same_file(made: list[bytes]) -> None:
    assert made[0] != made[1]
    assert fixed(made[0], ABOUT) == fixed(made[1], ABOUT)


@pytest.mark.office
@needs_office
def test_the_file_says_what_it_is_and_keeps_its_text(made: list[bytes]) -> None:
    reader = PdfReader(io.BytesIO(fixed(made[0], ABOUT)))
    packet = reader.xmp_metadata
    assert packet is not None
    assert packet.dc_title == {"x-default": ABOUT.title}
    assert (packet.dc_identifier, packet.dc_creator) == (ABOUT.number, [ABOUT.issuer])
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == (ABOUT.title, ABOUT.issuer)
    assert reader.metadata.subject == ABOUT.number
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date() == ABOUT.dated
    before = PdfReader(io.BytesIO(made[0]))
    assert [page.extract_text() for page in reader.pages] == [page.extract_text() for page in before.pages]


@pytest.mark.office
@needs_office
def test_papers_of_different_numbers_have_different_identifiers(made: list[bytes]) -> None:
    other = Described(ABOUT.title, "江州公交调〔2026〕13号", ABOUT.issuer, ABOUT.dated)
    one, two = (PdfReader(io.BytesIO(fixed(made[0], about))).trailer["/ID"] for about in (ABOUT, other))
    assert one != two


HOLLOW = b"""%PDF-1.4
1 0 obj
<</Type/Catalog>>
endobj
xref
0 2
0000000000 65535 f
0000000009 00000 n
trailer
<</Root 1 0 R/Size 2>>
startxref
43
%%EOF"""


@pytest.mark.parametrize("made", [b"", b"not a document", b"%PDF-1.7\nstartxref\n99999\n%%EOF", HOLLOW])
def test_what_is_no_pdf_is_refused(made: bytes) -> None:
    with pytest.raises(Refused) as refused:
        fixed(made, ABOUT)
    assert refused.value.code == "pdf_failed"


def test_the_check_sees_what_an_ordinary_pdf_lacks() -> None:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    act = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")})
    writer.root_object[NameObject("/OpenAction")] = act
    writer.write(out)
    told = " ".join(faults(out.getvalue()))
    for section in ("6.6.2", "6.2.3", "6.7", "6.5.1", "6.1.3"):
        assert section in told
