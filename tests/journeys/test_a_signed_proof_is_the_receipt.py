"""送达回证: who signs it has received the paper; nobody is asked to acknowledge a second time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models.clock.tables import Deadline, RungFired
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict, Invalid
from models.kernel.tables import Event
from models.kernel.vocabulary import AssignmentState, DeliveryMode, DocumentKind
from models.papers.tables import Delivery, Document
from models.rectification.commands.escalation import climb
from models.rectification.tables import Assignment
from tests.stories import Story


def served(story: Story, **how: object) -> tuple[str, str]:
    """Serve a notice on its day; returns case and paper."""
    case = story.rectifying()
    notice, *others = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, notice, *others)
    story.do("nei", "deliver", case, paper=notice, **how)
    return case, notice


def delivery(story: Story, paper: str) -> Delivery:
    with story.installation.database.reading() as session:
        return session.scalars(
            select(Delivery).join(Document, Document.id == Delivery.document_id).where(Document.ref == paper)
        ).one()


def clocks(story: Story, code: str, paper: str) -> list[Deadline]:
    with story.installation.database.reading() as session:
        return list(
            session.scalars(
                select(Deadline)
                .join(Document, Document.id == Deadline.document_id)
                .where(Deadline.rule_code == code, Document.ref == paper)
            )
        )


def receipts(story: Story) -> list[dict[str, object]]:
    with story.installation.database.reading() as session:
        return [event.data for event in session.scalars(select(Event).where(Event.kind == "paper_acknowledged"))]


def test_a_proof_signed_two_hours_after_the_service_is_the_receipt_and_starts_the_plan(story: Story) -> None:
    case, notice = served(story)
    signed_at = story.at + timedelta(hours=2)
    story.wait(days=1)
    story.do(
        "nei",
        "attach-proof",
        case,
        paper=notice,
        scan=story.scan("回证"),
        file_name="回证.jpg",
        received_by="郑某",
        received_at=signed_at,
    )
    row = delivery(story, notice)
    assert (row.received_by, row.acknowledged_at, row.receipt_recorded_at) == ("郑某", signed_at, story.at)
    [receipt] = clocks(story, "notice.acknowledge", notice)
    assert (receipt.state, receipt.closed_at) == ("met", signed_at)
    assert {plan.started_at for plan in clocks(story, "notice.plan", notice)} == {signed_at}
    [told] = receipts(story)
    assert (told["means"], told["received_by"], told["on_behalf"]) == ("proof_of_service", "郑某", False)
    with story.installation.database.reading() as session:
        states = session.scalars(
            select(Assignment.state).join(Document, Document.id == Assignment.notice_id).where(Document.ref == notice)
        )
        assert set(states) == {AssignmentState.AWAITING_PLAN}


def test_a_second_receipt_is_told_that_the_proof_was_the_receipt(story: Story) -> None:
    case, notice = served(story)
    story.do(
        "nei", "attach-proof", case, paper=notice, scan=story.scan("回证"), file_name="回证.jpg", received_by="郑某"
    )
    with pytest.raises(Conflict, match=rf"文书{notice}已凭送达回证于.*日签收（签收人：郑某），不需要再次签收。"):
        story.do("nei", "acknowledge", case, paper=notice, received_by="周某")
    story.do(
        "nei", "attach-proof", case, paper=notice, scan=story.scan("背面"), file_name="背面.jpg", received_by="周某"
    )
    assert delivery(story, notice).received_by == "郑某"
    assert len(receipts(story)) == 1


def test_a_proof_handed_in_with_the_service_is_the_receipt_of_the_unit_that_stamped_it(story: Story) -> None:
    _, notice = served(story, proof=story.scan("回证"), proof_name="回证.jpg")
    row = delivery(story, notice)
    assert row.received_by is not None
    assert "鄂州" in row.received_by
    assert row.acknowledged_at == row.delivered_at


def test_nothing_is_received_by_a_paper_that_was_left_or_a_form_that_nobody_signed(story: Story) -> None:
    left = {"mode": DeliveryMode.LEFT, "witness": "居委会吴某", "left_reason": "负责人拒绝签收"}
    case, notice = served(story, **left)
    with pytest.raises(Invalid, match="留置送达没有受送达人签名"):
        story.do("nei", "attach-proof", case, paper=notice, scan=story.scan(), file_name="回证.jpg", received_by="郑某")
    story.do("nei", "attach-proof", case, paper=notice, scan=story.scan(), file_name="回证.jpg")
    assert delivery(story, notice).acknowledged_at is None
    [receipt] = clocks(story, "notice.acknowledge", notice)
    assert receipt.state == "open"
    other = story.papers(case, kind=DocumentKind.RECTIFICATION_NOTICE)[-1]
    story.do("nei", "deliver", case, paper=other, proof=story.scan("二"), proof_name="回证.jpg", unsigned=True)
    assert delivery(story, other).acknowledged_at is None
    assert receipts(story) == []


def test_a_signature_before_the_service_or_without_its_scan_is_refused(story: Story) -> None:
    case, notice = served(story)
    early: datetime = story.at - timedelta(hours=1)
    with pytest.raises(Invalid, match="回证上的签收时间早于送达时间"):
        story.do("nei", "attach-proof", case, paper=notice, scan=story.scan(), file_name="回证.jpg", received_at=early)
    other = story.papers(case, kind=DocumentKind.RECTIFICATION_NOTICE)[-1]
    with pytest.raises(Invalid, match="请上传扫描件"):
        story.do("nei", "deliver", case, paper=other, received_by="郑某")
    with pytest.raises(Invalid, match="不要再填签收人"):
        story.do(
            "nei",
            "attach-proof",
            case,
            paper=notice,
            scan=story.scan(),
            file_name="回证.jpg",
            received_by="郑某",
            unsigned=True,
        )


def test_the_warning_about_a_receipt_falls_when_the_proof_comes_back_late(story: Story) -> None:
    case, notice = served(story)
    [receipt] = clocks(story, "notice.acknowledge", notice)
    story.wait(days=(receipt.due_on - local_date(story.at)).days + 1)
    story.do("system", climb, case)
    story.do("nei", "attach-proof", case, paper=notice, scan=story.scan("回证"), file_name="回证.jpg")
    with story.installation.database.reading() as session:
        [warning] = session.scalars(
            select(RungFired)
            .join(Deadline, Deadline.id == RungFired.deadline_id)
            .where(Deadline.rule_code == "notice.acknowledge", RungFired.rung == "warn")
        )
    assert warning.withdrawn_at == story.at
