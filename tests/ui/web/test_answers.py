"""Answers on the pages: whose turn it is, a grant with its date, and an own answer taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from models.clock.tables import Deadline
from models.kernel.calendar.time import wall_clock
from models.kernel.vocabulary import ReplyKind, Role
from models.office.tables import Organisation
from models.papers.tables import Document
from models.rectification.tables import Assignment, Measure, Reply
from tests.stories import Story
from tests.ui.web.conftest import Look, words


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


class Answering:
    """A notice served today on a unit whose clerk `ju` sits before the pages, too."""

    def __init__(self, story: Story) -> None:
        self.story = story
        story.at = wall_clock() - timedelta(hours=1)
        self.case = story.rectifying()
        self.notice = story.prepare(self.case)[0]
        story.issue(self.case, self.notice)
        story.deliver(self.case, self.notice)
        with story.installation.database.reading() as session:
            row = session.execute(
                select(Measure.ref, Organisation.name)
                .join(Assignment, Assignment.measure_id == Measure.id)
                .join(Document, Document.id == Assignment.notice_id)
                .join(Organisation, Organisation.id == Assignment.organisation_id)
                .where(Document.ref == self.notice)
                .order_by(Measure.position)
            ).first()
        assert row is not None
        self.measure, self.unit = row
        story.employ("ju", Role.AGENCY, unit=self.unit)
        story.do("ju", "acknowledge", self.case, paper=self.notice, received_by="周某")

    def reply(self, kind: ReplyKind, **said: object) -> str:
        given = {"measures": [self.measure], "text": "材料到货延迟。"} | said
        return str(self.story.do("ju", "reply", self.case, kind=kind, **given)[0])

    def clock(self, rule: str) -> Deadline:
        with self.story.installation.database.reading() as session:
            return session.scalars(
                select(Deadline)
                .join(Assignment, Assignment.id == Deadline.assignment_id)
                .join(Measure, Measure.id == Assignment.measure_id)
                .where(Deadline.rule_code == rule, Measure.ref == self.measure)
            ).one()


@pytest.fixture
def answering(story: Story) -> Answering:
    return Answering(story)


def test_a_leader_grants_with_the_date_that_was_wished_for_or_another(answering: Answering, look: Look) -> None:
    wished = answering.clock("measure.complete").due_on + timedelta(days=20)
    reply = answering.reply(ReplyKind.EXTENSION, requested_due=wished)
    app = look("ling", "decide", number=answering.case, reply=reply)
    shown = words(app)
    assert answering.unit in shown
    assert "ju某" in shown
    assert str(wished) in shown
    [until] = app.date_input
    assert (until.label, until.value) == ("同意的，准予延至", wished)
    until.set_value(wished - timedelta(days=3))
    assert "同意延期：已办理。" in words(press(app, "同意延期"))
    assert answering.clock("measure.complete").due_on == wished - timedelta(days=3)


def test_a_leader_grants_from_the_page_of_the_measure_with_the_date_filled_in(answering: Answering, look: Look) -> None:
    wished = answering.clock("measure.complete").due_on + timedelta(days=20)
    answering.reply(ReplyKind.EXTENSION, requested_due=wished)
    app = look("ling", "case", number=answering.case, part="measures", measure=answering.measure)
    next(radio for radio in app.radio if radio.label.startswith("是否准予延期")).set_value("是")
    assert "决定延期申请：已办理。" in words(press(app, "决定延期申请"))
    assert answering.clock("measure.complete").due_on == wished


@pytest.mark.parametrize("account", ["ju", "li"])
def test_every_page_says_that_a_plan_which_is_in_waits_for_us(answering: Answering, look: Look, account: str) -> None:
    case = {"number": answering.case}
    of_police = ({}, {"part": "measures", "measure": answering.measure}, {"part": "measures"})
    pages = [("notice", {**case, "paper": answering.notice}), ("mine", {})]
    if account == "li":
        pages = [("case", {**case, **part}) for part in of_police]
    for page, query in pages:
        shown = words(look(account, page, **query))
        assert "待报方案" in shown, (page, query)
        assert "方案待研判" not in shown, (page, query)
    answering.reply(ReplyKind.PLAN)
    for page, query in pages:
        assert "方案待研判" in words(look(account, page, **query)), (page, query)
    if account == "li":
        assert "已反馈，未认可" in words(look(account, "case", **case, part="clocks"))


def test_a_unit_takes_its_answer_back_on_the_page_of_the_notice(answering: Answering, look: Look) -> None:
    plan = answering.reply(ReplyKind.PLAN)
    app = look("ju", "notice", number=answering.case, paper=answering.notice)
    shown = words(press(app, "撤回"))
    assert f"反馈{plan}已撤回，期限照原来继续计算。" in shown
    assert answering.clock("notice.plan").state == "open"
    with answering.story.installation.database.reading() as session:
        assert session.scalars(select(Reply.withdrawn_at).where(Reply.ref == plan)).one() is not None
    again = words(look("ju", "notice", number=answering.case, paper=answering.notice))
    assert "已撤回" in again
    measure = words(look("li", "case", number=answering.case, part="measures", measure=answering.measure))
    assert "撤回。" in measure


def test_who_typed_a_wrong_paper_answer_takes_it_back_on_the_page_of_the_measure(
    answering: Answering, look: Look
) -> None:
    said = {"organisation": answering.unit, "measures": [answering.measure], "text": "代录"}
    plan = answering.story.do("li", "reply", answering.case, kind=ReplyKind.PLAN, **said)[0]
    app = look("li", "case", number=answering.case, part="measures", measure=answering.measure)
    assert "撤回反馈（研判前）：已办理。" in words(press(app, "撤回反馈"))
    with answering.story.installation.database.reading() as session:
        assert session.scalars(select(Reply.withdrawn_at).where(Reply.ref == plan)).one() is not None
