"""职责争议: a unit says that a measure is not its to do; the clocks stand still, somebody decides, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from flows.sweep import sweep
from models.clock.queries.explain import explain_deadline
from models.clock.queries.rulebook import rulebook
from models.clock.tables import RungFired
from models.kernel.act import find_actor
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import Message
from models.kernel.vocabulary import Adjudication, AssignmentState, DocumentKind, Outcome, ReplyKind, Role, Verdict
from models.papers.commands.renditions import Enclosure
from models.papers.filling import content
from models.papers.tables import Document
from tests.journeys.conftest import GoOn
from tests.journeys.shared import DAY, LEAD, PARTNER, THIRD, Shared, everything, units
from tests.stories import Story

WORK = ("notice.plan", "measure.complete")


def under_way(story: Story) -> Shared:
    units(story, LEAD, PARTNER, THIRD)
    case = Shared(story)
    case.serve()
    case.acknowledge(LEAD, PARTNER)
    story.wait(days=2)
    return case


@pytest.fixture
def shared(go_on: GoOn) -> Shared:
    told: Shared = go_on(under_way)
    return told


def dispute(shared: Shared, unit: str = LEAD) -> str:
    return shared.reply(unit, ReplyKind.DISPUTE, text="该路段已移交养护公司，不属我中心职责。")


def confirm(shared: Shared, reply: str, by: str = "ling", **said: object) -> None:
    given = {"decision": Adjudication.CONFIRMED, "reason": "移交手续未办结，仍由原单位负责。"} | said
    shared.do(by, "adjudicate", reply=reply, **given)


def test_a_dispute_stops_the_clocks_and_a_confirmation_lets_them_run_on_with_what_was_left(shared: Shared) -> None:
    before = {clock.rule_code: clock.due_on for clock in shared.clocks(LEAD, *WORK)}
    reply = dispute(shared)
    stopped = shared.clocks(LEAD, *WORK)
    assert shared.hand(LEAD).state is AssignmentState.DISPUTED
    assert {clock.state for clock in stopped} == {"suspended"}
    left = {clock.rule_code: clock.changes["suspension"]["remaining"] for clock in stopped}
    assert left == {"notice.plan": 5, "measure.complete": 58}
    assert {clock.state for clock in shared.clocks(PARTNER, *WORK)} == {"open"}
    shared.story.wait(days=7)
    confirm(shared, reply)
    assert shared.hand(LEAD).state is AssignmentState.AWAITING_PLAN
    again = {clock.rule_code: clock for clock in shared.clocks(LEAD, *WORK)}
    assert {clock.state for clock in again.values()} == {"open"}
    assert again["measure.complete"].due_on == before["measure.complete"] + 7 * DAY
    assert again["notice.plan"].due_on == before["notice.plan"] + 7 * DAY
    told = [event.data["remaining"] for event in shared.events("deadline_resumed")]
    assert sorted(told) == sorted(left.values())
    with shared.story.installation.database.reading() as session:
        actor = find_actor(session, LEAD, shared.story.at)
        explained = explain_deadline(session, actor, again["notice.plan"].key, rulebook(session))
    assert f"职责争议（{reply}）" in explained.explanation


def test_nothing_climbs_while_a_dispute_waits_and_it_lies_with_the_leaders(shared: Shared) -> None:
    reply = dispute(shared)
    assert "adjudicate" in shared.waits("ling")
    assert "adjudicate" not in shared.waits("li") | shared.waits("qian")
    assert f"待裁定职责争议：{LEAD}{shared.measure}" in shared.turn()
    shared.story.wait(days=90)
    sweep(shared.story.installation, shared.story.at)
    ids = [clock.id for clock in shared.clocks(LEAD, *WORK)]
    assert (
        shared.rows(select(RungFired.id).where(RungFired.deadline_id.in_(ids), RungFired.rung != "remind.half")) == []
    )
    confirm(shared, reply)
    assert "adjudicate" not in shared.waits("ling")
    assert all(clock.due_on > local_date(shared.story.at) for clock in shared.clocks(LEAD, *WORK))


def test_a_reassignment_ends_the_old_hand_and_drafts_a_notice_to_the_new_one(shared: Shared) -> None:
    reply = dispute(shared)
    drafted = shared.do(
        "ling",
        "adjudicate",
        reply=reply,
        decision=Adjudication.REASSIGNED,
        to=THIRD,
        reason="该路段由绿化管理所代管。",
    )
    old, new = shared.hand(LEAD), shared.hand(THIRD)
    assert (old.state, old.outcome) == (AssignmentState.CLOSED, Outcome.SUPERSEDED)
    assert {clock.state for clock in shared.clocks(LEAD, *WORK)} == {"withdrawn"}
    assert (new.part, new.state, new.due_on) == (old.part, AssignmentState.UNISSUED, old.due_on)
    [paper] = shared.rows(
        select(Document.kind, Document.recipient_id).where(Document.ref == drafted, Document.id == new.notice_id)
    )
    assert (paper.kind, paper.recipient_id) == (DocumentKind.RECTIFICATION_NOTICE, new.organisation_id)
    shared.serve()
    shared.acknowledge(THIRD)
    assert shared.reply(THIRD, ReplyKind.PLAN)
    [seen] = [event for event in shared.view(LEAD).events if event.kind == "dispute_adjudicated"]
    assert seen.data["to"] == THIRD
    assert any("不再办理" in row.body for row in shared.rows(select(Message.body)))


def test_the_other_leads_part_goes_to_a_unit_that_cooperates_already_without_a_second_notice(shared: Shared) -> None:
    reply = dispute(shared)
    notice = shared.notice(PARTNER)
    drafted = shared.do(
        "ling", "adjudicate", reply=reply, decision=Adjudication.REASSIGNED, to=PARTNER, reason="照明是主项。"
    )
    assert drafted is None
    assert shared.hand(PARTNER).part.value == "lead"
    assert shared.notice(PARTNER) == notice


def test_a_dispute_on_paper_is_entered_with_its_scan_and_so_is_the_decision(shared: Shared) -> None:
    said = {"kind": ReplyKind.DISPUTE, "measures": [shared.measure], "text": "不属我中心职责。", "organisation": LEAD}
    with pytest.raises(Invalid, match="须附对方书面意见的扫描件"):
        shared.do("nei", "reply", **said)
    scan = shared.story.scan("职责争议")
    [reply] = shared.do(
        "nei",
        "reply",
        files=[Enclosure(scan, "争议.pdf", "application/pdf")],
        incoming_number="路维〔2025〕8号",
        happened_at=shared.story.at - timedelta(days=1),
        **said,
    )
    since = {clock.changes["suspension"]["since"] for clock in shared.clocks(LEAD, *WORK)}
    assert since == {(local_date(shared.story.at) - DAY).isoformat()}
    with pytest.raises(NotAllowed):
        confirm(shared, reply, by="li")
    decided = shared.story.scan("裁定")
    confirm(shared, reply, by="li", scan=decided, scan_name="裁定.pdf", incoming_number="鄂州道安办〔2025〕3号")
    assert shared.events("dispute_adjudicated")[0].data["scan"] == decided.sha256
    assert shared.events("dispute_adjudicated")[0].data["body"] == shared.story.installation.settings.commission


def test_the_commissions_own_leader_decides_and_sees_nothing_else(shared: Shared) -> None:
    shared.story.employ("zhuren", Role.LEADER, unit=shared.story.installation.settings.commission)
    with pytest.raises(NotFound):
        shared.view("zhuren")
    reply = dispute(shared)
    assert "adjudicate" in shared.waits("zhuren")
    seen = shared.view("zhuren")
    assert [m.ref for m in seen.measures] == [shared.measure]
    assert seen.documents == []
    assert seen.inside is None
    with pytest.raises(NotAllowed):
        shared.do("zhuren", "assign-sponsor", sponsor="ling")
    confirm(shared, reply, by="zhuren")
    assert shared.hand(LEAD).state is AssignmentState.AWAITING_PLAN


def test_a_unit_disputes_once_in_time_and_nothing_is_half_written(shared: Shared) -> None:
    reply = dispute(shared)
    before = everything(shared.story)
    with pytest.raises(WrongStage, match="职责争议"):
        shared.reply(LEAD, ReplyKind.PLAN)
    with pytest.raises(WrongStage, match="由有权机关裁定"):
        shared.do("li", "assess", reply=reply, verdict=Verdict.ACCEPTED)
    with pytest.raises(WrongStage, match="待该事项办结时恢复"):
        shared.do("ling", "resume", deadline=shared.clocks(LEAD, "notice.plan")[0].key)
    with pytest.raises(Invalid, match="须指明该单位"):
        shared.do("ling", "adjudicate", reply=reply, decision=Adjudication.REASSIGNED, reason="改派。")
    with pytest.raises(Invalid, match="请填写理由"):
        confirm(shared, reply, reason=" ")
    with pytest.raises(NotAllowed, match="由领导办理"):
        confirm(shared, reply, by="qian")
    with pytest.raises(Conflict, match="此前已不再承担"):
        shared.do("ling", "adjudicate", reply=reply, decision=Adjudication.REASSIGNED, to=LEAD, reason="改派。")
    assert everything(shared.story) == before
    confirm(shared, reply)
    with pytest.raises(Conflict, match="已裁定为“维持原责任单位”"):
        confirm(shared, reply)
    with pytest.raises(Conflict, match="不得再次提出"):
        dispute(shared)
    assert shared.reply(LEAD, ReplyKind.PLAN)


def test_who_is_late_or_has_answered_cannot_dispute_any_more(shared: Shared) -> None:
    plan = shared.reply(PARTNER, ReplyKind.PLAN)
    with pytest.raises(Conflict, match=f"反馈{plan}正在研判"):
        dispute(shared, PARTNER)
    shared.story.wait(days=12)
    with pytest.raises(WrongStage, match="届满，不能再中止"):
        dispute(shared)
    with pytest.raises(WrongStage, match="不是职责争议"):
        confirm(shared, plan)


def test_the_archive_keeps_the_dispute_its_decision_and_its_scan(shared: Shared) -> None:
    reply = dispute(shared)
    scan = shared.story.scan("裁定")
    confirm(shared, reply, by="nei", scan=scan, scan_name="裁定.pdf", incoming_number="鄂州道安办〔2025〕3号")
    for paper in shared.do("li", "prepare", kind=DocumentKind.ACCOUNTABILITY_PROPOSAL):
        shared.story.issue(shared.case, paper)
        shared.story.deliver(shared.case, paper)
    shared.story.archive(shared.case)
    with shared.story.installation.database.reading() as session:
        volume = session.scalars(select(Document.id).where(Document.kind == DocumentKind.TRACEBACK_ARCHIVE)).one()
        said = content(
            session,
            volume,
            settings=shared.story.installation.settings,
            rules=rulebook(session),
            issued_on=None,
            number=None,
            signatory=None,
        )
    assert any(item.number == "鄂州道安办〔2025〕3号" and item.files[0].sha256 == scan.sha256 for item in said.items)
    assert any(entry.kind is ReplyKind.DISPUTE for entry in said.replies)
    assert any(event.what.startswith("裁定职责争议") for event in said.events)
