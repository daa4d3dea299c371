"""分案: the second accident gets a case of its own with what belongs to it; the sums stay what they were."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from models.accident.tables import Accident, Vehicle
from models.case.tables import Case, Finding
from models.clock.tables import Deadline
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.vocabulary import DocumentKind, Grade, OrganisationKind, Stage, Trigger
from models.office.commands.organisations import add_organisation
from models.papers.tables import PaperFlag
from models.rectification.tables import Measure
from tests.journeys.test_two_accidents_are_one import look
from tests.stories import Story

LATER = datetime(2025, 8, 16, 7, 5, tzinfo=SHANGHAI)
SECOND: dict[str, Any] = {
    "title": "环湖公路“8·16”二次事故",
    "occurred_at": LATER,
    "place": "鄂州市鄂城区环湖公路K12+500处",
    "text": "后车驶入事故现场。",
    "reason": "经查系先后两起事故",
}


def split(story: Story, case: str, account: str = "ling", **more: Any) -> str:
    return str(story.do(account, "split-case", case, **{**SECOND, **more}))


def row(story: Story, case: str) -> Any:
    with story.installation.database.reading() as session:
        return session.execute(
            select(Case.grade, Case.trigger, Case.stage, Accident.deaths, Accident.economic_loss)
            .join(Accident, Accident.id == Case.accident_id)
            .where(Case.case_number == case)
        ).one()


def test_figures_vehicles_findings_and_measures_part_and_both_cases_tell_it(story: Story) -> None:
    case = story.file("ezhou-four-deaths", bare=True)
    new = split(
        story,
        case,
        deaths=2,
        serious_injuries=1,
        economic_loss=1_000_000,
        findings=["F7"],
        measures=["M14"],
        people=["P11"],
    )
    assert tuple(row(story, case)) == (Grade.ORDINARY, Trigger.SCOPE, Stage.INVESTIGATING, 2, 3_120_000)
    assert tuple(row(story, new)) == (Grade.ORDINARY, Trigger.SCOPE, Stage.INVESTIGATING, 2, 1_000_000)
    assert look(story, case).joined.split_into == [new]
    assert look(story, new).joined.split_from == case
    [told] = [event.data for event in look(story, case).events if event.kind == "case_split"]
    assert (told["renamed"], told["before"]["deaths"], told["after"]["deaths"]) == (
        {"F7": "F1", "M14": "M1", "P11": "P1"},
        4,
        2,
    )
    with story.installation.database.reading() as session:
        clock = session.scalars(
            select(Deadline).join(Case, Case.id == Deadline.case_id).where(Case.case_number == new)
        ).one()
    assert (clock.rule_code, clock.started_at) == ("investigation.report", LATER)


def test_what_rests_on_each_other_is_not_torn_apart(story: Story) -> None:
    case = story.file("ezhou-four-deaths", bare=True)
    with pytest.raises(Invalid, match="M12与F17"):
        split(story, case, measures=["M12"])
    with pytest.raises(Invalid, match="P10与F16"):
        split(story, case, findings=["F16"], measures=["M9", "M10"])
    with pytest.raises(NotFound, match="F99"):
        split(story, case, findings=["F99"])
    with pytest.raises(Invalid, match="请指明分出"):
        split(story, case)
    with pytest.raises(Invalid, match="超过本案"):
        split(story, case, vehicles=["V2"], deaths=9)
    with pytest.raises(Invalid, match="不能为负数"):
        split(story, case, vehicles=["V2"], deaths=-1)
    with pytest.raises(Invalid, match="晚于现在"):
        split(story, case, vehicles=["V2"], occurred_at=datetime(2030, 1, 1, tzinfo=SHANGHAI))
    with pytest.raises(NotAllowed, match="领导"):
        split(story, case, account="li", vehicles=["V2"])
    assert row(story, case).deaths == 4


def test_the_second_accident_is_not_filed_twice(story: Story) -> None:
    case = story.file("ezhou-four-deaths", bare=True)
    split(story, case, vehicles=["V2"])
    with pytest.raises(Conflict, match="已立案"):
        split(story, case, vehicles=["V1"])
    with story.installation.database.reading() as session:
        assert len(session.scalars(select(Vehicle.id)).all()) == 2


def test_a_paper_goes_along_with_its_measures_but_one_that_carries_both_keeps_them(story: Story) -> None:
    case = story.rectifying(bare=True)
    papers = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    numbers = story.issue(case, *papers)
    story.deliver(case, *papers)
    new = split(story, case, findings=["F2"], measures=["M1"])
    moved = look(story, new).documents
    assert next(paper.number for paper in moved if paper.kind is DocumentKind.RECTIFICATION_NOTICE) in numbers
    assert any(clock.rule == "measure.complete" for clock in look(story, new).deadlines)
    with story.installation.database.reading() as session:
        assert any("已分出" in reason for reason in session.scalars(select(PaperFlag.reason)))
        both = session.execute(select(Finding.ref, Case.case_number).join(Case, Case.id == Finding.case_id)).all()
    assert sorted(both) == [("F1", case), ("F1", new), ("F3", case)]
    added = story.do("li", "add-measure", case, text="完善标线")
    assert added == "M3"  # M1 went away with its name
    with story.installation.database.reading() as session:
        assert session.scalars(select(Measure.ref).order_by(Measure.id)).all()


def test_a_notice_with_measures_of_both_accidents_is_refused(story: Story) -> None:
    case = story.rectifying("ezhou-four-deaths", bare=True)
    story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    with pytest.raises(Invalid, match="同时载有"):
        split(story, case, findings=["F15"], people=["P8"], measures=["M6"])


def test_a_request_that_nobody_signed_keeps_the_measures_of_its_annex(story: Story) -> None:
    with story.installation.database.writing() as session:
        add_organisation(session, "鄂州市人民政府", OrganisationKind.GOVERNMENT, division_code="420700")
    case = story.file("ezhou-four-deaths", bare=True)
    said = {"title": "统筹整改", "matter": "请予统筹。", "reasons": "汛期临近。", "inclination": "由我局行文。"}
    asked = story.do("li", "prepare-request", case, recipient="鄂州市人民政府", measures=["M14"], **said)
    with pytest.raises(Invalid, match=f"文书{asked}的附件列有分出的措施"):
        split(story, case, findings=["F7"], measures=["M14"], people=["P11"])
    story.do("li", "void", case, paper=asked, reason="事项属于另一起事故。")
    assert split(story, case, findings=["F7"], measures=["M14"], people=["P11"])


def test_no_split_while_the_report_is_under_approval(story: Story) -> None:
    case = story.file("ezhou-four-deaths", bare=True)
    story.do("li", "submit", case, paper="D1")
    with pytest.raises(WrongStage, match="不能分案"):
        split(story, case, vehicles=["V2"])
