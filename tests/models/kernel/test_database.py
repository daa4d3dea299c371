"""The database as everyone uses it, where it goes away and comes back."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import make_url, text

from models.kernel.errors import Invalid
from models.kernel.storage import database as room
from models.kernel.storage.database import Database


def test_connections_that_died_while_they_lay_idle_are_replaced(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("a file has no connection that could die")
    monkeypatch.setattr(room, "IDLE_SECONDS", 0.0)
    database = Database(database_url)
    with database.reading() as one, database.reading() as two:
        dying = {session.scalar(text("SELECT pg_backend_pid()")) for session in (one, two)}
    dsn = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as other:
        for pid in dying:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    for _ in dying:
        with database.writing() as session:
            assert session.scalar(text("SELECT pg_backend_pid()")) not in dying
    database.close()


def test_sqlite_knows_how_full_its_tables_are_and_takes_the_index_that_leads_to_less(database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL counts by itself")
    database = Database(database_url)
    with database.writing() as session:
        session.execute(text("CREATE TABLE things (id INTEGER PRIMARY KEY, kind INTEGER, owner INTEGER)"))
        session.execute(text("CREATE INDEX ix_kind ON things (kind)"))
        session.execute(text("CREATE INDEX ix_owner ON things (owner)"))
        things = [{"kind": 1, "owner": number} for number in range(5000)]
        session.execute(text("INSERT INTO things (kind, owner) VALUES (:kind, :owner)"), things)
    database.analyse()
    database.close()
    with database.reading() as session:
        plan = session.execute(text("EXPLAIN QUERY PLAN SELECT id FROM things WHERE kind = 1 AND owner = 7")).one()
    assert "ix_owner" in plan.detail
    database.close()


def test_postgresql_does_not_compile_statements(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite compiles nothing")
    database = Database(database_url)
    for _ in range(2):  # also after a transaction that was given up
        with database.reading() as session:
            assert session.scalar(text("SHOW jit")) == "off"
            assert session.scalar(text("SHOW client_connection_check_interval")) == "10s"
    database.close()


def test_statements_about_one_case_are_planned_once(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite plans without looking at values")
    database = Database(database_url)
    for once, mode in ((True, "force_generic_plan"), (False, "auto"), (True, "force_generic_plan")):
        with database.reading(of_one_case=once) as session:
            assert session.scalar(text("SHOW plan_cache_mode")) == mode
    database.close()


def _write(database: Database, column: str, value: str | int) -> None:
    with database.writing() as session:
        session.execute(text("INSERT INTO notes (counted) VALUES (1)"))
        session.execute(text(f"INSERT INTO notes ({column}) VALUES (:value)"), {"value": value})


@pytest.mark.parametrize(("column", "value"), [("said", "一半\ud800字"), ("counted", 10**40)])
def test_what_no_column_takes_is_refused_in_a_sentence_and_nothing_is_written(
    database_url: str, column: str, value: str | int
) -> None:
    database = Database(database_url)
    with database.writing() as session:
        session.execute(text("CREATE TABLE notes (said TEXT, counted BIGINT)"))
    with pytest.raises(Invalid, match="没有保存") as refusal:
        _write(database, column, value)
    assert refusal.value.code == "not_storable"
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM notes")) == 0
    database.close()
