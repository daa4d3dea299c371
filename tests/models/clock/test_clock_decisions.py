"""Stopping and restarting a clock, leaving appraisal time out, extending our own; each shows in the explanation."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from flows.sweep import sweep
from models.clock.commands.calendars import load_year
from models.clock.queries.explain import DeadlineExplained, explain_deadline
from models.clock.queries.rulebook import rulebook
from models.clock.rules.due import Pause
from models.clock.tables import Deadline
from models.kernel.act import acting
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.rights.policy import SYSTEM
from models.kernel.tables import Event, Message
from models.kernel.vocabulary import DocumentKind
from tests.arrangements import arrangement, as_file
from tests.stories import Story


def served(story: Story) -> str:
    case = story.rectifying()
    papers = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    return case


def clock_of(story: Story, rule: str) -> Deadline:
    with story.installation.database.reading() as session:
        return session.scalars(select(Deadline).where(Deadline.rule_code == rule).order_by(Deadline.id).limit(1)).one()


def told(story: Story, clock: Deadline) -> DeadlineExplained:
    with story.installation.database.reading() as session:
        return explain_deadline(session, SYSTEM, clock.key, rulebook(session))


def test_what_remains_at_the_suspension_remains_at_the_resumption(story: Story) -> None:
    story.at = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)  # Monday
    case = served(story)
    clock = clock_of(story, "notice.acknowledge")
    assert clock.due_on == date(2026, 3, 5)
    story.wait(days=1)
    story.do("ling", "suspend", case, deadline=clock.key, reason="职责争议待裁定")
    stopped = clock_of(story, "notice.acknowledge")
    assert (stopped.state, stopped.changes["suspension"]["remaining"]) == ("suspended", 2)
    assert "自2026年3月3日起中止计时，剩余2个工作日" in told(story, stopped).explanation
    story.wait(days=30)
    assert [rung for rung in sweep(story.installation, story.at).rungs if rung.deadline == clock.key] == []
    new = story.do("qian", "resume", case, deadline=str(clock.id))
    resumed = clock_of(story, "notice.acknowledge")
    assert new == resumed.due_on == date(2026, 4, 7)  # 2 April is a Thursday: Friday, and the Tuesday after 清明节
    assert (resumed.state, resumed.version, "suspension" in resumed.changes) == ("open", 2, False)
    why = told(story, resumed)
    assert why.pauses == (Pause(date(2026, 3, 3), date(2026, 4, 2), "职责争议待裁定"),)
    assert why.due_on == date(2026, 4, 7)
    assert [day.number for day in why.days if day.number] == [1, 2, 3]
    assert "清明节假期" in {day.reason for day in why.days}
    with story.installation.database.reading() as session:
        kinds = session.scalars(select(Event.kind).where(Event.kind.startswith("deadline_")).order_by(Event.seq)).all()
        messages = session.scalars(select(Message).where(Message.subject.startswith("时限变更"))).all()
    assert kinds == ["deadline_suspended", "deadline_resumed"]
    assert sorted(message.organisation_id or 0 for message in messages) == [0, 0] + [clock.organisation_id] * 2


def test_a_stopped_clock_can_be_stopped_or_extended_only_after_it_runs_again(story: Story) -> None:
    case = served(story)
    clock = clock_of(story, "notice.acknowledge").key
    with pytest.raises(WrongStage, match="没有中止"):
        story.do("ling", "resume", case, deadline=clock)
    with pytest.raises(NotAllowed):
        story.do("li", "suspend", case, deadline=clock, reason="争议")
    with pytest.raises(Invalid, match="理由"):
        story.do("ling", "suspend", case, deadline=clock, reason=" ")
    with pytest.raises(NotFound, match="本案没有时限“x”"):
        story.do("ling", "suspend", case, deadline="x", reason="争议")
    story.do("ling", "suspend", case, deadline=clock, reason="争议")
    with pytest.raises(Conflict, match="已于2025年12月1日中止"):
        story.do("ling", "suspend", case, deadline=clock, reason="争议")
    early = story.at - timedelta(days=1)
    with pytest.raises(Invalid, match="恢复计时不能早于中止之日"):
        story.do("ling", "resume", case, deadline=clock, happened_at=early)


def test_a_clock_that_ran_out_cannot_be_stopped(story: Story) -> None:
    case = served(story)
    story.wait(days=20)
    with pytest.raises(Invalid, match="届满，不能再中止"):
        story.do("ling", "suspend", case, deadline=clock_of(story, "notice.acknowledge").key, reason="争议")


def test_an_answer_that_came_meets_a_stopped_clock_too(story: Story) -> None:
    case = served(story)
    clock = clock_of(story, "notice.acknowledge")
    story.do("ling", "suspend", case, deadline=clock.key, reason="争议")
    story.do("li", "acknowledge", case, paper=clock.key.rsplit("/", 1)[1], received_by="周某")
    assert clock_of(story, "notice.acknowledge").state == "met"
    with pytest.raises(WrongStage, match="已经结束"):
        story.do("ling", "suspend", case, deadline=clock.key, reason="争议")


def test_appraisal_time_does_not_use_up_the_investigation(story: Story) -> None:
    case = story.file()
    clock = clock_of(story, "investigation.report")
    start = clock.started_at.astimezone(SHANGHAI).date()
    since, until = start + timedelta(days=5), start + timedelta(days=25)
    new = story.do(
        "ling", "exclude-appraisal", case, deadline=clock.key, since=since, until=until, reason="车辆技术检验"
    )
    assert (clock.due_on, new) == (date(2025, 8, 4), date(2025, 8, 22))  # day 60 is a Saturday, day 80 a Friday
    after = clock_of(story, "investigation.report")
    assert (after.excluded_days, after.version, after.first_due_on) == (20, 2, clock.first_due_on)
    why = told(story, after)
    assert why.excluded_days == 20
    assert why.appraisals[0]["reason"] == "车辆技术检验"
    assert "另有20日不计入期限" in why.explanation
    assert "收到鉴定意见，20日不计入" in why.explanation
    overlapping = {"since": since + timedelta(days=3), "until": until + timedelta(days=3)}
    with pytest.raises(Invalid, match="重叠"):
        story.do("ling", "exclude-appraisal", case, deadline=clock.key, **overlapping, reason="检验")
    before = start - timedelta(days=1)
    with pytest.raises(Invalid, match="鉴定委托日不得早于起算日"):
        story.do("ling", "exclude-appraisal", case, deadline=clock.key, since=before, until=start, reason="检验")


def test_only_the_investigation_has_appraisal_time(story: Story) -> None:
    case = served(story)
    with pytest.raises(WrongStage, match="只有提交调查分析报告的期限"):
        story.do(
            "ling",
            "exclude-appraisal",
            case,
            deadline=clock_of(story, "notice.acknowledge").key,
            since=story.at.date(),
            until=story.at.date(),
            reason="检验",
        )


def test_our_own_limit_is_extended_once_in_time_and_by_at_most_sixty_days(story: Story) -> None:
    story.at = datetime(2025, 9, 26, 9, tzinfo=SHANGHAI)
    case = story.file()
    clock = clock_of(story, "investigation.report")
    story.at = datetime.combine(clock.due_on - timedelta(days=2), story.at.timetz())
    with pytest.raises(Invalid, match="延期最多60日"):
        story.do("ling", "extend", case, deadline=clock.key, until=clock.due_on + timedelta(days=80), reason="案情复杂")
    until = clock.due_on + timedelta(days=30)
    assert story.do("ling", "extend", case, deadline=clock.key, until=until, reason="案情复杂") == until
    with pytest.raises(Invalid, match="只能延期一次"):
        story.do("ling", "extend", case, deadline=clock.key, until=until + timedelta(days=1), reason="案情复杂")
    why = told(story, clock_of(story, "investigation.report"))
    assert why.extension is not None
    assert why.extension.new == until
    assert "理由为案情复杂" in why.explanation


def test_an_extension_asked_late_and_one_of_theirs_are_refused(story: Story) -> None:
    case = served(story)
    theirs = clock_of(story, "notice.acknowledge")
    with pytest.raises(WrongStage, match="由对方提出延期申请"):
        story.do("ling", "extend", case, deadline=theirs.key, until=theirs.due_on + timedelta(days=9), reason="忙")
    story.at = datetime(2026, 6, 1, 9, tzinfo=SHANGHAI)
    second = story.file(variant=1)
    with story.installation.database.reading() as session:
        ours = session.scalars(select(Deadline).where(Deadline.key.startswith(f"{second}/investigation"))).one()
    with pytest.raises(Invalid, match="延期应在届满日"):
        story.do("ling", "extend", second, deadline=ours.key, until=date(2026, 8, 1), reason="案情复杂")


def test_a_calendar_change_keeps_a_stopped_clock_stopped(story: Story) -> None:
    story.at = datetime(2026, 12, 30, 9, tzinfo=SHANGHAI)
    case = served(story)
    clock = clock_of(story, "notice.acknowledge")
    story.do("ling", "suspend", case, deadline=clock.key, reason="争议")
    said = arrangement()
    said["days"].append({"name": "元旦", "date": "2026-12-31", "isOffDay": True})
    with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
        load_year(act, as_file(said), reason="通知")
    after = clock_of(story, "notice.acknowledge")
    assert (after.state, after.changes["suspension"]["remaining"]) == ("suspended", 3)
    assert after.due_on > clock.due_on
