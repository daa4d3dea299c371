"""Every number of the page table in the design, on the files themselves (GB/T 9704-2012)."""

from __future__ import annotations

import pytest

from documents import render
from documents.layout.ending import signature_indents
from documents.layout.measures import MM, RED
from models.kernel.vocabulary import DocumentForm
from models.papers.content.wording import width
from tests.documents import samples
from tests.documents.anatomy import Docx, W, style_of, text_of, values

NOTICE, LETTER, REPORT = (
    Docx(render(samples.notice(f))) for f in (DocumentForm.NOTICE, DocumentForm.LETTER, DocumentForm.REPORT)
)
PAPERS = samples.papers()


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_paper_and_text_block(paper) -> None:
    for section in Docx(render(paper)).document.iter(W + "sectPr"):
        assert values(section, "pgSz") == {"w": "11906", "h": "16838"}
        margins = values(section, "pgMar")
        assert (margins["top"], margins["left"]) == ("2098", "1587")
        assert (margins["right"], margins["bottom"]) == ("1475", "1984")
        assert margins["footer"] == "1412"
        assert round((11906 - 1587 - 1475) / MM) == 156
        assert round((16838 - 2098 - 1984) / MM) == 225


@pytest.mark.parametrize("name", sorted(PAPERS.keys() - {"analysis_report-short"}))  # in 4号: test_check knows its page
def test_22_lines_of_28_characters(name: str) -> None:
    paper = PAPERS[name]
    docx = Docx(render(paper))
    for section in docx.document.iter(W + "sectPr"):
        assert values(section, "docGrid") == {"type": "lines", "linePitch": "579"}
    assert values(docx.style("a"), "rPr/sz") == {"val": "32"}
    assert values(docx.style("a"), "rPr/spacing") == {"val": "-5"}
    assert (225 * MM) // 579 == 22
    assert int(8844 / 20 / (16 - 5 / 20)) == 28
    assert int(8844 / 20 / (16 - 4 / 20)) == 27


def test_body_text_is_16_points_and_two_characters_in() -> None:
    assert values(NOTICE.style("GWBody"), "pPr/ind")["firstLineChars"] == "200"
    for paragraph in NOTICE.paragraphs("GWBody"):
        assert paragraph.find(f".//{W}sz") is None, "the size comes from Normal alone"


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_every_run_takes_its_font_from_a_named_style_or_names_a_licensed_one(paper) -> None:
    licensed = {"仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"}
    docx = Docx(render(paper))
    for part, data in docx.parts.items():
        if part.startswith("word/") and part.endswith(".xml"):
            assert b"Theme=" not in data, part
            for run in docx.tree(part).iter(W + "r"):
                if run.find(W + "drawing") is None:
                    fonts = values(run, "rPr/rFonts")
                    assert fonts["hint"] == "eastAsia" or part != "word/document.xml"
                    assert fonts.get("eastAsia", "仿宋_GB2312") in licensed
    assert docx.parts["word/fontTable.xml"].count(b"<w:altName") == 5


def test_headings_by_level() -> None:
    first = next(p for p in NOTICE.paragraphs("1") if text_of(p).startswith("一、"))
    assert values(first, "r/rPr/rFonts") == {"hint": "eastAsia"}
    fonts = values(NOTICE.style("1"), "rPr/rFonts")
    assert fonts["eastAsia"] == fonts["ascii"] == "黑体"
    second = next(p for p in NOTICE.paragraphs("GWBody") if text_of(p).startswith("（一）"))
    faces = [r.find(f"{W}rPr/{W}rFonts").get(W + "eastAsia") for r in second.iter(W + "r")]
    assert faces == ["楷体_GB2312", None]
    third = next(
        p for p in Docx(render(samples.notice_over_several())).paragraphs("GWBody") if text_of(p).startswith("1. ")
    )
    assert {r.find(f"{W}rPr/{W}rFonts").get(W + "eastAsia") for r in third.iter(W + "r")} == {None}


@pytest.mark.parametrize("docx", [NOTICE, LETTER, REPORT], ids=["notice", "letter", "report"])
def test_title_is_22_points_and_centred(docx: Docx) -> None:
    title = docx.paragraphs("GWTitle")[0]
    assert values(title, "r/rPr/rFonts") == {"hint": "eastAsia"}
    assert values(docx.style("GWTitle"), "rPr/sz") == {"val": "44"}
    assert values(docx.style("GWTitle"), "rPr/rFonts")["eastAsia"] == "方正小标宋简体"
    assert values(docx.style("GWTitle"), "pPr/jc") == {"val": "center"}


@pytest.mark.parametrize("docx", [NOTICE, REPORT], ids=["notice", "report"])
def test_two_empty_lines_stand_around_the_number_and_one_over_the_recipient(docx: Docx) -> None:
    shape = [style_of(p) if text_of(p) else "empty" for p in docx.top()[:9]]
    assert shape == ["GWMark", "empty", "empty", "GWNumber", "empty", "empty", "GWTitle", "empty", "GWRecipient"]


def test_the_mark_stands_35_mm_under_the_top_of_the_text_block() -> None:
    spacing = values(NOTICE.style("GWMark"), "pPr/spacing")
    assert spacing["lineRule"] == "exact"
    assert abs(int(spacing["before"]) / MM - 35) < 0.5
    assert values(NOTICE.style("GWMark"), "rPr/color") == {"val": RED}
    assert values(NOTICE.style("GWMark"), "pPr/jc") == {"val": "center"}
    mark = NOTICE.paragraphs("GWMark")[0]
    assert int(values(mark, "r/rPr/w")["val"]) < 100, "fourteen characters are narrowed into one line"


def test_the_number_is_centred_downward_and_left_with_signatory_upward() -> None:
    assert values(NOTICE.style("GWNumber"), "pPr/jc") == {"val": "center"}
    assert text_of(NOTICE.paragraphs("GWNumber")[0]) == "江公交调〔2026〕12号"
    upward = REPORT.paragraphs("GWNumber")[0]
    assert text_of(upward) == "江公交调〔2026〕12号签发人：赵某某"
    assert values(upward, "pPr/jc") == {"val": "left"}
    assert values(upward, "pPr/ind")["firstLineChars"] == "100"
    assert int(values(upward, "pPr/tabs/tab")["pos"]) == 8844 - 316
    faces = [r.find(f"{W}rPr/{W}rFonts").get(W + "eastAsia") for r in upward.iter(W + "r")]
    assert faces[-2:] == [None, "楷体_GB2312"]


@pytest.mark.parametrize("docx", [NOTICE, REPORT], ids=["notice", "report"])
def test_the_red_line_is_4_mm_under_the_number_and_as_wide_as_the_text(docx: Docx) -> None:
    line = values(docx.style("GWNumber"), "pPr/pBdr/bottom")
    assert (line["space"], line["color"], line["val"]) == ("6", RED, "single")
    own = docx.paragraphs("GWNumber")[0].find(f"{W}pPr/{W}ind")
    assert own is None or (own.get(W + "left"), own.get(W + "right")) == ("0", "0")


def test_the_recipient_has_no_indent_and_a_full_width_colon() -> None:
    recipient = NOTICE.paragraphs("GWRecipient")[0]
    assert text_of(recipient) == "江城市某运输有限公司："
    assert recipient.find(f"{W}pPr/{W}ind") is None


def test_the_attachments_note_follows_one_empty_line_two_characters_in_without_end_mark() -> None:
    single = NOTICE.paragraphs("GWAttachments")
    assert [text_of(p) for p in single] == ["附件：整改反馈表"]
    assert text_of(single[0].getprevious()) == ""
    ind = values(single[0], "pPr/ind")
    assert int(ind["leftChars"]) - int(ind["hangingChars"]) == 200
    several = Docx(render(samples.report())).paragraphs("GWAttachments")
    assert [text_of(p) for p in several] == ["附件：1. 调查组成员签名表", "2. 证据目录"]
    ind = values(several[0], "pPr/ind")
    assert int(ind["leftChars"]) - int(ind["hangingChars"]) == 200


@pytest.mark.parametrize(
    "paper", [p for k, p in PAPERS.items() if not k.startswith(("traceback_archive", "proof_of_service"))]
)
def test_signature_and_date_are_chained_to_the_last_body_paragraph(paper) -> None:
    docx = Docx(render(paper))
    blocks = [b for b in docx.top() if b.tag == W + "p"]
    at = next(n for n, b in enumerate(blocks) if style_of(b) == "GWDate")
    start = max(n for n, b in enumerate(blocks[:at]) if style_of(b) == "GWBody")
    for block in blocks[start:at]:
        own = block.find(f"{W}pPr/{W}keepNext") is not None
        styled = style_of(block) and docx.style(style_of(block)).find(f"{W}pPr/{W}keepNext") is not None
        assert own or styled, text_of(block)


def test_the_date_stands_4_characters_from_the_right_with_the_signature_centred_over_it() -> None:
    issuer, dated = "江城市公安局交通警察支队", "2026年4月8日"
    assert signature_indents("江城市公安局", dated)[1] == 4
    of_name, of_date = signature_indents(issuer, dated)
    assert of_date >= 4
    assert of_name + width(issuer) / 2 == pytest.approx(of_date + width(dated) / 2)
    assert values(NOTICE.paragraphs("GWDate")[0], "pPr/ind")["rightChars"] == str(round(of_date * 100))
    assert text_of(NOTICE.paragraphs("GWDate")[0]) == dated


def test_the_version_block_has_thick_and_thin_rules_on_the_bottom_edge() -> None:
    table = [t for t in NOTICE.top() if t.tag == W + "tbl"][-1]
    place = values(table, "tblPr/tblpPr")
    assert (place["vertAnchor"], place["horzAnchor"], place["tblpYSpec"]) == ("margin", "page", "bottom")
    assert (place["tblpX"], values(table, "tblPr/tblW")["w"]) == ("1587", "8844")
    rules = [
        (values(c, "tcPr/tcBorders/top")["sz"], values(c, "tcPr/tcBorders/bottom")["sz"]) for c in table.iter(W + "tc")
    ]
    assert rules == [("8", "6"), ("6", "8")]  # eighths of a point: 0.35, 0.25, 0.35 mm
    assert text_of(table) == (
        "抄送：江城市道路交通安全委员会办公室，江城市应急管理局。江城市公安局交通警察支队办公室2026年4月8日印发"
    )
    assert values(NOTICE.style("GWImprint"), "rPr/sz") == {"val": "28"}


@pytest.mark.parametrize(
    ("part", "style", "side"), [("footer2", "GWPageOdd", "right"), ("footer1", "GWPageEven", "left")]
)
def test_page_numbers_odd_right_even_left_one_character_in(part: str, style: str, side: str) -> None:
    footer = NOTICE.tree(f"word/{part}.xml")
    assert text_of(footer) == "— 1 —"
    assert style_of(footer[0]) == style
    assert values(NOTICE.style(style), "pPr/jc") == {"val": side}
    assert values(NOTICE.style(style), "pPr/ind")[f"{side}Chars"] == "100"
    for run in footer.iter(W + "r"):
        assert values(run, "rPr/sz") == {"val": "28"}
        assert values(run, "rPr/rFonts")["ascii"] == values(run, "rPr/rFonts")["eastAsia"] == "宋体"
    assert NOTICE.tree("word/settings.xml").find(W + "evenAndOddHeaders") is not None


def test_a_letter_has_its_head_30_mm_from_the_top_and_two_red_rules_170_mm_wide() -> None:
    mark, rule = LETTER.paragraphs("GWMark")
    frame, upper = values(mark, "pPr/framePr"), values(rule, "pPr/framePr")
    assert (frame["vAnchor"], frame["hAnchor"]) == ("page", "page")
    assert round(int(frame["y"]) / MM) == 30
    assert round(int(upper["w"]) / MM) == 170
    assert (11906 - int(upper["w"])) // 2 == int(upper["x"])
    assert values(rule, "pPr/pBdr/bottom")["val"] == "thickThinSmallGap"
    characters = 13.9  # mm: height of the full-size mark, measured
    assert int(upper["y"]) / MM + 40 / MM - 30 - characters == pytest.approx(4, abs=0.5)
    footer = LETTER.tree("word/footer3.xml")
    lower = values(footer[0], "pPr/framePr")
    assert round((16838 - int(lower["y"])) / MM) in (20, 21)
    assert round(int(lower["w"]) / MM) == 170
    assert values(footer[0], "pPr/pBdr/bottom")["val"] == "thinThickSmallGap"


def test_a_letter_numbers_at_the_right_and_shows_no_page_number_on_page_1() -> None:
    assert values(LETTER.style("GWLetterNumber"), "pPr/jc") == {"val": "right"}
    assert text_of(LETTER.paragraphs("GWLetterNumber")[0]) == "江公交调〔2026〕12号"
    assert LETTER.body.find(f"{W}sectPr/{W}titlePg") is not None
    assert b"PAGE" not in LETTER.parts["word/footer3.xml"]
    table = [t for t in LETTER.top() if t.tag == W + "tbl"][-1]
    assert "印发" not in text_of(table)
    assert {b.get(W + "val") for c in table.iter(W + "tcBorders") for b in c} == {"nil"}


def test_the_archive_counts_its_pages_at_the_outer_top_corner_and_not_on_the_cover() -> None:
    volume = Docx(render(samples.volume(first_page=7)))
    cover, rest = volume.document.iter(W + "sectPr")
    assert cover.find(W + "headerReference") is None
    assert {r.get(W + "type") for r in rest.iter(W + "headerReference")} == {"even", "default"}
    assert values(rest, "pgNumType") == {"start": "7"}
    assert style_of(volume.tree("word/header2.xml")[0]) == "GWPageOdd"
    assert style_of(volume.tree("word/header1.xml")[0]) == "GWPageEven"
