"""The database as everyone uses it, where it goes away and comes back."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import make_url, text

from models import database as room
from models.database import Database


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
