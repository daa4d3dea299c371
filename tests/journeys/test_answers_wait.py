"""An answer that waits to be judged: no clock is met by it, nobody is pressed meanwhile, and it can be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.clock.queries.rulebook import rulebook
from models.clock.tables import Deadline, RungFired
from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, WrongStage
from models.kernel.vocabulary import AssignmentState, DocumentKind, DocumentStatus, ReplyKind, Verdict
from models.office.tables import Organisation
from models.overview.queries.case_view import case_view
from models.overview.queries.worklists import waiting_on
from models.papers.commands.renditions import Enclosure
from models.papers.tables import Document
from models.rectification.commands.escalation import climb
from models.rectification.queries.agency import measures_in_hand
from models.rectification.tables import Assignment, Measure, Reply, ReplyFile
from tests.journeys.conftest import GoOn
from tests.journeys.test_answering_a_notice import Served
from tests.stories import Story


def acknowledged(story: Story) -> Served:
    told = Served(story)
    told.acknowledge()
    return told


@pytest.fixture
def served(go_on: GoOn) -> Served:
    told: Served = go_on(acknowledged)
    return told


def reads(served: Served, query: Any) -> list[Any]:
    with served.story.installation.database.reading() as session:
        return list(session.execute(query).all())


def stands(served: Served, account: str = "li") -> tuple[str, str]:
    """Return how a measure stands on the case page, and on the list of its unit."""
    with served.story.installation.database.reading() as session:
        rules, at = rulebook(session), served.story.at
        view = case_view(session, find_actor(session, account, at), served.case, rules, at)
        [hand] = [
            unit
            for measure in view.measures
            if measure.ref == served.measure
            for unit in measure.organisations
            if unit.organisation == served.recipient
        ]
        listed = measures_in_hand(session, find_actor(session, "clerk", at), rules, at.date(), limit=50)
        mine = next(row for row in listed if row.measure == served.measure)
    return str(hand.standing), str(mine.standing)


def clocks(served: Served) -> dict[str, tuple[Any, ...]]:
    """Return what each clock of the measure says, the latest of each rule."""
    query = select(Deadline).where(Deadline.turn == "theirs").order_by(Deadline.id)
    return {
        clock.key: (clock.state, clock.due_on, clock.closed_at, clock.next_look_on, clock.answered_by_id)
        for (clock,) in reads(served, query)
    }


def waits(served: Served, account: str) -> set[str]:
    with served.story.installation.database.reading() as session:
        actor = find_actor(session, account, served.story.at)
        return {str(row.wait) for row in waiting_on(session, actor, served.story.at.date(), limit=200)}


def test_what_stands_while_we_judge_says_that_it_is_our_turn(served: Served) -> None:
    assert stands(served) == ("待报方案", "待报方案")
    plan = served.reply(ReplyKind.PLAN)
    assert stands(served) == ("方案待研判", "方案待研判")
    assert served.clock("notice.plan").state == "answered"
    served.assess(plan, Verdict.RETURNED, reason="没有时间表")
    assert stands(served) == ("待补充", "待补充")
    served.assess(served.reply(ReplyKind.PLAN))
    assert served.clock("notice.plan").state == served.clock("returned.rework").state == "met"
    wish = served.reply(ReplyKind.EXTENSION, requested_due=served.clock("measure.complete").due_on + timedelta(days=9))
    assert stands(served)[0] == "待完成（延期申请待决定）"
    served.story.do("clerk", "withdraw-reply", served.case, reply=wish)
    done = served.reply(ReplyKind.COMPLETION)
    assert stands(served) == ("完成情况待研判", "完成情况待研判")
    assert served.clock("measure.complete").state == "answered"
    served.assess(done)
    assert stands(served) == ("待复查", "待复查")
    assert served.clock("measure.complete").state == "met"


def test_a_refusal_meets_no_clock_and_sent_back_the_completion_runs_on(served: Served) -> None:
    before = served.clock("measure.complete")
    refusal = served.reply(ReplyKind.REFUSAL, text="该路段不归我单位管养。")
    assert stands(served)[0] == "不予采纳待研判"
    assert {served.clock(rule).state for rule in ("notice.plan", "measure.complete")} == {"answered"}
    served.assess(refusal, Verdict.RETURNED, reason="管养协议载明由该单位管养")
    after = served.clock("measure.complete")
    assert (after.state, after.due_on, after.closed_at) == ("open", before.due_on, None)
    assert served.clock("returned.rework").state == "open"
    assert served.clock("notice.plan").state == "answered"
    served.assess(served.reply(ReplyKind.PLAN))
    assert served.clock("notice.plan").state == "met"
    assert served.clock("measure.complete").state == "open"


def test_a_completion_owed_runs_on_when_a_plan_is_accepted_after_it_was_sent_back(served: Served) -> None:
    due = served.clock("measure.complete").due_on
    served.story.at = served.story.at.replace(year=due.year, month=due.month, day=due.day)
    served.assess(served.reply(ReplyKind.COMPLETION), Verdict.RETURNED, reason="照片看不清")
    assert served.clock("measure.complete").state == "answered"  # the rework ends later and stands for it
    served.assess(served.reply(ReplyKind.PLAN))
    assert served.state() is AssignmentState.AWAITING_COMPLETION
    assert (served.clock("measure.complete").state, served.clock("measure.complete").due_on) == ("open", due)


def test_nobody_is_pressed_while_the_ball_is_with_us_and_a_reply_in_time_is_in_time(served: Served) -> None:
    due = served.clock("notice.plan").due_on
    served.story.at = served.story.at.replace(year=due.year, month=due.month, day=due.day)
    served.reply(ReplyKind.PLAN)
    served.story.wait(days=12)
    served.story.do("system", climb, served.case)
    plan = served.clock("notice.plan")
    assert reads(served, select(RungFired).where(RungFired.deadline_id == plan.id, RungFired.rung == "warn")) == []
    with served.story.installation.database.reading() as session:
        rules, at = rulebook(session), served.story.at
        view = case_view(session, find_actor(session, "li", at), served.case, rules, at)
    [shown] = [clock for clock in view.deadlines if clock.key == plan.key]
    assert (shown.state, shown.late) == ("answered", False)
    assert "assess" in waits(served, "li")


def test_an_order_stands_still_while_its_answer_waits_and_is_lifted_by_acceptance(served: Served) -> None:
    served.story.wait(days=20)
    served.story.do("system", climb, served.case)
    theirs = select(Document.ref).join(Deadline, Deadline.organisation_id == Document.recipient_id)
    mine = theirs.where(Deadline.id == served.clock("notice.plan").id)
    of_unit = mine.where(
        Document.kind == DocumentKind.SUPERVISION_ORDER, Document.status == DocumentStatus.DRAFT
    ).distinct()
    [(order,)] = reads(served, of_unit)
    served.story.do("li", "confirm-no-reply", served.case, paper=order)
    served.story.issue(served.case, order)
    served.story.deliver(served.case, order)
    other = [row.measure for row in reads(served, _measures_of(served)) if row.measure != served.measure]
    plans = [served.reply(ReplyKind.PLAN, measures=[measure]) for measure in (served.measure, *other)]
    assert served.clock("order.complete").state == "answered"
    assert served.events("order_lifted") == []
    served.story.do("clerk", "withdraw-reply", served.case, reply=plans[0])
    assert served.clock("order.complete").state == "open"
    plans[0] = served.reply(ReplyKind.PLAN)
    assert served.clock("order.complete").state == "answered"
    for plan in plans:
        served.assess(plan)
    assert served.clock("order.complete").state == "met"
    assert [event.data["paper"] for event in served.events("order_lifted")] == [order]


def _measures_of(served: Served) -> Any:
    return (
        select(Measure.ref.label("measure"))
        .select_from(Assignment)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Organisation, Organisation.id == Assignment.organisation_id)
        .where(Organisation.name == served.recipient)
        .order_by(Measure.position)
    )


@pytest.mark.parametrize("kind", [ReplyKind.PLAN, ReplyKind.COMPLETION, ReplyKind.REFUSAL, ReplyKind.DISPUTE])
def test_an_answer_is_taken_back_and_its_clocks_stand_as_before(served: Served, kind: ReplyKind) -> None:
    before, state = clocks(served), served.state()
    scan = [Enclosure(served.story.scan(), "说明.pdf", "application/pdf")]
    given = served.reply(kind, files=scan)
    assert clocks(served) != before
    assert waits(served, "li") & {"assess"} or waits(served, "ling") & {"adjudicate"}
    served.story.do("clerk", "withdraw-reply", served.case, reply=given, reason="误报")
    if kind is ReplyKind.DISPUTE:  # a pause of no day
        assert [c[:2] for c in clocks(served).values()] == [c[:2] for c in before.values()]
    else:
        assert clocks(served) == before
    assert served.state() is state
    assert not waits(served, "li") & {"assess"}
    assert not waits(served, "ling") & {"adjudicate"}
    [(ours,)] = reads(served, select(Deadline.state).where(Deadline.rule_code == "reply.assess"))
    assert ours == "withdrawn"
    [(reply, file)] = reads(served, select(Reply, ReplyFile).join(ReplyFile, ReplyFile.reply_id == Reply.id))
    assert (reply.ref, reply.withdrawn_at is not None, file.file_name) == (given, True, "说明.pdf")
    [told] = served.events("reply_withdrawn")
    assert (told.data["reply"], told.data["measure"], told.why) == (given, served.measure, "误报")
    with pytest.raises(Conflict, match=f"反馈{given}已撤回"):
        served.story.do("clerk", "withdraw-reply", served.case, reply=given)
    if kind is not ReplyKind.DISPUTE:
        with pytest.raises(Conflict, match=f"反馈{given}已撤回"):
            served.assess(given)
    assert served.reply(kind, files=scan) != given


def test_only_who_gave_an_answer_takes_it_back_and_only_until_it_is_judged(served: Served) -> None:
    plan = served.reply(ReplyKind.PLAN)
    with pytest.raises(NotAllowed, match="只能由提交或代录它的单位撤回"):
        served.story.do("li", "withdraw-reply", served.case, reply=plan)
    served.hire("colleague", served.recipient)
    served.assess(plan)
    with pytest.raises(Conflict, match=f"反馈{plan}已研判为"):
        served.story.do("colleague", "withdraw-reply", served.case, reply=plan)
    typed = served.reply(ReplyKind.COMPLETION, by="nei", incoming_number="收文9号")
    with pytest.raises(NotAllowed, match="只能由提交或代录它的单位撤回"):
        served.story.do("clerk", "withdraw-reply", served.case, reply=typed)
    served.story.do("li", "withdraw-reply", served.case, reply=typed, reason="录错单位")
    assert served.clock("measure.complete").state == "open"


def test_a_warning_that_a_late_record_took_back_comes_again_when_that_record_is_withdrawn(served: Served) -> None:
    due = served.clock("notice.plan").due_on
    in_time = served.story.at.replace(year=due.year, month=due.month, day=due.day, hour=17)
    served.story.at = in_time + timedelta(days=2)
    served.story.do("system", climb, served.case)
    typed = served.reply(ReplyKind.PLAN, by="nei", happened_at=in_time, incoming_number="收文41号")
    assert served.events("warning_withdrawn")
    served.story.do("nei", "withdraw-reply", served.case, reply=typed, reason="录错")
    served.story.do("system", climb, served.case)
    plan = served.clock("notice.plan")
    fired = reads(
        served,
        select(RungFired.rung).where(
            RungFired.deadline_id == plan.id, RungFired.rung == "warn", RungFired.withdrawn_at.is_(None)
        ),
    )
    assert len(fired) == 1


def test_a_wish_for_a_day_that_is_none_is_refused_at_once(served: Served) -> None:
    due = served.clock("measure.complete").due_on
    with pytest.raises(Invalid, match="请填写申请延至的日期"):
        served.reply(ReplyKind.EXTENSION)
    for day in (due, due - timedelta(days=1), served.story.at.date()):
        with pytest.raises(
            Invalid, match=f"现在的完成期限是{due.year}年{due.month}月{due.day}日，申请延至的日期必须晚于"
        ):
            served.reply(ReplyKind.EXTENSION, requested_due=day)
    assert served.events("reply_given") == []


def test_a_grant_says_until_when(served: Served) -> None:
    wanted = served.clock("measure.complete").due_on + timedelta(days=20)
    asked = served.reply(ReplyKind.EXTENSION, requested_due=wanted)
    with pytest.raises(Invalid, match=f"申请延至{wanted.year}年{wanted.month}月{wanted.day}日"):
        served.story.do("ling", "decide-extension", served.case, reply=asked, grant=True)
    until = wanted - timedelta(days=5)
    served.story.do("ling", "decide-extension", served.case, reply=asked, grant=True, until=until)
    assert served.clock("measure.complete").due_on == until


def test_an_extension_followed_by_a_refusal_is_granted_or_not_whatever_becomes_of_the_refusal(served: Served) -> None:
    wanted = served.clock("measure.complete").due_on + timedelta(days=20)
    asked = served.reply(ReplyKind.EXTENSION, requested_due=wanted)
    refusal = served.reply(ReplyKind.REFUSAL, text="经费未落实。")
    served.story.do("ling", "decide-extension", served.case, reply=asked, grant=True, until=wanted)
    clock = served.clock("measure.complete")
    assert (clock.state, clock.due_on, clock.next_look_on) == ("answered", wanted, None)
    served.assess(refusal, Verdict.RETURNED, reason="应当落实")
    clock = served.clock("measure.complete")
    assert (clock.state, clock.due_on) == ("open", wanted)


def test_a_refusal_is_followed_by_no_wish_for_more_time_before_it_is_taken_back(served: Served) -> None:
    wanted = served.clock("measure.complete").due_on + timedelta(days=20)
    refusal = served.reply(ReplyKind.REFUSAL, text="经费未落实。")
    with pytest.raises(WrongStage, match=f"{refusal}.*请先撤回该反馈"):
        served.reply(ReplyKind.EXTENSION, requested_due=wanted)
    served.story.do("clerk", "withdraw-reply", served.case, reply=refusal)
    assert served.reply(ReplyKind.EXTENSION, requested_due=wanted)


def test_two_answers_wait_and_the_second_stands_where_the_first_falls(served: Served) -> None:
    plan = served.reply(ReplyKind.PLAN)
    served.story.wait(hours=1)
    done = served.reply(ReplyKind.COMPLETION)
    served.assess(plan, Verdict.RETURNED, reason="方案过简")
    assert served.state() is AssignmentState.AWAITING_PLAN  # the turn is ours: a completion waits
    assert stands(served)[0] == "完成情况待研判"
    assert served.clock("notice.plan").state == "answered"
    served.assess(done)
    assert {served.clock(rule).state for rule in ("notice.plan", "measure.complete")} == {"met"}


def test_a_plan_that_waits_beside_an_accepted_completion_can_still_be_judged(served: Served) -> None:
    plan, done = served.reply(ReplyKind.PLAN), served.reply(ReplyKind.COMPLETION)
    served.assess(done)
    served.assess(plan, Verdict.RETURNED, reason="方案过简")
    assert served.state() is AssignmentState.AWAITING_VERIFICATION
    assert served.clock("measure.complete").state == "met"
