"""Let a column of a closed list take one more word: what a migration does for a new kind of paper.

The list stands in a CHECK constraint. SQLite cannot change one; instead of copying a table of a million rows, its
declaration is edited in place, the way SQLite's own manual gives for constraints (lang_altertable.html, section 7).
"""

from __future__ import annotations

import re

from alembic import op
from sqlalchemy import text

OF_KINDS = ("documents", "manners", "not_applicable", "templates")
"""The tables with a column `kind` that holds a `DocumentKind`."""


def accept_paper_kind(word: str) -> None:
    """Let every column that holds a kind of paper take this one, too."""
    for table in OF_KINDS:
        accept(table, f"ck_{table}_documentkind", "kind", word)


def accept(table: str, constraint: str, column: str, word: str) -> None:
    """Let a column take one more word, and keep all that it took before. Raises LookupError where there is no list."""
    if re.fullmatch(r"[a-z0-9_]+", word) is None:
        raise ValueError(word)
    if op.get_bind().dialect.name == "postgresql":
        _accept_on_postgresql(table, constraint, column, word)
    else:
        _accept_on_sqlite(table, constraint, column, word)


def _accept_on_postgresql(table: str, constraint: str, column: str, word: str) -> None:
    query = text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
    declared = op.get_bind().execute(query, {"name": constraint}).scalar()
    if declared is None:
        raise LookupError(constraint)
    words = [*re.findall(r"'(\w+)'", declared), word]
    listed = ", ".join(f"'{one}'" for one in dict.fromkeys(words))
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({column} IN ({listed}))")


def _accept_on_sqlite(table: str, constraint: str, column: str, word: str) -> None:
    connection = op.get_bind()
    declared = connection.execute(
        text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table"), {"table": table}
    ).scalar()
    wanted = re.compile(rf"(CONSTRAINT {constraint} CHECK \({column} IN \([^)]*)\)")
    if declared is None or wanted.search(declared) is None:
        raise LookupError(constraint)
    version = connection.execute(text("PRAGMA schema_version")).scalar_one()
    connection.execute(text("PRAGMA writable_schema = ON"))
    connection.execute(
        text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table"),
        {"sql": wanted.sub(rf"\1, '{word}')", declared), "table": table},
    )
    # Whoever has the database open reads the declaration again.
    connection.execute(text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(text("PRAGMA writable_schema = OFF"))
