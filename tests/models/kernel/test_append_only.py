"""The event tables refuse every way of changing history, on a database as the migrations leave it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from models.kernel.storage.database import Database
from models.kernel.tables import AdminEvent
from models.migrations.drift import drift

INSERT = "INTO admin_events (id, kind, happened_at, actor, data) VALUES (1, 'forged', '2026-01-01', 'nobody', '{}')"
ATTEMPTS = {
    "sqlite": [
        "UPDATE admin_events SET actor = 'nobody'",
        "DELETE FROM admin_events",
        f"INSERT OR REPLACE {INSERT}",
        f"REPLACE {INSERT}",
        f"INSERT {INSERT} ON CONFLICT (id) DO UPDATE SET actor = 'nobody'",
    ],
    "postgresql": [
        "UPDATE admin_events SET actor = 'nobody'",
        "DELETE FROM admin_events",
        "TRUNCATE admin_events",
        "TRUNCATE admin_events CASCADE",
        f"INSERT {INSERT} ON CONFLICT (id) DO UPDATE SET actor = 'nobody'",
    ],
}


def written(url: str) -> Database:
    database = Database(url)
    with database.writing() as session:
        session.add(
            AdminEvent(id=1, kind="written", happened_at=datetime(2026, 1, 1, tzinfo=UTC), actor="somebody", data={})
        )
    return database


def test_no_statement_changes_or_removes_an_event(database_url: str) -> None:
    database = written(database_url)
    for attempt in ATTEMPTS[database.engine.dialect.name]:
        with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
            session.execute(text(attempt))
    with database.reading() as session:
        assert session.execute(text("SELECT kind, actor FROM admin_events")).all() == [("written", "somebody")]
    database.close()


CHAINED = (
    "INTO admin_events (id, kind, happened_at, actor, data, seq, recorded_at, actor_name, prev_hash, hash)"
    " VALUES ({id}, '{kind}', '2026-01-01 00:00:00', 'nobody', '{{}}', {seq}, '2026-01-01 00:00:00', '某', 'p', '{hash}')"
)


@pytest.mark.parametrize(("seq", "hash_"), [(1, "other"), (2, "first")])
def test_what_has_the_number_or_the_hash_of_another_event_does_not_take_its_place(
    sqlite_url: str, seq: int, hash_: str
) -> None:
    careless = create_engine(sqlite_url)  # without recursive_triggers
    with careless.begin() as connection:
        connection.execute(text("INSERT " + CHAINED.format(id=1, kind="written", seq=1, hash="first")))
    with careless.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text("INSERT OR REPLACE " + CHAINED.format(id=2, kind="forged", seq=seq, hash=hash_)))
    careless.dispose()


def test_a_connection_that_forgot_recursive_triggers_cannot_replace_an_event_either(sqlite_url: str) -> None:
    written(sqlite_url).close()
    careless = create_engine(sqlite_url)
    with careless.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(f"INSERT OR REPLACE {INSERT}"))
    careless.dispose()


@pytest.mark.parametrize("table", ["events", "admin_events"])
def test_both_records_carry_the_refusing_triggers(database_url: str, table: str) -> None:
    database = Database(database_url)
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:t AS regclass) AND NOT tgisinternal",
    }[database.engine.dialect.name]
    with database.reading() as session:
        assert len(session.execute(text(names), {"t": table}).all()) >= 2
    database.close()


def test_the_migrations_make_exactly_the_declared_tables(database_url: str) -> None:
    assert drift(database_url) == []
