"""牵头与配合: units that share a measure, each with its own date, notice, replies, clocks and light."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.vocabulary import (
    AssignmentState,
    DocumentKind,
    DocumentStatus,
    Light,
    MilestoneKind,
    Outcome,
    Part,
    ReplyKind,
    Verdict,
)
from models.papers.tables import Document, PaperFlag
from tests.journeys.conftest import GoOn
from tests.journeys.shared import DAY, LEAD, PARTNER, THIRD, Shared, everything, units
from tests.stories import Story


def begun(story: Story) -> Shared:
    units(story, LEAD, PARTNER, THIRD)
    return Shared(story)


@pytest.fixture
def shared(go_on: GoOn) -> Shared:
    told: Shared = go_on(begun)
    return told


def close(shared: Shared, unit: str) -> None:
    for kind in (ReplyKind.PLAN, ReplyKind.COMPLETION):
        shared.do("li", "assess", reply=shared.reply(unit, kind), verdict=Verdict.ACCEPTED)
    about = {"measure": shared.measure, "organisation": unit}
    shared.do("wang", "verify", passed=True, place="事故路段", note="设施齐全。", **about)
    shared.do("li", "close-measure", **about)


def test_each_unit_has_its_own_date_replies_and_light_and_the_whole_is_closed_by_the_last(shared: Shared) -> None:
    today = shared.story.at.date()
    shared.do(
        "li",
        "edit-responsible",
        measure=shared.measure,
        organisation=PARTNER,
        responsible_person="孙某",
        due=today + 20 * DAY,
    )
    shared.serve()
    shared.acknowledge(LEAD, PARTNER)
    [lead], [partner] = (shared.clocks(unit, "measure.complete") for unit in (LEAD, PARTNER))
    assert lead.due_on == today + 60 * DAY
    assert partner.due_on == today + 20 * DAY
    close(shared, LEAD)
    assert shared.events("measure_closed")[-1].data["whole"] is False
    assert not shared.shown().closed
    shared.story.wait(days=21)
    shown = shared.units()
    assert (shown[LEAD].light, shown[PARTNER].light) == (Light.GREEN, Light.YELLOW)
    close(shared, PARTNER)
    assert shared.events("measure_closed")[-1].data["whole"] is True
    assert shared.shown().closed


def test_the_lead_sees_how_the_others_stand_and_they_do_not_see_each_other(shared: Shared) -> None:
    shared.do("li", "add-cooperating", measure=shared.measure, organisation=THIRD)
    shared.serve()
    shared.acknowledge(LEAD, PARTNER, THIRD)
    seen = shared.units(LEAD)
    assert {name: unit.state for name, unit in seen.items()} == dict.fromkeys(
        (LEAD, PARTNER, THIRD), AssignmentState.AWAITING_PLAN
    )
    assert seen[PARTNER].due_on is not None
    assert seen[PARTNER].notice is None
    assert set(shared.units(PARTNER)) == {PARTNER}
    shared.reply(PARTNER, ReplyKind.PLAN, text="我所负责更换灯具。")
    told = {(event.kind, event.data.get("organisation")) for event in shared.view(LEAD).events}
    assert ("reply_given", PARTNER) not in told
    assert [paper.recipient for paper in shared.view(LEAD).documents] == [LEAD]
    with pytest.raises(NotFound, match="没有由该单位承担"):
        shared.do(LEAD, "reply", kind=ReplyKind.PLAN, measures=[shared.measure], text="代答。", organisation=PARTNER)


def test_report_and_notice_say_who_leads_and_who_cooperates(shared: Shared) -> None:
    own = shared.story.at.date() + 20 * DAY
    shared.do("li", "edit-responsible", measure=shared.measure, organisation=PARTNER, due=own)
    shared.serve()
    for unit, part in ((LEAD, "lead"), (PARTNER, "cooperating")):
        [row] = shared.rows(
            select(Document.content).where(
                Document.ref == shared.notice(unit), Document.case_id == shared.hand(unit).case_id
            )
        )
        [told] = [m for m in row.content["measures"] if m["number"] == shared.measure]
        assert (told["lead"], told["cooperating"], told["part"]) == (LEAD, [PARTNER], part)
        assert told["due"] == (own if unit == PARTNER else own + 40 * DAY).isoformat()


def test_a_unit_joins_after_the_notices_went_out_and_gets_a_notice_of_its_own(shared: Shared) -> None:
    shared.serve()
    assert "prepare" not in shared.waits("li")
    shared.do(
        "li", "add-cooperating", measure=shared.measure, organisation=THIRD, due=shared.story.at.date() + 30 * DAY
    )
    assert "prepare" in shared.waits("li")
    flagged = shared.rows(select(Document.ref).join(PaperFlag, PaperFlag.document_id == Document.id))
    assert [row.ref for row in flagged] == [shared.notice(LEAD)]
    shared.serve()
    assert "prepare" not in shared.waits("li")
    assert shared.hand(THIRD).state is AssignmentState.AWAITING_RECEIPT
    assert [c.rule_code for c in shared.clocks(THIRD)] == ["notice.plan", "measure.complete"]
    with pytest.raises(Conflict, match="已经承担"):
        shared.do("li", "add-cooperating", measure=shared.measure, organisation=THIRD)


def test_a_unit_is_taken_out_before_and_after_its_notice(shared: Shared) -> None:
    shared.do("li", "add-cooperating", measure=shared.measure, organisation=THIRD)
    shared.do("li", "prepare", kind=DocumentKind.RECTIFICATION_NOTICE)
    draft = shared.notice(THIRD)
    shared.do("li", "remove-cooperating", measure=shared.measure, organisation=THIRD, reason="路段没有绿化。")
    [row] = shared.rows(
        select(Document.status).where(Document.ref == draft, Document.kind == DocumentKind.RECTIFICATION_NOTICE)
    )
    assert row.status is DocumentStatus.VOID
    assert shared.hand(THIRD).outcome is Outcome.NO_LONGER_APPLICABLE
    shared.serve()
    shared.do(
        "li", "remove-cooperating", measure=shared.measure, organisation=PARTNER, reason="照明由牵头单位一并办理。"
    )
    assert {clock.state for clock in shared.clocks(PARTNER)} == {"withdrawn"}
    assert shared.units()[PARTNER].released
    with pytest.raises(Conflict, match="此前已不再承担"):
        shared.do("li", "add-cooperating", measure=shared.measure, organisation=PARTNER)
    before = everything(shared.story)
    with pytest.raises(WrongStage, match="牵头单位不能移除"):
        shared.do("li", "remove-cooperating", measure=shared.measure, organisation=LEAD, reason="不需要。")
    assert everything(shared.story) == before


def test_another_unit_takes_the_lead_and_the_milestones_clocks_go_with_it(shared: Shared) -> None:
    due = shared.story.at.date() + 30 * DAY
    stage = shared.do(
        "li",
        "add-milestone",
        measure=shared.measure,
        text="设置临时照明。",
        due=due,
        milestone_kind=MilestoneKind.INTERIM,
    )
    shared.serve()
    shared.acknowledge(LEAD, PARTNER)
    shared.do(
        "li", "change-lead", measure=shared.measure, organisation=PARTNER, reason="路灯是主项。", keep_former=True
    )
    assert (shared.hand(LEAD).part, shared.hand(PARTNER).part) == (Part.COOPERATING, Part.LEAD)
    of_stage = {unit: [c.state for c in shared.clocks(unit) if c.milestone_id] for unit in (LEAD, PARTNER)}
    assert of_stage == {LEAD: ["withdrawn"], PARTNER: ["open"]}
    shared.do("li", "assess", reply=shared.reply(PARTNER, ReplyKind.PLAN), verdict=Verdict.ACCEPTED)
    with pytest.raises(WrongStage, match="由牵头单位反馈"):
        shared.reply(LEAD, ReplyKind.PROGRESS, milestone=stage)
    shared.reply(PARTNER, ReplyKind.PROGRESS, milestone=stage)
    assert shared.events("lead_changed")[0].data["former"] == LEAD
    assert len(shared.rows(select(PaperFlag.id))) == 2
    shared.do("li", "change-lead", measure=shared.measure, organisation=THIRD, reason="改由绿化部门牵头。")
    assert shared.hand(PARTNER).outcome is Outcome.SUPERSEDED
    shared.serve()
    assert shared.hand(THIRD).part is Part.LEAD
    assert shared.hand(THIRD).state is AssignmentState.AWAITING_RECEIPT


def test_mistakes_are_told_in_one_sentence(shared: Shared) -> None:
    about = {"measure": shared.measure, "organisation": LEAD}
    with pytest.raises(Conflict, match="的牵头单位"):
        shared.do("li", "change-lead", reason="没有变化。", **about)
    with pytest.raises(Invalid, match="请填写理由"):
        shared.do("li", "change-lead", measure=shared.measure, organisation=PARTNER, reason=" ")
    with pytest.raises(NotAllowed, match="由民警办理"):
        shared.do("ling", "change-lead", measure=shared.measure, organisation=PARTNER, reason="改。")
    with pytest.raises(NotFound, match="没有承担"):
        shared.do("li", "edit-responsible", measure=shared.measure, organisation=THIRD, responsible_person="孙某")
    with pytest.raises(Invalid, match="必须晚于今天"):
        shared.do("li", "edit-responsible", due=shared.story.at.date(), **about)
    with pytest.raises(Invalid, match="没有要修改的内容"):
        shared.do("li", "edit-responsible", **about)
    shared.serve()
    with pytest.raises(WrongStage, match="以更正、延期或重新规划调整"):
        shared.do("li", "edit-responsible", due=shared.story.at.date() + 90 * DAY, **about)
    shared.do("li", "edit-responsible", responsible_person="钱某某", **about)
    assert shared.hand(LEAD).responsible_person == "钱某某"
