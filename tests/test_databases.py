"""The tests' own databases: fresh, equal to their template, of both kinds."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, literal, select, text
from sqlalchemy.exc import OperationalError

from tests.compiled_once import COMPILED
from tests.databases import Databases


def rows(url: str, *statements: str) -> list[object]:
    """Run statements in one transaction; return the first column of the last one's rows."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            for statement in statements:
                result = connection.execute(text(statement))
            return list(result.scalars()) if result.returns_rows else []
    finally:
        engine.dispose()


def with_one_row(url: str) -> None:
    rows(url, "CREATE TABLE paper (number INTEGER)", "INSERT INTO paper VALUES (12)")


def test_a_fresh_database_holds_what_was_prepared_once_and_nothing_of_its_siblings(databases: Databases) -> None:
    first = databases.fresh(with_one_row)
    rows(first, "INSERT INTO paper VALUES (13)")
    second = databases.fresh(with_one_row)
    assert rows(second, "SELECT number FROM paper") == [12]
    databases.drop(first)
    databases.drop(second)


def test_a_database_url_has_the_tables_of_the_newest_migration(database_url: str) -> None:
    assert len(rows(database_url, "SELECT version_num FROM alembic_version")) == 1


def test_a_dropped_database_is_gone(databases: Databases) -> None:
    kept, dropped = databases.empty(), databases.empty()
    rows(kept, "CREATE TABLE paper (number INTEGER)")
    rows(dropped, "CREATE TABLE paper (number INTEGER)")
    databases.drop(dropped)
    with pytest.raises(OperationalError):
        rows(dropped, "SELECT number FROM paper")
    assert rows(kept, "SELECT number FROM paper") == []
    databases.drop(kept)


def test_what_one_database_was_asked_is_compiled_for_every_other_one_of_its_kind(databases: Databases) -> None:
    def ask(url: str) -> object:
        engine = create_engine(url)
        with engine.connect() as connection:
            answer = connection.execute(select(literal("asked of two databases").label("said"))).scalar_one()
        engine.dispose()
        return answer

    one, other = databases.empty(), databases.empty()
    said = ask(one)
    compiled = len(COMPILED)
    assert ask(other) == said
    assert len(COMPILED) == compiled
    databases.drop(one)
    databases.drop(other)
