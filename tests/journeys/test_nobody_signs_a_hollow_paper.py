"""Nobody signs a hollow paper: what is missing is filled in, or let pass by somebody else with a reason that stays."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.case.commands.facts import change_fact
from models.clock.queries.rulebook import rulebook
from models.kernel.act import find_actor
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, Role
from models.office.tables import Organisation
from models.papers.queries.preflight import RemarkShown, preflight
from tests.documents.anatomy import Docx
from tests.stories import Story
from ui.papers_out import paper_file

REASON = "路口监控已经覆盖，责任人在方案中明确。"


def lacking(story: Story, case: str, paper: str = "D1", account: str = "shen") -> tuple[RemarkShown, ...]:
    with story.installation.database.reading() as session:
        return preflight(
            session,
            find_actor(session, account, story.at),
            case,
            paper,
            settings=story.installation.settings,
            rules=rulebook(session),
            today=local_date(story.at),
        )


def blocking(story: Story, case: str, paper: str = "D1") -> set[str]:
    return {one.key for one in lacking(story, case, paper) if one.blocks}


@pytest.fixture
def case(story: Story) -> str:
    """A case whose report waits for its signature, in an office that lets nothing pass by itself."""
    story.strict = True
    case = story.file(bare=True)
    story.address(case)
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    return case


def fill_in(story: Story, case: str) -> None:
    for finding in ("F1", "F2", "F3"):
        story.do("li", "add-evidence", case, title="现场勘查笔录", reference="调查卷宗", finding=finding)
    for measure in ("M1", "M2", "M3"):
        if f"measure_proof/{measure}" in blocking(story, case):
            story.do(
                "li", "edit-measure", case, measure=measure, proof="验收记录和照片", responsible_person="分管负责人"
            )


def test_a_hollow_report_is_not_signed_and_each_fault_is_named(story: Story, case: str) -> None:
    before = blocking(story, case)
    assert {"finding_evidence/F1", "measure_proof/M1"} <= before
    with pytest.raises(Invalid, match="处缺项") as refused:
        story.do("qian", "sign", case, paper="D1")
    assert {fault.path for fault in refused.value.faults} == before
    assert "问题F1没有证据。" in {fault.message for fault in refused.value.faults}


def test_a_report_that_was_filled_in_is_signed_without_anybody_letting_it_pass(story: Story, case: str) -> None:
    story.do("qian", "return", case, paper="D1", reason="请补充证据和证明方式。")
    fill_in(story, case)
    assert blocking(story, case) == set()
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    story.do("qian", "sign", case, paper="D1")
    assert lacking(story, case) == ()


def test_casualties_that_somebody_keeps_open_are_asked_about_until_they_are_settled(story: Story, case: str) -> None:
    story.do("qian", "return", case, paper="D1", reason="伤亡待核实。")
    fact = {"sheet": "accident", "row": "1", "field": "casualties_settled", "seen": None, "op": "open"}
    story.do("li", change_fact, case, value="否", **fact)
    assert "casualties_open" in {one.key for one in lacking(story, case)}
    story.do("li", "settle-casualties", case)
    assert "casualties_open" not in {one.key for one in lacking(story, case)}


def test_units_that_wait_for_an_administrator_are_told_until_they_are_confirmed(story: Story, case: str) -> None:
    story.employ("guan", Role.ADMIN)
    told = {one.key: one for one in lacking(story, case)}["units_pending"]
    assert not told.blocks
    assert "待管理员确认" in told.text
    with story.installation.database.reading() as session:
        waiting = session.scalars(select(Organisation.name).where(Organisation.pending_since.is_not(None))).all()
    for unit in waiting:
        story.in_office("guan", "confirm-organisation", organisation=unit)
    assert "units_pending" not in {one.key for one in lacking(story, case)}


def test_a_reviewer_lets_pass_with_a_reason_and_the_author_cannot(story: Story, case: str) -> None:
    keys = sorted(blocking(story, case))
    with pytest.raises(NotAllowed):
        story.do("li", "waive-remarks", case, paper="D1", remarks=keys, reason=REASON)
    story.employ("both", Role.OFFICER, Role.LEADER)
    for account, said in (("li", {"remarks": keys}), ("nei", {"remarks": keys})):
        with pytest.raises(NotAllowed):
            story.do(account, "waive-remarks", case, paper="D1", reason=REASON, **said)
    with pytest.raises(Invalid, match="理由"):
        story.do("shen", "waive-remarks", case, paper="D1", remarks=keys, reason=" ")
    with pytest.raises(Invalid, match="没有可以准予不补的缺项"):
        story.do("shen", "waive-remarks", case, paper="D1", remarks=["measure_proof/M9"], reason=REASON)
    story.do("shen", "waive-remarks", case, paper="D1", remarks=keys[:1], reason=REASON)
    with pytest.raises(Conflict):
        story.do("shen", "waive-remarks", case, paper="D1", remarks=keys[:1], reason=REASON)
    with pytest.raises(Invalid) as refused:
        story.do("qian", "sign", case, paper="D1")
    assert {fault.path for fault in refused.value.faults} == set(keys[1:])
    story.do("ling", "waive-remarks", case, paper="D1", remarks=keys, reason=REASON)
    story.do("qian", "sign", case, paper="D1")
    with pytest.raises(WrongStage):
        story.do("ling", "waive-remarks", case, paper="D1", remarks=keys[:1], reason=REASON)
    with story.installation.database.reading() as session:
        told = session.scalars(select(Event).where(Event.kind == "remarks_waived").order_by(Event.id)).all()
    assert [(event.actor, event.why, len(event.data["remarks"])) for event in told] == [
        ("shen", REASON, 1),
        ("ling", REASON, len(keys) - 1),
    ]


def test_who_carries_the_case_lets_nothing_of_it_pass_even_as_a_reviewer(story: Story) -> None:
    story.strict = True
    story.employ("both", Role.OFFICER, Role.REVIEWER)
    case = story.file(bare=True)
    story.address(case)
    story.do("both", "submit", case, paper="D1")
    keys = sorted(blocking(story, case))
    with pytest.raises(NotAllowed, match="拟稿人"):
        story.do("both", "waive-remarks", case, paper="D1", remarks=keys, reason=REASON)


def test_who_let_something_pass_does_not_become_the_author_afterwards(story: Story) -> None:
    story.strict = True
    story.employ("both", Role.OFFICER, Role.LEADER)
    case = story.file(bare=True)
    story.address(case)
    keys = sorted(blocking(story, case))
    story.do("both", "waive-remarks", case, paper="D1", remarks=keys, reason=REASON)
    with pytest.raises(NotAllowed, match="不能再作为拟稿人提交"):
        story.do("both", "submit", case, paper="D1")
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    story.do("qian", "sign", case, paper="D1")


def test_a_notice_with_a_date_that_has_passed_is_signed_by_nobody(story: Story) -> None:
    case = story.rectifying()
    notice = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)[0]
    story.do("li", "submit", case, paper=notice)
    story.do("shen", "approve", case, paper=notice)
    story.wait(days=400)
    [late] = {one.key for one in lacking(story, case, notice) if one.blocks and not one.waivable}
    with pytest.raises(Invalid, match="没有可以准予不补的缺项"):
        story.do("shen", "waive-remarks", case, paper=notice, remarks=[late], reason=REASON)
    with pytest.raises(Invalid, match="处缺项"):
        story.do("qian", "sign", case, paper=notice)


def test_who_may_not_see_a_paper_learns_nothing_of_what_it_lacks(story: Story) -> None:
    case = story.rectifying()
    proposal = story.prepare(case)[-1]
    assert story.papers(case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL) == [proposal]
    with pytest.raises(NotFound):
        lacking(story, case, proposal, account="ling")


def test_the_volume_says_what_was_let_pass_by_whom_and_why(story: Story, case: str) -> None:
    story.do("shen", "waive-remarks", case, paper="D1", remarks=sorted(blocking(story, case)), reason=REASON)
    story.do("qian", "sign", case, paper="D1")
    story.strict = False
    papers = story.prepare(case)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    story.archive(case)
    story.seal_volume(case)
    [volume] = story.papers(case, kind=DocumentKind.TRACEBACK_ARCHIVE)
    text = Docx(paper_file(story.installation, "dang", case, volume)[1]).text()
    assert f"准予不补（{REASON}）" in text
    assert "第1项措施" in text
