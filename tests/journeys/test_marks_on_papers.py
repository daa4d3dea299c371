"""紧急程度 is chosen with a reason while a paper is a draft; 公开属性 is printed only where the office's table says which it is."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from documents import render
from models.clock.queries.rulebook import rulebook
from models.kernel.errors import Invalid, WrongStage
from models.kernel.vocabulary import DocumentKind, Publicity, Role, Urgency
from models.office.rules.relations import Group
from models.papers.content import RectificationNotice
from models.papers.filling import content
from models.papers.tables import Document
from tests.documents.anatomy import Docx
from tests.stories import Story

NOTICE = DocumentKind.RECTIFICATION_NOTICE


def notice(story: Story, ref: str) -> RectificationNotice:
    with story.installation.database.reading() as session:
        paper = session.scalars(select(Document.id).where(Document.ref == ref)).one()
        said = content(session, paper, settings=story.installation.settings, rules=rulebook(session))
    assert isinstance(said, RectificationNotice)
    return said


def test_notices_are_drafted_urgent_for_a_reason_and_a_draft_is_marked_or_no_more(story: Story) -> None:
    case = story.rectifying()
    with pytest.raises(Invalid, match="理由"):
        story.do("li", "prepare", case, kind=NOTICE, priority=Urgency.URGENT)
    drafted = story.do("li", "prepare", case, kind=NOTICE, priority=Urgency.URGENT, reason="汛期临近")
    assert {notice(story, ref).head.priority for ref in drafted} == {"加急"}
    ref = drafted[0]
    story.do("li", "mark-urgent", case, paper=ref, priority=Urgency.EXTRA_URGENT, reason="护栏缺失处仍在通行")
    assert "特急" in Docx(render(notice(story, ref))).text()
    with pytest.raises(Invalid, match="没有变化"):
        story.do("li", "mark-urgent", case, paper=ref, priority=Urgency.EXTRA_URGENT, reason="再次")
    with pytest.raises(Invalid, match="理由"):
        story.do("li", "mark-urgent", case, paper=ref, reason=" ")
    story.do("li", "mark-urgent", case, paper=ref, reason="已临时管控")
    assert notice(story, ref).head.priority is None
    story.issue(case, ref)
    with pytest.raises(WrongStage, match="不能修改"):
        story.do("li", "mark-urgent", case, paper=ref, priority=Urgency.URGENT, reason="汛期临近")
    with pytest.raises(Invalid, match="没有主送单位"):
        story.do("li", "mark-urgent", case, paper="D1", priority=Urgency.URGENT, reason="汛期临近")


def test_publicity_is_printed_where_the_table_says_which_it_is(story: Story) -> None:
    first = story.rectifying()
    [ref, *_] = story.do("li", "prepare", first, kind=NOTICE)
    assert "（此件" not in Docx(render(notice(story, ref))).text()
    story.employ("guan", Role.ADMIN)
    for group in Group:
        said = {"publicity": Publicity.ON_REQUEST, "reason": "按本市规定"}
        story.in_office("guan", "set-manner", group=group, kind=NOTICE, **said)
    assert notice(story, ref).head.publicity is None  # drafted by the row before
    story.do("li", "void", first, paper=ref, reason="按新的规定重新拟制")
    [again, *_] = story.do("li", "prepare", first, kind=NOTICE)
    assert "（此件依申请公开）" in Docx(render(notice(story, again))).text()
