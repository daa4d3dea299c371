"""The tests' own databases: fresh, equal to their template, of both kinds."""

from __future__ import annotations

from sqlalchemy import create_engine, text

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


def test_a_database_url_answers(database_url: str) -> None:
    assert rows(database_url, "SELECT 1") == [1]
