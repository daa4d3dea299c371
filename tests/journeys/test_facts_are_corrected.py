"""What an officer learns late: entered before the report is signed, corrected with a reason afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.accident.tables import Accident
from models.case.commands.facts import add_fact_row, change_fact, remove_fact_row
from models.case.queries.facts import sheet_shown
from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, WrongStage
from models.kernel.tables import Event
from models.kernel.vocabulary import Grade
from models.papers.tables import Document, PaperFlag
from models.prevention.tables import Recurrence
from tests.journeys.test_it_happened_again import again
from tests.stories import Story


def enter(story: Story, case: str, path: str, value: str) -> None:
    sheet, row, field = path.split(".")
    op = f"{path}={value}"[:64]
    story.do("li", change_fact, case, sheet=sheet, row=row, field=field, value=value, seen=None, op=op)


def correct(story: Story, case: str, path: str, value: str, reason: str = "复核卷宗") -> list[str]:
    sheet, row, field = path.split(".")
    said = {"sheet": sheet, "row": row, "field": field, "value": value, "reason": reason}
    papers: list[str] = story.do("li", "correct-fact", case, **said)
    return papers


def flags(story: Story) -> list[tuple[str, dict[str, object]]]:
    with story.installation.database.reading() as session:
        return [(flag.reason, flag.changes) for flag in session.scalars(select(PaperFlag).order_by(PaperFlag.id))]


def test_after_the_signature_a_fact_is_corrected_with_a_reason_and_the_report_is_flagged(story: Story) -> None:
    case = story.rectifying()
    with pytest.raises(WrongStage, match="更正事故情况"):
        enter(story, case, "people.P1.name", "何某某")
    with pytest.raises(Invalid, match="理由"):
        correct(story, case, "people.P1.name", "何某某", reason=" ")
    with pytest.raises(NotAllowed):
        story.do("ling", "correct-fact", case, sheet="people", row="P1", field="name", value="何甲", reason="复核")
    papers = correct(story, case, "people.P1.name", "何某某")
    assert papers
    assert papers[0].startswith("D1（")
    assert "姓名由何某更正为何某某（复核卷宗）" in flags(story)[0][0]
    with story.installation.database.reading() as session:
        [event] = session.scalars(select(Event).where(Event.kind == "facts_corrected"))
        assert (event.why, event.data["changes"][0]["after"]) == ("复核卷宗", "何某某")
    with pytest.raises(Invalid, match="没有要修改"):
        correct(story, case, "people.P1.name", "何某某")
    with pytest.raises(Invalid, match="不是确切的数"):
        correct(story, case, "accident.1.deaths", "约3人")
    with pytest.raises(WrongStage, match="不能再修改"):
        correct(story, case, "findings.F1.text", "别的问题。")


def test_a_corrected_address_is_told_to_nobody(story: Story) -> None:
    case = story.file()
    enter(story, case, "people.P1.address", "鄂州市")  # as it stands in many a paper
    story.address(case)
    story.issue(case, "D1")
    assert correct(story, case, "people.P1.address", "鄂州市某路5号") == []
    assert flags(story) == []
    with story.installation.database.reading() as session:
        assert not any("某路5号" in f"{event.why}{event.data}" for event in session.scalars(select(Event)))


def test_a_corrected_name_of_an_official_stands_in_no_flag(story: Story) -> None:
    case = story.file("ezhou-four-deaths")
    with story.installation.database.reading() as session:
        [official, *_] = sheet_shown(session, find_actor(session, "li", story.at), case, "officials").rows
    name = official.cells["name"].text
    story.address(case)
    story.issue(case, "D1")
    correct(story, case, f"officials.{official.ref}.name", "另某")
    assert not any("另某" in reason or f"由{name}" in reason for reason, _ in flags(story))


def test_a_corrected_figure_grades_anew_and_tells_what_each_paper_says(story: Story) -> None:
    case = story.rectifying()
    correct(story, case, "accident.1.deaths", "3人", "核实伤亡")
    with story.installation.database.reading() as session:
        assert session.scalars(select(Case.grade)).one() is Grade.LARGE
    changes = [changes for _, changes in flags(story)]
    assert {"deaths": [1, 3], "grade": ["ordinary", "large"]}.items() <= changes[0].items()


def test_a_corrected_place_is_told_before_and_after_in_the_flag(story: Story) -> None:
    case = story.rectifying()
    correct(story, case, "accident.1.place", "鄂州市华容区临江路与滨湖路交叉路口")
    [(_, changes), *_] = flags(story)
    assert changes["place"] == ["鄂州市华容区临江路与新民街交叉路口", "鄂州市华容区临江路与滨湖路交叉路口"]


def test_a_corrected_time_moves_the_investigations_limit(story: Story) -> None:
    case = story.file()
    with story.installation.database.reading() as session:
        before = session.scalars(select(Deadline.due_on).where(Deadline.rule_code == "investigation.report")).one()
    enter(story, case, "accident.1.occurred_at", "2025年6月13日21时15分")
    with story.installation.database.reading() as session:
        row = session.scalars(select(Case)).one()
        accident = session.scalars(select(Accident)).one()
        after = session.scalars(select(Deadline.due_on).where(Deadline.rule_code == "investigation.report")).one()
    assert row.clock_from == accident.occurred_at
    assert after > before


def test_while_the_report_is_under_approval_nothing_is_changed_behind_its_back(story: Story) -> None:
    case = story.file()
    story.address(case)
    story.do("li", "submit", case, paper="D1")
    with pytest.raises(WrongStage):
        enter(story, case, "people.P1.name", "何某某")
    story.do("shen", "return", case, paper="D1", reason="姓名有误")
    enter(story, case, "people.P1.name", "何某某")
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    story.do("qian", "sign", case, paper="D1")
    with story.installation.database.reading() as session:
        content = session.scalars(select(Document.content).where(Document.ref == "D1")).one()
    assert "何某某" in str(content)


def test_a_form_with_nothing_but_the_accident_is_filled_in_the_case(story: Story) -> None:
    case = story.file()
    said = {"sheet": "organisations", "op": "o", "values": {"name": "鄂州市某顺运输有限公司", "kind": "运输企业"}}
    unit = story.do("li", add_fact_row, case, **said)
    truck = story.do(
        "li", add_fact_row, case, sheet="vehicles", op="v", values={"plate": "鄂G·A1234", "owner_ref": unit}
    )
    story.do(
        "li", add_fact_row, case, sheet="people", op="p", values={"name": "周某", "role": "司机", "vehicle_ref": truck}
    )
    story.do(
        "li",
        add_fact_row,
        case,
        sheet="findings",
        op="f",
        values={
            "text": "挂靠车辆脱离管理。",
            "level": "间接",
            "aspect": "管理",
            "organisation_refs": "鄂州市某顺运输有限公司",
        },
    )
    with story.installation.database.reading() as session:
        shown = sheet_shown(session, find_actor(session, "ling", story.at), case, "people")
    assert [row.cells["vehicle_ref"].text for row in shown.rows][-1] == "鄂G·A1234"
    assert shown.editable is False
    with pytest.raises(Conflict, match="引用"):
        story.do("li", remove_fact_row, case, sheet="vehicles", row=truck, op="r")


def test_a_corrected_place_is_looked_at_again_for_what_happened_there_before(story: Story) -> None:
    story.rectifying()
    second = again(story)
    with story.installation.database.reading() as session:
        found = session.scalars(select(Recurrence)).all()
    assert found
    enter(story, second, "accident.1.road_name", "滨湖路")
    with story.installation.database.reading() as session:
        assert all(row.lapsed_at is not None for row in session.scalars(select(Recurrence)))
    enter(story, second, "accident.1.road_name", "临江路")
    with story.installation.database.reading() as session:
        assert all(row.lapsed_at is None for row in session.scalars(select(Recurrence)))
