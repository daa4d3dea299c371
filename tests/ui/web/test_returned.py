"""A paper that was sent back says so first, by whom and why, wherever its author looks."""

from __future__ import annotations

from models.kernel.calendar.time import wall_clock
from tests.stories import Story
from tests.ui.web.conftest import Look, words

WHY = "第三部分直接原因与痕迹鉴定意见不一致，请补充鉴定意见编号，并核对涉事车辆的核定载质量后再报。"


def test_a_returned_paper_stands_first_with_who_returned_it_and_why(story: Story, look: Look) -> None:
    story.at = wall_clock()
    waiting = story.rectifying(variant=1)  # its notices wait, some with a date
    story.prepare(waiting)
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "return", case, paper="D1", reason=WHY)

    todo = words(look("li", "todo"))
    assert todo.index("退回，待修改后重报") < todo.index("待提交审批")
    assert "沈某（审核）" in todo
    assert WHY in todo
    for part in ("overview", "papers", "record"):
        page = words(look("li", "case", number=case, part=part))
        assert f"退回，理由：{WHY}" in page, part
    assert WHY in words(look("li", "case", number=case, part="papers", paper="D1"))
    assert "轮到谁：</strong>退回，待修改后重报：调查分析报告书" in words(look("li", "case", number=case))

    story.do("li", "submit", case, paper="D1")
    assert WHY not in words(look("li", "todo"))
    assert "退回" not in words(look("li", "case", number=case, part="papers"))


def test_who_submitted_a_paper_of_a_colleagues_case_is_told_that_it_came_back(story: Story, look: Look) -> None:
    case = story.file()
    story.do("wang", "submit", case, paper="D1")
    story.do("shen", "return", case, paper="D1", reason=WHY)
    assert WHY in words(look("wang", "todo"))
    assert WHY in words(look("li", "todo"))
