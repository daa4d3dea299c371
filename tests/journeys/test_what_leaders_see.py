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
from models.clock import local_date
from models.commands.act import find_actor
from models.errors import Invalid
from models.queries.dashboard.as_of import AsOf
from models.queries.dashboard.indices import by_month, counted_accidents, four_indices
from models.queries.dashboard.lateness import Age, Cell, late_clocks, lateness, together
from models.queries.dashboard.places import by_division, points
from models.queries.dashboard.ranking import counted_measures, counted_warnings, ranking, warnings
from models.queries.rulebook import Rulebook, rulebook
from models.queries.visible_clocks import listed_clocks, restricted_clocks
from models.queries.worklists import decisions
from models.rules.policy import Actor
from models.rules.vocabulary import DocumentKind, Light, Outcome, ReplyKind, Role, Turn
from models.tables import Accident, Case, Deadline, Document, Measure
from tests.journeys import everyone
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
    with story.office.database.reading() as session:
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
    sweep(story.office, story.at)
    return case


def test_every_figure_opens_exactly_the_rows_it_counts(story: Story) -> None:
    late_case(story)
    with seen(story) as view:
        cells = view.cells()
        assert {cell["light"] for cell in cells} >= {Light.YELLOW}
        assert {cell["turn"] for cell in cells} == {Turn.THEIRS, Turn.OURS}
        for cell in cells:
            rows = view.rows(Cell(cell["organisation_id"], cell["turn"], cell["light"], cell["age"]))
            assert len(rows) == cell["clocks"]
            assert min(row["due_on"] for row in rows) == cell["longest"]
            for row in rows:
                days = (view.at.day - row["due_on"]).days
                assert row["days_late"] == max(days, 0)
                assert cell["age"] is (
                    Age.NEAR if days < 1 else Age.WEEK if days <= 7 else Age.MONTH if days <= 30 else Age.LONGER
                )
        everything = view.rows(Cell(), limit=500)
        assert len(everything) == sum(cell["clocks"] for cell in cells)
        paged: list[dict[str, Any]] = []
        while page := view.rows(Cell(), limit=3, after=paged[-1]["key"] if paged else None):
            paged += page
        assert paged == everything
        with pytest.raises(Invalid, match="翻页标记"):
            view.rows(Cell(), after="昨天/1")


def test_the_past_is_told_as_it_was(story: Story) -> None:
    """What is late today was in time then; what was late then and answered since is late there still."""
    case = late_case(story)
    late_day = local_date(story.at)
    with seen(story) as view:
        before = {row["deadline"]: row for row in view.rows(Cell(turn=Turn.THEIRS), limit=500)}
    measure = next(row["measure"] for row in before.values() if row["measure"])
    organisation = next(row["organisation"] for row in before.values() if row["measure"] == measure)
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
        now = {row["deadline"] for row in view.rows(Cell(turn=Turn.THEIRS), limit=500)}
    with seen(story, day=late_day) as view:
        then = {row["deadline"]: row for row in view.rows(Cell(turn=Turn.THEIRS), limit=500)}
    answered = {
        clock for clock, row in before.items() if (row["measure"], row["organisation"]) == (measure, organisation)
    }
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
    moved = next(row for row in rows if row["measure"] and row["name"] == _completion(story))
    asked = moved["due_on"] + timedelta(days=20)
    [reply] = story.do(
        "nei",
        "reply",
        case,
        kind=ReplyKind.EXTENSION,
        measures=[moved["measure"]],
        organisation=moved["organisation"],
        text="雨季不能施工。",
        requested_due=asked,
    )
    granted_on = local_date(story.at)
    story.do("ling", "decide-extension", case, reply=reply, grant=True, until=asked)
    story.at += (asked - granted_on) + timedelta(days=3)
    with seen(story, day=granted_on) as view:
        past = AsOf(moved["due_on"] + timedelta(days=1), granted_on + timedelta(days=900))
        assert view.at.past
        # On the day before the decision the old date stood; a day after the old date the new one already did.
        view.at = past
        assert moved["deadline"] not in {row["deadline"] for row in view.rows(Cell(light=Light.YELLOW), limit=500)}
        view.at = AsOf(granted_on - timedelta(days=1), local_date(story.at))
        assert {row["deadline"] for row in view.rows(Cell(), limit=500)} <= {row["deadline"] for row in rows}
    with seen(story) as view:
        row = next(row for row in view.rows(Cell(), limit=500) if row["deadline"] == moved["deadline"])
        assert (row["due_on"], row["days_late"]) == (asked, 3)


def _completion(story: Story) -> str:
    with story.office.database.reading() as session:
        return rulebook(session).rule("measure.complete").name


def test_completion_warnings_and_rank_open_their_rows(story: Story) -> None:
    case = late_case(story)
    with seen(story) as view:
        units = ranking(view.session, view.actor, view.at)
        assert [unit["rank"] for unit in units if unit["rank"]] == sorted(u["rank"] for u in units if u["rank"])
        assert any(unit["warnings"] for unit in units)
        for unit in units:
            who = unit["organisation_id"]
            assert len(counted_measures(view.session, view.actor, view.at, who)) == unit["measures"]
            closed = counted_measures(view.session, view.actor, view.at, who, closed=True)
            left = counted_measures(view.session, view.actor, view.at, who, closed=False)
            assert (len(closed), len(closed) + len(left)) == (unit["closed"], unit["measures"])
            assert len(counted_warnings(view.session, view.actor, view.at, who)) == unit["warnings"]
    first = next(unit for unit in units if unit["rank"])
    with seen(story) as view:
        [row, *_] = counted_measures(view.session, view.actor, view.at, first["organisation_id"])
    story.do(
        "li",
        "close-measure",
        case,
        measure=row["measure"],
        organisation=first["organisation"],
        outcome=Outcome.SUPERSEDED,
        reason="已由其他措施取代。",
    )
    with seen(story) as view:
        after = {unit["organisation_id"]: unit for unit in ranking(view.session, view.actor, view.at)}
    assert after[first["organisation_id"]]["closed"] == first["closed"] + 1


def test_indices_are_compared_with_the_same_span_of_the_year_before(story: Story) -> None:
    case, other = story.file(), story.file("ezhou-four-deaths")
    with story.office.database.writing() as session:
        ids = {row.case_number: row.accident_id for row in session.execute(select(Case.case_number, Case.accident_id))}
        session.execute(
            update(Accident)
            .where(Accident.id == ids[other])
            .values(occurred_at=story.at - timedelta(days=365 + 30), property_loss=40_000, deaths=4)
        )
        session.execute(
            update(Accident).where(Accident.id == ids[case]).values(deaths=1, property_loss=10_000, serious_injuries=2)
        )
    with seen(story) as view:
        accidents, deaths, injuries, loss = four_indices(view.session, view.actor, view.at)
        assert (accidents.figure, accidents.before, accidents.change) == (1, 1, 0)
        assert (deaths.figure, deaths.before, str(deaths.change)) == (1, 4, "-75.0")
        assert injuries.figure >= 2
        assert (loss.figure, loss.before) == (10_000, 40_000)
        assert [row["case_number"] for row in counted_accidents(view.session, view.actor, view.at)] == [case]
        assert [r["case_number"] for r in counted_accidents(view.session, view.actor, view.at, before=True)] == [other]
        months = by_month(view.session, view.actor, view.at)
        assert [month["month"] for month in months] == list(range(1, view.at.day.month + 1))
        assert sum(month["accidents"] for month in months) == accidents.figure
        assert sum(month["deaths_before"] for month in months) == deaths.before
        assert sum(row["accidents"] for row in by_division(view.session, view.actor, view.at)) == accidents.figure
        assert len(points(view.session, view.actor, view.at)) <= accidents.figure
    with seen(story, day=view.at.day.replace(year=view.at.day.year - 1)) as view:
        deaths = four_indices(view.session, view.actor, view.at)[1]
        assert (deaths.figure, deaths.before, deaths.change) == (4, 0, None)


def test_drafts_of_the_ladder_tell_whose_decision_they_wait_for(story: Story) -> None:
    case = late_case(story)
    [order, *_] = story.papers(case, kind=DocumentKind.SUPERVISION_ORDER)
    with seen(story) as view:
        waiting = decisions(view.session, view.actor, view.at.day)
        assert (order, False) in {(row["paper"], row["mine"]) for row in waiting}
    story.do("li", "confirm-no-reply", case, paper=order)
    story.do("li", "submit", case, paper=order)
    story.do("shen", "approve", case, paper=order)
    with seen(story, "qian") as view:
        waiting = decisions(view.session, view.actor, view.at.day)
        assert (order, True) in {(row["paper"], row["mine"]) for row in waiting}


def test_agencies_and_strangers_see_no_more_here_than_elsewhere(story: Story) -> None:
    late_case(story)
    with story.office.database.reading() as session:
        unit = session.scalars(select(Measure.ref)).first()
    assert unit is not None
    with seen(story) as view:
        theirs = next(cell for cell in view.cells() if cell["turn"] is Turn.THEIRS)
    story.employ("clerk", Role.AGENCY, unit=theirs["organisation"])
    with seen(story, "clerk") as view:
        cells = view.cells()
        assert {cell["organisation"] for cell in cells} == {theirs["organisation"]}
        assert {cell["turn"] for cell in cells} == {Turn.THEIRS}
        assert {unit["organisation"] for unit in ranking(view.session, view.actor, view.at)} <= {theirs["organisation"]}
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
    assert sweep(story.office, story.at)["failed"] == []
    with (
        story.office.database.writing() as session
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
            by_lists[account] = sum(cell["clocks"] for cell in told)
    assert by_lists["ling"] == by_lists["li"] == by_lists["qian"] > 0
    assert by_lists["wang"] == by_lists["chen"] == by_lists["dang"] == by_lists["bei"] == 0
