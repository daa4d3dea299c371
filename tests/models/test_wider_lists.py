"""A migration lets the tables take a further kind of paper, and changes nothing else about them."""

from __future__ import annotations

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from models.kernel.storage.database import Database
from models.migrations import upgrade
from models.migrations.wider import OF_KINDS, accept, accept_paper_kind
from tests.databases import Databases

_INTO = "INSERT INTO manners (recipients, kind, version, form, title, closing, issued_by, copies_industry_authority,"
ROWS = f"{_INTO} author, reason, valid_from) VALUES ('%s', '%s', 1, '%s', '题', '结', 'own_unit', false, 'a', 'b', '2026-01-01')"


def test_a_further_kind_is_taken_and_any_other_word_refused_as_before(databases: Databases) -> None:
    url = databases.empty()
    database = Database(url, durable=False)
    upgrade(database.engine)
    with database.engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        accept_paper_kind("inquiry_letter")
    with database.engine.begin() as connection:
        for kind in ("inquiry_letter", "analysis_report", "late_report"):
            connection.execute(text(ROWS % ("department", kind, "letter")))
    for recipients, kind, form in (
        ("department", "nothing_known", "letter"),
        ("nobody", "inquiry_letter", "letter"),
        ("department", "excerpt", "song"),
    ):
        with pytest.raises(IntegrityError), database.engine.begin() as connection:
            connection.execute(text(ROWS % (recipients, kind, form)))
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
            declared = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql LIKE '%inquiry_letter%'"))
            assert len(declared.all()) == len(OF_KINDS)
    database.close()
    databases.drop(url)


def test_a_list_that_is_not_there_is_no_silent_success(databases: Databases) -> None:
    url = databases.empty()
    database = Database(url, durable=False)
    upgrade(database.engine)
    with database.engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        with pytest.raises(LookupError):
            accept("manners", "ck_manners_nothing", "kind", "inquiry_letter")
        with pytest.raises(ValueError, match="a kind"):
            accept("manners", "ck_manners_documentkind", "kind", "a kind'")
    database.close()
    databases.drop(url)
