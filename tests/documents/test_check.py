"""The checker finds each planted fault, nothing in our own papers, and refuses what is no docx."""

from __future__ import annotations

import io
import random
import zipfile

import docx
import pytest

from documents import render
from documents.check import faults
from models.kernel.errors import Invalid
from models.kernel.vocabulary import DocumentForm
from models.papers.content import Paper
from tests.documents import samples

PAPERS = samples.papers()
DOCUMENT, STYLES, SETTINGS = "word/document.xml", "word/styles.xml", "word/settings.xml"
ODD, EVEN = "word/footer2.xml", "word/footer1.xml"


def altered(data: bytes, part: str, old: str, new: str, count: int = -1) -> bytes:
    """The same package with a text replaced in one part; the text must be there."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert old in content.decode(), f"{old} is not in {part}"
                content = content.decode().replace(old, new, count).encode()
            target.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_our_own_papers_are_clean(paper: Paper) -> None:
    assert [str(f) for f in faults(render(paper))] == []


def test_the_small_type_of_a_short_report_is_known_and_of_no_other_paper() -> None:
    short = render(samples.report(short=True).model_copy(update={"edition": 4}))
    assert [str(f) for f in faults(short)] == []
    other = altered(short, "docProps/core.xml", "调查分析报告书", "整改报告通知书")
    assert {"grid_lines", "body_size"} <= {f.code for f in faults(other)}


PLANTED = {
    "paper": (DOCUMENT, 'w:w="11906"', 'w:w="12240"', "page_size"),
    "top margin": (DOCUMENT, 'w:top="2098"', 'w:top="1440"', "margin_top"),
    "left margin": (DOCUMENT, 'w:left="1587" w:header', 'w:left="1800" w:header', "margin_left"),
    "right margin": (DOCUMENT, 'w:right="1475"', 'w:right="1800"', "margin_right"),
    "bottom margin": (DOCUMENT, 'w:bottom="1984"', 'w:bottom="1440"', "margin_bottom"),
    "no grid": (DOCUMENT, 'w:type="lines"', 'w:type="default"', "grid"),
    "21 lines": (DOCUMENT, 'w:linePitch="579"', 'w:linePitch="600"', "grid_lines"),
    "27 characters": (STYLES, '<w:spacing w:val="-5"/>', "", "grid_characters"),
    "body size": (
        STYLES,
        '<w:spacing w:val="-5"/><w:sz w:val="32"/>',
        '<w:spacing w:val="-5"/><w:sz w:val="28"/>',
        "body_size",
    ),
    "body font": (STYLES, 'w:eastAsia="仿宋_GB2312"', 'w:eastAsia="微软雅黑"', "body_font"),
    "theme font": (STYLES, 'w:eastAsia="仿宋_GB2312"', 'w:eastAsiaTheme="minorEastAsia"', "body_font"),
    "body indent": (STYLES, 'w:firstLineChars="200" w:firstLine="632"', 'w:firstLine="0"', "body_indent"),
    "heading font": (STYLES, 'w:eastAsia="黑体"', 'w:eastAsia="宋体"', "heading_font"),
    "title size": (STYLES, '<w:sz w:val="44"/>', '<w:sz w:val="36"/>', "title_size"),
    "title font": (STYLES, 'w:eastAsia="方正小标宋简体"', 'w:eastAsia="黑体"', "title_font"),
    "square brackets": (DOCUMENT, "江公交调〔2026〕12号", "江公交调[2026]12号", "number_format"),
    "第": (DOCUMENT, "江公交调〔2026〕12号", "江公交调〔2026〕第12号", "number_format"),
    "padded number": (DOCUMENT, "江公交调〔2026〕12号", "江公交调〔2026〕012号", "number_format"),
    "no red line": (STYLES, "<w:pBdr>", "<w:pBdr><w:top/></w:pBdr><w:pBdr>", "red_line"),
    "recipient": (DOCUMENT, "江城市某运输有限公司：", "江城市某运输有限公司:", "recipient_colon"),
    "padded date": (DOCUMENT, ">2026年4月8日<", ">2026年04月08日<", "date_format"),
    "date in Chinese": (DOCUMENT, ">2026年4月8日<", ">二〇二六年四月八日<", "date_format"),
    "no dashes": (ODD, "— ", "- ", "page_number_dashes"),
    "no page number": (EVEN, " PAGE ", " DATE ", "page_number"),
    "page number size": (ODD, '<w:sz w:val="28"/>', '<w:sz w:val="21"/>', "page_number_font"),
    "one side": (SETTINGS, "<w:evenAndOddHeaders/>", "", "page_number_sides"),
    "footer": (DOCUMENT, 'w:footer="1412"', 'w:footer="720"', "footer"),
    "imprint rules": (DOCUMENT, '<w:top w:val="single" w:sz="8"', '<w:top w:val="single" w:sz="4"', "imprint_rules"),
    "imprint middle": (
        DOCUMENT,
        '<w:bottom w:val="single" w:sz="6"',
        '<w:bottom w:val="nil" w:sz="0"',
        "imprint_rules",
    ),
    "imprint place": (DOCUMENT, 'w:tblpYSpec="bottom"', 'w:tblpY="100"', "imprint_position"),
    "no imprint": (DOCUMENT, "印发<", "<", "imprint"),
    "no mark": (DOCUMENT, '<w:color w:val="FF0000"/>', '<w:color w:val="000000"/>', "mark"),
    "first page": (
        STYLES,
        'w:before="0" w:after="0" w:line="700"',
        'w:before="9000" w:after="0" w:line="700"',
        "first_page",
    ),
    "spacing": (DOCUMENT, "<w:p></w:p>", "", "title_spacing"),
}


@pytest.mark.parametrize(("part", "old", "new", "code"), PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_found(part: str, old: str, new: str, code: str) -> None:
    found = faults(altered(render(samples.notice()), part, old, new))
    assert code in {f.code for f in found}
    assert all(f.path and f.message.endswith("。") for f in found)


def test_a_fault_names_the_paragraph_it_stands_in() -> None:
    data = altered(
        render(samples.notice()),
        DOCUMENT,
        '<w:pStyle w:val="GWBody"/>',
        '<w:pStyle w:val="GWBody"/><w:ind w:firstLineChars="0" w:firstLine="0"/>',
        1,
    )
    assert [(f.path, f.code) for f in faults(data)] == [("正文第5段", "body_indent")]


def test_a_letter_must_not_show_a_number_on_its_first_page() -> None:
    data = altered(
        render(samples.notice(DocumentForm.LETTER)),
        "word/footer3.xml",
        "</w:ftr>",
        "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r></w:p></w:ftr>",
    )
    assert "letter_first_page" in {f.code for f in faults(data)}


def test_a_volume_must_number_its_pages_at_the_top() -> None:
    data = altered(render(samples.volume()), "word/header2.xml", " PAGE ", " DATE ")
    assert [f.code for f in faults(data)] == ["page_number"]


def test_a_draft_is_told_to_lack_its_number_and_date() -> None:
    head = samples.notice().head.model_copy(update={"number": None, "dated": None})
    assert [f.code for f in faults(render(samples.notice(head=head)))] == ["number", "date"]


def test_a_foreign_file_is_read_and_told_its_faults() -> None:
    foreign = docx.Document()
    foreign.add_heading("关于开展检查的通知", 0)
    foreign.add_paragraph("各单位:")
    foreign.add_paragraph("请按要求开展检查。")
    foreign.add_table(rows=2, cols=2)
    stream = io.BytesIO()
    foreign.save(stream)
    codes = {f.code for f in faults(stream.getvalue())}
    assert {"page_size", "margin_top", "grid", "mark", "number", "red_line", "date", "imprint", "body_font"} <= codes


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()


def encrypted() -> bytes:
    data = bytearray(zipped(**{DOCUMENT: b"<a/>"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


BOMB = b'<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'
NO_DOCX = {
    "empty": (b"", "not_docx"),
    "text": ("这不是文件".encode(), "not_docx"),
    "other zip": (zipped(readme=b"x"), "not_docx"),
    "damaged": (render(samples.notice())[:-900], "not_docx"),
    "not XML": (zipped(**{DOCUMENT: b"<w:document"}), "not_docx"),
    "no body": (zipped(**{DOCUMENT: b"<a/>"}), "not_docx"),
    "entities": (zipped(**{DOCUMENT: BOMB}), "not_docx"),
    "old doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted"),
    "encrypted": (encrypted(), "encrypted"),
    "bomb": (zipped(**{DOCUMENT: bytes(50 << 20)}), "too_large"),
    "huge": (bytes(31 << 20), "too_large"),
}


@pytest.mark.parametrize(("data", "code"), NO_DOCX.values(), ids=NO_DOCX)
def test_what_is_no_docx_is_refused_with_one_sentence(data: bytes, code: str) -> None:
    with pytest.raises(Invalid, match=r"。$") as refused:
        faults(data)
    assert refused.value.code == code


def test_a_damaged_file_is_read_or_refused_and_never_breaks_the_checker() -> None:
    chance = random.Random(9704)
    data = render(samples.notice(DocumentForm.LETTER))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist() if name.endswith((".xml", ".rels"))}
    refusals = []
    for _ in range(150):
        name = chance.choice(sorted(parts))
        text = parts[name].decode()
        at = chance.randrange(len(text))
        cut = text[:at] + chance.choice(["", "x", '"', "9" * 40, "-1.5", "<w:p/>"]) + text[at + chance.randrange(60) :]
        try:
            faults(zipped(**{**parts, name: cut.encode()}))
        except Invalid as refused:
            refusals.append(refused.message)
    assert refusals
    assert all(message.endswith("。") for message in refusals)
