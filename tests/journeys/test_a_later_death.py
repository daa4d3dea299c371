"""A death after the accident: within seven days it changes the grade and what follows; afterwards it is recorded."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models.accident.tables import Accident, LaterDeath
from models.case.tables import Case
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Invalid
from models.kernel.tables import Event
from models.kernel.vocabulary import Grade
from tests.stories import Story


def facts(story: Story, case: str) -> tuple[Grade, int | None]:
    with story.installation.database.reading() as session:
        return tuple(
            session.execute(
                select(Case.grade, Accident.deaths)
                .join(Accident, Accident.id == Case.accident_id)
                .where(Case.case_number == case)
            ).one()
        )


def accident_day(story: Story, case: str) -> datetime:
    with story.installation.database.reading() as session:
        return session.scalars(select(Accident.occurred_at)).one().astimezone(SHANGHAI)


def events(story: Story, kind: str) -> list[Event]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(Event).where(Event.kind == kind).order_by(Event.seq)))


def test_deaths_within_seven_days_raise_the_grade_and_flag_what_was_issued(story: Story) -> None:
    case = story.file("ezhou-one-death")
    day = accident_day(story, case).date()
    story.issue(case, "D1")
    story.do("li", "record-death", case, died_on=day + timedelta(days=7))
    assert facts(story, case) == (Grade.ORDINARY, 2)
    story.do("li", "record-death", case, died_on=day + timedelta(days=2))
    assert facts(story, case) == (Grade.LARGE, 3)
    assert [event.data["after"] for event in events(story, "case_regraded")] == ["large"]
    assert {event.data["paper"] for event in events(story, "paper_flagged")} == {"D1"}


def test_a_death_on_the_eighth_day_is_recorded_and_changes_nothing_else(story: Story) -> None:
    case = story.file("ezhou-one-death")
    before = facts(story, case)
    story.do("li", "record-death", case, died_on=accident_day(story, case).date() + timedelta(days=8))
    assert facts(story, case) == before
    with story.installation.database.reading() as session:
        assert session.scalars(select(LaterDeath.counted)).all() == [False]


def test_a_death_before_the_accident_or_in_the_future_is_refused(story: Story) -> None:
    case = story.file("ezhou-one-death")
    with pytest.raises(Invalid, match="早于事故"):
        story.do("li", "record-death", case, died_on=accident_day(story, case).date() - timedelta(days=1))
    with pytest.raises(Invalid, match="晚于今天"):
        story.do("li", "record-death", case, died_on=story.at.date() + timedelta(days=1))
