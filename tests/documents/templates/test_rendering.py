"""A template filled: the right words, whatever the words are, and the same bytes each time."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator

from documents.fields.named import AnyFields, Shape
from documents.templates import compiled, fields, render_with
from documents.templates.values import values
from models.kernel.errors import Invalid
from models.kernel.vocabulary import DocumentKind
from models.papers.content import Paper, canonical, parse
from tests.documents import samples
from tests.documents.anatomy import Docx, text_of
from tests.documents.template_files import NOTICE, whole, written

PAPERS = samples.papers()
MOST_SECONDS = 0.003


def test_a_notice_in_the_units_own_form_says_what_the_paper_says() -> None:
    paper = Docx(render_with(NOTICE, samples.notice()))
    said = paper.text()
    for words in (
        "江公交调〔2026〕12号",
        "关于落实“3·15”",
        "江城市某运输有限公司：",
        "签收文书：2026年4月13日",
        "附件：—",
    ):
        assert words in said
    assert "（2）事故路段中央护栏防护等级不足" in said
    assert text_of(paper.tree("word/header1.xml")) == "通知　9901-2026-0001"
    assert text_of(paper.tree("word/footer1.xml")) == "钱某某 0711-5550131"
    assert "参考值" not in said
    assert "{" not in said


def test_what_is_absent_is_struck_and_can_be_asked_for() -> None:
    template = written(
        "{{ 发文机关 }}{{ 发文字号 }}{{ 标题 }}{{ 主送机关 }}{{ 成文日期 }}{{ 问题|length }}{{ 措施|length }}",
        "签发人：{{ 签发人 }}",
        "{% if not 签发人 %}无签发人{% endif %}",
    )
    said = Docx(render_with(template, samples.notice())).text()
    assert "签发人：—" in said
    assert "无签发人" in said


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_the_same_paper_gives_the_same_bytes(paper: Paper) -> None:
    template = whole(DocumentKind(paper.kind))
    assert render_with(template, paper) == render_with(template, parse(canonical(paper)))


def test_the_file_carries_the_papers_date_and_not_the_templates_author() -> None:
    with zipfile.ZipFile(io.BytesIO(render_with(NOTICE, samples.notice()))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = package.read("docProps/core.xml").decode()
    assert ">2026-04-08T00:00:00Z<" in properties
    assert "python-docx" not in properties


def test_an_independent_audit_finds_nothing_that_the_template_did_not_have(tmp_path: Path) -> None:
    found = []
    for name, data in (("template", NOTICE), ("paper", render_with(NOTICE, samples.notice()))):
        file = tmp_path / f"{name}.docx"
        file.write_bytes(data)
        found.append({str(error) for error in OpenXmlValidator().validate(str(file)).errors})
    assert found[1] <= found[0]


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_any_text_is_printed_as_text(text: str) -> None:
    paper = samples.notice(accident=samples.ACCIDENT.model_copy(update={"summary": text, "place": text}))
    assert Docx(render_with(NOTICE, paper)).body is not None


def test_markup_and_template_language_in_content_stay_words() -> None:
    ugly = "甲<w:p>&{{ 7*7 }}{% raw %}{_{\"'\x00乙\n丙"
    paper = samples.notice(accident=samples.ACCIDENT.model_copy(update={"summary": ugly}))
    assert "甲<w:p>&{{ 7*7 }}{% raw %}{_{\"'乙丙" in Docx(render_with(NOTICE, paper)).text()


def test_a_paper_of_another_kind_is_refused() -> None:
    with pytest.raises(Invalid, match="不能用于其他文书"):
        compiled(NOTICE, DocumentKind.RECTIFICATION_NOTICE).render(samples.order())


def test_an_unfit_template_cannot_be_compiled() -> None:
    with pytest.raises(Invalid) as refused:
        compiled(written("{{ 局长 }}"), DocumentKind.RECTIFICATION_NOTICE)
    assert {"unknown_field", "missing_field"} == {f.code for f in refused.value.faults}


def test_filling_a_compiled_template_is_quick() -> None:
    template, paper = compiled(NOTICE, DocumentKind.RECTIFICATION_NOTICE), samples.notice()
    template.render(paper)
    best = min(_timed(lambda: template.render(paper)) for _ in range(20))
    assert best < MOST_SECONDS * 3, "three times over, for slow machines"


def _timed(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_every_field_can_be_read_from_its_paper(paper: Paper) -> None:
    known = fields(DocumentKind(paper.kind))
    assert set(values(known, paper)) == {f.name for f in known}


@pytest.mark.parametrize("kind", DocumentKind)
def test_field_names_are_unique_and_explained(kind: DocumentKind) -> None:
    def check(known: AnyFields) -> None:
        names = [f.name for f in known]
        assert len(names) == len(set(names))
        assert all(f.meaning and f.name.isidentifier() for f in known)
        for f in known:
            assert bool(f.fields) == (f.shape is Shape.ENTRIES)
            check(f.fields)

    check(fields(kind))
    assert any(f.required for f in fields(kind))


def test_the_excerpts_fields_reach_nothing_of_the_report_but_its_measures() -> None:
    assert not {f.name for f in fields(DocumentKind.EXCERPT)} & {"责任分析", "人员", "证据", "经过", "调查组"}
