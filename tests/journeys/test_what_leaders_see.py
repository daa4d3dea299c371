"""Leaders see what is late, at whom and since when; each figure opens the rows it counts, on any day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import not_, select, update
from sqlalchemy.orm import Session

from flows.sweep import sweep
from models.case.tables import Case
from models.clock.queries.rulebook import Rulebook, rulebook
from models.clock.queries.visible_clocks import listed_clocks, restricted_clocks
from models.clock.tables import Deadline
from models.kernel.act import find_actor
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Invalid
from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import DocumentKind, Light, Outcome, ReplyKind, Role, Turn
from models.overview.queries.circular_figures import circular_figures, late_items
from models.overview.queries.dashboard.as_of import AsOf
from models.overview.queries.dashboard.lateness import Age, Cell, late_clocks, lateness, together
from models.overview.queries.dashboard.places import by_division, points
from models.overview.queries.dashboard.punctuality import own_punctuality, punctuality, ranking
from models.overview.queries.dashboard.ranking import (
    Completion,
    Punctuality,
    counted_measures,
    counted_warnings,
    ranked,
    warnings,
)
from models.overview.queries.worklists import decisions
from models.papers.rules.periods import Period
from models.papers.tables import Delivery, Document
from models.rectification.tables import Assignment, Measure
from tests.journeys import everyone
from tests.journeys.test_a_circular import SINCE, TRANSPORT, UNTIL, Quarter
from tests.stories import Story


class View:
    """What one person sees on one day."""

    def __init__(self, session: Session, actor: Actor, at: AsOf) -> None:
        self.session, self.actor, self.at, self.rules = session, actor, at, _rules(session)

    def cells(self) -> list[dict[str, Any]]:
        return lateness(self.session, self.actor, self.rules, self.at)

    def rows(self, cell: Cell, **page: Any) -> list[dict[str, Any]]:
        return late_clocks(self.session, self.actor, self.rules, self.at, cell, **page)


def _rules(session: Session) -> Rulebook:
    return rulebook(session)


@contextmanager
def seen(story: Story, account: str = "ling", day: date | None = None) -> Iterator[View]:
    """Look as somebody, at the end of a day, today by default."""
    today = local_date(story.at)
    with story.installation.database.reading() as session:
        yield View(session, find_actor(session, account, story.at), AsOf(day or today, today))


def served_case(story: Story) -> str:
    """Serve all notices of a case and have each signed for."""
    case = story.rectifying()
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    story.deliver(case, *notices)
    for notice in notices:
        story.do("nei", "acknowledge", case, paper=notice, received_by="签收某")
    return case


def late_case(story: Story) -> str:
    """Let everybody be silent for 75 days: the units about their measures, our own people about another case."""
    case = served_case(story)
    story.file(variant=1)
    story.wait(days=75)
    sweep(story.installation, story.at)
    return case


def test_every_figure_opens_exactly_the_rows_it_counts(story: Story) -> None:
    late_case(story)
    with seen(story) as view:
        cells = view.cells()
        assert {cell.light for cell in cells} >= {Light.YELLOW}
        assert {cell.turn for cell in cells} == {Turn.THEIRS, Turn.OURS}
        for cell in cells:
            rows = view.rows(Cell(cell.organisation_id, cell.turn, cell.light, cell.age))
            assert len(rows) == cell.clocks
            assert min(row.due_on for row in rows) == cell.longest
            for row in rows:
                days = (view.at.day - row.due_on).days
                assert row.days_late == max(days, 0)
                assert cell.age is (
                    Age.NEAR if days < 1 else Age.WEEK if days <= 7 else Age.MONTH if days <= 30 else Age.LONGER
                )
        everything = view.rows(Cell(), limit=500)
        assert len(everything) == sum(cell.clocks for cell in cells)
        paged: list[dict[str, Any]] = []
        while page := view.rows(Cell(), limit=3, after=paged[-1].key if paged else None):
            paged += page
        assert paged == everything
        with pytest.raises(Invalid, match="翻页标记"):
            view.rows(Cell(), after="昨天/1")


def test_the_past_is_told_as_it_was(story: Story) -> None:
    """What is late today was in time then; what was late then and answered since is late there still."""
    case = late_case(story)
    late_day = local_date(story.at)
    with seen(story) as view:
        before = {row.deadline: row for row in view.rows(Cell(turn=Turn.THEIRS), limit=500)}
    measure = next(row.measure for row in before.values() if row.measure)
    organisation = next(row.organisation for row in before.values() if row.measure == measure)
    story.wait(days=1)
    story.do(
        "nei",
        "reply",
        case,
        kind=ReplyKind.REFUSAL,
        measures=[measure],
        organisation=organisation,
        text="道路已改线，请求不予采纳。",
    )
    with seen(story) as view:
        now = {row.deadline for row in view.rows(Cell(turn=Turn.THEIRS), limit=500)}
    with seen(story, day=late_day) as view:
        then = {row.deadline: row for row in view.rows(Cell(turn=Turn.THEIRS), limit=500)}
    answered = {clock for clock, row in before.items() if (row.measure, row.organisation) == (measure, organisation)}
    assert answered
    assert then == before
    assert not answered & now
    with seen(story, day=late_day - timedelta(days=74)) as view:
        assert view.rows(Cell(turn=Turn.THEIRS, light=Light.YELLOW)) == []


def test_a_date_that_was_moved_since_counts_as_it_stood(story: Story) -> None:
    case = served_case(story)
    story.wait(days=1)
    with seen(story, day=local_date(story.at) + timedelta(days=400)) as view:
        rows = view.rows(Cell(turn=Turn.THEIRS), limit=500)
    moved = next(row for row in rows if row.measure and row.name == _completion(story))
    asked = moved.due_on + timedelta(days=20)
    [reply] = story.do(
        "nei",
        "reply",
        case,
        kind=ReplyKind.EXTENSION,
        measures=[moved.measure],
        organisation=moved.organisation,
        text="雨季不能施工。",
        requested_due=asked,
    )
    granted_on = local_date(story.at)
    story.do("ling", "decide-extension", case, reply=reply, grant=True, until=asked)
    story.at += (asked - granted_on) + timedelta(days=3)
    with seen(story, day=granted_on) as view:
        past = AsOf(moved.due_on + timedelta(days=1), granted_on + timedelta(days=900))
        assert view.at.past
        # On the day before the decision the old date stood; a day after the old date the new one already did.
        view.at = past
        assert moved.deadline not in {row.deadline for row in view.rows(Cell(light=Light.YELLOW), limit=500)}
        view.at = AsOf(granted_on - timedelta(days=1), local_date(story.at))
        assert {row["deadline"] for row in view.rows(Cell(), limit=500)} <= {row.deadline for row in rows}
    with seen(story) as view:
        row = next(row for row in view.rows(Cell(), limit=500) if row.deadline == moved.deadline)
        assert (row.due_on, row.days_late) == (asked, 3)


def _completion(story: Story) -> str:
    with story.installation.database.reading() as session:
        return rulebook(session).rule("measure.complete").name


def rectified(story: Story, variant: int) -> str:
    """Serve and sign for the notices of a further case like the first."""
    case = story.rectifying(variant=variant)
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    story.deliver(case, *notices)
    for notice in notices:
        story.do("nei", "acknowledge", case, paper=notice, received_by="签收某")
    return case


def test_completion_warnings_and_rank_open_their_rows(story: Story) -> None:
    cases = [late_case(story), *(rectified(story, variant) for variant in range(2, 7))]
    story.wait(days=75)
    sweep(story.installation, story.at)
    with seen(story) as view:
        units = ranking(view.session, view.actor, view.at)
        assert [unit.rank for unit in units if unit.rank] == sorted(u.rank for u in units if u.rank)
        assert any(unit.warnings for unit in units)
        for unit in units:
            opens_its_rows(view, unit)
    first = next(unit for unit in units if unit.rank)
    with seen(story) as view:
        [*_, row] = counted_measures(view.session, view.actor, view.at, first.organisation_id)
    assert row.case_number in cases
    story.do(
        "li",
        "close-measure",
        row.case_number,
        measure=row.measure,
        organisation=first.organisation,
        outcome=Outcome.SUPERSEDED,
        reason="已由其他措施取代。",
    )
    with seen(story) as view:
        after = {unit.organisation_id: unit for unit in ranking(view.session, view.actor, view.at)}
    assert after[first.organisation_id].closed == first.closed + 1
    assert after[first.organisation_id].due == first.due


def opens_its_rows(view: View, unit: dict[str, Any]) -> None:
    """Each figure of a unit opens as many rows as it says, and the rows say why they are counted."""

    def rows(**which: Any) -> list[dict[str, Any]]:
        return counted_measures(view.session, view.actor, view.at, unit.organisation_id, limit=500, **which)

    counted, closed, left = rows(), rows(closed=True), rows(closed=False)
    assert {row.key for row in counted} == {row.key for row in (*closed, *left)}
    assert (len(counted), len(closed), len(rows(due=False))) == (unit.due, unit.closed, unit.not_due)
    assert all(row.due_on <= view.at.over for row in counted)
    assert all(row.due_on is None or row["due_on"] > view.at.over for row in rows(due=False))
    warned = counted_warnings(view.session, view.actor, view.at, unit.organisation_id, limit=500)
    assert len(warned) == unit.warnings


def test_what_is_not_yet_due_counts_neither_for_nor_against_a_unit(story: Story) -> None:
    """A unit that has time left has failed in nothing, and one that was early is not praised before its day."""
    case = served_case(story)
    story.wait(days=1)
    with seen(story) as view:
        units = ranking(view.session, view.actor, view.at)
        assert {unit.due for unit in units} == {0}
        assert all(unit.not_due for unit in units)
        assert {(unit.completion, unit.rank) for unit in units} == {(None, None)}
        one = units[0]
        [row, *_] = counted_measures(view.session, view.actor, view.at, one.organisation_id, due=False)
    story.do(
        "li",
        "close-measure",
        case,
        measure=row.measure,
        organisation=one.organisation,
        outcome=Outcome.SUPERSEDED,
        reason="已由其他措施取代。",
    )
    with seen(story) as view:
        early = of_unit(view, one.organisation_id)
        assert (early["due"], early["closed"], early["not_due"]) == (0, 0, one.not_due - 1)
    last = row.due_on
    assert last == date(2025, 12, 31)
    story.at += last - local_date(story.at)
    with seen(story) as view:
        assert of_unit(view, one.organisation_id)["due"] == 0, "its last day is not over"
    story.wait(days=1)
    with seen(story, day=last) as view:  # the year that is over has it
        told = of_unit(view, one.organisation_id)
        assert (told.closed, told.due >= 1) == (1, True)
        opens_its_rows(view, told)
    with seen(story) as view:
        assert of_unit(view, one.organisation_id)["closed"] == 0


def test_what_was_closed_before_new_year_and_is_due_after_it_is_this_years(story: Story) -> None:
    case = served_case(story)
    with seen(story) as view:
        clocks = {unit.organisation_id: unit for unit in ranking(view.session, view.actor, view.at)}
        who, [row, *_] = next(
            (who, rows)
            for who in clocks
            if (rows := counted_measures(view.session, view.actor, view.at, who, due=False))
        )
    story.do(
        "li",
        "close-measure",
        case,
        measure=row.measure,
        organisation=clocks[who].organisation,
        outcome=Outcome.SUPERSEDED,
        reason="已由其他措施取代。",
    )
    with story.installation.database.writing() as session:
        session.execute(
            update(Deadline)
            .where(Deadline.assignment_id == row.key, Deadline.rule_code == "measure.complete")
            .values(due_on=date(2026, 2, 27))
        )
    story.at = story.at.replace(year=2026, month=3)
    with seen(story) as view:
        told = of_unit(view, who)
        assert told.closed == 1
        opens_its_rows(view, told)


def of_unit(view: View, who: int) -> dict[str, Any]:
    """Return the line of a unit; one that has nothing due and nothing to come stands in none."""
    nothing = {"due": 0, "closed": 0, "not_due": 0}
    found = ranking(view.session, view.actor, view.at)
    return next((unit for unit in found if unit.organisation_id == who), nothing)


def test_below_five_due_measures_a_unit_has_no_rank(story: Story) -> None:
    """One measure that was done made a unit the first of all."""
    late_case(story)
    for variant in range(2, 6):
        rectified(story, variant)
    seen_so = []
    for _ in range(8):
        story.wait(days=10)
        with seen(story) as view:
            units = [unit for unit in ranking(view.session, view.actor, view.at) if unit.due]
            seen_so += [unit.few for unit in units]
            assert_ranks(units)
    assert {True, False} == set(seen_so)


def assert_ranks(units: list[dict[str, Any]]) -> None:
    for unit in units:
        assert unit.few is (unit.punctuality.due < 5)
        assert (unit.rank is None) is unit.few
        assert unit.completion == unit.closed / unit.due
    assert [unit.few for unit in units] == sorted(unit.few for unit in units), "those without rank come last"


def test_a_stopped_clock_makes_nothing_due(story: Story) -> None:
    case = late_case(story)
    with seen(story) as view:
        unit = next(unit for unit in ranking(view.session, view.actor, view.at) if unit.due)
        [row, *_] = counted_measures(view.session, view.actor, view.at, unit.organisation_id)
    with story.installation.database.writing() as session:
        measure = (
            select(Measure.id)
            .join(Case, Case.id == Measure.case_id)
            .where(Case.case_number == case, Measure.ref == row.measure)
        )
        hands = select(Assignment.id).where(
            Assignment.measure_id.in_(measure), Assignment.organisation_id == unit.organisation_id
        )
        session.execute(update(Deadline).where(Deadline.assignment_id.in_(hands)).values(state="suspended"))
    with seen(story) as view:
        told = of_unit(view, unit.organisation_id)
        assert (told.due, told.not_due) == (unit.due - 1, unit.not_due + 1)
        opens_its_rows(view, told)


def test_completion_is_what_counting_row_by_row_says_on_any_day(story: Story) -> None:
    case = late_case(story)
    rectified(story, 2)
    story.wait(days=100)
    with seen(story) as view:
        done = next(unit for unit in ranking(view.session, view.actor, view.at) if unit.due)
        rows = counted_measures(view.session, view.actor, view.at, done.organisation_id)
    row = next(row for row in rows if row.case_number == case)
    story.do(
        "li",
        "close-measure",
        case,
        measure=row.measure,
        organisation=done.organisation,
        outcome=Outcome.SUPERSEDED,
        reason="已由其他措施取代。",
    )
    today = local_date(story.at)
    days = [today - timedelta(days=back) for back in (0, 1, 30, 60, 90, 100, 120, 170)]
    days += [date(today.year, 1, 1), date(today.year - 1, 12, 31), today + timedelta(days=400)]
    for day in days:
        with seen(story, day=day) as view:
            told = {
                unit.organisation_id: (unit.due, unit.closed, unit.not_due)
                for unit in ranking(view.session, view.actor, view.at)
            }
            assert told == counted_by_hand(view.session, day, today), day


def counted_by_hand(session: Session, day: date, today: date) -> dict[int, tuple[int, int, int]]:
    """Count (due, closed, not due) of each unit from all rows there are, in plain Python."""
    clocks = {
        (clock.assignment_id, clock.document_id): clock
        for clock in session.scalars(select(Deadline).where(Deadline.rule_code == "measure.complete"))
        if clock.milestone_id is None
    }
    served = {row.document_id: local_date(row.delivered_at) for row in session.scalars(select(Delivery))}
    told: dict[int, tuple[int, int, int]] = {}
    for hand in session.scalars(select(Assignment)):
        clock = clocks.get((hand.id, hand.notice_id))
        if hand.released_at is not None or clock is None or served[hand.notice_id] > day:
            continue
        closed_on = local_date(hand.closed_at) if hand.closed_at else None
        closed = closed_on is not None and closed_on <= day
        over = clock.state != "suspended" and (clock.due_on < day or (clock.due_on == day and day != today))
        of_the_year = clock.due_on.year == day.year or closed_on is None or closed_on.year >= day.year
        one = (int(over and of_the_year), int(over and of_the_year and closed), int(not over and not closed))
        if any(one):
            before = told.get(hand.organisation_id, (0, 0, 0))
            told[hand.organisation_id] = (before[0] + one[0], before[1] + one[1], before[2] + one[2])
    return told


def test_two_cases_of_one_accident_stand_once_among_the_investigated_on_every_day(story: Story) -> None:
    """Also on a day when they were still two: it was one accident then, too."""
    first, second = story.file(), story.file(variant=5)
    filed = local_date(story.at)
    story.file(variant=9)
    story.wait(days=3)
    with seen(story) as view:
        assert sum(row.accidents for row in by_division(view.session, view.actor, view.at)) == 3
    story.do("ling", "merge-case", second, into=first, reason="现场勘查确认为同一起事故")
    for day in (None, filed + timedelta(days=1)):
        with seen(story, day=day) as view:
            assert sum(row.accidents for row in by_division(view.session, view.actor, view.at)) == 2
            assert second not in {point.case_number for point in points(view.session, view.actor, view.at)}


def test_units_that_cannot_be_told_apart_share_a_rank() -> None:
    """One measure more or less is chance: only what intervals tell apart is ranked."""
    due = {1: (40, 40), 2: (40, 38), 3: (40, 10), 4: (6, 6), 5: (4, 4)}
    units = [Completion(unit, f"单位{unit}", many, many, 0, lit=True) for unit, (many, _) in due.items()]
    units.append(Completion(6, "上级单位", 50, 50, 0, lit=False))
    kept = {unit: Punctuality(many, done) for unit, (many, done) in due.items()}
    found = {unit.organisation_id: (unit.rank, unit.few) for unit in ranked(units, {}, kept)}
    assert found == {1: (1, False), 2: (1, False), 4: (1, False), 3: (4, False), 5: (None, True), 6: (None, False)}
    more = {unit.organisation_id: unit.rank for unit in ranked(units, {}, kept, fewest=10)}
    assert (more[3], more[4]) == (3, None)


def test_how_a_unit_keeps_its_days_is_told_of_what_was_due(story: Story) -> None:
    """What was reported in time and accepted was done then, however late it was closed; silence is never in time."""
    late_case(story)
    with seen(story) as view:
        units = ranking(view.session, view.actor, view.at)
        assert all(unit.punctuality.on_time <= unit.punctuality.due <= unit.due for unit in units)
        assert sum(unit.punctuality.on_time for unit in units) == 0, "nobody said anything"
        own = own_punctuality(view.session, view.actor, view.at)
        assert own.due > own.on_time >= 0
        items = late_items(view.session, view.actor, view.at, limit=2)
        assert [item.days_late for item in items] == sorted((item.days_late for item in items), reverse=True)
        assert len(items) == 2
    with seen(story, day=local_date(story.at) - timedelta(days=74)) as view:
        assert punctuality(view.session, view.actor, view.at) == {}


def test_the_page_counts_as_a_circular_does_what_was_done_by_its_day(story: Story) -> None:
    """Units due, done in time and judged, of the quarter that a circular tells of, which is the year so far."""
    Quarter(story)
    today = local_date(story.at)
    with story.installation.database.reading() as session:
        actor = find_actor(session, "li", story.at)
        told = circular_figures(session, actor, rulebook(session), Period(SINCE, UNTIL), today)
        found = {unit.organisation: unit for unit in ranking(session, actor, AsOf(UNTIL, today))}
    assert told.figures.units
    for unit in told.figures.units:
        if unit.unit in found:
            here = found[unit.unit]
            assert (here.punctuality.due, here.punctuality.on_time) == (unit.due, unit.on_time), unit
            assert here.punctuality.accepted <= here.punctuality.assessed
    kept = found[TRANSPORT].punctuality
    assert kept.median_days is not None
    assert kept.assessed > 0


def test_drafts_of_the_ladder_tell_whose_decision_they_wait_for(story: Story) -> None:
    case = late_case(story)
    [order, *_] = story.papers(case, kind=DocumentKind.SUPERVISION_ORDER)
    with seen(story) as view:
        waiting = decisions(view.session, view.actor, view.at.day)
        assert (order, False) in {(row.paper, row.mine) for row in waiting}
    story.do("li", "confirm-no-reply", case, paper=order)
    story.do("li", "submit", case, paper=order)
    story.do("shen", "approve", case, paper=order)
    with seen(story, "qian") as view:
        waiting = decisions(view.session, view.actor, view.at.day)
        assert (order, True) in {(row.paper, row.mine) for row in waiting}


def test_agencies_and_strangers_see_no_more_here_than_elsewhere(story: Story) -> None:
    late_case(story)
    with story.installation.database.reading() as session:
        unit = session.scalars(select(Measure.ref)).first()
    assert unit is not None
    with seen(story) as view:
        theirs = next(cell for cell in view.cells() if cell.turn is Turn.THEIRS)
    story.employ("clerk", Role.AGENCY, unit=theirs.organisation)
    with seen(story, "clerk") as view:
        cells = view.cells()
        assert {cell.organisation for cell in cells} == {theirs.organisation}
        assert {cell.turn for cell in cells} == {Turn.THEIRS}
        assert {unit.organisation for unit in ranking(view.session, view.actor, view.at)} <= {theirs.organisation}
        assert decisions(view.session, view.actor, view.at.day) == []


def test_the_day_before_a_leap_years_anniversary_is_the_28th() -> None:
    at = AsOf(date(2028, 2, 29), date(2028, 3, 1))
    assert local_date(at.year_before[1] - timedelta(seconds=1)) == date(2027, 2, 28)


def test_what_all_know_and_what_lists_tell_are_together_what_each_person_knows(story: Story) -> None:
    case = everyone.prepared(story)
    paper = everyone.restricted_paper(story, case, "li", "shen", "qian", everyone.OURS)
    everyone.struck(story, case, paper)
    story.do("li", "add-reader", case, paper=paper, reader="ling", reason="须决定期限")
    story.wait(days=60)
    assert sweep(story.installation, story.at).failed == []
    with (
        story.installation.database.writing() as session
    ):  # of itself the clock of a proposal only reminds, and shows no light
        of_paper = select(Document.id).where(Document.ref == paper).scalar_subquery()
        session.execute(update(Deadline).where(Deadline.document_id == of_paper).values(rule_code="order.complete"))
    by_lists = {}
    for account in {"li", "shen", "qian", *everyone.OUTSIDERS.values()}:
        with seen(story, account) as view:
            asked = (view.session, view.actor, view.rules, view.at)
            told = lateness(*asked, listed_clocks(view.actor))
            openly = lateness(*asked, not_(restricted_clocks()))
            assert together(openly, told) == lateness(*asked), account
            by_list = warnings(view.session, view.actor, view.at, listed_clocks(view.actor))
            rest = warnings(view.session, view.actor, view.at, not_(restricted_clocks()))
            assert Counter(rest) + Counter(by_list) == warnings(view.session, view.actor, view.at), account
            by_lists[account] = sum(cell.clocks for cell in told)
    assert by_lists["ling"] == by_lists["li"] == by_lists["qian"] > 0
    assert by_lists["wang"] == by_lists["chen"] == by_lists["dang"] == by_lists["bei"] == 0
