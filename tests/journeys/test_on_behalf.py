"""What happened on paper is entered later, with its scan: decisions of leaders, receipts, replies that were in time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models.case.tables import Case
from models.clock.tables import Deadline, RungFired
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict, Invalid, NotAllowed, WrongStage
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, DocumentStatus, RenditionForm, ReplyKind, Role, Stage
from models.office.tables import Organisation
from models.papers.tables import Approval, Delivery, Document, DocumentAssignment, Rendition
from models.rectification.commands.escalation import climb
from models.rectification.tables import Assignment, Measure
from tests.journeys.conftest import GoOn
from tests.stories import Story


def written(story: Story, case: str, by: str = "nei", leader: str = "shen", **said: object) -> object:
    said = {"paper": "D1", "approve": True, "scan": story.scan(f"{leader}批示"), "scan_name": "批示.pdf"} | said
    return story.do(by, "record-decision", case, leader=leader, **said)


def events(story: Story, kind: str) -> list[Event]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id)))


def test_a_written_decision_counts_as_the_leaders_own_step(story: Story) -> None:
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    story.wait(days=2)
    reviewed, signed = story.at - timedelta(days=1), story.at - timedelta(hours=3)
    written(story, case, text="同意", happened_at=reviewed, incoming_number="呈批〔2025〕18号")
    number = written(story, case, leader="qian", happened_at=signed)
    assert number == "鄂州公交调〔2025〕1号"
    with story.installation.database.reading() as session:
        steps = session.scalars(select(Approval).order_by(Approval.position)).all()
        paper = session.scalars(select(Document).where(Document.ref == "D1")).one()
        stage, approved_at = session.execute(select(Case.stage, Case.report_approved_at)).one()
        scans = session.scalars(select(Rendition.form)).all()
    assert [(step.decided_at, step.recorded_at) for step in steps] == [(reviewed, story.at), (signed, story.at)]
    assert steps[0].incoming_number == "呈批〔2025〕18号"
    assert all(step.decided_by != step.recorded_by and step.scan_id is not None for step in steps)
    assert (paper.signed_by, paper.issued_on) == (steps[1].decided_by, local_date(signed))
    assert (stage, approved_at) == (Stage.RECTIFYING, signed)
    assert scans == [RenditionForm.WRITTEN_DECISION] * 2
    passed, issued = events(story, "paper_approved")[0], events(story, "paper_issued")[0]
    assert (passed.actor, passed.why, passed.happened_at) == ("nei", "依书面批示（聂某代录）：同意", reviewed)
    assert (issued.why, issued.data["signed_by"], issued.data["decided_by"]) == (
        "依书面批示（聂某代录）",
        "钱某",
        "钱某",
    )


def test_a_written_return_sends_the_paper_back_with_the_leaders_words(story: Story) -> None:
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    with pytest.raises(Invalid, match="理由"):
        written(story, case, approve=False)
    written(story, case, approve=False, text="补充路面检测")
    assert story.papers(case, DocumentStatus.RETURNED) == ["D1"]
    assert events(story, "paper_returned")[0].why == "依书面批示（聂某代录）：补充路面检测"


def test_a_written_decision_is_refused_without_scan_for_the_author_and_for_strangers(story: Story) -> None:
    story.employ("two", Role.OFFICER, Role.REVIEWER)
    case = story.file()
    with pytest.raises(WrongStage, match="没有待审批"):
        written(story, case)
    story.do("two", "submit", case, paper="D1")
    with pytest.raises(NotAllowed, match="拟稿人不能审批"):
        written(story, case, leader="two")
    with pytest.raises(NotAllowed, match="不能代录"):
        written(story, case, by="two")
    with pytest.raises(NotAllowed, match="审核不由钱某办理"):
        written(story, case, leader="qian")
    with pytest.raises(NotAllowed, match="内勤"):
        written(story, case, by="shen")
    with pytest.raises(Invalid, match="空文件"):
        written(story, case, scan=story.installation.files.put(b""))
    with pytest.raises(TypeError, match="scan"):
        story.do("nei", "record-decision", case, paper="D1", leader="shen", approve=True)
    with pytest.raises(Invalid, match="晚于现在"):
        written(story, case, happened_at=story.at + timedelta(hours=1))
    with pytest.raises(Invalid, match="早于拟稿"):
        written(story, case, happened_at=story.at - timedelta(days=1))
    with pytest.raises(Invalid, match="不是签发"):
        written(story, case, number="鄂州公交调〔2025〕9号")
    assert events(story, "paper_approved") == []
    written(story, case)
    with pytest.raises(NotAllowed, match="签发不由沈某办理"):
        written(story, case)


def test_who_stood_in_when_it_was_written_is_what_counts(story: Story) -> None:
    story.employ("fu", Role.LEADER)
    story.employ("guan", Role.ADMIN)
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    day = story.at.date()
    said = {"principal": "qian", "deputy": "fu", "valid_from": day, "valid_until": day, "reason": "学习"}
    story.in_office("guan", "authorise-signing", **said)
    signed = story.at + timedelta(hours=2)
    story.wait(days=3)
    with pytest.raises(NotAllowed, match="不由fu某办理"):
        written(story, case, leader="fu")
    written(story, case, leader="fu", happened_at=signed)
    assert events(story, "paper_issued")[0].data["decided_for"] == "钱某"


class Late:
    """A served notice with measures of one unit, whose plans are late; the sweep has drafted an order."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.case = story.rectifying()
        papers = story.do("li", "prepare", self.case, kind=DocumentKind.RECTIFICATION_NOTICE)
        story.issue(self.case, *papers)
        story.deliver(self.case, *papers)
        for paper in papers:
            story.do(
                "nei",
                "acknowledge",
                self.case,
                paper=paper,
                received_by="周某",
                incoming_number="收9",
                scan=story.scan(f"{paper}回执"),
                scan_name="回执.pdf",
            )
        with story.installation.database.reading() as session:
            due = session.scalars(select(Deadline.due_on).where(Deadline.rule_code == "notice.plan")).first()
        assert due is not None
        self.in_time = story.at.replace(year=due.year, month=due.month, day=due.day, hour=16)
        story.at = self.in_time + timedelta(days=2)
        story.do("system", climb, self.case)
        [self.order, *_] = story.papers(self.case, kind=DocumentKind.SUPERVISION_ORDER)

    def listed(self) -> list[str]:
        """Return the measures that the order still demands."""
        with self.story.installation.database.reading() as session:
            return list(
                session.scalars(
                    select(Measure.ref)
                    .join(Assignment, Assignment.measure_id == Measure.id)
                    .join(DocumentAssignment, DocumentAssignment.assignment_id == Assignment.id)
                    .join(Document, Document.id == DocumentAssignment.document_id)
                    .where(Document.ref == self.order)
                    .order_by(Measure.position)
                )
            )

    def answer(self, measures: list[str], happened_at: datetime | None = None) -> None:
        with self.story.installation.database.reading() as session:
            unit = session.scalars(
                select(Organisation.name)
                .join(Document, Document.recipient_id == Organisation.id)
                .where(Document.ref == self.order)
            ).one()
        self.story.do(
            "nei",
            "reply",
            self.case,
            kind=ReplyKind.PLAN,
            measures=measures,
            text="已报送方案。",
            organisation=unit,
            happened_at=happened_at or self.in_time,
            incoming_number="收文41号",
        )

    def status(self) -> tuple[DocumentStatus, str | None]:
        with self.story.installation.database.reading() as session:
            row = session.execute(select(Document.status, Document.void_reason).where(Document.ref == self.order)).one()
        return row.status, row.void_reason


@pytest.fixture
def late(go_on: GoOn) -> Late:
    told: Late = go_on(Late)
    return told


def test_a_paper_receipt_keeps_its_scan_its_number_and_both_moments(late: Late) -> None:
    with late.story.installation.database.reading() as session:
        receipts = session.scalars(select(Delivery)).all()
        scans = session.scalars(select(Rendition.form)).all()
    assert {(row.receipt_on_behalf, row.receipt_incoming_number) for row in receipts} == {(True, "收9")}
    assert all(row.receipt_recorded_at is not None for row in receipts)
    assert scans == [RenditionForm.PROOF_OF_SERVICE] * len(receipts)
    assert events(late.story, "paper_acknowledged")[0].data["on_behalf"] is True


def test_an_order_loses_the_measure_that_was_answered_in_time_and_lapses_with_the_last(late: Late) -> None:
    measures = late.listed()
    late.story.do("li", "confirm-no-reply", late.case, paper=late.order)
    late.story.do("li", "submit", late.case, paper=late.order)
    for place, measure in enumerate(measures, 1):
        late.answer([measure])
        if place < len(measures):
            assert late.listed() == measures[place:]
            assert late.status()[0] is DocumentStatus.IN_REVIEW
    status, reason = late.status()
    assert status is DocumentStatus.VOID
    assert reason is not None
    assert reason.startswith(f"{measures[-1]}的反馈在期限内收到")
    assert len(events(late.story, "order_reduced")) == len(measures) - 1
    with late.story.installation.database.reading() as session:
        rungs = session.scalars(select(RungFired.rung).where(RungFired.withdrawn_at.is_not(None))).all()
    assert "order" in rungs
    with pytest.raises(WrongStage, match="没有待审批"):
        late.story.do("shen", "approve", late.case, paper=late.order)


def test_a_signed_order_is_flagged_and_stays(late: Late) -> None:
    measures = late.listed()
    late.story.do("li", "confirm-no-reply", late.case, paper=late.order)
    late.story.issue(late.case, late.order)
    late.answer(measures)
    assert late.status()[0] is DocumentStatus.ISSUED
    flagged = events(late.story, "paper_flagged")
    assert {event.data["measure"] for event in flagged} == set(measures)
    assert all("督办依据不成立" in str(event.why) for event in flagged)


def test_a_reply_that_really_came_late_leaves_the_order_as_it_is(late: Late) -> None:
    measures = late.listed()
    late.answer(measures, happened_at=late.story.at)
    assert late.status()[0] is DocumentStatus.DRAFT
    assert late.listed() == measures
    assert events(late.story, "warning_withdrawn") == []
    with pytest.raises(Conflict, match="等待研判"):
        late.answer(measures)
