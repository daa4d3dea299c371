"""`python -m models.dictionary DIR` writes the data dictionary from the comments that the tables carry."""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import CheckConstraint, Enum, ForeignKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql

from models.tables import Base

HEAD = """# Data dictionary

Written by `make docs` from the comments of the tables; do not edit. Types are those of PostgreSQL; on SQLite moments
are stored in UTC without zone. Columns that may be null are marked with `?`.
"""


def dictionary() -> str:
    """Return every table with its columns, in Markdown. Raises ValueError for a column that says nothing of itself."""
    tables = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
    return "\n".join([HEAD, *map(_table, tables)])


def _table(table: Table) -> str:
    about = next(m.class_.__doc__ for m in Base.registry.mappers if m.local_table is table)
    lines = [
        f"## {table.name}",
        "",
        " ".join((about or "").split()),
        "",
        "| column | type | meaning |",
        "|---|---|---|",
    ]
    for column in table.columns:
        if not column.comment:
            raise ValueError(f"{table.name}.{column.name} has no comment")
        kind = column.type.compile(postgresql.dialect())  # type: ignore[no-untyped-call]
        if isinstance(column.type, Enum):
            kind = " / ".join(column.type.enums)
        optional = "?" if column.nullable else ""
        key = next((f" → {key.target_fullname}" for key in column.foreign_keys), "")
        meaning = column.comment.replace("|", "\\|")
        lines.append(f"| `{column.name}`{optional} | {kind}{key} | {meaning} |")
    rules = sorted(filter(None, (_rule(rule) for rule in table.constraints)))
    if rules:
        lines += ["", "Holds always: " + "; ".join(rules) + "."]
    return "\n".join([*lines, ""])


def _rule(rule: object) -> str | None:
    if isinstance(rule, UniqueConstraint):
        return f"unique ({', '.join(column.name for column in rule.columns)})"
    if isinstance(rule, CheckConstraint) and not isinstance(rule, ForeignKeyConstraint):
        text = str(rule.sqltext)
        return None if " IN (__[" in text else f"`{text}`"
    return None


def main(folder: str) -> None:
    """Write `data-dictionary.md` into a folder."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    (target / "data-dictionary.md").write_text(dictionary(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
