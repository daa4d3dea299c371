"""Edit the declaration of a table of SQLite in place, where a constraint goes or gets wider.

SQLite cannot change a constraint. Instead of copying a table of a million rows, its declaration is edited the way
SQLite's own manual gives for constraints (lang_altertable.html, section 7); rows, indices and triggers stay untouched.
"""

from __future__ import annotations

import re

from alembic import op
from sqlalchemy import text


def redeclare(table: str, wanted: str, replacement: str) -> None:
    """Replace what `wanted` (a regular expression) finds once in a table's declaration. Raises LookupError without it.

    Only for what every row that is there already satisfies: nothing is checked and no row is written.
    """
    connection = op.get_bind()
    declared = connection.execute(
        text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table"), {"table": table}
    ).scalar()
    if declared is None or re.search(wanted, declared) is None:
        raise LookupError(f"{table}: {wanted}")
    version = connection.execute(text("PRAGMA schema_version")).scalar_one()
    connection.execute(text("PRAGMA writable_schema = ON"))
    connection.execute(
        text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table"),
        {"sql": re.sub(wanted, replacement, declared, count=1), "table": table},
    )
    # Whoever has the database open reads the declaration again.
    connection.execute(text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(text("PRAGMA writable_schema = OFF"))
