"""Let a column of a closed list take one more word: what a migration does for a new kind of paper.

The list stands in a CHECK constraint, which SQLite cannot change: there the declaration is edited (`redeclare`).
"""

from __future__ import annotations

import re

from alembic import op
from sqlalchemy import text

from .redeclare import redeclare

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
    redeclare(table, rf"(CONSTRAINT {constraint} CHECK \({column} IN \([^)]*)\)", rf"\1, '{word}')")
