"""回溯 on the page of a case: lines that lead on, each to its own trace."""

from __future__ import annotations

from sqlalchemy import select, update

from models.kernel.vocabulary import Role
from models.office.tables import Organisation
from models.papers.tables import Delivery
from models.rectification.tables import Measure
from tests.stories import Story
from tests.ui.web.conftest import Look, words
from tests.ui.web.test_case_page import BROKEN, served


def test_a_measure_leads_back_to_its_finding_and_on_to_its_notice(story: Story, look: Look) -> None:
    case, notice = served(story)
    shown = words(look("li", "case", number=case, part="trace", of="measure/M1"))
    assert "<strong>M1</strong>" in shown
    assert f"/case?number={case}&amp;part=trace&amp;of=finding%2FF" in shown
    assert f"/case?number={case}&amp;part=trace&amp;of=paper%2F{notice}" in shown
    assert f"/case?number={case}&amp;part=papers&amp;paper={notice}" in shown
    assert BROKEN not in shown


def test_an_agency_is_told_of_its_measures_and_of_no_other_case(story: Story, look: Look) -> None:
    case, _ = served(story)
    story.employ("cheng", Role.AGENCY, unit=unit_of(story))
    shown = words(look("cheng", "case", number=case, part="trace"))
    assert "整改报告通知书" in shown
    assert all(word not in shown for word in ("F1 问题", "其他案件", "倒查问责", BROKEN))


def test_a_name_that_nothing_bears_is_told_in_a_sentence(story: Story, look: Look) -> None:
    case = story.file()
    shown = words(look("li", "case", number=case, part="trace", of="M99"))
    assert "没有代号为“M99”的" in shown
    assert BROKEN not in shown


def test_what_people_wrote_is_no_markup(story: Story, look: Look) -> None:
    case = story.file()
    with story.installation.database.writing() as session:
        session.execute(update(Measure).values(text="<img src=x onerror=alert(1)>"))
    shown = words(look("li", "case", number=case, part="trace"))
    assert "<img src=x" not in shown
    assert "&lt;img src=x" in shown


def unit_of(story: Story) -> str:
    with story.installation.database.reading() as session:
        query = select(Organisation.name).join(Delivery, Delivery.recipient_id == Organisation.id).limit(1)
        return session.scalars(query).one()
