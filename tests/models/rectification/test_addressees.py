"""A measure for a class of units becomes one for each, under the words that the source had for them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.case.commands.facts import change_fact
from models.case.queries.facts import sheet_shown
from models.kernel.act import find_actor
from models.kernel.errors import Invalid, WrongStage
from models.kernel.vocabulary import DocumentKind
from models.rectification.tables import Measure
from tests.stories import Story

UNITS = ("鄂州市城市管理执法委员会", "鄂州市公安局交通警察支队华容大队", "鄂州市公安局")


def test_each_named_unit_gets_the_measure_with_its_findings_and_date(story: Story) -> None:
    case = story.file()
    said = {"sheet": "measures", "row": "M1", "seen": None}
    story.do("li", change_fact, case, field="addressee_words", value="各县区城市管理部门", op="a", **said)
    story.do("li", change_fact, case, field="due", value="2026.6.30", op="b", **said)
    assert story.do("li", "split-addressees", case, measure="M1", organisations=UNITS) == ["M1", "M3", "M4"]
    with story.installation.database.reading() as session:
        shown = sheet_shown(session, find_actor(session, "li", story.at), case, "measures")
    rows = {row.ref: row.cells for row in shown.rows}
    assert [rows[ref]["organisation_ref"].text for ref in ("M1", "M3", "M4")] == list(UNITS)
    for ref in ("M1", "M3", "M4"):
        assert rows[ref]["addressee_words"].text == "各县区城市管理部门"
        assert (rows[ref]["finding_refs"].text, rows[ref]["due"].text) == ("F2", "2026年6月30日")


def test_the_words_of_the_source_are_kept_where_nobody_put_them_down(story: Story) -> None:
    case = story.file()
    story.do("li", "split-addressees", case, measure="M2", organisations=UNITS[::2])
    with story.installation.database.reading() as session:
        kept = session.scalars(select(Measure.details).where(Measure.ref == "M2")).one()
    assert kept == {"addressee_words": "鄂州市公安局交通警察支队华容大队"}


def test_one_unit_is_no_split_and_a_carried_measure_is_not_split(story: Story) -> None:
    case = story.file()
    with pytest.raises(Invalid, match="两个以上"):
        story.do("li", "split-addressees", case, measure="M1", organisations=[UNITS[0], UNITS[0]])
    served = story.rectifying(variant=4)
    story.do("li", "prepare", served, kind=DocumentKind.RECTIFICATION_NOTICE)
    with pytest.raises(WrongStage, match="已列入通知"):
        story.do("li", "split-addressees", served, measure="M1", organisations=UNITS)
