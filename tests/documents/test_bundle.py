"""A print set: every paper whole, each with its own pages."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator
from pypdf import PdfReader, PdfWriter

from documents import pdf, render
from documents.bundle import merge, merge_pdf
from documents.templates import render_with
from models.kernel.errors import Invalid
from models.kernel.vocabulary import DocumentForm
from tests.documents import further_samples, samples
from tests.documents.anatomy import Docx, W
from tests.documents.template_files import NOTICE

PAPERS = [
    samples.notice(),
    samples.notice(DocumentForm.LETTER),
    samples.volume(),
    samples.report(),
    further_samples.proof_of_service(),
]


def bundle() -> bytes:
    return merge([render(paper) for paper in PAPERS])


def test_a_print_set_says_all_that_its_papers_say_in_their_order() -> None:
    whole = Docx(bundle()).text()
    for paper in PAPERS:
        assert Docx(render(paper)).text().strip() in whole


def test_every_paper_begins_on_a_sheet_of_its_own_and_counts_from_one() -> None:
    sections = list(Docx(bundle()).body.iter(W + "sectPr"))
    begins = [s for s in sections if s.find(W + "type") is not None]
    assert len(begins) == len(PAPERS)
    assert {s.find(W + "type").get(W + "val") for s in begins} == {"oddPage"}  # type: ignore[union-attr]
    numbered = [s for s in sections if s.find(W + "pgNumType") is not None]
    assert [s.find(W + "pgNumType").get(W + "start") for s in numbered] == ["1"] * len(PAPERS)  # type: ignore[union-attr]


def test_every_paper_keeps_its_own_footers_and_pictures() -> None:
    made = Docx(bundle())
    own = [name for paper in PAPERS for name in Docx(render(paper)).parts if "footer" in name or "header" in name]
    assert len([n for n in made.parts if "footer" in n or "header" in n]) == len(own) + 2
    pictures = [data for name, data in made.parts.items() if name.startswith("word/media")]
    assert pictures == [Docx(render(p)).parts["word/media/image1.png"] for p in PAPERS[:2]]


def test_no_paper_takes_headers_or_footers_from_the_one_before() -> None:
    begins = [s for s in Docx(bundle()).body.iter(W + "sectPr") if s.find(W + "type") is not None]
    for section in begins:
        for tag in ("header", "footer"):
            assert {"default", "even"} <= {e.get(W + "type") for e in section.findall(f"{W}{tag}Reference")}


def test_an_independent_audit_finds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "bundle.docx"
    file.write_bytes(bundle())
    assert [str(error) for error in OpenXmlValidator().validate(str(file)).errors] == []


def test_the_same_papers_give_the_same_print_set() -> None:
    assert bundle() == bundle()


def test_one_paper_is_a_print_set_too() -> None:
    assert Docx(merge([render(samples.order())])).text() == Docx(render(samples.order())).text()


def test_nothing_or_something_else_is_refused() -> None:
    with pytest.raises(Invalid, match="没有可以合并"):
        merge([])
    with pytest.raises(Invalid, match="不是 docx"):
        merge([b"x"])
    with pytest.raises(Invalid, match="请合并打印其 PDF"):
        merge([render(samples.notice()), render_with(NOTICE, samples.notice())])


def pages(count: int) -> bytes:
    writer, stream = PdfWriter(), io.BytesIO()
    for _ in range(count):
        writer.add_blank_page(595, 842)
    writer.write(stream)
    return stream.getvalue()


def test_a_double_sided_pdf_fills_up_odd_papers_and_not_the_last() -> None:
    def count(*papers: int, **how: bool) -> int:
        return len(PdfReader(io.BytesIO(merge_pdf([pages(n) for n in papers], **how))).pages)

    assert count(3, 2, 1) == 7
    assert count(3, 2, 1, double_sided=False) == 6
    assert merge_pdf([pages(1), pages(2)]) == merge_pdf([pages(1), pages(2)])


def test_no_pdf_and_no_papers_are_refused() -> None:
    with pytest.raises(Invalid, match="没有可以合并"):
        merge_pdf([])
    with pytest.raises(Invalid, match="不能读取的 PDF"):
        merge_pdf([b"not a pdf"])


@pytest.mark.office
@pytest.mark.skipif(not pdf.available(), reason="LibreOffice is not installed")
def test_libreoffice_sets_every_paper_from_page_one() -> None:
    (made,) = pdf.convert([bundle()])
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    # The letter and the volume show their page 1 elsewhere; LibreOffice leaves blank pages out of a PDF.
    assert sum("— 1 —" in text for text in texts) == 3
    assert sum("— 2 —" in text for text in texts) >= 2
