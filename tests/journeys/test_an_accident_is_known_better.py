"""Number, losses, nature, kin and jurisdiction of an accident become known or change, and everything that follows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from models.accident.tables import Accident
from models.case.commands.facts import change_fact
from models.case.tables import Case
from models.clock.queries.explain import explain_deadline
from models.clock.queries.rulebook import rulebook
from models.clock.tables import Deadline
from models.kernel.act import find_actor
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import Message
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Grade, LinkNature, Stage
from models.papers.tables import Document, DrawnNumber, PaperFlag
from tests.journeys.test_two_accidents_are_one import look
from tests.stories import Story


def flags(story: Story) -> list[tuple[str, dict[str, list[object]]]]:
    with story.installation.database.reading() as session:
        return [(flag.reason, flag.changes) for flag in session.scalars(select(PaperFlag).order_by(PaperFlag.id))]


def test_a_corrected_number_flags_what_bears_the_old_one_and_is_nobody_elses(story: Story) -> None:
    case, other = story.rectifying(), story.file(variant=5)
    with pytest.raises(Conflict, match=f"已用于案件{other}"):
        story.do("li", "set-accident-number", case, number="4207032025060008", reason="录入有误")
    with pytest.raises(Invalid, match="理由"):
        story.do("li", "set-accident-number", case, number="4207032025060099")
    with pytest.raises(NotAllowed, match="民警"):
        story.do("ling", "set-accident-number", case, number="4207032025060099", reason="录入有误")
    story.do("li", "set-accident-number", case, number="4207032025060099", reason="录入有误")
    [(reason, changes)] = flags(story)
    assert changes == {"accident_number": ["4207032025060003", "4207032025060099"]}
    assert "更正为4207032025060099" in reason
    with pytest.raises(Conflict, match="已登记"):
        story.do("li", "set-accident-number", case, number="4207032025060099", reason="录入有误")


def test_a_number_that_comes_later_flags_nothing(story: Story) -> None:
    case = story.file()
    with story.installation.database.writing() as session:
        session.scalars(select(Accident)).one().accident_number = None
    story.address(case)
    story.issue(case, "D1")
    story.do("li", "set-accident-number", case, number="4207032025060003")
    assert flags(story) == []
    assert look(story, case).inside.accident_number == "4207032025060003"


def test_the_economic_loss_grades_and_the_property_loss_does_not(story: Story) -> None:
    case = story.rectifying()
    story.do("li", "set-losses", case, property_loss=20_000_000, reason="评估报告")
    assert look(story, case).grade is Grade.ORDINARY
    story.do("li", "set-losses", case, economic_loss=10_000_000, reason="评估报告")
    view = look(story, case)
    assert (view.grade, view.inside.property_loss) == (Grade.LARGE, 20_000_000)
    [(_, changes)] = flags(story)
    assert changes["economic_loss"] == [960_000, 10_000_000]
    assert changes["property_loss"] == [8_000, 20_000_000]
    assert changes["grade"] == ["ordinary", "large"]
    with pytest.raises(Invalid, match="没有要修改"):
        story.do("li", "set-losses", case, economic_loss=10_000_000, reason="评估报告")
    with pytest.raises(Invalid, match="负数"):
        story.do("li", "set-losses", case, economic_loss=-1, reason="评估报告")


def test_a_production_safety_accident_rests_on_the_regulation_and_others_borrow_it(story: Story) -> None:
    case = story.file()
    view = look(story, case)
    assert (view.inside.grade_borrowed, view.inside.grade_basis[:2]) == (True, "参照")
    with pytest.raises(Invalid, match="组织调查"):
        story.do("li", "determine-nature", case, production_safety=True, reason="营运车辆")
    story.do(
        "li", "determine-nature", case, production_safety=True, investigated_by="鄂州市人民政府", reason="营运车辆"
    )
    view = look(story, case)
    assert (view.inside.grade_borrowed, view.inside.investigated_by) == (False, "鄂州市人民政府")
    assert view.inside.grade_basis.startswith("依据")
    with story.installation.database.reading() as session:
        clock = session.scalars(select(Deadline.key).where(Deadline.rule_code == "investigation.report")).one()
        told = explain_deadline(session, find_actor(session, "li", story.at), clock, rulebook(session))
    assert told.borrowed is False
    assert "\n依据：" in told.explanation
    with pytest.raises(Conflict, match="没有变化"):
        story.do("li", "determine-nature", case, production_safety=True, reason="营运车辆")
    story.do("li", "determine-nature", case, production_safety=False, reason="非营运车辆")
    assert look(story, case).inside.grade_borrowed is True


def test_no_rest_day_moves_the_limit_of_a_production_safety_accident(story: Story) -> None:
    case = story.file()

    def clock() -> Deadline:
        with story.installation.database.reading() as session:
            return session.scalars(select(Deadline).where(Deadline.rule_code == "investigation.report")).one()

    first = clock()  # the sixtieth day is a Saturday
    assert (first.due_on, first.version) == (date(2025, 8, 4), 1)
    safety = {"investigated_by": "鄂州市人民政府", "reason": "营运车辆"}
    story.do("li", "determine-nature", case, production_safety=True, **safety)
    assert (clock().due_on, clock().version) == (date(2025, 8, 2), 2)
    with story.installation.database.reading() as session:
        told = explain_deadline(session, find_actor(session, "li", story.at), first.key, rulebook(session))
    assert "2025年8月2日" in told.explanation.rsplit("届满日为", 1)[1]
    story.do("li", "determine-nature", case, production_safety=False, reason="非营运车辆")
    assert (clock().due_on, clock().version) == (date(2025, 8, 4), 3)
    told_whole = {
        "sheet": "accident",
        "row": "1",
        "field": "production_safety",
        "value": "是",
        "seen": None,
        "op": "one",
    }
    story.do("li", change_fact, case, **told_whole)
    assert clock().due_on == date(2025, 8, 2)


def test_the_report_says_what_its_grade_rests_on_once_that_is_decided(story: Story) -> None:
    first, second = story.file(bare=True), story.file(variant=5, bare=True)
    story.do(
        "li", "determine-nature", first, production_safety=True, investigated_by="鄂州市人民政府", reason="营运车辆"
    )
    for case in (first, second):
        story.address(case)
        story.issue(case, "D1")
    with story.installation.database.reading() as session:
        rows = session.execute(
            select(Case.case_number, Document.content)
            .join(Document, Document.case_id == Case.id)
            .where(Document.ref == "D1")
        ).all()
    said = {row.case_number: row.content for row in rows}
    assert said[first]["accident"]["grade_basis"].startswith("依据")
    assert said[second]["accident"]["grade_basis"] is None


def test_a_secondary_crash_is_linked_told_in_both_and_the_link_taken_back(story: Story) -> None:
    first, second = story.file(), story.file(variant=5)
    story.do("li", "link-case", first, other=second, nature=LinkNature.SECONDARY, reason="后车驶入现场")
    for case, other in ((first, second), (second, first)):
        [kin] = look(story, case).joined.linked
        assert (kin.case_number, kin.nature) == (other, LinkNature.SECONDARY)
    with pytest.raises(Conflict, match="已经关联"):
        story.do("li", "link-case", second, other=first, nature=LinkNature.OTHER, reason="后车驶入现场")
    with pytest.raises(NotAllowed):
        story.do("nei", "unlink-case", first, other=second, reason="登记有误")
    story.do("li", "unlink-case", second, other=first, reason="登记有误")
    assert look(story, first).joined.linked == []
    with pytest.raises(NotFound, match="没有关联"):
        story.do("li", "unlink-case", second, other=first, reason="登记有误")


def test_a_case_that_leaves_ends_its_papers_and_clocks_and_keeps_its_numbers(story: Story) -> None:
    case = story.rectifying()
    served, signed = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    numbers = story.issue(case, served, signed)
    story.deliver(case, served)
    unit = story.installation.settings.bureau
    with pytest.raises(NotAllowed, match="领导"):
        story.do("li", "transfer-out", case, to=unit, reason="属地管辖", received_by="周某")
    with pytest.raises(Invalid, match="接收"):
        story.do("ling", "transfer-out", case, to=unit, reason="属地管辖", received_by=" ")
    story.do("ling", "transfer-out", case, to=unit, reason="属地管辖", received_by="周某", receipt=story.scan())
    view = look(story, case)
    assert (view.stage, view.inside.stage_reason) == (Stage.DISCONTINUED, f"移送{unit}：属地管辖")
    papers = {paper.ref: paper for paper in view.documents}
    assert papers[served].status is DocumentStatus.DELIVERED
    assert (papers[signed].status, papers[signed].number) == (DocumentStatus.VOID, numbers[1])
    assert {clock.state for clock in view.deadlines} <= {"withdrawn", "met"}
    assert [one.received_by for one in view.joined.transfers] == ["周某"]
    with story.installation.database.reading() as session:
        void = session.scalars(select(DrawnNumber.used_for).where(DrawnNumber.void_reason.is_not(None))).all()
        told = session.scalars(select(Message.body).where(Message.key.contains("/transferred/"))).all()
    assert list(void) == [f"{case}/{signed}"]
    assert len(told) == 1
    assert "接续办理" in told[0]
    with pytest.raises(WrongStage, match="终止"):
        story.do("ling", "transfer-out", case, to=unit, reason="属地管辖", received_by="周某")
    with pytest.raises(WrongStage, match="报告已签发"):
        story.do("li", "receive-case", case, sender=unit, reason="指定管辖")


def test_the_limit_of_a_received_case_counts_from_the_receipt(story: Story) -> None:
    case = story.file()
    received = datetime(2025, 11, 28, 9, tzinfo=SHANGHAI)
    with pytest.raises(NotAllowed):
        story.do("ling", "receive-case", case, sender=story.installation.settings.bureau, reason="指定管辖")
    due = story.do(
        "li", "receive-case", case, sender=story.installation.settings.bureau, reason="指定管辖", happened_at=received
    )
    assert due == "2026-01-27"
    with story.installation.database.reading() as session:
        clock = session.scalars(select(Deadline).where(Deadline.rule_code == "investigation.report")).one()
        began = session.scalars(select(Case.clock_from)).one()
    assert (clock.started_at, clock.start_event, clock.version) == (received, "收到移送的案件", 2)
    assert began == received
    with pytest.raises(Invalid, match="早于现有起算"):
        story.do(
            "li",
            "receive-case",
            case,
            sender=story.installation.settings.bureau,
            reason="指定管辖",
            happened_at=received - timedelta(days=1),
        )


def test_a_case_that_comes_back_is_investigated_again_from_its_receipt(story: Story) -> None:
    case = story.file()
    unit = story.installation.settings.bureau
    story.do("ling", "transfer-out", case, to=unit, reason="属地管辖", received_by="周某")
    story.wait(days=20)
    story.do("li", "receive-case", case, sender=unit, reason="指定管辖")
    view = look(story, case)
    assert view.stage is Stage.INVESTIGATING
    [clock] = [clock for clock in view.deadlines if clock.state == "open"]
    assert (clock.rule, clock.started_at) == ("investigation.report", story.at)
    story.address(case)
    story.issue(case, "D1")
    assert look(story, case).stage is Stage.RECTIFYING


def test_a_case_that_ended_for_another_reason_does_not_come_back(story: Story) -> None:
    case = story.file()
    story.do("ling", "discontinue", case, reason="不属管辖范围")
    with pytest.raises(WrongStage, match="不是因移送而终止"):
        story.do("li", "receive-case", case, sender=story.installation.settings.bureau, reason="指定管辖")
