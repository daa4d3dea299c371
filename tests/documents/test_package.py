"""The file around the paper: the same bytes, well formed for any content, readable by others."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openxml_audit import OpenXmlValidator

from documents import render
from documents.layout.ending import signature_indents
from documents.layout.head import recipients_fit
from documents.layout.package import Frame, base
from documents.layout.picture import qr_png
from documents.layout.text import escape
from models.kernel.vocabulary import DocumentForm
from models.papers.content import Paper, canonical, parse
from tests.documents import samples
from tests.documents.anatomy import Docx, W, text_of

PAPERS = samples.papers()
BASE_LIMIT = 8_000  # bytes; python-docx's own template is five times that


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_no_fault_is_found_by_an_independent_audit(paper: Paper, tmp_path: Path) -> None:
    file = tmp_path / "paper.docx"
    file.write_bytes(render(paper))
    assert [str(error) for error in OpenXmlValidator().validate(str(file)).errors] == []


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_the_same_content_gives_the_same_bytes(paper: Paper) -> None:
    assert render(paper) == render(parse(canonical(paper)))


def test_the_file_is_dated_with_the_papers_own_date() -> None:
    with zipfile.ZipFile(io.BytesIO(render(samples.notice()))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b">2026-04-08T00:00:00Z<" in package.read("docProps/core.xml")


@pytest.mark.parametrize("frame", Frame)
def test_the_base_package_is_a_few_kilobytes(frame: Frame) -> None:
    assert len(base(frame)) < BASE_LIMIT


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_python_docx_opens_and_keeps_every_paper(paper: Paper) -> None:
    opened = docx.Document(io.BytesIO(render(paper)))
    stream = io.BytesIO()
    opened.save(stream)
    assert Docx(stream.getvalue()).text() == Docx(render(paper)).text()


@given(st.text(max_size=60))
def test_any_text_is_fit_for_xml(text: str) -> None:
    etree.fromstring(f"<t>{escape(text)}</t>")


def test_control_characters_and_markup_break_nothing() -> None:
    ugly = "甲\x00\x08乙\x0b<w:p>&丙\ud800\ufffe\x85丁"
    paper = samples.notice(accident=samples.ACCIDENT.model_copy(update={"summary": ugly, "place": ugly}))
    text = Docx(render(paper)).text()
    assert "，甲乙\n<w:p>&丙□□ 丁发生" in text


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.text(min_size=1, max_size=40), max_size=60),
    st.text(min_size=1, max_size=80),
    st.sampled_from((DocumentForm.REPORT, DocumentForm.LETTER, DocumentForm.NOTICE)),
)
def test_recipients_and_marks_of_any_length_make_a_sound_file(names: list[str], mark: str, form: DocumentForm) -> None:
    head = samples.notice(form).head.model_copy(update={"recipients": tuple(names), "mark": mark})
    assert Docx(render(samples.notice(form, head=head))).paragraphs("GWTitle")


def test_recipients_that_would_push_the_body_off_page_one_move_to_the_version_block() -> None:
    names = tuple(f"江城市第{n}交通运输管理站" for n in range(1, 40))
    head = samples.notice().head.model_copy(update={"recipients": names})
    assert not recipients_fit(head)
    paper = Docx(render(samples.notice(head=head)))
    assert paper.paragraphs("GWRecipient") == []
    table = [t for t in paper.top() if t.tag == W + "tbl"][-1]
    assert text_of(table).startswith("主送：江城市第1交通运输管理站、")


def test_an_empty_draft_has_strokes_in_its_frame_and_no_part_without_content() -> None:
    head = samples.notice().head.model_copy(
        update={
            "number": None,
            "dated": None,
            "recipients": (),
            "copied_to": (),
            "printed_by": None,
            "printed_on": None,
        }
    )
    paper = Docx(render(samples.notice(head=head, findings=(), measures=(), replies=(), url=None, answer_code=None)))
    assert text_of(paper.paragraphs("GWNumber")[0]) == "—"
    assert text_of(paper.paragraphs("GWDate")[0]) == "—"
    assert text_of(paper.paragraphs("GWRecipient")[0]) == "—："
    assert not any(name.startswith("word/media") for name in paper.parts)
    headings = [text_of(p) for p in paper.paragraphs("1")]
    assert headings == ["一、报送和核对"]
    assert "—" not in [text_of(p) for p in paper.paragraphs("GWBody")]


def test_long_tables_repeat_their_header_and_keep_rows_whole_unless_a_row_is_longer_than_a_page() -> None:
    short, long = samples.MEASURES[0], samples.MEASURES[0].model_copy(update={"text": "逐项排查并建立台账。" * 400})
    paper = Docx(render(samples.notice(measures=(*[short] * 200, long))))
    table = next(t for t in paper.top() if t.tag == W + "tbl")
    rows = table.findall(W + "tr")
    assert len(rows) == 202
    assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
    assert all(r.find(f"{W}trPr/{W}cantSplit") is not None for r in rows[:-1])
    assert rows[-1].find(f"{W}trPr/{W}cantSplit") is None


def test_a_draft_without_date_still_has_fixed_properties() -> None:
    paper = samples.volume(dated=None)
    assert b">1980-01-01T00:00:00Z<" in Docx(render(paper)).parts["docProps/core.xml"]
    assert render(paper) != render(samples.volume(dated=date(2026, 1, 2)))


def test_a_qr_code_is_a_png_of_fixed_bytes() -> None:
    code = qr_png("https://shencha.example.org/n/7f3c2a9b41d84e6c")
    assert code.startswith(b"\x89PNG")
    assert code == qr_png("https://shencha.example.org/n/7f3c2a9b41d84e6c")
    width, height = (int.from_bytes(code[i : i + 4], "big") for i in (16, 20))
    assert width == height
    assert width % 8 == 0
    assert Docx(render(samples.notice())).parts["word/media/image1.png"].startswith(b"\x89PNG")


def test_a_tall_version_block_takes_a_page_of_its_own_and_a_very_tall_one_runs_on() -> None:
    def last_table(count: int) -> tuple[bool, bool]:
        copied = tuple(f"江城市第{n}公路管理站" for n in range(count))
        paper = Docx(render(samples.notice(head=samples.notice().head.model_copy(update={"copied_to": copied}))))
        table = [t for t in paper.top() if t.tag == W + "tbl"][-1]
        breaks = table.getprevious().find(f"{W}pPr/{W}pageBreakBefore") is not None
        return breaks, table.find(f"{W}tblPr/{W}tblpPr") is not None

    assert [last_table(n) for n in (2, 30, 90)] == [(False, True), (True, True), (True, False)]


def test_a_long_issuer_fits_its_line() -> None:
    assert signature_indents("江" * 27, "2026年4月8日")[0] == 1
    assert signature_indents("江" * 40, "2026年4月8日")[0] == 0
