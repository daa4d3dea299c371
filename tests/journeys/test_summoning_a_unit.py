"""约谈: the leader decides, the summons is signed and served, the minutes are signed by both sides and served."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, DocumentStatus, RenditionForm, SealMode
from models.office.tables import Organisation
from models.overview.queries.worklists import waiting_on
from models.papers.content import TalkMinutes, TalkNotice
from models.papers.filling import frozen
from models.papers.tables import Document, Rendition
from models.rectification.commands.escalation import climb
from models.rectification.tables import Talk
from tests.stories import Story


def summoned_over(story: Story) -> tuple[str, int]:
    """Let a unit disobey two orders until the ladder proposes a talk; returns the case and the talk."""
    case = story.rectifying()
    papers = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    for days in (60, 20, 20):
        story.wait(days=days)
        story.do("system", climb, case)
        story.do("system", climb, case)
        drafts = story.papers(case, DocumentStatus.DRAFT, kind=DocumentKind.SUPERVISION_ORDER)
        for order in drafts:
            story.do("li", "confirm-no-reply", case, paper=order)
        story.issue(case, *drafts)
        story.deliver(case, *drafts)
    with story.installation.database.reading() as session:
        return case, session.scalars(select(Talk.id).where(Talk.state == "proposed").order_by(Talk.id).limit(1)).one()


def waits(story: Story, account: str) -> set[str]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return {str(row.wait) for row in waiting_on(session, actor, story.at.date(), limit=500) if row.talk}


def content(story: Story, ref: str) -> object:
    with story.installation.database.reading() as session:
        return frozen(session, session.scalars(select(Document.id).where(Document.ref == ref)).one())


def arrange(story: Story, case: str, talk: int, account: str = "li", **said: object) -> str:
    given: dict[str, object] = {
        "planned_for": story.at + timedelta(days=3),
        "place": "支队三楼会议室",
        "chaired_by": "凌某（副支队长）",
    }
    return str(story.do(account, "arrange-talk", case, talk=talk, **(given | said)))


def hold(story: Story, case: str, talk: int, **said: object) -> str:
    given: dict[str, object] = {
        "attended_by": "分管负责人吴某",
        "minutes": "督办事项逾期未落实\n未书面说明理由",
        "statements": ["施工单位招标流标一次"],
        "promises": ["完成标志施工", "每周报告进度"],
        "promised_by": ["吴某", ""],
        "promised_due": [date(2026, 6, 30), date(2026, 7, 31)],
        "participants": ["凌某", "李某"],
    }
    return str(story.do("li", "hold-talk", case, talk=talk, **(given | said)))


def test_a_summons_is_drafted_arranged_signed_sealed_and_served_before_the_talk(story: Story) -> None:
    case, talk = summoned_over(story)
    assert waits(story, "ling") == {"decide_talk"}
    notice = story.do("ling", "decide-talk", case, talk=talk, approve=True)
    assert "arrange_talk" in waits(story, "li")
    with pytest.raises(WrongStage, match="时间、地点和主持人"):
        story.do("li", "submit", case, paper=notice)
    assert arrange(story, case, talk) == notice
    assert "arrange_talk" not in waits(story, "li")
    story.sealing(SealMode.PAPER)
    [number] = story.issue(case, notice)
    assert "约" in number
    said = content(story, notice)
    assert isinstance(said, TalkNotice)
    with story.installation.database.reading() as session:
        order = session.scalars(
            select(Document.number).join(Talk, Talk.order_id == Document.id).where(Talk.id == talk)
        ).one()
        unit = session.scalars(
            select(Organisation.name).join(Talk, Talk.organisation_id == Organisation.id).where(Talk.id == talk)
        ).one()
    assert said.order is not None
    assert (said.order.number, said.head.recipients, said.place) == (order, (unit,), "支队三楼会议室")
    assert said.matters
    assert said.attendees == ("主要负责人", "分管负责人")
    with pytest.raises(WrongStage, match="尚未送达"):
        hold(story, case, talk)
    with pytest.raises(WrongStage, match="用印后才能送达"):
        story.do("nei", "deliver", case, paper=notice)
    story.do("nei", "seal", case, paper=notice, scan=story.scan("章"), file_name="用印.pdf")
    story.do("nei", "deliver", case, paper=notice)
    assert "hold_talk" in waits(story, "li")


def test_the_minutes_are_signed_by_both_sides_and_served(story: Story) -> None:
    case, talk = summoned_over(story)
    notice = story.summon(case, talk)
    story.wait(days=2)
    minutes = hold(story, case, talk, absent=["主要负责人（出差）"])
    with story.installation.database.reading() as session:
        assert session.scalars(select(Talk.state).where(Talk.id == talk)).one() == "held"
    story.do("li", "submit", case, paper=minutes)
    with pytest.raises(WrongStage, match="不能修改"):
        story.do("li", "edit-minutes", case, talk=talk, minutes="改")
    story.do("shen", "return", case, paper=minutes, reason="承诺期限有误")
    story.do("li", "edit-minutes", case, talk=talk, minutes="督办事项逾期未落实", promises=["完成标志施工"])
    [number] = story.issue(case, minutes)
    said = content(story, minutes)
    assert isinstance(said, TalkMinutes)
    assert "纪" in number
    assert (said.head.recipients, said.matters, said.absent) == ((), ("督办事项逾期未落实",), ("主要负责人（出差）",))
    assert [(one.text, one.responsible_person, one.due) for one in said.promises] == [("完成标志施工", None, None)]
    assert said.organisation in said.head.copied_to
    assert said.notice is not None
    assert said.recorded_by == "李某"
    with pytest.raises(WrongStage, match="双方签字"):
        story.do("nei", "deliver", case, paper=minutes)
    with pytest.raises(WrongStage, match="不是约谈纪要"):
        story.do("nei", "sign-minutes", case, paper=notice, scan=story.scan(), file_name="签字.pdf")
    signed = {"scan": story.scan("签字"), "file_name": "签字.pdf", "remark": "被约谈单位负责人对完成期限有保留意见"}
    story.do("nei", "sign-minutes", case, paper=minutes, **signed)
    story.do("nei", "deliver", case, paper=minutes)
    with story.installation.database.reading() as session:
        told = session.scalars(select(Event).where(Event.kind == "minutes_signed")).one()
        kept = session.scalars(select(Rendition.file_name).where(Rendition.form == RenditionForm.SEALED_SCAN)).all()
    assert told.why == "被约谈单位负责人对完成期限有保留意见"
    assert kept == ["签字.pdf"]


def test_a_talk_is_declined_with_a_reason_and_summons_nobody(story: Story) -> None:
    case, talk = summoned_over(story)
    with pytest.raises(Invalid, match="理由"):
        story.do("ling", "decide-talk", case, talk=talk, approve=False)
    assert story.do("ling", "decide-talk", case, talk=talk, approve=False, reason="已当面督促") is None
    assert story.papers(case, kind=DocumentKind.TALK_NOTICE) == []
    with pytest.raises(Conflict, match="已有决定"):
        story.do("ling", "decide-talk", case, talk=talk, approve=True)
    with pytest.raises(WrongStage, match="尚未经领导批准"):
        arrange(story, case, talk)


def test_who_may_not_and_what_is_wrong_is_said(story: Story) -> None:
    case, talk = summoned_over(story)
    with pytest.raises(NotAllowed, match="领导"):
        story.do("li", "decide-talk", case, talk=talk, approve=True)
    with pytest.raises(NotFound, match="约谈"):
        story.do("ling", "decide-talk", case, talk=999, approve=True)
    story.do("ling", "decide-talk", case, talk=talk, approve=True)
    with pytest.raises(NotAllowed, match="民警"):
        arrange(story, case, talk, account="nei")
    with pytest.raises(Invalid, match="晚于现在"):
        arrange(story, case, talk, planned_for=story.at - timedelta(days=1))
    with pytest.raises(Invalid, match="主持人"):
        arrange(story, case, talk, chaired_by=" ")
    notice = arrange(story, case, talk)
    story.do("li", "submit", case, paper=notice)
    with pytest.raises(WrongStage, match="不能修改"):
        arrange(story, case, talk)
    story.do("shen", "approve", case, paper=notice)
    story.do("qian", "sign", case, paper=notice)
    story.deliver(case, notice)
    with pytest.raises(WrongStage, match="尚未举行"):
        story.do("li", "edit-minutes", case, talk=talk, minutes="改")
    with pytest.raises(Invalid, match="早于约谈通知送达"):
        hold(story, case, talk, happened_at=story.at - timedelta(days=1))
    with pytest.raises(Invalid, match="逐一对应"):
        hold(story, case, talk, promised_by=["吴某"])
    with pytest.raises(Invalid, match="约谈纪要"):
        hold(story, case, talk, minutes=" ")
    assert story.papers(case, kind=DocumentKind.TALK_MINUTES) == []


def test_a_voided_summons_is_followed_by_a_new_one(story: Story) -> None:
    case, talk = summoned_over(story)
    notice = story.do("ling", "decide-talk", case, talk=talk, approve=True)
    arrange(story, case, talk)
    story.issue(case, notice)
    story.do("qian", "void", case, paper=notice, reason="约谈改期")
    again = arrange(story, case, talk, planned_for=story.at + timedelta(days=9))
    assert again != notice
    story.issue(case, again)
    story.deliver(case, again)
    hold(story, case, talk)
