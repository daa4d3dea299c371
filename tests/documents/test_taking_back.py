"""A draft comes back from an office program: words are taken, and whatever else a file changes is refused in a sentence."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from documents import laid_out, pdf, render
from documents.editable import editable
from documents.taking_back import Difference, differences, opened
from models.kernel.errors import Invalid
from models.papers.content import KeptText, Paper
from models.papers.rules.facts_in_words import Facts
from tests.documents import samples

PAPERS = samples.papers()
REPORT = PAPERS["analysis_report"]
FIXED = frozenset({"责任分析/1"})
MAIN, RELS, TYPES = "word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"
FIRST = "所属货运车辆46辆，专职安全管理人员1名。"
SECOND = "事故路段的管养单位。"


def exported(paper: Paper = REPORT) -> bytes:
    return editable(paper, FIXED, case="4207-2026-0001", ref="D1", state="0" * 64)


def changed(edit: Callable[[str], str], part: str = MAIN, data: bytes | None = None) -> bytes:
    """Return a file with one part rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data or exported())) as package, zipfile.ZipFile(out, "w") as again:
        for name in package.namelist():
            text = package.read(name)
            again.writestr(name, edit(text.decode()).encode() if name == part else text)
    return out.getvalue()


def typed(old: str, new: str) -> bytes:
    def type_over(xml: str) -> str:
        assert old in xml
        return xml.replace(old, new, 1)

    return changed(type_over)


def found(data: bytes, paper: Paper = REPORT, fixed: frozenset[str] = FIXED) -> tuple[Difference, ...]:
    return differences(opened(data), paper, fixed, Facts(paper, laid_out(paper).passages))


def paragraph_with(xml: str, text: str) -> str:
    [one] = [each for each in re.findall(r"<w:p>.*?</w:p>", xml, re.DOTALL) if text in each]
    return one


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_what_nobody_edited_comes_back_without_a_difference(paper: Paper) -> None:
    assert found(exported(paper), paper) == ()


def test_words_come_back_under_the_name_of_their_paragraph() -> None:
    [one] = found(typed(SECOND, "事故路段的管养单位，负责日常养护。"))
    assert one.name == "基本情况/有关单位情况/2"
    assert (one.label, one.before, one.now) == (
        "“基本情况·有关单位情况”第2段",
        SECOND,
        "事故路段的管养单位，负责日常养护。",
    )


def test_a_paragraph_that_was_split_or_followed_by_another_stays_one_passage_of_several() -> None:
    more = '<w:p><w:pPr><w:pStyle w:val="GWBody"/></w:pPr><w:r><w:t>另起一段。</w:t></w:r></w:p>'

    def add(xml: str) -> str:
        whole = paragraph_with(xml, SECOND)
        return xml.replace(whole, whole + more)

    [one] = found(changed(add))
    assert one.now == f"{SECOND}\n另起一段。"


def test_a_kept_text_of_two_paragraphs_goes_out_and_comes_back() -> None:
    base = next(one.base for one in laid_out(REPORT).passages if one.name == "基本情况/有关单位情况/2")
    kept = KeptText(passage="基本情况/有关单位情况/2", base=base, text="第一段。\n第二段。")
    paper = REPORT.model_copy(update={"kept": (kept,)})
    assert found(exported(paper), paper) == ()
    text = zipfile.ZipFile(io.BytesIO(render(paper))).read(MAIN).decode()
    assert text.index("第一段。") < text.index("第二段。")


def two_of(text: str) -> Callable[[str], str]:
    return lambda xml: xml.replace(paragraph_with(xml, text), paragraph_with(xml, text) * 2)


def without(text: str) -> Callable[[str], str]:
    return lambda xml: xml.replace(paragraph_with(xml, text), "")


def swapped(one: str, other: str) -> Callable[[str], str]:
    def swap(xml: str) -> str:
        first, second = paragraph_with(xml, one), paragraph_with(xml, other)
        return xml.replace(first, "@@").replace(second, first).replace("@@", second)

    return swap


def put(old: str, new: str) -> Callable[[str], str]:
    return lambda xml: xml.replace(old, new, 1)


def related(kind: str, target: str, outside: bool = False) -> Callable[[str], str]:
    mode = ' TargetMode="External"' if outside else ""
    place = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = f'<Relationship Id="rIdX" Type="{place}/{kind}" Target="{target}"{mode}/>'
    return lambda xml: xml.replace("</Relationships>", f"{relation}</Relationships>")


REFUSED: dict[str, tuple[str, Callable[[str], str], str, str]] = {
    "a paragraph twice": (MAIN, two_of(SECOND), "passage_doubled", "在文件里出现了两次"),
    "a paragraph gone": (MAIN, without(SECOND), "passage_dropped", "段落不能删除"),
    "a paragraph emptied": (MAIN, put(SECOND, ""), "passage_dropped", "文字被删除了"),
    "paragraphs exchanged": (MAIN, swapped(FIRST, SECOND), "passage_dropped", "段落不能删除"),
    "a lead": (
        MAIN,
        put("（一）江城市公路管理中心。", "（一）甲市公路管理中心。"),
        "lead_changed",
        "段首的“（一）江城市公路",
    ),
    "a heading": (MAIN, put("一、基本情况", "一、情况"), "frame_changed", "标题、文号、主送和署名由系统生成"),
    "a heading gone": (MAIN, without("二、事故经过"), "frame_changed", "文件里没有“二、事故经过"),
    "words before all": (
        MAIN,
        put("<w:body>", "<w:body><w:p><w:r><w:t>多余的话</w:t></w:r></w:p>"),
        "frame_changed",
        "变成了“多余的话”",
    ),
    "a cell": (MAIN, put(">江A****1", ">江B****1"), "table_changed", "请到“车辆”修改"),
    "a table gone": (MAIN, lambda xml: re.sub(r"<w:tbl>.*?</w:tbl>", "", xml, count=1, flags=re.DOTALL), "", "表格"),
    "what only signing completes": (
        MAIN,
        put("不提出处理意见", "提出处理意见"),
        "passage_fixed",
        "签发时才确定",
    ),
    "a tracked insertion": (
        MAIN,
        put(
            SECOND + "</w:t></w:r>",
            SECOND + '</w:t></w:r><w:ins w:id="9" w:author="x"><w:r><w:t>加</w:t></w:r></w:ins>',
        ),
        "tracked_changes",
        "接受或者拒绝全部修订",
    ),
    "a picture in a paragraph": (
        MAIN,
        put(SECOND + "</w:t>", SECOND + "</w:t><w:drawing/>"),
        "no_words",
        "只能修改文字",
    ),
    "a foreign key": (MAIN, lambda xml: xml.replace("sc_", "sc_f"), "passage_unknown", "不是这份文书里的段落"),
    "a comment": (RELS, related("comments", "comments.xml"), "relation", "不得含有批注"),
    "a macro": (RELS, related("vbaProject", "vbaProject.bin"), "macros", "不得含有宏"),
    "an OLE object": (RELS, related("oleObject", "embeddings/o.bin"), "ole", "嵌入对象"),
    "a template from outside": (
        RELS,
        related("attachedTemplate", "https://example.org/t.dotm", outside=True),
        "attached_template",
        "附加模板",
    ),
    "a docm": (TYPES, put("wordprocessingml.document.main", "ms-word.document.macroEnabled.main"), "", "docx"),
    "no names": ("docProps/custom.xml", lambda xml: re.sub("shencha", "other", xml), "not_ours", "不是从本系统导出的"),
    "broken XML": (MAIN, lambda xml: xml[:-40], "broken", "已损坏"),
}


@pytest.mark.parametrize(("part", "edit", "code", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_change_of_words_is_refused(part: str, edit: Callable[[str], str], code: str, said: str) -> None:
    data = changed(edit, part)
    assert data != changed(str, part), "the file was not changed"
    with pytest.raises(Invalid, match=re.escape(said)) as refusal:
        found(data)
    assert refusal.value.code == code or not code
    assert not refusal.value.faults


def bomb() -> bytes:
    out = io.BytesIO(exported())
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("word/bomb.xml", b"<a>" + b" " * (8 << 20) + b"</a>", zipfile.ZIP_DEFLATED)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "无法打开"),
        (b"hello", "无法打开"),
        (exported()[:2000], "无法打开"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 100, "旧版 doc"),
        (exported() + b"0" * (5 << 20), "超过5MB"),
        (bomb(), "压缩炸弹"),
        (render(REPORT), "不是从本系统导出的"),
    ],
    ids=["nothing", "no zip", "half of it", "a doc", "too large", "a bomb", "an issued paper"],
)
def test_a_file_that_is_no_draft_of_ours_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        opened(data)


def by_office(data: bytes, folder: Path) -> bytes:
    """Return a file as LibreOffice saves it."""
    office = shutil.which("soffice")
    assert office is not None
    (folder / "draft.docx").write_bytes(data)
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to"]
    command += ["docx:MS Word 2007 XML", "--outdir", str(folder / "out"), str(folder / "draft.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / "out" / "draft.docx").read_bytes()


@pytest.mark.office
@pytest.mark.skipif(not pdf.available(), reason="no LibreOffice here")
@pytest.mark.parametrize("name", ["analysis_report", "rectification_notice-letter", "talk_minutes"])
def test_keys_and_names_survive_an_office_program(name: str, tmp_path: Path) -> None:
    paper = PAPERS[name]
    saved = by_office(exported(paper), tmp_path)
    assert found(saved, paper) == ()
    came = opened(saved)
    assert (came.case, came.paper, came.state) == ("4207-2026-0001", "D1", "0" * 64)


@pytest.mark.office
@pytest.mark.skipif(not pdf.available(), reason="no LibreOffice here")
def test_a_page_holds_22_lines_of_28_characters_in_libreoffice_too() -> None:
    line = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙"
    paper = REPORT.model_copy(update={"course": (line * 40,)})
    [made] = pdf.convert([render(paper)])
    from pypdf import PdfReader

    pages = [page.extract_text().split("\n") for page in PdfReader(io.BytesIO(made)).pages]
    full = [[one for one in page if len(one.strip()) == len(line) and "甲乙丙" in one] for page in pages]
    assert max(map(len, full)) == 22
