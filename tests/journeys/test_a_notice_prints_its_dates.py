"""整改报告通知书: what it prints on its own day is what the clocks say when it is served and signed for on that day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from documents import render
from models.clock.queries.explain import explain_deadline
from models.clock.queries.rulebook import rulebook
from models.clock.tables import Deadline
from models.kernel.act import find_actor
from models.kernel.vocabulary import DocumentForm, DocumentKind, Role
from models.office.tables import Organisation
from models.papers.content import RectificationNotice
from models.papers.content.wording import day
from models.papers.filling import frozen
from models.papers.tables import Document
from tests.documents.anatomy import Docx
from tests.plain_words import faults, said
from tests.stories import Story


def signed(story: Story) -> tuple[str, list[str]]:
    case = story.rectifying()
    papers: list[str] = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *papers)
    return case, papers


def said_of(story: Story, paper: str) -> RectificationNotice:
    with story.installation.database.reading() as session:
        ident = session.scalars(select(Document.id).where(Document.ref == paper)).one()
        content = frozen(session, ident)
    assert isinstance(content, RectificationNotice)
    return content


def due(story: Story, paper: str, code: str) -> set[date]:
    with story.installation.database.reading() as session:
        return set(
            session.scalars(
                select(Deadline.due_on)
                .join(Document, Document.id == Deadline.document_id)
                .where(Document.ref == paper, Deadline.rule_code == code)
            )
        )


def test_the_dates_in_the_notice_are_those_of_the_clocks_when_it_is_served_on_its_day(story: Story) -> None:
    case, papers = signed(story)
    for paper in papers:
        content = said_of(story, paper)
        story.do("nei", "deliver", case, paper=paper, proof=story.scan(paper), proof_name="回证.jpg")
        printed = {line.what: line.due for line in content.replies}
        letter = content.head.form is DocumentForm.LETTER  # asks for no receipt beside its proof of service
        receipt = set() if letter else due(story, paper, "notice.acknowledge")
        assert {line.due for line in content.replies if line.what == "签收文书"} == receipt
        assert {printed["报送整改方案"]} == due(story, paper, "notice.plan")
        assert {measure.due for measure in content.measures} == due(story, paper, "measure.complete")


def test_each_date_stands_beside_its_length_and_how_it_was_counted_stands_once(story: Story) -> None:
    _, papers = signed(story)
    for paper in papers:
        content = said_of(story, paper)
        data = render(content)
        whole = Docx(data).text()
        for line in content.replies:
            assert f"{day(line.due)}前（含当日）" in whole
            assert line.basis is None  # no law is named for a limit of our own
        assert whole.count(f"以上日期按{day(content.head.dated)}") == 1
        assert ("前（含当日）签收" in whole) is (content.head.form is not DocumentForm.LETTER)
        assert faults(data) == []


def test_a_later_service_moves_the_clocks_and_not_the_paper(story: Story) -> None:
    case, [paper, *_] = signed(story)
    content = said_of(story, paper)
    story.wait(days=5)
    story.do("nei", "deliver", case, paper=paper)
    [plan] = due(story, paper, "notice.plan")
    printed = next(line.due for line in content.replies if line.what == "报送整改方案")
    assert printed is not None
    assert plan > printed
    assert said_of(story, paper) == content


def test_whom_a_date_binds_reads_its_count_without_the_names_of_rules(story: Story) -> None:
    case, [paper, *_] = signed(story)
    story.do("nei", "deliver", case, paper=paper)
    with story.installation.database.reading() as session:
        unit = session.scalars(
            select(Organisation.name)
            .join(Document, Document.recipient_id == Organisation.id)
            .where(Document.ref == paper)
        ).one()
    story.employ("dan", Role.AGENCY, unit=unit)
    key = f"{case}/notice.acknowledge/{paper}"
    with story.installation.database.reading() as session:
        rules = rulebook(session)
        theirs, ours = (
            explain_deadline(session, find_actor(session, account, story.at), key, rules).explanation
            for account in ("dan", "li")
        )
    assert [*said(theirs.replace("\n", ""))] == []
    assert "当日24时前完成不为逾期" in theirs
    assert "规则notice.acknowledge" in ours
