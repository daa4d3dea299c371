"""PDF by LibreOffice, and what is said where there is none."""

from __future__ import annotations

import io
import math

import pytest
from pypdf import PdfReader

from documents import pdf, render
from models.kernel.errors import Refused
from tests.documents import samples

needs_office = pytest.mark.skipif(not pdf.available(), reason="LibreOffice is not installed")


def test_without_libreoffice_the_person_is_told_to_take_the_docx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert not pdf.available()
    with pytest.raises(Refused, match="未安装 LibreOffice") as refused:
        pdf.convert([b""])
    assert refused.value.code == "pdf_absent"


@pytest.mark.office
@needs_office
def test_a_batch_comes_back_in_order_with_the_right_page() -> None:
    papers = [samples.notice(), samples.proposal()]
    made = pdf.convert([render(p) for p in papers])
    for paper, data in zip(papers, made, strict=True):
        reader = PdfReader(io.BytesIO(data))
        assert pdf.pages(data) == len(reader.pages)
        page = reader.pages[0]
        assert math.isclose(float(page.mediabox.width), 595.3, abs_tol=1)
        assert math.isclose(float(page.mediabox.height), 841.9, abs_tol=1)
        assert paper.head.title[0][:4] in page.extract_text()
        assert "江城市东湖区" in page.extract_text().replace("\n", ""), "the first page shows body text"


@pytest.mark.office
@needs_office
def test_a_file_that_cannot_be_converted_is_named() -> None:
    with pytest.raises(Refused) as refused:
        pdf.convert([b"PK\x03\x04 not a document"])
    assert refused.value.code == "pdf_failed"


def test_what_is_no_pdf_has_no_pages() -> None:
    assert pdf.pages(b"") is None


@needs_office
def test_nothing_to_convert_starts_nothing() -> None:
    assert pdf.convert([]) == []
