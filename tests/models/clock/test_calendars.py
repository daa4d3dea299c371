"""A year's arrangement comes or is corrected: versions, refusals, and what it does to running clocks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from models.case.tables import Case
from models.clock.commands.calendars import YearLoaded, load_year, recount
from models.clock.queries.rulebook import rulebook
from models.clock.tables import CalendarDay, CalendarYear, Deadline
from models.kernel.act import acting
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Conflict, Invalid, NotAllowed
from models.kernel.record import event_chain as chain
from models.kernel.record.event_record import as_record
from models.kernel.tables import AdminEvent, Event, Message
from models.kernel.vocabulary import DocumentKind
from tests.arrangements import arrangement, as_file, without
from tests.stories import Story


def load(story: Story, said: dict[str, Any], account: str = "console", **more: Any) -> YearLoaded:
    more = {"reason": "国务院办公厅通知"} | more
    with acting(story.installation.database, story.installation.settings, account, story.at) as act:
        return load_year(act, as_file(said), **more)


def served_at_the_end_of_2026(story: Story) -> str:
    story.at = datetime(2026, 12, 25, 9, tzinfo=SHANGHAI)
    case = story.rectifying()
    papers = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    return case


def clocks(story: Story, rule: str) -> list[Deadline]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(Deadline).where(Deadline.rule_code == rule).order_by(Deadline.id)))


def test_a_new_year_is_version_one_with_author_reason_and_days(story: Story) -> None:
    loaded = load(story, arrangement())
    assert loaded.version == "2027-1"
    with story.installation.database.reading() as session:
        year = session.get_one(CalendarYear, 2027)
        assert (year.version, year.author, year.reason) == ("2027-1", "console", "国务院办公厅通知")
        days = session.scalar(select(func.count()).select_from(CalendarDay).where(CalendarDay.year == 2027))
        assert days == len(arrangement()["days"])
        assert rulebook(session).calendar.why(date(2027, 2, 20)) == "春节调休上班"
        event = session.scalars(select(AdminEvent).where(AdminEvent.kind == "calendar_loaded")).one()
        assert event.data["changed"]["2027-02-20"] == ["周末", "春节调休上班"]
        assert "2027-01-01" not in event.data["changed"]  # known before from the law


def test_a_second_loading_needs_the_wish_to_replace_and_a_change(story: Story) -> None:
    load(story, arrangement())
    with pytest.raises(Conflict, match="2027年的放假安排已载入（版本2027-1）"):
        load(story, arrangement())
    with pytest.raises(Conflict, match="与已载入的版本2027-1相同"):
        load(story, arrangement(), replace=True)
    corrected = arrangement()
    corrected["days"].append({"name": "中秋节", "date": "2027-09-18", "isOffDay": False})
    loaded = load(story, corrected, replace=True, reason="更正通知")
    assert (loaded.version, loaded.changed_days) == ("2027-2", (date(2027, 9, 18),))
    with story.installation.database.reading() as session:
        assert rulebook(session).calendar.is_workday(date(2027, 9, 18))
        assert session.get_one(CalendarYear, 2027).reason == "更正通知"


def test_a_refused_file_changes_nothing(story: Story) -> None:
    with pytest.raises(Invalid, match="放假安排文件有1处错误"):
        load(story, without(arrangement(), "国庆节"))
    with pytest.raises(Invalid, match="请填写理由"):
        load(story, arrangement(), reason=" ")
    with pytest.raises(NotAllowed):
        load(story, arrangement(), account="li")
    with story.installation.database.reading() as session:
        assert session.get(CalendarYear, 2027) is None
        assert rulebook(session).calendar.published(2027) is False


def test_a_clock_into_the_new_year_loses_its_doubt_and_everybody_concerned_is_told(story: Story) -> None:
    case = served_at_the_end_of_2026(story)
    before = {clock.key: clock for clock in clocks(story, "measure.complete")}
    moved_before = [clock for clock in before.values() if clock.given_on is None]
    assert all(clock.provisional for clock in moved_before)
    story.wait(days=1)
    said = arrangement()
    # The thirtieth day falls on 24 January, a Sunday, and rolled to Monday: now that Monday is off.
    said["days"].append({"name": "元旦", "date": "2027-01-25", "isOffDay": True})
    loaded = load(story, said)
    assert loaded.replanned.moved >= len(moved_before) > 0
    for clock in clocks(story, "measure.complete"):
        old = before[clock.key]
        if old.given_on is not None:
            continue
        assert (old.due_on, clock.due_on) == (date(2027, 1, 25), date(2027, 1, 26))
        assert (clock.provisional, clock.version, clock.first_due_on) == (False, old.version + 1, old.due_on)
        assert clock.calendar_version == "2026-1、2027-1"
    with story.installation.database.reading() as session:
        row = session.scalars(select(Case).where(Case.case_number == case)).one()
        events = list(session.scalars(select(Event).where(Event.case_id == row.id).order_by(Event.seq)))
        told = [event for event in events if event.kind == "deadline_replanned"]
        assert len(told) == loaded.replanned.moved
        assert {event.why for event in told} == {"2027年放假安排公布（版本2027-1）"}
        assert told[0].data["before"] < told[0].data["after"]
        records = [{**as_record(case, event), "prev_hash": event.prev_hash, "hash": event.hash} for event in events]
        assert chain.verify(records).ok
        assert (row.last_seq, row.last_hash) == (events[-1].seq, events[-1].hash)
        messages = list(session.scalars(select(Message).where(Message.key.startswith("replan/calendar/2027-1/"))))
        assert {message.user_id for message in messages} == {row.officer_id, None}
        units = {clock.organisation_id for clock in moved_before}
        assert units <= {message.organisation_id for message in messages}
        to_unit = next(message for message in messages if message.organisation_id)
        assert "“完成整改措施”由2027年1月25日改为2027年1月26日" in to_unit.body


def test_clocks_that_end_before_the_changed_days_stay_as_they_are(story: Story) -> None:
    served_at_the_end_of_2026(story)
    with story.installation.database.reading() as session:
        before = {c.id: (c.due_on, c.version) for c in session.scalars(select(Deadline))}
    said = arrangement()
    said["days"].append({"name": "国庆节", "date": "2027-12-18", "isOffDay": False})
    load(story, said)
    with story.installation.database.reading() as session:
        unmoved = {c.id: (c.due_on, c.version) for c in session.scalars(select(Deadline)) if c.version == 1}
        assert all(before[key] == value for key, value in unmoved.items())
        assert not session.scalars(select(Deadline).where(Deadline.provisional, Deadline.state == "open")).all()


def test_december_days_belong_to_the_arrangement_that_names_them(story: Story) -> None:
    said = arrangement()
    said["days"].append({"name": "元旦", "date": "2026-12-31", "isOffDay": True})
    load(story, said)
    with story.installation.database.reading() as session:
        assert session.get_one(CalendarDay, date(2026, 12, 31)).year == 2027
        assert session.get_one(CalendarDay, date(2018, 12, 31)).year == 2019
        calendar = rulebook(session).calendar
    assert not calendar.is_workday(date(2026, 12, 31))
    load(story, arrangement(), replace=True)
    with story.installation.database.reading() as session:
        assert rulebook(session).calendar.is_workday(date(2026, 12, 31))


def test_clocks_counted_when_lunar_festivals_were_not_known_are_counted_again_and_told(story: Story) -> None:
    story.at = datetime(2026, 12, 25, 9, tzinfo=SHANGHAI)
    case = story.rectifying()
    story.at = datetime(2027, 2, 1, 9, tzinfo=SHANGHAI)
    papers = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    with story.installation.database.writing() as session:  # as an earlier version counted: no 除夕, no 初三
        (clock, *_) = session.scalars(select(Deadline).where(Deadline.rule_code == "notice.plan"))
        known, key, version = clock.due_on, clock.key, clock.version
        assert clock.provisional
        clock.due_on = before = date(2027, 2, 12)
        assert before < known
    with acting(story.installation.database, story.installation.settings, "system", story.at) as act:
        assert recount(act).moved == 1
    (again,) = (clock for clock in clocks(story, "notice.plan") if clock.key == key)
    assert (again.due_on, again.provisional, again.version) == (known, True, version + 1)
    with story.installation.database.reading() as session:
        event = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
        assert (event.kind, event.data["before"], event.data["after"]) == (
            "deadline_replanned",
            before.isoformat(),
            known.isoformat(),
        )
        assert event.why == "未公布放假安排的年份按法定节假日（含除夕、春节、清明、端午、中秋）重新核定"
    with acting(story.installation.database, story.installation.settings, "system", story.at) as act:
        assert recount(act).moved == 0
