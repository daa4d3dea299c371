"""A dossier of either format is filed into all tables, and what the case knows comes out as a dossier again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models.accident.dossier import Dossier, read, write
from models.accident.tables import Accident
from models.case.commands.facts import change_fact
from models.case.commands.filing import file_case
from models.case.queries.dossier_of import WrittenDossier, dossier_of
from models.case.tables import Case, CaseOrganisation, FactRow
from models.kernel.act import acting, find_actor
from models.kernel.errors import NotAllowed
from models.kernel.vocabulary import Grade
from tests.first_format import first_format
from tests.full_dossier import full_dossier
from tests.stories import Story

SHARED = ("baoan-2020-03-22", "hukun-2014-07-19", "jiangjin-2015-12-12", "xinxian-2016-05-14", "yangshuo-2019-06-09")


def filed(story: Story, tree: Mapping[str, Any]) -> tuple[str, Dossier]:
    one = read(json.dumps(tree).encode(), now=story.at)
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        return file_case(act, one, reason="专项调查").case_number, one


def out(story: Story, case: str, by: str = "li") -> WrittenDossier:
    with story.installation.database.reading() as session:
        return dossier_of(session, find_actor(session, by, story.at), case)


@pytest.fixture
def full() -> dict[str, Any]:
    return full_dossier()


def test_every_fact_of_a_dossier_is_filed_and_comes_out_again(story: Story, full: dict[str, Any]) -> None:
    case, one = filed(story, full)
    told = out(story, case)
    assert [fault.path for fault in told.left_out] == ["mediation"]  # a dossier goes on to others
    again = read(json.dumps(told.tree).encode(), now=story.at)
    kept = {**one.facts, "mediation": []}
    for name, rows in kept.items():
        assert again.facts.get(name, []) == rows, name
    assert again.with_facts(kept) == one.with_facts(kept)


@pytest.mark.parametrize("name", SHARED)
def test_a_real_dossier_comes_out_as_it_went_in(name: str, story: Story, shared_data: Path) -> None:
    case, one = filed(story, json.loads((shared_data / "dossiers" / f"{name}.json").read_bytes()))
    again = read(json.dumps(out(story, case).tree).encode(), now=story.at)
    for sheet, rows in one.facts.items():
        assert _in_order(again.facts.get(sheet, [])) == _in_order([] if sheet == "mediation" else rows), sheet


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a finding or measure concerns has no order."""
    return [
        {key: sorted(value, key=str) if isinstance(value, list) else value for key, value in row.items()}
        for row in rows
    ]


def test_what_was_entered_afterwards_comes_out_and_what_nobody_could_read_is_told(story: Story) -> None:
    case = story.file()
    for op, field, value in (("a", "village", "新民社区"), ("b", "deaths", "约5人")):
        story.do("li", change_fact, case, sheet="accident", row="1", field=field, value=value, seen=None, op=op)
    told = out(story, case)
    assert told.tree["accident"]["village"] == "新民社区"
    assert "deaths" not in told.tree["accident"]
    assert [(fault.path, fault.code) for fault in told.left_out] == [
        ("accident.deaths", "not_exact"),
        ("mediation", "facts_walled"),
    ]
    with pytest.raises(NotAllowed, match="个人信息"):
        out(story, case, by="ling")


def test_a_missing_person_or_open_injuries_leave_the_grade_open_until_somebody_settles_it(story: Story) -> None:
    tree = write(read(first_format("ezhou-one-death"), now=story.at))
    tree["accident"] |= {"deaths": 1, "missing": 2}
    case, _ = filed(story, tree)
    assert _provisional(story) is True
    story.do("li", change_fact, case, sheet="accident", row="1", field="missing", value="0人", seen=None, op="a")
    assert _provisional(story) is False
    story.do(
        "li", change_fact, case, sheet="accident", row="1", field="injured_unspecified", value="12", seen=None, op="b"
    )
    assert _provisional(story) is True
    story.do("li", "settle-casualties", case)
    assert _provisional(story) is False


def _provisional(story: Story) -> bool:
    with story.installation.database.reading() as session:
        case = session.scalars(select(Case)).one()
        assert case.grade is Grade.ORDINARY
        return case.grade_provisional


def test_units_stand_on_the_cases_list_by_the_names_of_the_dossier(story: Story) -> None:
    story.file(bare=True)
    with story.installation.database.reading() as session:
        assert session.scalars(select(CaseOrganisation.ref).order_by(CaseOrganisation.position)).all() == ["O1", "O2"]
        assert session.scalars(select(FactRow)).all() == []
        assert session.scalars(select(Accident.details)).all() == [{}]
