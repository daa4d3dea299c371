"""The register follows the cases: what an investigation learns stands in the row of its accident in the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from models.accident.tables import Accident
from models.case.commands.facts import add_fact_row, change_fact, remove_fact_row
from models.case.tables import Case
from models.kernel.act import acting
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.storage.database import Database
from models.kernel.vocabulary import Exclusion, Procedure
from models.migrations import upgrade
from models.register.commands.following import follow_earlier_cases
from models.register.tables import RegisterChange, RegisteredAccident, RegisteredParty
from tests.databases import Databases
from tests.models.test_migrations import SIGNED_LONG_AGO
from tests.stories import Story, staffed, story_in


@pytest.fixture
def story(sqlite_databases: Databases, tmp_path: Path) -> Iterator[Story]:
    url = sqlite_databases.fresh(staffed)
    with story_in(url, tmp_path) as told:
        yield told
    sqlite_databases.drop(url)


def row_of(story: Story, case: str) -> RegisteredAccident:
    with story.installation.database.reading() as session:
        return session.scalars(
            select(RegisteredAccident)
            .join(Case, Case.accident_id == RegisteredAccident.accident_id)
            .where(Case.case_number == case)
        ).one()


def parties_of(story: Story, case: str) -> list[RegisteredParty]:
    row = row_of(story, case)
    with story.installation.database.reading() as session:
        query = select(RegisteredParty).where(RegisteredParty.accident_id == row.id)
        return list(session.scalars(query.order_by(RegisteredParty.position)))


def changes(story: Story) -> list[tuple[str, Any, Any, str]]:
    with story.installation.database.reading() as session:
        rows = session.scalars(select(RegisterChange).order_by(RegisterChange.id))
        return [(one.field, one.before["value"], one.after["value"], one.reason) for one in rows]


def enter(story: Story, case: str, path: str, value: str) -> None:
    sheet, row, field = path.split(".")
    story.do("li", change_fact, case, sheet=sheet, row=row, field=field, value=value, seen=None, op=path)


def imported(story: Story, **columns: Any) -> int:
    """Put a row into the register as an import would; returns its number."""
    at = columns.pop("occurred_at", datetime(2025, 11, 1, 8, tzinfo=SHANGHAI))
    known = {"occurred_on": at.date(), "hour": at.hour, "weekday": at.isoweekday(), "edited": [], **columns}
    row = RegisteredAccident(source="acd", occurred_at=at, recorded_at=story.at, **known)
    with story.installation.database.writing() as session:
        session.add(row)
        session.flush()
        return row.id


def test_an_accident_that_is_filed_stands_in_the_register_with_its_vehicles_and_whose_they_are(story: Story) -> None:
    row = row_of(story, story.file("ezhou-four-deaths"))
    assert (row.source, row.procedure, row.deaths, row.exclusion) == ("case", Procedure.GENERAL, 4, None)
    assert row.weekday == row.occurred_on.isoweekday()
    assert row.hour == row.occurred_at.astimezone(SHANGHAI).hour
    parties = parties_of(story, "4207-2025-0001")
    assert row.vehicles == sum(party.vehicle_kind is not None for party in parties)
    assert any(party.owner_id is not None and party.owner_name for party in parties)
    assert {party.role for party in parties} <= {"驾驶人", "行人", "骑行人", None}


def test_a_later_death_within_seven_days_counts_in_the_register_and_says_whence(story: Story) -> None:
    case = story.file()
    with story.installation.database.reading() as session:
        accident = session.scalars(select(Accident)).one()
    story.at = accident.occurred_at + timedelta(days=2)
    story.do("li", "record-death", case, died_on=(accident.occurred_at + timedelta(days=1)).date())
    assert row_of(story, case).deaths == 2
    assert ("deaths", 1, 2, f"案件{case}") in changes(story)


def test_what_announced_nothing_before_is_followed_too(story: Story) -> None:
    case = story.file()
    for path, value in (
        ("accident.1.weather", "雨"),
        ("accident.1.road_class", "二级公路"),
        ("accident.1.escape", "是"),
        ("accident.1.time_known", "只知日期"),
        ("vehicles.V1.plate", "鄂G7X001"),
    ):
        enter(story, case, path, value)
    row = row_of(story, case)
    assert (row.weather, row.escaped, row.hour) == ("雨", True, None)
    assert row.road_class == "二级公路"
    assert parties_of(story, case)[0].plate == "鄂G7X001"


def test_a_vehicle_that_is_added_or_taken_out_is_so_in_the_register(story: Story) -> None:
    case = story.file()
    before = len(parties_of(story, case))
    added = story.do("li", add_fact_row, case, sheet="vehicles", op="one", values={"plate": "鄂G7X002"})
    assert len(parties_of(story, case)) == before + 1
    story.do("li", remove_fact_row, case, sheet="vehicles", row=added, op="two")
    assert len(parties_of(story, case)) == before


def test_a_number_that_is_learned_later_joins_the_row_that_an_import_brought(story: Story) -> None:
    case = story.file()
    own = row_of(story, case)
    other = imported(story, source_key="A1", accident_number="4207202511001", deaths=1, cause="超速")
    story.do("li", "set-accident-number", case, number="4207202511001", reason="补录")
    row = row_of(story, case)
    assert (row.id, row.cause, row.place) == (other, "超速", own.place)
    with story.installation.database.reading() as session:
        gone = session.get_one(RegisteredAccident, own.id)
        assert (gone.exclusion, gone.merged_into_id) == (Exclusion.MERGED, other)


def test_what_a_person_set_stays_whatever_the_case_says(story: Story) -> None:
    case = story.file()
    with story.installation.database.writing() as session:
        session.execute(update(RegisteredAccident).values(edited=["weather"], weather="雾"))
    enter(story, case, "accident.1.weather", "雨")
    assert row_of(story, case).weather == "雾"


def test_a_vehicle_that_an_import_told_of_gets_its_owner_from_the_case_and_is_no_second_one(story: Story) -> None:
    with story.installation.database.reading() as session:
        assert session.scalar(select(RegisteredAccident.id)) is None
    case = story.file("ezhou-four-deaths")
    row = row_of(story, case)
    plate, owner = next((one.plate, one.owner_id) for one in parties_of(story, case) if one.owner_id)
    with story.installation.database.writing() as session:
        session.execute(delete(RegisteredParty).where(RegisteredParty.accident_id == row.id))
        session.add(RegisteredParty(accident_id=row.id, position=1, plate=plate, vehicle_kind="大货", details={}))
    enter(story, case, "accident.1.weather", "雪")
    [same] = [one for one in parties_of(story, case) if one.plate == plate]
    assert (same.vehicle_kind, same.owner_id) == ("大货", owner)


def test_of_two_cases_that_are_one_accident_one_row_counts_and_a_split_one_gets_its_own(story: Story) -> None:
    first, second = story.file(), story.file(variant=3)
    story.do("ling", "merge-case", second, into=first, reason="同一起事故")
    gone, stays = row_of(story, second), row_of(story, first)
    assert (gone.exclusion, gone.merged_into_id) == (Exclusion.MERGED, stays.id)
    assert stays.exclusion is None
    new = story.do(
        "ling",
        "split-case",
        first,
        title="分出的事故",
        occurred_at=stays.occurred_at + timedelta(hours=3),
        place="后方三百米",
        text="追尾。",
        reason="系两起事故",
        vehicles=["V1"],
    )
    apart = row_of(story, new)
    assert (apart.exclusion, apart.place, apart.deaths) == (None, "后方三百米", 0)
    assert len(parties_of(story, new)) == 1


def test_an_investigation_that_ends_early_takes_no_accident_out_of_the_figures(story: Story) -> None:
    case = story.file()
    story.do("ling", "discontinue", case, reason="不属调查范围")
    assert row_of(story, case).exclusion is None


def test_cases_of_an_earlier_version_get_their_rows_at_the_upgrade_and_once_only(
    databases: Databases, story: Story
) -> None:
    url = databases.empty()
    database = Database(url, durable=False)
    upgrade(database.engine, "0005")
    with database.engine.begin() as connection:
        for statement in SIGNED_LONG_AGO:
            connection.execute(text(statement))
        connection.execute(text("UPDATE accidents SET longitude = 114.9, latitude = 30.4 WHERE id = 2"))
        connection.execute(
            text(
                "INSERT INTO vehicles (id, accident_id, ref, plate, defects) VALUES (1, 1, 'V1', '鄂G7X003', '[]'),"
                " (2, 1, 'V2', NULL, '[]')"
            )
        )
        connection.execute(text("UPDATE cases SET merged_into_id = 1 WHERE id = 4"))
    upgrade(database.engine)
    for found in (4, 0):
        with acting(database, story.installation.settings, "system", story.at) as act:
            assert follow_earlier_cases(act) == found
    with database.reading() as session:
        rows = session.scalars(select(RegisteredAccident).order_by(RegisteredAccident.accident_id)).all()
        assert [row.accident_id for row in rows] == [1, 2, 3, 4]
        assert (rows[0].stake_m, rows[0].vehicles, rows[1].north_m is not None) == (700_350, 2, True)
        assert (rows[3].exclusion, rows[3].merged_into_id) == (Exclusion.MERGED, rows[0].id)
        assert {row.recorded_at for row in rows} == {story.at}
        parties = session.scalars(select(RegisteredParty).order_by(RegisteredParty.position)).all()
        assert [(one.position, one.plate) for one in parties] == [(1, "鄂G7X003"), (2, None)]
    database.close()
    databases.drop(url)


def test_a_vehicle_that_a_case_comes_to_know_is_a_change_on_record(story: Story) -> None:
    case = story.file("ezhou-four-deaths")
    assert "parties" not in {field for field, *_ in changes(story)}
    story.do("li", add_fact_row, case, sheet="vehicles", values={"type": "重型半挂牵引车"}, op="vehicle")
    kept = [(before, after) for field, before, after, _ in changes(story) if field == "parties"]
    assert [len(after) - len(before) for before, after in kept] == [1]
