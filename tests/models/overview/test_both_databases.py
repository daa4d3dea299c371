"""Every reading query gives the same answer on either database."""

from __future__ import annotations

from datetime import date

from models.clock.queries.rulebook import rulebook
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.vocabulary import Light
from models.overview.queries.case_view import case_view
from models.overview.queries.cases import case_list
from models.overview.queries.worklists import waiting_on
from models.papers.filling import content
from tests.models.world import NOW, build

TODAY = date(2026, 3, 25)


def test_the_read_side_answers_alike_on_both_databases(database_url: str) -> None:
    database = Database(database_url, durable=False)
    world = build(database)
    with database.reading() as session:
        rules = rulebook(session)
        (row,) = case_list(session, world.actors["officer"], TODAY)
        assert row.light is Light.YELLOW
        assert len(case_view(session, world.actors["officer"], world.case_number, rules, NOW).events) == 7
        assert len(case_view(session, world.actors["road_clerk"], world.case_number, rules, NOW).events) == 2
        waits = {name: [r.wait for r in waiting_on(session, a, TODAY)] for name, a in world.actors.items()}
        assert {name: found for name, found in waits.items() if found} == {
            "officer": ["submit"],
            "reviewer": ["review"],
            "road_clerk": ["plan", "complete"],
            "company_clerk": ["acknowledge"],
        }
        (first, _) = waiting_on(session, world.actors["road_clerk"], TODAY)
        assert len(waiting_on(session, world.actors["road_clerk"], TODAY, after=first.key)) == 1
        for ref in ("D1", "D2", "D4", "D5"):
            paper = content(
                session,
                world.ids[ref],
                settings=Settings(),
                rules=rules,
                issued_on=TODAY,
                number="鄂州公交〔2026〕9号",
                signatory=None,
            )
            assert paper.case_number == world.case_number
    database.close()
