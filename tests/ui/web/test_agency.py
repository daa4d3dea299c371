"""A clerk with five minutes: the list, one notice, the draft, the answer, the ledger; nothing of anybody else."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from models.kernel.calendar.time import wall_clock
from models.kernel.errors import NotAllowed
from models.kernel.installation import Installation
from models.kernel.vocabulary import DocumentKind, OrganisationKind, ReplyKind, Role, Verdict
from models.office.tables import Organisation
from models.papers.tables import Document
from models.rectification.tables import Milestone, Reply
from tests.journeys.test_milestones import Staged
from tests.stories import Story
from tests.ui.web.conftest import Look, words
from ui.ledger_out import ledger_of


@pytest.fixture
def served(story: Story) -> tuple[str, str, str]:
    """A served case: its number, the notice of the unit of `ju`, and the one of `ta`."""
    story.at = wall_clock()
    case = story.rectifying()
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    story.deliver(case, *notices)
    with story.installation.database.reading() as session:
        rows = session.execute(
            select(Document.ref, Organisation.name)
            .join(Organisation, Organisation.id == Document.recipient_id)
            .where(Document.ref.in_(notices))
        ).all()
    units = {row.ref: row.name for row in rows}
    for account, paper in (("ju", notices[0]), ("ta", notices[1])):
        story.employ(account, Role.AGENCY, unit=units[paper])
    return case, notices[0], notices[1]


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_a_clerk_signs_answers_and_reads_the_verdict(story: Story, served: tuple[str, str, str], look: Look) -> None:
    case, paper, _ = served
    home = look("ju")
    assert home.title[0].value == "我的整改"
    assert f"/notice?number={case}&amp;paper={paper}" in words(home)
    notice = look("ju", "notice", number=case, paper=paper)
    assert not notice.exception
    assert "为什么要整改" in words(notice)
    asked = press(notice, "签收")
    assert "报送整改方案" in words(asked)
    assert "改期：" in words(asked)
    assert "已签收" not in words(asked)
    signed = press(asked, "确认")
    assert "已签收" in words(signed)
    refused = press(signed, "提交反馈")
    assert "请选择反馈类型" in words(refused)
    refused.selectbox[0].set_value(ReplyKind.PLAN).run()
    measures = refused.multiselect[0].options
    assert measures
    refused.multiselect[0].set_value([option.split()[0] for option in measures]).run()
    written = refused.text_area[0].set_value("六月底前完成护栏安装。").run()
    assert "草稿已于" in words(written)
    # Another browser, another day: the draft is there.
    again = look("ju", "notice", number=case, paper=paper)
    assert again.text_area[0].value == "六月底前完成护栏安装。"
    assert again.selectbox[0].value is ReplyKind.PLAN
    sent = press(again, "提交反馈")
    assert "反馈已提交（R1" in words(sent)
    assert sent.text_area[0].value == ""
    story.do("li", "assess", case, reply="R1", verdict=Verdict.RETURNED, reason="缺少时间表。")
    for page in ("mine", "replies"):
        assert "缺少时间表" in words(look("ju", page)), page
    assert "缺少时间表" in words(look("ju", "notice", number=case, paper=paper))


def test_nothing_of_another_unit_is_shown(story: Story, served: tuple[str, str, str], look: Look) -> None:
    case, paper, other = served
    story.do("ta", "acknowledge", case, paper=other, received_by="他人标记甲")
    hand = next(option for option in look("ta", "notice", number=case, paper=other).multiselect[0].options)
    story.do("ta", "reply", case, kind=ReplyKind.PLAN, measures=[hand.split()[0]], text="他人标记乙")
    for address, query in (
        ("mine", {"state": "all"}),
        ("replies", {}),
        ("notice", {"number": case, "paper": other}),
        ("notice", {"number": case, "paper": paper}),
    ):
        page = look("ju", address, **query)
        assert not page.exception
        assert "他人标记" not in words(page), address
    assert "您无权查看" in words(look("ju", "notice", number=case, paper=other))


def test_a_clerk_hands_measures_on_to_a_unit_below(story: Story, served: tuple[str, str, str], look: Look) -> None:
    case, paper, _ = served
    story.do("ju", "acknowledge", case, paper=paper, received_by="周某")
    assert not look("ju", "notice", number=case, paper=paper).expander
    with story.installation.database.writing() as session:
        recipient = select(Document.recipient_id).where(Document.ref == paper).scalar_subquery()
        above = session.scalars(select(Organisation).where(Organisation.id == recipient)).one()
        below = Organisation(name="下属养护站", kind=OrganisationKind.OTHER, parent_id=above.id, path="")
        session.add(below)
        session.flush()
        below.path = f"{above.path}{below.id}/"
        chosen = str(below.id)
    story.employ("zhan", Role.AGENCY, unit="下属养护站")
    page = look("ju", "notice", number=case, paper=paper)
    page.selectbox[-1].set_value(chosen)
    assert "已转下属养护站办理" in words(press(page, "转办"))
    assert "转下属养护站" in words(look("ju", "mine"))
    theirs = look("zhan", "notice", number=case, paper=paper)
    assert not theirs.exception
    assert theirs.text_area[0].value == ""


def test_a_draft_keeps_the_milestone_that_it_is_going_to_report(story: Story, look: Look) -> None:
    staged = Staged(story)
    staged.serve()
    [paper, *_] = story.papers(staged.case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.employ("ju", Role.AGENCY, unit=staged.unit)
    page = look("ju", "notice", number=staged.case, paper=paper)
    page.multiselect[0].set_value([staged.measure]).run()
    page.selectbox[0].set_value(ReplyKind.PROGRESS).run()
    page.selectbox[1].set_value(staged.lasting).run()
    again = look("ju", "notice", number=staged.case, paper=paper)
    assert (again.selectbox[0].value, again.selectbox[1].value) == (ReplyKind.PROGRESS, staged.lasting)
    again.text_area[0].set_value("路口改造已完成。").run()
    press(again, "提交反馈")
    with story.installation.database.reading() as session:
        reached = select(Milestone.ref).join(Reply, Reply.milestone_id == Milestone.id)
        assert session.scalars(reached).all() == [staged.lasting]


def test_the_ledger_comes_as_a_file_for_agencies_only(story: Story, served: tuple[str, str, str]) -> None:
    installation = Installation(story.installation.settings, story.installation.database)
    name, data = ledger_of(installation, "ju")
    assert name.endswith(".xlsx")
    rows = list(load_workbook(io.BytesIO(data)).active.values)
    assert rows[0][0] == "通知书文号"
    assert {row[2] for row in rows[1:]} == {served[0]}
    for account in ("li", "ling", "dang"):
        with pytest.raises(NotAllowed):
            ledger_of(installation, account)


@pytest.mark.parametrize("account", ["li", "nei", "ling", "dang"])
def test_who_is_no_agency_has_no_such_pages(account: str, served: tuple[str, str, str], look: Look) -> None:
    for address in ("mine", "replies", "notice"):
        assert not any(
            title.value in ("我的整改", "我的反馈记录", "通知书办理") for title in look(account, address).title
        )
