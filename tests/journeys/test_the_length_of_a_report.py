"""A small case gets a report of two pages, a long report begins with a list of its headings."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from documents import laid_out, pdf, render
from documents.layout.contents import LONG
from models.accident.dossier import read
from models.case.commands.filing import file_case
from models.clock.queries.rulebook import rulebook
from models.kernel.act import acting
from models.papers.content import AnalysisReport
from models.papers.filling import content as content_of
from models.papers.tables import Document
from models.samples import dossier_bytes
from tests.stories import Story

NEEDS_OFFICE = pytest.mark.skipif(not pdf.available(), reason="LibreOffice is not installed")
SIGNED = date(2025, 12, 1)


def report_on(story: Story, sample: str, *, short: bool, signed: date | None = SIGNED) -> AnalysisReport:
    """What the report on a sample dossier says."""
    dossier = read(dossier_bytes(sample), now=story.at)
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        file_case(act, dossier, reason="涉及学生")
    with story.installation.database.reading() as session:
        paper = session.scalars(select(Document.id).where(Document.ref == "D1")).one()
        settings, rules = story.installation.settings, rulebook(session)
        told = content_of(session, paper, settings=settings, rules=rules, issued_on=signed, number=None, signatory=None)
    assert isinstance(told, AnalysisReport)
    return told.model_copy(update={"short": short})


def pages_of(report: AnalysisReport) -> list[str]:
    """The text of each page of its PDF."""
    (made,) = pdf.convert([render(report)])
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made)).pages]


@pytest.mark.office
@NEEDS_OFFICE
@pytest.mark.parametrize("sample", ["ezhou-injuries", "ezhou-one-death"])
def test_the_report_of_a_small_case_takes_two_pages(sample: str, story: Story) -> None:
    report = report_on(story, sample, short=True)
    assert len(pages_of(report)) <= 2


@pytest.mark.parametrize("sample", ["ezhou-injuries", "ezhou-one-death"])
def test_a_short_report_holds_facts_causes_and_one_table(sample: str, story: Story) -> None:
    report = report_on(story, sample, short=True)
    laid = laid_out(report)
    lines = [line.text for line in laid.lines]
    assert [line for line in lines if re.match("[一二三四]、", line)] == ["一、事实", "二、原因", "三、问题和整改措施"]
    assert any("开展了深度调查" in line and "等级" in line for line in lines)
    assert any(line.startswith("直接原因是：") for line in lines)
    assert any(line.startswith("调查人员") and line.endswith("签名：") for line in lines)
    assert not any(line.startswith("附件") for line in lines)
    table, *others = [cells for cells in laid.tables if "序号" in cells]
    assert not others
    header = ("序号", "问题", "措施", "牵头单位、责任人", "完成日期", "完成证明")
    assert table[: len(header)] == header
    for measure in report.measures:
        assert any(measure.text in cell for cell in table)


def test_a_report_frozen_before_there_was_a_second_layout_keeps_its_own(story: Story) -> None:
    report = report_on(story, "ezhou-injuries", short=True)
    frozen = report.model_dump(mode="json", exclude={"edition"})
    lines = [line.text for line in laid_out(AnalysisReport.model_validate(frozen)).lines]
    assert "一、基本情况" in lines
    assert "附件1" in lines


@pytest.mark.office
@NEEDS_OFFICE
def test_a_long_report_lists_its_headings_with_the_pages_on_which_they_stand(story: Story) -> None:
    report = report_on(story, "ezhou-four-deaths", short=False)
    made = pages_of(report)
    assert len(made) > LONG
    listing = "".join(made[:3])
    found = {title: int(page) for title, page in re.findall(r"([一二三四五六]、[^.…0-9（]+)[.…]+(\d+)", listing)}
    assert len(found) >= 5
    for title, page in found.items():
        assert title in made[page - 1]


def test_neither_a_draft_nor_a_report_of_few_pages_nor_an_early_one_has_a_list(story: Story) -> None:
    long = report_on(story, "ezhou-four-deaths", short=False)
    bare = {"evidence": (), "people": (), "timeline": (), "organisations": (), "duties": (), "measures": ()}
    without = (
        long.model_copy(update={"head": long.head.model_copy(update={"dated": None})}),
        long.model_copy(update={"edition": 1}),
        long.model_copy(update=bare | {"findings": (), "statements": (), "survey": (), "appraisals": ()}),
    )
    assert [_lists(one) for one in (long, *without)] == [True, False, False, False]


def _lists(report: AnalysisReport) -> bool:
    return any(line.text == "目　　录" for line in laid_out(report).lines)
