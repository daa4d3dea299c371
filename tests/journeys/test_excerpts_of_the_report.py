"""调查分析报告摘录: a recipient reads its own measures and the problems behind them, and nothing else of the report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from flows.rendering import built
from models.case.tables import Finding
from models.clock.queries.rulebook import rulebook
from models.kernel.act import acting, find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.installation import Installation
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Role
from models.office.rules.relations import Group
from models.office.tables import Organisation
from models.overview.commands.drafting_due import draft_due
from models.overview.queries.case_view import case_view
from models.overview.queries.cases import case_list
from models.overview.queries.worklists import waiting_on
from models.papers.commands.writing_rules import set_manner
from models.papers.content import Excerpt
from models.papers.filling import frozen
from models.papers.queries.documents import document_list
from models.papers.tables import Document
from models.rectification.tables import Measure
from tests.documents.anatomy import Docx
from tests.stories import Story
from ui.exporting import export

EXCERPT, NOTICE = DocumentKind.EXCERPT, DocumentKind.RECTIFICATION_NOTICE


def marked(story: Story) -> str:
    """A case under rectification in which every finding and measure bears a word of its own."""
    case = story.file("ezhou-four-deaths")
    with story.installation.database.writing() as session:
        for table, word in ((Finding, "问记"), (Measure, "措记")):
            for row in session.scalars(select(table)):
                row.text = f"{row.text}{word}{row.ref}号"
    story.address(case)
    story.issue(case, "D1")
    story.do("li", "prepare", case, kind=NOTICE)
    return case


def units(story: Story, kind: DocumentKind) -> dict[str, str]:
    """Return the papers of a kind by the name of their recipient."""
    with story.installation.database.reading() as session:
        rows = session.execute(
            select(Organisation.name, Document.ref)
            .join(Document, Document.recipient_id == Organisation.id)
            .where(Document.kind == kind)
            .order_by(Document.id)
        )
        return {row.name: row.ref for row in rows}


def content(story: Story, ref: str) -> Excerpt:
    with story.installation.database.reading() as session:
        said = frozen(session, session.scalars(select(Document.id).where(Document.ref == ref)).one())
    assert isinstance(said, Excerpt)
    return said


def marks(story: Story) -> set[str]:
    with story.installation.database.reading() as session:
        findings = {f"问记{ref}号" for ref in session.scalars(select(Finding.ref))}
        return findings | {f"措记{ref}号" for ref in session.scalars(select(Measure.ref))}


def test_an_excerpt_is_drafted_for_each_notice_goes_through_the_chain_and_says_what_the_report_says(
    story: Story,
) -> None:
    case = marked(story)
    drafted = story.do("li", "prepare-excerpt", case)
    notices, excerpts = units(story, NOTICE), units(story, EXCERPT)
    assert set(excerpts) == set(notices)
    assert sorted(excerpts.values()) == sorted(drafted)
    with pytest.raises(Conflict, match="没有需要新拟"):
        story.do("li", "prepare-excerpt", case)
    unit, paper = next(iter(excerpts.items()))
    [number] = story.issue(case, paper)
    assert "摘" in number
    said = content(story, paper)
    assert (said.organisation, said.report.number) == (unit, "鄂州公交调〔2025〕1号")
    own = {measure.number for measure in said.measures}
    behind = {finding.number for finding in said.findings}
    with story.installation.database.reading() as session:
        document = session.scalars(select(Document.id).where(Document.ref == paper)).one()
        printed = Docx(built(session, story.installation.files, document)).text()
    shown = {mark for mark in marks(story) if mark in printed.replace("\n", "")}
    assert shown == {f"措记{ref}号" for ref in own} | {f"问记{ref}号" for ref in behind}


def test_a_recipient_reads_nothing_of_the_others_and_nothing_of_the_report(story: Story, tmp_path: Path) -> None:
    case = marked(story)
    story.do("li", "prepare-excerpt", case)
    notices, excerpts = units(story, NOTICE), units(story, EXCERPT)
    papers = [*notices.values(), *excerpts.values()]
    story.issue(case, *papers)
    story.deliver(case, *papers)
    installation = Installation(story.installation.settings, story.installation.database, lambda: story.at)
    every = marks(story)
    for place, unit in enumerate(notices, 1):
        account = f"dan{place}"
        story.employ(account, Role.AGENCY, unit=unit)
        with story.installation.database.reading() as session:
            said = content(story, excerpts[unit])
            actor = find_actor(session, account, story.at)
            carried = {
                mark
                for paper in session.scalars(
                    select(Document.content).where(Document.ref.in_((notices[unit], excerpts[unit])))
                )
                for mark in every
                if mark in json.dumps(paper, ensure_ascii=False)
            }
            rules = rulebook(session)
            shown = [
                case_view(session, actor, case, rules, story.at),
                document_list(session, actor, case),
                case_list(session, actor, story.at.date()),
                waiting_on(session, actor, story.at.date(), limit=500),
            ]
            listed = {paper.ref for paper in document_list(session, actor, case)}
        assert listed == {notices[unit], excerpts[unit]}
        own = {f"措记{measure.number}号" for measure in said.measures}
        own |= {f"问记{finding.number}号" for finding in said.findings}
        assert own <= carried
        told = repr(shown)
        assert {mark for mark in every if mark in told} <= carried
        others = [name for name in notices if name != unit and name not in repr(said) and name not in unit]
        assert [name for name in others if name in repr([shown[1], shown[3]])] == []
        out = tmp_path / account
        exported = export(installation, account, case, out)
        assert {one.paper.ref for one in exported.papers} == listed
        texts = "".join(Docx(file.read_bytes()).text() for file in sorted(out.iterdir())).replace("\n", "")
        assert {mark for mark in every if mark in texts} == carried
        stranger = next(ref for name, ref in excerpts.items() if name != unit)
        with pytest.raises(NotFound, match="无权查看"):
            story.do(account, "acknowledge", case, paper=stranger, received_by="某")


def test_a_row_of_the_table_of_manners_sends_an_excerpt_with_the_notice(story: Story) -> None:
    with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
        set_manner(act, Group.ENTERPRISE, NOTICE, with_excerpt=True, reason="企业须了解问题所在")
    with (
        acting(story.installation.database, story.installation.settings, "console", story.at) as act,
        pytest.raises(Invalid, match="1处错误") as refusal,
    ):
        set_manner(act, Group.ENTERPRISE, DocumentKind.SUPERVISION_ORDER, with_excerpt=True, reason="试")
    assert [fault.code for fault in refusal.value.faults] == ["manner_with_excerpt"]
    case = story.rectifying("ezhou-four-deaths")
    with acting(story.installation.database, story.installation.settings, "system", story.at) as act:
        drafted = draft_due(act, case)
    enterprises = set(units(story, EXCERPT))
    assert enterprises
    assert enterprises == {name for name in units(story, NOTICE) if name.endswith("公司") and "检测" not in name}
    assert set(units(story, EXCERPT).values()) <= set(drafted)


def test_what_is_wrong_with_an_excerpt_is_said(story: Story) -> None:
    case = story.file("ezhou-four-deaths")
    with pytest.raises(WrongStage, match="当前状态"):
        story.do("li", "prepare-excerpt", case)
    story.address(case)
    story.issue(case, "D1")
    unit = "鄂州市总工会"
    story.do("li", "add-measure", case, text="开展职工安全教育。", organisation=unit)
    story.do("li", "prepare", case, kind=NOTICE)
    for account in ("nei", "ling", "qian"):
        with pytest.raises(NotAllowed, match="民警"):
            story.do(account, "prepare-excerpt", case)
    with pytest.raises(Invalid, match="不是有效的整改通知"):
        story.do("li", "prepare-excerpt", case, papers=["D1"])
    with pytest.raises(Invalid, match="报告中没有由“鄂州市总工会”负责"):
        story.do("li", "prepare-excerpt", case, papers=[units(story, NOTICE)[unit]])
    assert unit not in units(story, EXCERPT)
    [first] = story.do("li", "prepare-excerpt", case, papers=[next(iter(units(story, NOTICE).values()))])
    story.do("li", "void", case, paper=first, reason="拟稿有误")
    assert story.do("li", "prepare-excerpt", case)
    assert story.papers(case, DocumentStatus.VOID, kind=EXCERPT) == [first]
