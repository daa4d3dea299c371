"""A clerk of an agency who is signed in: what is to be done, one draft for both doors, disputes, the ledger."""

from __future__ import annotations

import io
from dataclasses import fields
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from models.clock.queries.rulebook import rulebook
from models.kernel.act import acting, find_actor
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import NotAllowed, NotFound
from models.kernel.vocabulary import AssignmentState, DocumentKind, ReplyKind, Role, Verdict
from models.office.tables import Organisation
from models.papers.tables import Document
from models.rectification.commands.reply_drafts import draft_reply
from models.rectification.queries.agency import MeasureInHand, OwnReply, ledger, measures_in_hand, own_replies
from models.rectification.queries.notice_links import NoticeShown, notice_page, served_on
from models.rectification.tables import ReplyDraft
from tests.journeys.conftest import GoOn
from tests.stories import Story
from ui.ledger_book import COLUMNS, ledger_book

SECRET = "绝密标记-他人的措施"


class Desk:
    """A case whose notices were served, with a clerk at each recipient."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.case = story.rectifying()
        self.papers = story.do("li", "prepare", self.case, kind=DocumentKind.RECTIFICATION_NOTICE)
        with story.installation.database.reading() as session:
            self.unit_of = {
                row.ref: row.name
                for row in session.execute(
                    select(Document.ref, Organisation.name)
                    .join(Organisation, Organisation.id == Document.recipient_id)
                    .where(Document.ref.in_(self.papers))
                )
            }
        assert len(set(self.unit_of.values())) > 1
        self.mine, self.other = self.papers[:2]
        story.employ("ju", Role.AGENCY, unit=self.unit_of[self.mine])
        story.employ("ta", Role.AGENCY, unit=self.unit_of[self.other])
        story.issue(self.case, *self.papers)
        story.deliver(self.case, *self.papers)

    def listed(self, account: str, **asked: Any) -> list[MeasureInHand]:
        with self.story.installation.database.reading() as session:
            actor = find_actor(session, account, self.story.at)
            return measures_in_hand(session, actor, rulebook(session), local_date(self.story.at), **asked)

    def replies(self, account: str) -> list[OwnReply]:
        with self.story.installation.database.reading() as session:
            return own_replies(session, find_actor(session, account, self.story.at))

    def page(self, account: str, paper: str) -> NoticeShown:
        with self.story.installation.database.reading() as session:
            notice = served_on(session, find_actor(session, account, self.story.at), self.case, paper)
            return notice_page(session, notice, rulebook(session), self.story.at)

    def draft(self, account: str, paper: str, **said: Any) -> None:
        installation = self.story.installation
        with acting(installation.database, installation.settings, account, self.story.at) as act:
            draft_reply(act, self.case, paper=paper, **said)

    def received(self) -> list[str]:
        """Sign for the own notice; returns its measures."""
        self.story.do("ju", "acknowledge", self.case, paper=self.mine, received_by="周某")
        return [hand.measure for hand in self.listed("ju") if hand.paper == self.mine]

    def state(self, measure: str) -> AssignmentState:
        [hand] = [hand for hand in self.listed("ju", closed=True) if hand.measure == measure]
        return hand.state


@pytest.fixture
def desk(go_on: GoOn) -> Desk:
    told: Desk = go_on(Desk)
    return told


def test_an_agency_sees_its_own_measures_by_date_and_nothing_of_others(desk: Desk) -> None:
    mine = desk.listed("ju")
    assert mine
    assert {hand.organisation for hand in mine} == {desk.unit_of[desk.mine]}
    assert all(hand.why for hand in mine)
    assert [hand.due_on for hand in mine] == sorted(hand.due_on for hand in mine)
    paged, after = [], None
    while step := desk.listed("ju", after=after, limit=1):
        paged += step
        after = step[-1].key
    assert [hand.id for hand in paged] == [hand.id for hand in mine]
    assert not {hand.id for hand in mine} & {hand.id for hand in desk.listed("ta")}
    for account in ("li", "dang", "ling"):
        with pytest.raises(NotAllowed, match="协办单位"):
            desk.listed(account)


def test_the_list_tells_the_verdict_and_filters_by_state(desk: Desk) -> None:
    measures = desk.received()
    before = desk.listed("ju")[0]
    refs = desk.story.do("ju", "reply", desk.case, kind=ReplyKind.PLAN, measures=measures, text="已拟定方案。")
    assert len(refs) == len(measures)
    assert desk.listed("ju")[0].verdict is None
    desk.story.do("li", "assess", desk.case, reply=refs[0], verdict=Verdict.RETURNED, reason="方案没有时间表。")
    [returned] = desk.listed("ju", state=AssignmentState.RETURNED)
    assert (returned.measure, returned.verdict, returned.verdict_reason) == (
        measures[0],
        Verdict.RETURNED,
        "方案没有时间表。",
    )
    assert returned.why != before.why
    assert [one.ref for one in desk.replies("ju")] == refs[::-1]
    assert desk.replies("ta") == []
    assert not desk.listed("ju", state=AssignmentState.CLOSED)


def test_both_doors_share_one_draft_and_an_answer_ends_it(desk: Desk) -> None:
    measures = desk.received()
    desk.draft("ju", desk.mine, kind=ReplyKind.PLAN, measures=measures, text="正在拟")
    desk.draft("ju", desk.mine, kind=ReplyKind.PLAN, measures=measures, text="正在拟定方案")
    desk.story.employ("tong", Role.AGENCY, unit=desk.unit_of[desk.mine])
    shown = desk.page("tong", desk.mine).draft
    assert (shown.text, shown.measures, shown.written_by) == ("正在拟定方案", measures, "ju某")
    for stranger in ("ta",):
        with pytest.raises(NotFound):
            desk.page(stranger, desk.mine)
        with pytest.raises(NotFound):
            desk.draft(stranger, desk.mine, text=SECRET)
    with pytest.raises(NotAllowed):
        desk.draft("dang", desk.mine, text=SECRET)
    desk.story.do("ju", "reply", desk.case, kind=ReplyKind.PLAN, measures=measures, text="方案如下。")
    assert desk.page("tong", desk.mine).draft is None
    with desk.story.installation.database.reading() as session:
        assert session.scalars(select(ReplyDraft.id)).all() == []


def test_the_ledger_holds_dates_as_dates_and_no_formula(desk: Desk) -> None:
    measures = desk.received()
    desk.story.do("ju", "reply", desk.case, kind=ReplyKind.REFUSAL, measures=measures[:1], text="暂缓。")
    evil = '=HYPERLINK("http://x","y")'
    desk.story.do("li", "assess", desk.case, reply="R1", verdict=Verdict.RETURNED, reason=evil)
    with desk.story.installation.database.reading() as session:
        actor = find_actor(session, "ju", desk.story.at)
        rows = ledger(session, actor, rulebook(session), local_date(desk.story.at))
        foreign = ledger(
            session, find_actor(session, "ta", desk.story.at), rulebook(session), local_date(desk.story.at)
        )
    sheet = load_workbook(io.BytesIO(ledger_book(rows))).active
    lines = list(sheet.iter_rows(values_only=True))
    heads = [head for head, _, _ in COLUMNS]
    assert list(lines[0]) == heads
    assert len(lines) - 1 == len(rows) == len(measures)
    told = [dict(zip(heads, line, strict=True)) for line in lines[1:]]
    assert {line["责任单位"] for line in told} == {desk.unit_of[desk.mine]}
    assert told[0]["研判理由"] == f"'{evil}"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert told[0]["签收日期"].date() == local_date(desk.story.at)
    words = str(foreign)
    assert evil not in words
    assert desk.unit_of[desk.mine] not in words


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "普通\x08文字"])
def test_no_text_of_others_becomes_a_formula(start: str) -> None:
    nothing: dict[str, Any] = dict.fromkeys((one.name for one in fields(MeasureInHand)), None)
    row = MeasureInHand(**{**nothing, "measure_text": start})
    sheet = load_workbook(io.BytesIO(ledger_book([row]))).active
    [found] = [cell for cell in sheet[2] if cell.value is not None]
    assert found.data_type == "s"
    assert str(found.value)[0] not in "=+-@\t"
