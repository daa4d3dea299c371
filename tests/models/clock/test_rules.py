"""Rules and ladder are data: versions, refusals, and what a change does to running clocks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from flows.sweep import sweep
from models.clock.commands.rules import RuleSet, set_ladder, set_rule
from models.clock.queries.rulebook import rulebook
from models.clock.rules.deadline_rules import Unit
from models.clock.rules.escalation import DEFAULT_LADDER, Rung, When
from models.clock.tables import Deadline, DeadlineRuleRow, LadderRung, RungFired
from models.kernel.act import acting
from models.kernel.errors import Invalid, NotAllowed, NotFound
from models.kernel.tables import AdminEvent, Event, Message
from models.kernel.vocabulary import DocumentKind
from tests.stories import Story


def set_a_rule(story: Story, code: str, account: str = "console", **more: Any) -> RuleSet:
    more = {"reason": "市局会议纪要"} | more
    with acting(story.installation.database, story.installation.settings, account, story.at) as act:
        return set_rule(act, code, **more)


def set_the_ladder(story: Story, rungs: tuple[Rung, ...], reason: str = "市局会议纪要") -> int:
    with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
        return set_ladder(act, rungs, reason=reason)


def served(story: Story) -> str:
    case = story.rectifying()
    papers = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    return case


def clocks(story: Story, rule: str) -> list[Deadline]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(Deadline).where(Deadline.rule_code == rule).order_by(Deadline.id)))


def test_a_changed_rule_is_a_new_version_and_moves_the_running_clocks(story: Story) -> None:
    served(story)
    before = clocks(story, "notice.acknowledge")
    done = set_a_rule(story, "notice.acknowledge", amount=5)
    assert (done.rule.version, done.rule.amount, done.rule.unit) == (2, 5, Unit.WORKING_DAYS)
    assert done.replanned.moved == len(before) > 0
    after = clocks(story, "notice.acknowledge")
    assert all(new.due_on > old.due_on for old, new in zip(before, after, strict=True))
    assert {(clock.rule_version, clock.version) for clock in after} == {(2, 2)}
    with story.installation.database.reading() as session:
        assert rulebook(session).rule("notice.acknowledge").amount == 5
        assert rulebook(session).rule("notice.acknowledge", 1).amount == 3
        row = session.scalars(select(DeadlineRuleRow).where(DeadlineRuleRow.version == 2)).one()
        assert (row.author, row.reason) == ("console", "市局会议纪要")
        event = session.scalars(select(AdminEvent).where(AdminEvent.kind == "rule_set")).one()
        assert event.data["changes"] == {"amount": [3, 5]}
        whys = set(session.scalars(select(Event.why).where(Event.kind == "deadline_replanned")))
        assert whys == {"时限规则“签收文书”改为第2版"}
        assert session.scalars(select(Message).where(Message.key.startswith("replan/rule/notice.acknowledge/2/"))).all()


def test_a_rule_may_count_another_unit_or_not_roll(story: Story) -> None:
    done = set_a_rule(story, "reply.assess", amount=7, unit=Unit.CALENDAR_DAYS, roll_over=False)
    assert (done.rule.unit, done.rule.roll_over, done.replanned.looked_at) == (Unit.CALENDAR_DAYS, False, 0)


def test_a_date_that_a_person_set_stands_when_the_rule_changes(story: Story) -> None:
    served(story)
    given = {clock.id: clock.due_on for clock in clocks(story, "measure.complete") if clock.given_on}
    set_a_rule(story, "measure.complete", amount=45)
    after = {clock.id: clock for clock in clocks(story, "measure.complete")}
    assert given
    assert all(after[row].due_on == due and after[row].rule_version == 2 for row, due in given.items())


@pytest.mark.parametrize("amount", [0, -3, 2501])
def test_a_limit_that_is_no_length_is_refused(story: Story, amount: int) -> None:
    with pytest.raises(Invalid, match="时限必须是1至2500之间的整数"):
        set_a_rule(story, "notice.plan", amount=amount)
    with story.installation.database.reading() as session:
        assert not session.scalars(select(DeadlineRuleRow).where(DeadlineRuleRow.version > 1)).all()


def test_what_cannot_be_is_refused_with_what_to_do(story: Story) -> None:
    with pytest.raises(NotFound, match=r"没有时限规则“notice\.read”，可用的有：.*notice\.plan"):
        set_a_rule(story, "notice.read", amount=3)
    with pytest.raises(Invalid, match="请填写理由"):
        set_a_rule(story, "notice.plan", amount=3, reason="")
    with pytest.raises(Invalid, match="没有任何改动"):
        set_a_rule(story, "notice.plan", amount=7)
    with pytest.raises(Invalid, match="请写明规则的依据"):
        set_a_rule(story, "notice.plan", basis=" ")
    with pytest.raises(NotAllowed):
        set_a_rule(story, "notice.plan", account="ling", amount=3)


def test_a_new_version_of_a_clock_lets_its_rungs_fire_again(story: Story) -> None:
    served(story)
    story.wait(days=20)
    sweep(story.installation, story.at)
    late = [clock.id for clock in clocks(story, "notice.acknowledge")]
    set_a_rule(story, "notice.acknowledge", amount=4)
    sweep(story.installation, story.at)
    with story.installation.database.reading() as session:
        warned = session.scalars(
            select(RungFired.deadline_version).where(RungFired.deadline_id == late[0], RungFired.rung == "warn")
        ).all()
    assert sorted(warned) == [1, 2]


def test_a_new_office_has_the_default_ladder(story: Story) -> None:
    with story.installation.database.reading() as session:
        rules = rulebook(session)
    assert (rules.ladder, rules.ladder_version) == (DEFAULT_LADDER, 1)


def test_a_changed_ladder_counts_from_the_next_sweep(story: Story) -> None:
    served(story)
    story.wait(days=20)
    sweep(story.installation, story.at)
    assert sweep(story.installation, story.at).rungs == []
    told = Rung("warn.leaders", When.OVERDUE, "告知本单位领导", rules=frozenset({"notice.acknowledge"}))
    ladder = (*DEFAULT_LADDER[:3], told, *DEFAULT_LADDER[3:])
    assert set_the_ladder(story, ladder) == 2
    with story.installation.database.reading() as session:
        assert rulebook(session).ladder == ladder
        assert len(session.scalars(select(LadderRung)).all()) == 2 * len(DEFAULT_LADDER) + 1
    fired = sweep(story.installation, story.at).rungs
    assert {rung.rung for rung in fired} == {"warn.leaders"}
    assert sweep(story.installation, story.at).rungs == []


def test_a_bad_ladder_is_refused_with_every_fault(story: Story) -> None:
    gap = tuple(rung for rung in DEFAULT_LADDER if rung.code != "order")
    with pytest.raises(Invalid, match="督办阶梯有1处错误") as refused:
        set_the_ladder(story, gap)
    assert refused.value.faults[0].code == "ladder_gap"
    strange = (*DEFAULT_LADDER[:3], replace(DEFAULT_LADDER[3], rules=frozenset({"notice.read"})), *DEFAULT_LADDER[4:])
    with pytest.raises(Invalid) as refused:
        set_the_ladder(story, strange)
    assert [fault.code for fault in refused.value.faults] == ["ladder_rule"]
    with pytest.raises(Invalid, match="没有任何改动"):
        set_the_ladder(story, DEFAULT_LADDER)
    with pytest.raises(Invalid, match="请填写理由"):
        set_the_ladder(story, DEFAULT_LADDER[:3], reason=" ")
