"""What a paper says is settled when it is reviewed: what changes afterwards goes back before it is signed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.accident.tables import Accident
from models.kernel.errors import Conflict, WrongStage
from models.kernel.vocabulary import DocumentKind
from models.papers.tables import Document
from tests.stories import Story


def reviewed(story: Story) -> str:
    case = story.file()
    story.address(case)
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    return case


@pytest.mark.parametrize(
    ("sheet", "row", "field", "value"),
    [
        ("people", "P1", "name", "何某某"),
        ("findings", "F1", "text", "换成另一个问题。"),
        ("measures", "M1", "text", "换成另一项措施。"),
        ("accident", "1", "deaths", "3人"),
    ],
)
def test_no_fact_is_corrected_behind_the_back_of_a_report_under_approval(
    story: Story, sheet: str, row: str, field: str, value: str
) -> None:
    case = reviewed(story)
    with pytest.raises(WrongStage, match="退回报告"):
        story.do("li", "correct-fact", case, sheet=sheet, row=row, field=field, value=value, reason="复核卷宗")


def test_a_death_after_the_review_is_recorded_and_the_report_goes_back(story: Story) -> None:
    case = reviewed(story)
    with story.installation.database.reading() as session:
        occurred = session.scalars(select(Accident.occurred_at)).one()
    story.do("li", "record-death", case, died_on=occurred.date())
    with pytest.raises(Conflict, match=r"沈某.*之后有变化，请退回") as refused:
        story.do("qian", "sign", case, paper="D1")
    assert refused.value.code == "changed_since_review"
    story.do("qian", "return", case, paper="D1", reason="死亡人数有变化。")
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    story.wait(days=2)
    story.do("qian", "sign", case, paper="D1")
    with story.installation.database.reading() as session:
        said = session.scalars(select(Document.content).where(Document.ref == "D1")).one()
    assert said is not None
    assert said["accident"]["deaths"] == 2


def test_a_notice_does_not_leave_with_other_facts_than_were_reviewed(story: Story) -> None:
    case = story.rectifying()
    notice, other = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)[:2]
    for paper in (notice, other):
        story.do("li", "submit", case, paper=paper)
    story.do("shen", "approve", case, paper=notice)
    place = "鄂州市华容区临江路与滨湖路交叉路口"
    said = {"sheet": "accident", "row": "1", "field": "place", "value": place}
    story.do("li", "correct-fact", case, **said, reason="复核卷宗")
    with pytest.raises(Conflict, match="之后有变化"):
        story.do("qian", "sign", case, paper=notice)
    # Who reviews it now sees it as it is.
    story.do("shen", "approve", case, paper=other)
    story.do("qian", "sign", case, paper=other)
