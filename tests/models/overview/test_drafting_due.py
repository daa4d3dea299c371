"""What a case gets without anybody asking."""

from __future__ import annotations

from sqlalchemy import select

from models.kernel.tables import Message
from models.kernel.vocabulary import DocumentKind
from models.overview.commands.drafting_due import draft_due, tell_served
from models.papers.tables import Document
from tests.stories import Story


def draft(story: Story, case: str) -> list[str]:
    return story.do("system", draft_due, case)  # type: ignore[no-any-return]  # what a command returns is its own


def test_nothing_is_drafted_before_the_report_is_signed(story: Story) -> None:
    case = story.file()
    story.address(case)
    assert draft(story, case) == []
    assert story.papers(case) == ["D1"]


def test_notices_and_proposals_are_drafted_once(story: Story) -> None:
    case = story.rectifying()
    assert draft(story, case) == ["D2", "D3", "D4"]
    assert draft(story, case) == []


def test_what_lacks_a_unit_is_left_to_people_and_the_rest_is_drafted(story: Story) -> None:
    case = story.file("ezhou-four-deaths")
    story.issue(case, "D1")
    drafted = draft(story, case)
    notices = story.papers(case, kind=DocumentKind.RECTIFICATION_NOTICE)
    proposals = story.papers(case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    assert notices == []
    assert drafted == proposals
    story.address(case)
    assert len(draft(story, case)) > 0
    assert story.papers(case, kind=DocumentKind.RECTIFICATION_NOTICE) != []


def test_a_proposal_that_is_not_applicable_is_not_drafted(story: Story) -> None:
    case = story.rectifying()
    story.do("ling", "mark-not-applicable", case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL, reason="均已履职。")
    draft(story, case)
    assert story.papers(case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL) == []


def told(story: Story) -> list[str]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(Message.subject).order_by(Message.id)))


def tell(story: Story, ref: str) -> bool:
    with story.installation.database.reading() as session:
        document = session.scalars(select(Document.id).where(Document.ref == ref)).one()
    with story.installation.as_system(story.at) as act:
        return tell_served(act, document)


def test_a_recipient_is_told_once_and_only_after_the_service(story: Story) -> None:
    case = story.rectifying()
    story.prepare(case)
    (number,) = story.issue(case, "D2")
    assert not tell(story, "D2")
    story.deliver(case, "D2")
    assert [tell(story, "D2"), tell(story, "D2")] == [True, False]
    assert told(story) == [f"收到整改报告通知书：{number}"]


def test_a_restricted_paper_is_never_announced(story: Story) -> None:
    case = story.rectifying()
    story.prepare(case)
    (paper,) = story.papers(case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    story.issue(case, paper)
    story.deliver(case, paper)
    assert not tell(story, paper)
    assert told(story) == []
