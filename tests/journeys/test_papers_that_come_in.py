"""A 检察建议, an order of a superior, a 挂牌督办: registered with the limit that it sets us, owed until answered or lifted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from documents.archive.verify import verify
from models.archive.tables import Archive
from models.case.queries.incoming import incoming_list
from models.case.tables import IncomingPaper
from models.clock.tables import Deadline
from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.vocabulary import IncomingKind, Role
from models.overview.queries.waits import Wait
from models.overview.queries.worklists import waiting_on
from models.papers.filling import frozen
from tests.stories import Story

SAID = {
    "incoming_kind": IncomingKind.PROCURATORIAL,
    "number": "鄂州检建〔2025〕6号",
    "sender_name": "鄂州市人民检察院",
    "demand": "完善重点路段管控，书面回复。",
    "file_name": "检察建议.pdf",
}


def came(story: Story, case: str, account: str = "nei", **otherwise: object) -> str:
    said = {**SAID, "dated": story.at.date(), "scan": story.scan("来文"), **otherwise}
    ref: str = story.do(account, "register-incoming", case, **said)
    return ref


def clock(story: Story, ref: str) -> tuple[date, str]:
    with story.installation.database.reading() as session:
        row = session.scalars(
            select(Deadline)
            .join(IncomingPaper, IncomingPaper.deadline_id == Deadline.id)
            .where(IncomingPaper.ref == ref)
        ).one()
        return row.due_on, row.state


def owed(story: Story, account: str, *, everything: bool = False) -> list[str]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return [one.ref for one in incoming_list(session, actor, story.at.date(), everything=everything)]


def test_what_comes_in_runs_a_clock_against_us_and_waits_on_the_officer_until_it_is_answered(story: Story) -> None:
    case = story.file()
    due = story.at.date() + timedelta(days=58)
    first, second = came(story, case, due=due), came(story, case, number="鄂州检建〔2025〕7号")
    assert (first, second) == ("W1", "W2")
    assert clock(story, first) == (due, "open")
    assert clock(story, second)[0] >= story.at.date() + timedelta(days=30)  # no day set: as the rule counts
    assert owed(story, "li") == [first, second]
    with story.installation.database.reading() as session:
        found = waiting_on(
            session, find_actor(session, "li", story.at), story.at.date(), only=[Wait.CLOSE_INCOMING], case_number=case
        )
    assert [one.due_on for one in found][-1] == due
    story.wait(days=10)
    story.do("li", "close-incoming", case, incoming=first, note="已书面回复。", number="鄂州公交函〔2025〕3号")
    assert clock(story, first) == (due, "met")
    assert clock(story, second)[1] == "open"
    assert (owed(story, "li"), owed(story, "li", everything=True)) == ([second], [second, first])
    with pytest.raises(Conflict, match="已经办结"):
        story.do("li", "close-incoming", case, incoming=first, note="再次")


def test_a_listed_order_ends_with_the_paper_that_lifts_it(story: Story) -> None:
    case = story.file()
    ref = came(
        story, case, incoming_kind=IncomingKind.LISTED, sender_name="省道路交通安全委员会", number="鄂道安督〔2025〕1号"
    )
    with pytest.raises(Invalid, match="摘牌文件"):
        story.do("nei", "close-incoming", case, incoming=ref, note="已整改到位。")
    lifted = {
        "note": "验收合格，摘牌。",
        "number": "鄂道安〔2025〕9号",
        "scan": story.scan("摘牌"),
        "file_name": "摘牌.pdf",
    }
    story.do("nei", "close-incoming", case, incoming=ref, **lifted)
    assert owed(story, "nei") == []


def test_what_cannot_be_is_refused_with_each_fault(story: Story) -> None:
    case = story.file()
    day = timedelta(days=1)
    with pytest.raises(Invalid, match="4处不合格") as refused:
        came(story, case, number=" ", demand="", dated=story.at.date() + day, due=story.at.date() - day)
    assert [fault.path for fault in refused.value.faults] == ["文号", "办理要求", "成文日期", "办理期限"]
    came(story, case)
    with pytest.raises(Conflict, match="已登记为W1"):
        came(story, case)
    with pytest.raises(NotAllowed):
        came(story, case, "shen", number="另号")
    with pytest.raises(NotFound, match="没有编号为“W9”的来文"):
        story.do("li", "close-incoming", case, incoming="W9", note="已答复。")
    with pytest.raises(Invalid, match="文号含有不可见的控制字符"):
        story.do("li", "close-incoming", case, incoming="W1", note="已答复。", number="鄂州\u200b〔2025〕3号")
    with pytest.raises(Invalid, match="早于收到来文"):
        story.do("li", "close-incoming", case, incoming="W1", note="已答复。", happened_at=story.at - day)
    story.employ("xie", Role.AGENCY, unit="鄂州市公安局")
    assert owed(story, "xie", everything=True) == []


def test_a_case_that_owes_an_answer_is_not_archived_and_the_volume_holds_what_came(story: Story) -> None:
    case = story.file()
    ref = came(story, case)
    story.address(case)
    story.issue(case, "D1")
    papers = story.prepare(case)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    with pytest.raises(WrongStage, match="来文W1（检察建议）未办完"):
        story.archive(case)
    story.do("li", "close-incoming", case, incoming=ref, note="已书面回复。", number="鄂州公交函〔2025〕3号")
    story.do("dang", "archive", case)
    assert verify(story.seal_volume(case)).faults == []
    with story.installation.database.reading() as session:
        volume = frozen(session, session.scalars(select(Archive.document_id)).one())
    assert volume.kind == "traceback_archive"
    [item] = [one for one in volume.items if one.title == "来文：检察建议"]
    assert (item.number, item.responsible, len(item.files)) == (SAID["number"], SAID["sender_name"], 1)
    assert item.remark == "办理结果（鄂州公交函〔2025〕3号）：已书面回复。"


def test_what_came_in_goes_over_with_its_clock_where_two_cases_become_one(story: Story) -> None:
    story.wait(days=400)
    first, second = story.file(), story.file(variant=5)
    came(story, first)
    came(story, second, number="鄂州检建〔2025〕8号")
    story.do("ling", "merge-case", second, into=first, reason="同一起事故")
    with story.installation.database.reading() as session:
        found = incoming_list(session, find_actor(session, "li", story.at), story.at.date(), case_number=first)
        assert [one.number for one in found] == [SAID["number"], "鄂州检建〔2025〕8号"]
        assert len({one.ref for one in found}) == 2
    story.do("li", "close-incoming", first, incoming=found[1].ref, note="已书面回复。")
    assert clock(story, found[1].ref)[1] == "met"
