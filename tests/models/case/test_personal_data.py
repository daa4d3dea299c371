"""Identity numbers, telephones and addresses at rest: sealed, found by a keyed hash, by a key that can be changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from models.accident.sheets import SHEETS
from models.accident.tables import Accident, Person
from models.case.tables import FactChange
from models.keeping import rotating
from models.keeping.rotating import Rotated, rotate, sealed_otherwise
from models.kernel.errors import Refused
from models.kernel.storage.database import Database
from models.kernel.storage.personal_keys import HEAD, LOST, Keys, key_name
from models.kernel.storage.sealed_columns import PERSONAL, Secret
from models.kernel.vocabulary import PersonOutcome, PersonRole
from models.migrations import config, upgrade
from models.office.tables import CaseDraft
from tests.databases import Databases, migrated
from tests.models.world import NOW

NUMBER, PHONE = "42070419900101123X", "13900001234"
TWIN = "42070419900101123x"
ACCIDENT = (
    "INSERT INTO accidents (id, title, occurred_at, division_code, place, summary)"
    " VALUES (1, '事故', '2025-12-01 00:00:00', '420704', '某路', '相撞')"
)


@pytest.fixture
def database(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    url = databases.fresh(migrated)
    opened = Database(url, durable=False, personal_key_file=tmp_path / "personal.key")
    yield opened
    opened.close()
    databases.drop(url)


def put(database: Database, *numbers: str | None, first: int = 1, **details: Any) -> None:
    """Put an accident into the database with a person for each number."""
    with database.writing() as session:
        if session.get(Accident, 1) is None:
            session.execute(text(ACCIDENT))
        session.add_all(
            Person(
                accident_id=1,
                ref=f"P{nth}",
                role=PersonRole.DRIVER,
                outcome=PersonOutcome.DEAD,
                id_number=number,
                details=details,
            )
            for nth, number in enumerate(numbers, first)
        )


def raw(database: Database, statement: str) -> list[Any]:
    with database.engine.connect() as connection:
        return list(connection.execute(text(statement)))


def meant(database: Database, statement: str) -> list[list[Any]]:
    """Return rows with their JSON read: SQLite keeps it as it was spelled."""
    json_of = lambda one: json.loads(one) if isinstance(one, str) and one[:1] in '{"' else one  # noqa: E731
    return [[json_of(one) for one in row] for row in raw(database, statement)]


def people(database: Database) -> list[tuple[str | None, Any]]:
    with database.reading() as session:
        return [(one.id_number, one.details) for one in session.scalars(select(Person).order_by(Person.id))]


def test_what_the_sheets_call_personal_is_what_is_sealed() -> None:
    declared = {field.name for sheet in SHEETS.values() for field in sheet.fields if field.personal}
    assert declared == set(PERSONAL)


def test_nothing_personal_lies_in_clear_and_equal_numbers_are_found_however_they_are_spelled(
    database: Database,
) -> None:
    put(database, NUMBER, TWIN, None, phone=PHONE, note="轻伤")
    everything = str(raw(database, "SELECT id_number, id_mark, details FROM people"))
    assert NUMBER.casefold() not in everything.casefold()
    assert PHONE not in everything
    assert "轻伤" in everything or "\\u8f7b" in everything
    assert people(database)[0] == (NUMBER, {"phone": PHONE, "note": "轻伤"})
    with database.reading() as session:
        assert session.scalars(select(Person.ref).where(Person.id_mark == TWIN)).all() == ["P1", "P2"]
        assert session.scalars(select(Person.ref).where(Person.id_number.is_(None))).all() == ["P3"]
        with pytest.raises(TypeError, match="mark"):
            session.scalars(select(Person.ref).where(Person.id_number == NUMBER))
    mode = database.personal_keys.file.stat().st_mode & 0o777
    assert mode == 0o600


def test_the_same_number_is_never_sealed_the_same_twice_nor_opened_at_another_place(database: Database) -> None:
    put(database, NUMBER, NUMBER)
    first, second = (row[0] for row in raw(database, "SELECT id_number FROM people ORDER BY id"))
    assert first != second
    with pytest.raises(Refused) as refused:
        database.personal_keys.open(first, "people.details")
    assert refused.value.code == "personal_key_lost"


def test_a_lost_key_is_said_in_one_sentence_and_no_other_is_made_in_its_place(database: Database) -> None:
    put(database, NUMBER, phone=PHONE)
    keys, file = database.personal_keys, database.personal_keys.file
    kept = file.read_bytes()
    file.unlink()
    again = Database(database.url, personal_key_file=file)
    for act in (lambda: people(again), lambda: put(again, NUMBER, first=2)):
        with pytest.raises((Refused, StatementError)) as refused:
            act()
        assert LOST.format(file=file) in str(refused.value)
    trouble = again.personal_keys.trouble()
    assert trouble is not None
    assert trouble.code == "personal_key_lost"
    assert not file.exists()
    Keys(lambda: file, lambda _: None).first()
    assert again.personal_keys.trouble() is not None  # another key opens nothing, and seals nothing beside it
    with pytest.raises((Refused, StatementError)):
        put(again, NUMBER, first=3)
    file.write_bytes(kept)
    assert again.personal_keys.trouble() is None
    assert people(again) == [(NUMBER, {"phone": PHONE})]
    assert keys.known()
    again.close()


def test_another_key_seals_everything_that_may_change_and_a_killed_change_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotating, "AT_ONCE", 2)
    put(database, *[NUMBER] * 7, phone=PHONE)
    old = database.personal_keys.first()
    new = database.personal_keys.add()  # as far as a change of keys came that was killed at once
    assert sealed_otherwise(database, new) == 7
    put(database, None, NUMBER, first=8, phone=PHONE)
    assert sealed_otherwise(database, new) == 7
    assert rotate(database) == Rotated(went_on=True, rows=7, history=0, keys=2)
    assert rotate(database) == Rotated(went_on=False, rows=9, history=0, keys=3)
    names = {key_name(row[0]) for row in raw(database, "SELECT id_number FROM people WHERE id_number IS NOT NULL")}
    assert names == {database.personal_keys.first().name}
    assert old.name not in names
    assert [row[1]["phone"] for row in people(database)] == [PHONE] * 9
    with database.reading() as session:
        assert len(session.scalars(select(Person.ref).where(Person.id_mark == NUMBER)).all()) == 8


def test_what_only_looks_sealed_is_read_as_it_was_written(database: Database) -> None:
    put(database, None, phone=f"{HEAD}no", note=f"{HEAD}no")
    assert people(database) == [(None, {"phone": f"{HEAD}no", "note": f"{HEAD}no"})]


BEFORE = (
    "INSERT INTO organisations (id, name, kind, path) VALUES (1, '某大队', 'police', '/1/')",
    "INSERT INTO users (id, account, name, organisation_id, must_change_password, created_at)"
    " VALUES (1, 'a', '某', 1, false, '2025-12-01 00:00:00')",
    ACCIDENT,
    "INSERT INTO people (id, accident_id, ref, role, outcome, id_number, details)"
    f" VALUES (1, 1, 'P1', 'driver', 'dead', '{NUMBER}', '{{\"phone\": \"{PHONE}\", \"seat\": \"左前\"}}'),"
    " (2, 1, 'P2', 'driver', 'dead', NULL, '{}')",
    "INSERT INTO case_drafts (id, user_id, data, version, changed_at)"
    f' VALUES (1, 1, \'{{"people": [{{"id_number": "{NUMBER}"}}]}}\', 1, \'2025-12-01 00:00:00\')',
    "INSERT INTO cases (id, case_number, accident_id, title, unit_id, officer_id, stage, stage_reason, grade,"
    " grade_provisional, trigger, filed_at, clock_from, version, last_seq, last_hash)"
    " VALUES (1, '4207-2025-0001', 1, '案件', 1, 1, 'investigating', '原因', 'ordinary', false,"
    " 'scope', '2025-12-01 00:00:00', '2025-12-01 00:00:00', 1, 0, '')",
    "INSERT INTO fact_changes (id, case_id, seq, sheet, row, field, what, op_id, version, changed_by, changed_at,"
    " before, after) VALUES"
    f" (1, 1, 1, 'people', 'P1', 'phone', 'set', 'o1', 1, 1, '2025-12-01 00:00:00', NULL, '\"{PHONE}\"'),"
    " (2, 1, 2, 'people', 'P1', 'seat', 'set', 'o2', 1, 1, '2025-12-01 00:00:00', NULL, '\"左前\"'),"
    f" (3, 1, 3, 'people', 'P2', NULL, 'added', 'o3', 1, 1, '2025-12-01 00:00:00', NULL,"
    f' \'{{"name": "某", "id_number": "{NUMBER}"}}\')',
)
HELD = (
    "SELECT id, id_number, details FROM people ORDER BY id",
    "SELECT id, data FROM case_drafts",
    "SELECT id, before, after FROM fact_changes ORDER BY id",
)


def test_of_several_who_change_the_key_at_once_every_key_stays(tmp_path: Path) -> None:
    def added(_: int) -> str:
        keys = Keys(lambda: tmp_path / "personal.key", lambda _: None)
        keys.first_of_all()
        return keys.add().name

    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(added, range(16)))
    known = [key.name for key in Keys(lambda: tmp_path / "personal.key", lambda _: None).known()]
    assert len(known) == 17
    assert set(names) <= set(known)


def test_what_only_looks_sealed_asks_for_no_key(database: Database) -> None:
    put(database, None, remark=f"{HEAD}0a1b:", phone=None)
    assert database.personal_keys.trouble() is None
    put(database, NUMBER, first=2, remark=f"{HEAD}0a1b:")  # sealed by a first key, which is made
    assert database.personal_keys.trouble() is None
    database.personal_keys.file.unlink()
    trouble = database.personal_keys.trouble()
    assert trouble is not None  # what is sealed is found behind what is not


def test_a_migration_seals_what_is_there_and_its_way_back_opens_it(databases: Databases, tmp_path: Path) -> None:
    url = databases.empty()
    database = Database(url, durable=False, personal_key_file=tmp_path / "personal.key")
    upgrade(database.engine, "0047")
    with database.engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(text(statement))
    clear = [meant(database, statement) for statement in HELD]
    upgrade(database.engine, "0048")
    assert not any(word in str(raw(database, statement)) for statement in HELD for word in (NUMBER, PHONE))
    assert people(database) == [(NUMBER, {"phone": PHONE, "seat": "左前"}), (None, {})]
    with database.reading() as session:
        assert session.scalars(select(CaseDraft.data)).one() == {"people": [{"id_number": NUMBER}]}
        changes = session.scalars(select(FactChange.after).order_by(FactChange.id)).all()
        assert changes == [PHONE, "左前", {"name": "某", "id_number": NUMBER}]
    with pytest.raises(Exception, match="append-only"), database.engine.begin() as connection:
        connection.execute(text("UPDATE fact_changes SET seq = 9 WHERE id = 1"))
    command.downgrade(config(database.engine), "0047")
    assert [meant(database, statement) for statement in HELD] == clear
    database.close()
    databases.drop(url)


def test_an_empty_database_needs_no_key(databases: Databases, tmp_path: Path) -> None:
    database = Database(databases.empty(), durable=False, personal_key_file=tmp_path / "personal.key")
    upgrade(database.engine)
    assert not database.personal_keys.file.exists()
    database.close()
    databases.drop(database.url)


def test_the_feed_keeps_a_personal_value_sealed_and_gives_it_back(database: Database) -> None:
    with database.writing() as session:
        for statement in (BEFORE[0], BEFORE[1], ACCIDENT, BEFORE[5]):
            session.execute(text(statement))
        session.add(
            FactChange(
                case_id=1,
                seq=1,
                sheet="people",
                row="P1",
                field="phone",
                what="set",
                op_id="o",
                version=1,
                changed_by=1,
                changed_at=NOW,
                before=None,
                after=Secret(PHONE),
            )
        )
    assert PHONE not in str(raw(database, "SELECT after FROM fact_changes"))
    with database.reading() as session:
        assert session.scalars(select(FactChange.after)).one() == PHONE
    assert rotate(database).history == 1
